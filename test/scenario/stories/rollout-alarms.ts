import { describe, expect } from 'vitest';
import type { SpecDocument } from '../../../lib/app/api-types.js';
import { scenario } from '../../support/scenario.js';
import { cattle } from '../../support/scenario-specs.js';
import type { World } from '../../support/world.js';

const QUICK = { cloud: { timing: { bootMs: 2_000, checksMs: 3_000, shuttingDownMs: 2_000 } } };

const watched = (version: number): SpecDocument =>
  cattle('web', 3, {
    flavor: { Tags: { version: `${version}` } },
    properties: { Updating: { Alarms: ['web-errors'] } },
  });

const status = async (world: World): Promise<string | undefined> =>
  (await world.record('web')).rollout?.status;

const upload = ({ Properties }: SpecDocument) => JSON.stringify({ groups: { web: { Properties } } });

export const rolloutAlarms = () =>
  describe('a rolling update that watches an alarm', () => {
    scenario(
      'it stops when the alarm is raised, with no more replaced than had begun',
      async (world) => {
        world.cloud.cloudwatch.setAlarm('web-errors', 'OK');
        await world.commit(watched(1));
        await world.settle('web');
        await world.commit(watched(2));
        await world.until(
          'one is replaced',
          async () => ((await world.record('web')).rollout?.replaced ?? 0) > 0,
          300,
        );
        world.cloud.cloudwatch.setAlarm('web-errors', 'ALARM');
        await world.until('it is paused', async () => (await status(world)) === 'paused', 300);
        expect((await world.record('web')).rollout?.reason).toContain('"web-errors"');
        const members = world.members('web').map(({ id }) => id);
        expect(members).toHaveLength(3);
        await world.advance(600);
        expect(world.members('web').map(({ id }) => id)).toEqual(members);
      },
      QUICK,
    );

    scenario(
      'it is refused while the alarm is raised, by an upload and by a command, and goes well afterwards',
      async (world) => {
        world.cloud.cloudwatch.setAlarm('web-errors', 'OK');
        await world.commit(watched(1));
        await world.settle('web');
        world.cloud.cloudwatch.setAlarm('web-errors', 'ALARM');
        await expect(world.commit(watched(2))).rejects.toThrow('web-errors');
        await world.upload('groups/web.json', upload(watched(2)));
        await world.until('a result', async () => (await world.result('groups/web.json')) !== undefined, 60);
        expect(JSON.stringify(await world.result('groups/web.json'))).toContain('web-errors');
        expect(await status(world)).toBeUndefined();
        world.cloud.cloudwatch.setAlarm('web-errors', 'OK');
        await world.commit(watched(2));
        await world.until('it has succeeded', async () => (await status(world)) === 'succeeded', 600);
      },
      QUICK,
    );
  });
