import { describe, expect } from 'vitest';
import { scenario } from '../../support/scenario.js';
import { cattle } from '../../support/scenario-specs.js';
import type { World } from '../../support/world.js';

const launchedByUs = (world: World) => world.books.launchedWith('holdfast.stack', 'holdfast-a');
const idsOf = (world: World, group: string) =>
  world
    .members(group)
    .map(({ id }) => id)
    .sort();

export const held = () =>
  describe('a group that is held back', () => {
    scenario(
      'it launches and ends nothing while frozen, survives commits, and goes on when thawed',
      async (world) => {
        await world.commit(cattle('web', 2));
        await world.settle('web');
        await world.api('Group.Freeze', { ID: 'web', Reason: 'audit' });
        world.others.terminate(idsOf(world, 'web')[0] ?? '');
        await world.commit(cattle('web', 4));
        await world.advance(300);
        expect(world.members('web')).toHaveLength(1);
        const view = await world.view('web');
        expect(view.Freeze).toMatchObject({ Reason: 'audit', Fleet: false });
        expect(view.Divergence).toBeGreaterThan(0);
        await world.api('Group.Thaw', { ID: 'web' });
        await world.settle('web');
        expect(world.members('web')).toHaveLength(4);
      },
    );

    scenario(
      'it thaws by itself when a freeze expires; a fleet freeze also holds groups to come',
      async (world) => {
        await world.commit(cattle('web', 1));
        await world.settle('web');
        await world.api('Group.Freeze', { Reason: 'holiday', For: '10m' });
        await world.commit(cattle('late', 1));
        world.others.terminate(idsOf(world, 'web')[0] ?? '');
        await world.advance(540);
        expect([...world.members('web'), ...world.members('late')]).toEqual([]);
        await world.advance(130);
        await world.settle('web');
        await world.settle('late');
      },
    );

    scenario('it is frozen with the fleet though the freeze died between two groups', async (world) => {
      await world.commit(cattle('a1', 1));
      await world.commit(cattle('a2', 1));
      await world.settle('a1');
      await world.settle('a2');
      let commands = 0;
      world.before((call) => {
        if (call.stack !== 'holdfast-a' || call.function !== 'group-api') return;
        if (call.operation !== 'UpdateItem' || !JSON.stringify(call.input).includes('holiday')) return;
        commands += 1;
        if (commands === 2) world.crash({ function: 'group-api', call: 1, when: 'before' });
      });
      await expect(world.api('Group.Freeze', { Reason: 'holiday' })).rejects.toThrow(/group-api failed/);
      for (const { id } of [...world.members('a1'), ...world.members('a2')]) world.others.terminate(id);
      await world.advance(180);
      expect([...world.members('a1'), ...world.members('a2')]).toEqual([]);
      await world.api('Group.Thaw', {});
      await world.settle('a1');
      await world.settle('a2');
    });

    scenario(
      'it sends no order that was open when a freeze came, and finds what it launched',
      async (world) => {
        world.faults.add({ kind: 'throttle', service: 'EC2', operation: 'RunInstances', forMs: 100_000 });
        await world.commit(cattle('web', 2));
        await world.advance(20);
        expect((await world.record('web')).orders).toHaveLength(1);
        await world.api('Group.Freeze', { ID: 'web', Reason: 'audit' });
        await world.advance(300);
        expect(launchedByUs(world)).toEqual([]);
        await world.api('Group.Thaw', { ID: 'web' });
        await world.settle('web');
        expect(launchedByUs(world)).toHaveLength(2);
      },
    );

    scenario(
      'it stops repair when too much fails at once, paces what EC2 proves ended, and obeys an override',
      async (world) => {
        await world.commit(cattle('web', 10, { properties: { Repair: { Grace: '2m' } } }));
        await world.settle('web');
        const victims = idsOf(world, 'web').slice(0, 5);
        for (const id of victims) world.others.impair(id);
        await world.advance(420);
        const view = await world.view('web');
        expect(view.Breaker?.Reason).toMatch(/^5 of 10 .*within 10 minutes, more than 2$/);
        expect(idsOf(world, 'web')).toEqual(expect.arrayContaining(victims));
        // What EC2 says is terminated is replaced, one at a time.
        world.others.terminate(victims[0] ?? '');
        world.others.terminate(victims[1] ?? '');
        await world.advance(20);
        expect(world.members('web')).toHaveLength(9);
        await world.api('Group.OverrideBreaker', { ID: 'web', For: '30m' });
        await world.settle('web', 1500);
        const events = (await world.events('web')).map(({ event }) => event);
        expect(events).toEqual(expect.arrayContaining(['breaker.tripped', 'breaker.overridden']));
      },
    );
  });
