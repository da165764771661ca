import { describe, expect } from 'vitest';
import { scenario } from '../../support/scenario.js';
import { cattle } from '../../support/scenario-specs.js';
import { whatStays } from '../../support/what-stays.js';
import type { World } from '../../support/world.js';

const ofSwarm = (role: 'manager' | 'worker', size: number, image = 'ami-0abc') =>
  cattle(`${role}s`, size, {
    plugin: `swarm/${role}`,
    flavor: { Cluster: 'shop' },
    run: { ImageId: image },
    properties: { Repair: { Grace: '2m' } },
  });

const tokensNow = (world: World): readonly string[] =>
  ['manager-token', 'worker-token'].map((name) => {
    const value = world.cloud.ssm.value(`/holdfast/${world.plane.stack}/shop/${name}`);
    if (value === undefined || value.length < 20) throw new Error(`no ${name} to look for`);
    return value;
  });

/** Words that each place must have, or nothing would have been looked at. */
const WITNESSES: Readonly<Record<string, string>> = {
  'user data': "Flavor='swarm/manager'",
  tags: 'infrakit.group',
  'calls of the SDK': 'swarm-rotate',
  // Nothing is logged of what goes well.
  logs: '[',
  events: 'cluster.tokens-rotated',
  'the table': 'swarm/worker',
  'histories of executions': 'TaskSucceeded',
  'outputs of commands': 'ready',
};

export const secrecyScenarios = () =>
  describe('the tokens of a swarm', () => {
    scenario(
      'they are in no user data, tag, call, log, event, item, history or output, whatever the swarm lives through',
      async (world) => {
        await world.commit(ofSwarm('manager', 3));
        await world.commit(ofSwarm('worker', 2));
        await world.settle('managers', 1800);
        await world.settle('workers', 1800);
        const first = tokensNow(world);
        await world.commit(ofSwarm('manager', 3, 'ami-0def'));
        await world.settle('managers', 3600);
        world.software().kill(world.members('workers')[0]?.id ?? '');
        await world.advance(300);
        await world.settle('workers', 1800);
        expect(tokensNow(world)).toEqual(first);

        await world.api('Flavor.RotateTokens', { ID: 'managers' });
        const second = tokensNow(world);
        for (const token of first) expect(second).not.toContain(token);
        expect(
          (await world.events('managers')).filter((it) => it.event === 'cluster.tokens-rotated'),
        ).toHaveLength(1);
        await world.api('Flavor.Healthy', { ID: 'managers' });
        await world.api('Flavor.Healthy', { ID: 'workers' });
        await world.commit(ofSwarm('worker', 3, 'ami-0def'));
        await world.settle('workers', 1800);

        const [survivor = '', ...lost] = world.members('managers').map(({ id }) => id);
        for (const id of lost) world.software().kill(id);
        await world.until(
          'the lost quorum is on record',
          async () => (await world.record('managers')).status.quorumLost !== undefined,
        );
        await world.api('Flavor.Recover', { ID: 'managers', Instance: survivor, Confirm: 'managers' });
        await world.settle('managers', 3600);

        const secrets = [...first, ...second, ...tokensNow(world)];
        const places = await whatStays(world);
        expect([...places.keys()].sort()).toEqual(Object.keys(WITNESSES).sort());
        for (const [place, text] of places) {
          expect(text, `${place} was looked at`).toContain(WITNESSES[place]);
          for (const secret of secrets) expect(text.includes(secret), `a token in ${place}`).toBe(false);
        }
      },
      { models: true, alone: true },
    );

    scenario(
      'they go with the last group that can found the swarm, and not before',
      async (world) => {
        await world.commit(ofSwarm('manager', 1));
        await world.commit(ofSwarm('worker', 1));
        await world.settle('managers', 1800);
        await world.settle('workers', 1800);
        const first = tokensNow(world);
        await world.api('Group.Destroy', { ID: 'workers' });
        await world.until(
          'the workers are gone',
          async () => (await world.record('workers')).watch === 'destroyed',
        );
        expect(tokensNow(world)).toEqual(first);
        await world.api('Group.Destroy', { ID: 'managers' });
        await world.until(
          'the managers are gone',
          async () => (await world.record('managers')).watch === 'destroyed',
        );
        await world.advance(120);
        expect(() => tokensNow(world)).toThrow('to look for');
        await world.commit(ofSwarm('manager', 1));
        await world.settle('managers', 1800);
        for (const token of first) expect(tokensNow(world)).not.toContain(token);
      },
      { models: true, alone: true },
    );
  });
