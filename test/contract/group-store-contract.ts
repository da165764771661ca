import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { GroupRecord } from '../../lib/core/group-record.js';
import { groupId } from '../../lib/core/ids.js';
import type { GroupStore } from '../../lib/ports/group-store.js';
import { freshGroupId, NEW_YEAR, sampleGroup, sampleInstance, sampleOrder } from './sample-group.js';

export interface StoreWorld {
  readonly store: GroupStore;
  /** The same table as the code of the next schema version writes it. */
  readonly newer: GroupStore;
  close?(): Promise<void>;
}

const DAY_MS = 86_400_000;
const lease = (holder: string, until: number) => ({ holder, until });
/** For reads that may lag; at once where they do not. */
export const eventually = (check: () => Promise<void>) =>
  vi.waitFor(check, { timeout: 10_000, interval: 200 });

/** What every `GroupStore` promises about groups and the fleet. Ids are fresh in each test, so a real table may be shared and kept. */
export function groupStoreContract(name: string, makeWorld: () => Promise<StoreWorld>): void {
  describe(`${name} keeps the promises of a GroupStore`, () => {
    let world: StoreWorld;
    let store: GroupStore;
    beforeAll(async () => {
      world = await makeWorld();
      store = world.store;
    });
    afterAll(async () => world.close?.());

    const created = async (change: Partial<GroupRecord> = {}): Promise<GroupRecord> => {
      const record = sampleGroup(change);
      await store.create(record);
      return record;
    };

    describe('group', () => {
      test('it reads back what it created, values of every kind included', async () => {
        const record = await created({
          orders: [sampleOrder('o-1')],
          freeze: { reason: 'exam "week"', since: NEW_YEAR },
          upload: { key: 'groups/a.json', sequencer: '0055', allocation: { kind: 'size', size: 0 } },
        });
        expect(await store.read(record.id)).toEqual(record);
      });

      test('it answers undefined for a group that is not there', async () => {
        expect(await store.read(freshGroupId())).toBeUndefined();
      });

      test('it keeps no attribute that is undefined', async () => {
        const record = await created({ freeze: undefined });
        expect(Object.keys((await store.read(record.id)) ?? {})).not.toContain('freeze');
      });

      test('it refuses to create a group that is there and leaves it as it is', async () => {
        const record = await created();
        await expect(store.create({ ...record, revision: 9 })).rejects.toMatchObject({ name: 'Conflict' });
        expect((await store.read(record.id))?.revision).toBe(1);
      });

      test('it lets exactly one of many concurrent creations win', async () => {
        const id = freshGroupId();
        const all = await Promise.allSettled(
          [1, 2, 3, 4, 5, 6, 7, 8].map((revision) => store.create(sampleGroup({ id, revision }))),
        );
        const won = all.flatMap((result, index) => (result.status === 'fulfilled' ? [index + 1] : []));
        expect(won).toHaveLength(1);
        expect((await store.read(id))?.revision).toBe(won[0]);
      });

      test('it does not share values with its callers', async () => {
        const reasons = ['3 missing'];
        const record = sampleGroup();
        await store.create({ ...record, status: { ...record.status, reasons } });
        reasons.push('changed later');
        expect((await store.read(record.id))?.status.reasons).toEqual(['3 missing']);
      });
    });

    describe('lease', () => {
      test('it is held by one until it is released or has run out', async () => {
        const { id } = await created();
        const held = await store.takeLease(id, lease('a', NEW_YEAR + 1000), NEW_YEAR);
        expect(held).toMatchObject({ fence: 1, lease: { holder: 'a', until: NEW_YEAR + 1000 } });
        expect(await store.takeLease(id, lease('b', NEW_YEAR + 5000), NEW_YEAR + 999)).toBeUndefined();
        expect((await store.read(id))?.lease?.holder).toBe('a');
        const next = await store.takeLease(id, lease('b', NEW_YEAR + 5000), NEW_YEAR + 1000);
        expect(next).toMatchObject({ fence: 2, lease: { holder: 'b' } });
      });

      test('it is free at once when released', async () => {
        const { id } = await created();
        await store.takeLease(id, lease('a', NEW_YEAR + 1000), NEW_YEAR);
        const released = await store.update(id, { lease: undefined }, { fence: 1 });
        expect(released.lease).toBeUndefined();
        expect((await store.takeLease(id, lease('b', NEW_YEAR + 9000), NEW_YEAR))?.fence).toBe(2);
      });

      test('it goes to exactly one of many that ask at once', async () => {
        const { id } = await created();
        const asked = await Promise.all(
          ['a', 'b', 'c', 'd', 'e', 'f'].map((holder) =>
            store.takeLease(id, lease(holder, NEW_YEAR + 1000), NEW_YEAR),
          ),
        );
        const got = asked.flatMap((record) => (record ? [record] : []));
        expect(got).toHaveLength(1);
        expect((await store.read(id))?.lease?.holder).toBe(got[0]?.lease?.holder);
      });

      test('it is not given for a group that is not there', async () => {
        const id = freshGroupId();
        expect(await store.takeLease(id, lease('a', NEW_YEAR + 1000), NEW_YEAR)).toBeUndefined();
        expect(await store.read(id)).toBeUndefined();
      });

      test('it begins an observation: what woke the group before is seen', async () => {
        const { id } = await created({ wake: 7, seen: 3 });
        expect(await store.takeLease(id, lease('a', NEW_YEAR + 1000), NEW_YEAR)).toMatchObject({
          wake: 7,
          seen: 7,
        });
      });
    });

    describe('guard', () => {
      test('it refuses the write of a holder that was overtaken', async () => {
        const { id } = await created();
        await store.takeLease(id, lease('a', NEW_YEAR + 1000), NEW_YEAR);
        await store.takeLease(id, lease('b', NEW_YEAR + 9000), NEW_YEAR + 1000);
        await expect(store.update(id, { digest: 'late' }, { fence: 1 })).rejects.toMatchObject({
          name: 'Conflict',
        });
        expect((await store.read(id))?.digest).toBe('');
      });

      test('it refuses an order when a user has commanded since', async () => {
        const { id, intent } = await created();
        await store.takeLease(id, lease('a', NEW_YEAR + 1000), NEW_YEAR);
        await store.command(id, { watch: 'free' }, { intent });
        const order = store.update(id, { orders: [sampleOrder('o-1')] }, { fence: 1, intent });
        await expect(order).rejects.toMatchObject({ name: 'Conflict' });
        expect((await store.read(id))?.orders).toEqual([]);
      });

      test('it refuses a release when the group was woken since the observation began', async () => {
        const { id } = await created();
        const held = await store.takeLease(id, lease('a', NEW_YEAR + 1000), NEW_YEAR);
        await store.wake(id);
        const release = store.update(id, { lease: undefined }, { fence: 1, wake: held?.wake });
        await expect(release).rejects.toMatchObject({ name: 'Conflict' });
        expect((await store.read(id))?.lease?.holder).toBe('a');
      });

      test('it answers with the record as it is after the write', async () => {
        const { id } = await created();
        await store.takeLease(id, lease('a', NEW_YEAR + 1000), NEW_YEAR);
        const written = await store.update(
          id,
          { orders: [sampleOrder('o-1')], digest: 'd-2', seen: 0 },
          { fence: 1, intent: 1, wake: 0 },
        );
        expect(written).toMatchObject({ digest: 'd-2', intent: 1, orders: [{ id: 'o-1' }] });
        expect(await store.read(id)).toEqual(written);
      });

      test('it refuses writes to a group that is not there and makes none', async () => {
        const id = freshGroupId();
        await expect(store.update(id, { digest: 'x' }, { fence: 0 })).rejects.toMatchObject({
          name: 'Conflict',
        });
        await expect(store.command(id, { watch: 'free' }, { intent: 0 })).rejects.toMatchObject({
          name: 'Conflict',
        });
        expect(await store.read(id)).toBeUndefined();
      });
    });

    describe('command', () => {
      test('it raises intent and lets exactly one of many concurrent commands win', async () => {
        const { id } = await created();
        const all = await Promise.allSettled(
          [11, 12, 13, 14, 15, 16].map((revision) => store.command(id, { revision }, { intent: 1 })),
        );
        const won = all.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
        expect(won).toHaveLength(1);
        expect(won[0]?.intent).toBe(2);
        expect((await store.read(id))?.revision).toBe(won[0]?.revision);
        for (const result of all) {
          if (result.status === 'rejected') expect(result.reason).toMatchObject({ name: 'Conflict' });
        }
      });

      test('it refuses a command in the name of a holder that was overtaken', async () => {
        const { id } = await created();
        await store.takeLease(id, lease('a', NEW_YEAR + 1000), NEW_YEAR);
        await store.takeLease(id, lease('b', NEW_YEAR + 9000), NEW_YEAR + 5000);
        const late = store.command(id, { revision: 2 }, { intent: 1, fence: 1 });
        await expect(late).rejects.toMatchObject({ name: 'Conflict' });
        expect((await store.command(id, { revision: 2 }, { intent: 1, fence: 2 })).intent).toBe(2);
      });

      test('it and the lease holder do not overwrite each other', async () => {
        const { id } = await created({ freeze: { reason: 'x', since: NEW_YEAR } });
        await store.takeLease(id, lease('a', NEW_YEAR + 1000), NEW_YEAR);
        await store.command(id, { revision: 2, freeze: undefined }, { intent: 1 });
        await store.update(id, { digest: 'after' }, { fence: 1 });
        const record = await store.read(id);
        expect(record).toMatchObject({ revision: 2, digest: 'after', fence: 1, intent: 2 });
        expect(record?.freeze).toBeUndefined();
      });
    });

    describe('wake', () => {
      test('it writes once for 300 wakes between two observations', async () => {
        const { id } = await created();
        const written = await Promise.all(Array.from({ length: 300 }, () => store.wake(id)));
        expect(written.filter(Boolean)).toHaveLength(1);
        expect((await store.read(id))?.wake).toBe(1);
        await store.takeLease(id, lease('a', NEW_YEAR + 1000), NEW_YEAR);
        expect([await store.wake(id), await store.wake(id)]).toEqual([true, false]);
        expect(await store.read(id)).toMatchObject({ wake: 2, seen: 1 });
      });

      test('it never disturbs the lease holder', async () => {
        const { id } = await created();
        await store.takeLease(id, lease('a', NEW_YEAR + 1000), NEW_YEAR);
        await store.wake(id);
        expect(await store.update(id, { digest: 'x' }, { fence: 1, intent: 1 })).toMatchObject({ wake: 1 });
      });

      test('it does nothing for a group that is not there', async () => {
        const id = freshGroupId();
        expect(await store.wake(id)).toBe(false);
        expect(await store.read(id)).toBeUndefined();
      });
    });

    describe('list', () => {
      test('it has every group that is not destroyed, in the order of ids, with what the sweep needs', async () => {
        const records = await Promise.all(
          Array.from({ length: 20 }, (_, index) =>
            created({ orders: index === 3 ? [sampleOrder('o')] : [] }),
          ),
        );
        const mine = records.map((record) => record.id).sort();
        await eventually(async () => {
          const listed = (await store.list()).filter((summary) => mine.includes(summary.id));
          expect(listed.map((summary) => summary.id)).toEqual(mine);
          expect(listed.filter((summary) => summary.openOrders === 1).map((summary) => summary.id)).toEqual([
            records[3]?.id,
          ]);
        });
        const [first] = records;
        const listed = (await store.list()).find((summary) => summary.id === first?.id);
        expect(listed).toEqual({
          id: first?.id,
          watch: 'watched',
          revision: 1,
          declared: 3,
          foreign: [],
          status: first?.status,
          lookAgainAt: 253_402_214_400_000,
          digest: '',
          impaired: [],
          wake: 0,
          seen: 0,
          breaker: {},
          openOrders: 0,
        });
      });

      test('it follows the number of open orders', async () => {
        const { id } = await created();
        const opened = async () => (await store.list()).find((summary) => summary.id === id)?.openOrders;
        await store.takeLease(id, lease('a', NEW_YEAR + 1000), NEW_YEAR);
        await store.update(id, { orders: [sampleOrder('o-1'), sampleOrder('o-2')] }, { fence: 1 });
        await eventually(async () => expect(await opened()).toBe(2));
        await store.update(id, { orders: [] }, { fence: 1 });
        await eventually(async () => expect(await opened()).toBe(0));
      });

      test('it keeps a destroying group, drops a destroyed one, and has it again when re-created', async () => {
        const { id } = await created();
        const listed = async () => (await store.list()).some((summary) => summary.id === id);
        await store.command(id, { watch: 'destroying' }, { intent: 1 });
        await eventually(async () => expect(await listed()).toBe(true));
        await store.command(id, { watch: 'destroyed' }, { intent: 2 });
        await eventually(async () => expect(await listed()).toBe(false));
        expect((await store.read(id))?.intent).toBe(3);
        await store.command(id, { watch: 'watched', revision: 2 }, { intent: 3 });
        await eventually(async () => expect(await listed()).toBe(true));
      });
    });

    describe('fleet', () => {
      test('it keeps the fleet freeze until it is thawed', async () => {
        const freeze = { reason: 'holidays', since: NEW_YEAR, until: NEW_YEAR + DAY_MS };
        await store.putFleet({ freeze });
        expect(await store.fleet()).toEqual({ freeze });
        await store.putFleet({});
        expect(await store.fleet()).toEqual({});
      });
    });

    describe('a newer schema', () => {
      const refused = { name: 'NewerSchema' };

      test('it is refused for groups, by reads and writes alike, and nothing is written', async () => {
        const record = sampleGroup({ schemaVersion: 2, watch: 'destroyed' });
        await world.newer.create(record);
        await expect(store.read(record.id)).rejects.toMatchObject(refused);
        await expect(store.takeLease(record.id, lease('a', 1), 0)).rejects.toMatchObject(refused);
        await expect(store.update(record.id, { digest: 'x' }, { fence: 0 })).rejects.toMatchObject(refused);
        await expect(store.command(record.id, { revision: 2 }, { intent: 1 })).rejects.toMatchObject(refused);
        await expect(store.wake(record.id)).rejects.toMatchObject(refused);
        expect(await world.newer.read(record.id)).toEqual(record);
      });

      test('it is left out of the list, which the other groups are looked after by', async () => {
        const newer = sampleGroup({ schemaVersion: 2 });
        await world.newer.create(newer);
        const { id } = await created();
        const ids = (await store.list()).map((summary) => summary.id);
        expect(ids).toContain(id);
        expect(ids).not.toContain(newer.id);
      });
    });

    test('it treats ids that begin alike as different groups', async () => {
      const short = freshGroupId();
      const long = groupId(`${short}.more`);
      await store.create(sampleGroup({ id: long }));
      expect(await store.read(short)).toBeUndefined();
      await store.putInstances(long, [sampleInstance()], 1);
      expect(await store.instances(short)).toEqual([]);
    });
  });
}
