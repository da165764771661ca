import { describe, expect } from 'vitest';
import { scenario } from '../../support/scenario.js';
import { cattle } from '../../support/scenario-specs.js';

export const asking = () =>
  describe('the API under the synthesized policies', () => {
    scenario('it asks a flavor afresh, and puts nothing on record', async (world) => {
      await world.commit(cattle('web', 2));
      await world.settle('web');
      const [sick] = world.members('web');
      world.others.impair(sick?.id ?? '');
      const asked = await world.api('Flavor.Healthy', { ID: 'web' });
      expect(asked.Instances).toHaveLength(2);
      expect(asked.Instances.find(({ ID }) => ID === sick?.id)?.Health).toBe('unhealthy');
      expect((await world.view('web')).Instances.map(({ Health }) => Health)).toEqual(['healthy', 'healthy']);
      world.others.heal(sick?.id ?? '');
    });

    scenario(
      'it asks before a shrink by name ends more than the budget lets go, and ends these',
      async (world) => {
        await world.commit(cattle('web', 5));
        await world.settle('web');
        const all = world.members('web').map(({ id }) => id);
        const Instances = all.slice(0, 3);
        const unconfirmed = world.api('Group.DestroyInstances', { ID: 'web', Instances });
        await expect(unconfirmed).rejects.toThrow(/ends 3 instances at once/);
        await world.advance(60);
        expect(world.members('web')).toHaveLength(5);
        await world.api('Group.DestroyInstances', { ID: 'web', Instances, Confirm: true });
        await world.settle('web');
        expect(
          world
            .members('web')
            .map(({ id }) => id)
            .sort(),
        ).toEqual(all.slice(3).sort());
      },
    );

    scenario('it keeps what nobody could be asked about', async (world) => {
      await world.commit(cattle('web', 2));
      const fault = world.faults.add({
        kind: 'throttle',
        operation: 'DescribeInstanceStatus',
        forMs: 30 * 60_000,
      });
      await world.advance(25 * 60);
      expect(
        world.books
          .launchedWith('holdfast.stack', 'holdfast-a')
          .filter(({ endedAt }) => endedAt !== undefined),
      ).toEqual([]);
      world.faults.remove(fault);
      await world.settle('web');
      expect(world.members('web')).toHaveLength(2);
    });

    scenario('it obeys the newest of two sizes that are commanded one after the other', async (world) => {
      await world.commit(cattle('web', 5));
      await world.settle('web');
      await world.api('Group.SetSize', { ID: 'web', Size: 2, Confirm: true });
      await world.api('Group.SetSize', { ID: 'web', Size: 4 });
      await world.settle('web');
      expect(world.members('web')).toHaveLength(4);
    });
  });
