import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configHash, rolloutId } from '../../lib/core/ids.js';
import type { HealthChecks } from '../../lib/core/instance.js';
import type { Rollout } from '../../lib/core/rollout.js';
import type { GroupStore } from '../../lib/ports/group-store.js';
import type { StoreWorld } from './group-store-contract.js';
import { freshGroupId, freshInstanceId, NEW_YEAR, sampleGroup, sampleInstance } from './sample-group.js';

const PROVING = rolloutId('r-1');

export const sampleRollout = (change: Partial<Rollout> = {}): Rollout => ({
  id: PROVING,
  number: 1,
  status: 'running',
  reason: '3 outdated instances',
  from: 1,
  to: 2,
  configHash: configHash('245r5j5dcg4u2jeebioyq44l7noocwkj'),
  isRollback: false,
  startedAt: NEW_YEAR,
  resumedAt: NEW_YEAR,
  phase: 'rolling',
  checkpoints: 0,
  replaced: 0,
  total: 3,
  failures: 0,
  failed: [],
  progressedAt: NEW_YEAR,
  waitsFor: '',
  execution: 0,
  beatBy: 0,
  ...change,
});

const healthyOnce: HealthChecks = {
  at: NEW_YEAR + 10_000,
  health: 'healthy',
  reason: 'joined',
  healthy: 1,
  healthySince: NEW_YEAR + 10_000,
};
const healthyTwice: HealthChecks = { ...healthyOnce, at: NEW_YEAR + 20_000, healthy: 2 };

/** What every `GroupStore` promises about rollouts and the checks that prove new members. */
export function rolloutStoreContract(name: string, makeWorld: () => Promise<StoreWorld>): void {
  describe(`${name} keeps the promises of a GroupStore about rollouts`, () => {
    let world: StoreWorld;
    let store: GroupStore;
    beforeAll(async () => {
      world = await makeWorld();
      store = world.store;
    });
    afterAll(async () => world.close?.());

    /** One new member on record, and how to read it. */
    const proving = async () => {
      const group = freshGroupId();
      const record = sampleInstance({ proving: PROVING });
      await store.putInstances(group, [record], 1);
      const checks = async () => (await store.instances(group))[0]?.checks;
      return { group, record, checks };
    };

    describe('checks', () => {
      test('it records the first, and the next upon it', async () => {
        const { group, record, checks } = await proving();
        expect(await store.putChecks(group, record.id, healthyOnce, undefined)).toBe(true);
        expect(await checks()).toEqual(healthyOnce);
        expect(await store.putChecks(group, record.id, healthyTwice, healthyOnce)).toBe(true);
        expect(await checks()).toEqual(healthyTwice);
      });

      test('it lets the one that came first stay', async () => {
        const { group, record, checks } = await proving();
        await store.putChecks(group, record.id, healthyTwice, undefined);
        expect(await store.putChecks(group, record.id, healthyOnce, undefined)).toBe(false);
        const other = { ...healthyOnce, reason: 'not joined' };
        expect(await store.putChecks(group, record.id, other, healthyOnce)).toBe(false);
        expect(await checks()).toEqual(healthyTwice);
      });

      test('it takes exactly one of many made upon the same', async () => {
        const { group, record, checks } = await proving();
        const made = [1, 2, 3, 4, 5, 6].map((second) => ({ ...healthyOnce, at: NEW_YEAR + second * 1000 }));
        const taken = await Promise.all(
          made.map((check) => store.putChecks(group, record.id, check, undefined)),
        );
        expect(taken.filter(Boolean)).toHaveLength(1);
        expect(await checks()).toEqual(made[taken.indexOf(true)]);
      });

      test('it keeps none of a member that is not on record, or not being proved', async () => {
        const group = freshGroupId();
        const proved = sampleInstance();
        await store.putInstances(group, [proved], 1);
        expect(await store.putChecks(group, freshInstanceId(), healthyOnce, undefined)).toBe(false);
        expect(await store.putChecks(group, proved.id, healthyOnce, undefined)).toBe(false);
        expect(await store.instances(group)).toEqual([proved]);
      });

      test('it keeps those on record when the pass writes the member, not those that the pass had read', async () => {
        const { group, record } = await proving();
        await store.putChecks(group, record.id, healthyOnce, undefined);
        await store.putInstances(group, [{ ...record, zone: 'eu-west-1a' }], 1);
        expect(await store.instances(group)).toEqual([
          { ...record, zone: 'eu-west-1a', checks: healthyOnce },
        ]);
        await store.putChecks(group, record.id, healthyTwice, healthyOnce);
        await store.putInstances(group, [{ ...record, checks: healthyOnce }], 2);
        expect(await store.instances(group)).toEqual([{ ...record, checks: healthyTwice }]);
      });

      test('it drops them with the last of the proof', async () => {
        const { group, record } = await proving();
        await store.putChecks(group, record.id, healthyOnce, undefined);
        const proved = { ...record, proving: undefined, checks: healthyOnce };
        await store.putInstances(group, [proved], 1);
        const [read] = await store.instances(group);
        expect(read?.id).toBe(record.id);
        expect(Object.keys(read ?? {})).not.toContain('proving');
        expect(Object.keys(read ?? {})).not.toContain('checks');
        expect(await store.putChecks(group, record.id, healthyTwice, healthyOnce)).toBe(false);
      });

      test('it forgets who led when the next record does not say', async () => {
        const group = freshGroupId();
        const record = sampleInstance({ leader: true });
        await store.putInstances(group, [record], 1);
        expect(await store.instances(group)).toEqual([record]);
        await store.putInstances(group, [{ ...record, leader: undefined }], 1);
        expect(Object.keys((await store.instances(group))[0] ?? {})).not.toContain('leader');
      });

      test('it is refused for a member that newer code has written', async () => {
        const group = freshGroupId();
        const record = sampleInstance({ proving: PROVING });
        await world.newer.putInstances(group, [record], 1);
        await expect(store.putChecks(group, record.id, healthyOnce, undefined)).rejects.toMatchObject({
          name: 'NewerSchema',
        });
        expect(await world.newer.instances(group)).toEqual([record]);
      });
    });

    describe('rollouts', () => {
      const over = (number: number, change: Partial<Rollout> = {}) =>
        sampleRollout({ number, id: rolloutId(`r-${number}`), status: 'succeeded', ...change });

      test('it has them newest first, and no more than asked for', async () => {
        const [group, other] = [freshGroupId(), freshGroupId()];
        for (const number of [2, 9, 10, 1, 100]) await store.putRollout(group, over(number));
        await store.putRollout(other, over(7));
        const numbers = async (limit: number) =>
          (await store.rollouts(group, limit)).map((rollout) => rollout.number);
        expect(await numbers(10)).toEqual([100, 10, 9, 2, 1]);
        expect(await numbers(2)).toEqual([100, 10]);
        expect(await store.rollouts(freshGroupId(), 10)).toEqual([]);
      });

      test('it reads back what it was given, and lets the same number overwrite itself', async () => {
        const group = freshGroupId();
        const failed = over(1, { status: 'failed', failed: [freshInstanceId()], endedAt: NEW_YEAR + 1 });
        await store.putRollout(group, failed);
        expect(await store.rollouts(group, 1)).toEqual([failed]);
        const resumed = over(1, { boot: { atLeast: 1000, atMost: 2000 }, told: 'end', endedAt: undefined });
        await store.putRollout(group, resumed);
        const [read] = await store.rollouts(group, 5);
        expect(read).toMatchObject({ status: 'succeeded', boot: { atLeast: 1000, atMost: 2000 } });
        expect(Object.keys(read ?? {})).not.toContain('endedAt');
      });

      test('it refuses one that newer code has written, and does not overwrite it', async () => {
        const group = freshGroupId();
        await world.newer.putRollout(group, over(1));
        const refused = { name: 'NewerSchema' };
        await expect(store.rollouts(group, 1)).rejects.toMatchObject(refused);
        await expect(store.putRollout(group, over(1, { total: 9 }))).rejects.toMatchObject(refused);
        expect(await world.newer.rollouts(group, 1)).toEqual([over(1)]);
      });

      test('it keeps the current one with its group', async () => {
        const rollout = sampleRollout({ awaitsApproval: true, waitUntil: NEW_YEAR + 5 });
        const record = sampleGroup({ rollout, restartBefore: NEW_YEAR, basis: { kind: 'size', size: 3 } });
        await store.create(record);
        expect(await store.read(record.id)).toEqual(record);
        const { awaitsApproval: _, waitUntil: __, ...resumed } = rollout;
        await store.command(record.id, { rollout: resumed, basis: undefined }, { intent: 1 });
        const read = await store.read(record.id);
        expect(read?.rollout).toEqual(resumed);
        expect(Object.keys(read ?? {})).not.toContain('basis');
      });
    });
  });
}
