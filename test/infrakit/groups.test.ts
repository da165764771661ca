import { describe, expect } from 'vitest';
import type { SpecDocument } from '../../lib/app/api-types.js';
import type { Json } from '../../lib/core/json.js';
import { scenario } from '../support/scenario.js';
import { runTenants, TENANTS } from '../support/scenario-flavor.js';
import { became, ID, QUICK, versions } from '../support/scenario-rollouts.js';
import { cattle } from '../support/scenario-specs.js';
import type { World } from '../support/world.js';

const WORLD = { ...QUICK, flavors: TENANTS };

const group = (version: number, size = 3, properties: Readonly<Record<string, Json>> = {}): SpecDocument =>
  cattle(ID, size, { plugin: 'tenant', flavor: { Tags: { version: `${version}` } }, properties });

const planOf = async (world: World, spec: SpecDocument): Promise<string | undefined> =>
  (await world.commit(spec, { Confirm: true })).Plan.split('\n')[0];

const ended = (world: World) => world.books.all().filter(({ endedAt }) => endedAt !== undefined);

describe("a group in InfraKit's integration tests", () => {
  scenario(
    'TestValidateNoGroupID, TestValidateNoAllocations, TestValidateMultipleAllocations, TestValidateMultipleUpdating, TestInvalidGroupCalls, TestNoSideEffectsFromPretendCommit: refused in its words, and nothing is done',
    async (world) => {
      const refused = async (spec: SpecDocument, why: string) =>
        expect(world.commit(spec)).rejects.toThrow(why);
      await refused({ ...group(1), ID: '' }, 'Group ID must not be blank');
      await refused(group(1, 3, { Allocation: {} }), 'Allocation must not be blank');
      await refused(
        group(1, 3, { Allocation: { Size: 1, LogicalIDs: ['a'] } }),
        'Only one Allocation method may be used',
      );
      await refused(
        group(1, 3, { Updating: { Count: 2, Duration: '10s' } }),
        'Only one Updating method may be used',
      );
      for (const turn of [1, 2]) {
        const { Plan } = await world.api('Group.CommitGroup', { Spec: group(1), Pretend: true });
        expect([turn, Plan.split('\n')[0]]).toEqual([turn, 'Managing 3 instances']);
      }
      for (const method of ['Group.FreeGroup', 'Group.Destroy', 'Group.DescribeGroup'] as const)
        await expect(world.api(method, { ID })).rejects.toThrow(`Group '${ID}' is not being watched`);
      await world.advance(120);
      expect(world.books.all()).toEqual([]);
    },
    WORLD,
  );

  scenario(
    'TestNoopUpdate, TestRollingUpdate, TestExternalManagedRollingUpdate, TestFlavorChange, TestDestroyGroup: a life from its first commit to its end',
    async (world) => {
      const drained = runTenants(world, { seconds: 2 });
      expect(await planOf(world, group(1))).toBe('Managing 3 instances');
      await world.settle(ID);
      expect(await planOf(world, group(1))).toBe('Noop');
      await world.advance(60);
      expect([drained, ended(world), versions(world)]).toEqual([[], [], '1 1 1']);
      expect(await planOf(world, group(2))).toBe('Performing a rolling update on 3 instances');
      await became(world, 'succeeded');
      await world.settle(ID);
      expect([drained.length, ended(world).length, versions(world)]).toEqual([3, 3, '2 2 2']);
      await world.api('Group.Destroy', { ID });
      await world.until('it is destroyed', async () => (await world.record(ID)).watch === 'destroyed');
      expect([drained.length, world.members(ID)]).toEqual([6, []]);
    },
    WORLD,
  );

  scenario(
    'TestScaleIncrease, TestScaleDecrease, TestUpdateCompletes, TestFreeGroup, TestFreeGroupWhileConverging: its size changes, back to back, and it is let go on the way',
    async (world) => {
      runTenants(world, { seconds: 1 });
      await world.commit(group(1));
      await world.settle(ID);
      expect(await planOf(world, group(1, 1))).toBe('Terminating 2 instances to reduce the group size to 1');
      await world.settle(ID);
      expect(await planOf(world, group(1, 3))).toBe('Adding 2 instances to increase the group size to 3');
      await world.settle(ID);
      expect(await planOf(world, group(1, 8))).toBe('Adding 5 instances to increase the group size to 8');
      expect(await planOf(world, group(1, 5))).toBe('Terminating 3 instances to reduce the group size to 5');
      await world.settle(ID);
      expect(versions(world)).toBe('1 1 1 1 1');
      await world.commit(group(1, 7));
      await world.until('they boot', () => world.members(ID).length === 7, 60);
      await world.api('Group.FreeGroup', { ID });
      await world.until('it is free', async () => (await world.record(ID)).watch === 'free', 120);
      await world.advance(60);
      expect(world.members(ID)).toHaveLength(7);
    },
    WORLD,
  );

  scenario(
    'TestRollAndAdjustScale: it replaces all three, then grows',
    async (world) => {
      const drained = runTenants(world, { seconds: 1 });
      await world.commit(group(1));
      await world.settle(ID);
      expect(await planOf(world, group(2, 8))).toBe(
        'Performing a rolling update on 3 instances, then adding 5 instances to increase the group size to 8',
      );
      await became(world, 'succeeded');
      await world.settle(ID);
      expect([drained.length, ended(world).length]).toEqual([3, 3]);
      expect(versions(world)).toBe('2 2 2 2 2 2 2 2');
    },
    WORLD,
  );

  scenario(
    'TestLabel, TestLabelOneUnlabelled: an instance with the hash `bootstrap` is adopted as up to date and labelled with the hash in force',
    async (world) => {
      const [old = '', ...others] = ['bootstrap', 'bootstrap'].map((hash) =>
        world.others.launchForeign({ tags: { 'infrakit.group': ID, 'infrakit.config.hash': hash } }),
      );
      await world.advance(120);
      expect((await world.commit(cattle(ID, 2))).Plan).toContain('Adopting 2 instances');
      await world.until('they are ours', () => world.members(ID).length === 2, 60);
      await world.advance(120);
      expect(
        world
          .members(ID)
          .map(({ id }) => id)
          .sort(),
      ).toEqual([old, ...others].sort());
      expect(await planOf(world, cattle(ID, 2))).toBe('Noop');
      const { configHash } = await world.record(ID);
      for (const { tags } of world.members(ID)) expect(tags['infrakit.config.hash']).toBe(configHash);
    },
    QUICK,
  );

  // InfraKit gives the update up and calls the group converged; here the end is ordered and said again.
  scenario(
    'TestRollingUpdateDestroyError, TestDestroyInstanceDestroyError: an end that fails is repeated, and the group is not converged meanwhile',
    async (world) => {
      runTenants(world, { seconds: 1 });
      await world.commit(group(1));
      await world.settle(ID);
      await world.commit(group(2));
      await world.until(
        'one is replaced',
        async () => ((await world.record(ID)).rollout?.replaced ?? 0) === 1,
      );
      world.faults.add({ kind: 'throttle', operation: 'TerminateInstances', forMs: 120_000 });
      await world.advance(100);
      const { status, rollout } = await world.record(ID);
      expect([status.converged, rollout?.status]).toEqual([false, 'running']);
      expect(versions(world)).toBe('1 1 2');
      await became(world, 'succeeded');
      await world.settle(ID);
      expect(versions(world)).toBe('2 2 2');
    },
    WORLD,
  );
});
