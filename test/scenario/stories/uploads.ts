import { describe, expect } from 'vitest';
import type { SpecDocument } from '../../../lib/app/api-types.js';
import { scenario } from '../../support/scenario.js';
import { cattle } from '../../support/scenario-specs.js';

const file = (...specs: readonly SpecDocument[]): string =>
  JSON.stringify({ groups: Object.fromEntries(specs.map(({ ID, Properties }) => [ID, { Properties }])) });

export const uploads = () =>
  describe('an uploaded file', () => {
    scenario('it is committed once, though told twice, and says so beside itself', async (world) => {
      const twice = world.faults.add({
        kind: 'events',
        how: 'twice',
        ms: 3000,
        detailType: 'Object Created',
      });
      await world.upload('groups/web.json', file(cattle('web', 2)));
      await world.until('the group is there', async () => (await world.plane.store.list()).length === 1, 60);
      world.faults.remove(twice);
      await world.settle('web');
      expect((await world.record('web')).history).toHaveLength(1);
      expect((await world.events('web')).filter(({ event }) => event === 'group.committed')).toHaveLength(1);
      const result = await world.result('groups/web.json');
      expect(result).toMatchObject({ file: 'groups/web.json', outcome: 'committed' });
    });

    scenario('it loses against a newer version whose event came first', async (world) => {
      world.faults.add({ kind: 'events', how: 'late', ms: 20_000, detailType: 'Object Created' });
      const { faults } = world;
      await world.upload('groups/web.json', file(cattle('web', 1)));
      faults.clear();
      await world.upload('groups/web.json', file(cattle('web', 3)));
      await world.advance(60);
      await world.settle('web');
      expect(world.members('web')).toHaveLength(3);
      expect((await world.record('web')).history).toHaveLength(1);
    });

    scenario(
      'it changes nothing when it is wrong, says every mistake in results/, and raises the alarm',
      async (world) => {
        const bad = file(cattle('web', 2), {
          ID: 'other',
          Properties: { Allocation: { Sise: 1 }, Flavor: { Plugin: 'swram' } },
        });
        await world.upload('groups/bad.json', bad);
        await world.until(
          'the result',
          async () => (await world.result('groups/bad.json')) !== undefined,
          60,
        );
        const result = await world.result('groups/bad.json');
        expect(result).toMatchObject({ outcome: 'refused' });
        expect(Object(result).issues.length).toBeGreaterThanOrEqual(2);
        expect(JSON.stringify(result)).toContain('Size');
        expect(await world.plane.store.list()).toEqual([]);
        const alarm = () =>
          world.cloud.cloudwatch
            .alarms()
            .find(({ definition }) => definition.AlarmName === 'holdfast-a-alarmsuploadsrefused');
        await world.until('the alarm', () => alarm()?.state === 'ALARM', 180);
        await world.until('its end', () => alarm()?.state === 'OK', 600);
      },
    );

    scenario('it only plans under proposed/', async (world) => {
      await world.upload('proposed/web.json', file(cattle('web', 2)));
      await world.until('the plan', async () => (await world.result('proposed/web.json')) !== undefined, 60);
      expect(await world.result('proposed/web.json')).toMatchObject({
        outcome: 'proposed',
        groups: [{ id: 'web', plan: 'Managing 2 instances', changed: true }],
      });
      expect(await world.plane.store.list()).toEqual([]);
    });

    scenario(
      'it destroys nothing and unwatches nothing when it is deleted; the event says so',
      async (world) => {
        await world.upload('groups/web.json', file(cattle('web', 2)));
        await world.advance(5);
        await world.settle('web');
        await world.removeUpload('groups/web.json');
        await world.advance(180);
        await world.settle('web');
        const noted = (await world.events('config-files')).find(({ event }) => event === 'upload.deleted');
        expect(noted?.reason).toContain('stay as they are');
      },
    );

    scenario('it leaves a later scale alone while its Allocation does not change', async (world) => {
      await world.upload('groups/web.json', file(cattle('web', 2)));
      await world.advance(5);
      await world.settle('web');
      await world.api('Group.SetSize', { ID: 'web', Size: 4 });
      await world.settle('web');
      await world.upload(
        'groups/web.json',
        file(cattle('web', 2, { properties: { Repair: { Grace: '5m' } } })),
      );
      await world.advance(90);
      await world.settle('web');
      expect(world.members('web')).toHaveLength(4);
      expect(JSON.stringify(await world.result('groups/web.json'))).toContain('the later scale to 4 stays');
    });

    scenario('it needs "Allow": ["shrink"] to end more than the budget', async (world) => {
      await world.upload('groups/web.json', file(cattle('web', 4)));
      await world.advance(5);
      await world.settle('web');
      await world.upload('groups/web.json', file(cattle('web', 1)));
      await world.advance(90);
      expect(JSON.stringify(await world.result('groups/web.json'))).toContain('shrinks from 4 to 1');
      expect(world.members('web')).toHaveLength(4);
      await world.upload('groups/web.json', file(cattle('web', 1, { properties: { Allow: ['shrink'] } })));
      await world.until('it shrinks', () => world.members('web').length === 1, 300);
      await world.settle('web');
    });

    scenario('it is resumed after a crash between two of its groups, until all carry it', async (world) => {
      let creates = 0;
      world.before((call) => {
        if (call.function !== 'config-uploaded' || call.operation !== 'PutItem') return;
        if (!JSON.stringify(call.input).includes('watched')) return;
        creates += 1;
        if (creates === 2) world.crash({ function: 'config-uploaded', call: 1, when: 'before' });
      });
      await world.upload('groups/both.json', file(cattle('a1', 1), cattle('a2', 2)));
      await world.advance(10);
      expect((await world.plane.store.list()).map(({ id }) => id)).toEqual(['a1']);
      await world.advance(120);
      await world.settle('a1');
      await world.settle('a2');
      expect(await world.result('groups/both.json')).toMatchObject({ outcome: 'committed' });
      expect((await world.record('a1')).history).toHaveLength(1);
    });

    scenario('it brings the groups back after the table was lost, and replaces none', async (world) => {
      await world.upload('groups/web.json', file(cattle('web', 3)));
      await world.advance(5);
      await world.settle('web');
      const before = world
        .members('web')
        .map(({ id }) => id)
        .sort();
      await world.loseTable();
      await world.advance(180);
      expect(world.members('web')).toHaveLength(3);
      // The restore drill: the same file once more.
      await world.upload('groups/web.json', file(cattle('web', 3)));
      await world.advance(5);
      await world.settle('web');
      expect(
        world
          .members('web')
          .map(({ id }) => id)
          .sort(),
      ).toEqual(before);
    });
  });
