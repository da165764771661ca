import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { groupEvent } from '../../lib/core/group-event.js';
import type { GroupRecord } from '../../lib/core/group-record.js';
import { instanceId, launchHash, orderId, specHash } from '../../lib/core/ids.js';
import type { GroupStore } from '../../lib/ports/group-store.js';
import { eventually, type StoreWorld } from './group-store-contract.js';
import { freshGroupId, freshInstanceId, NEW_YEAR, sampleGroup, sampleInstance } from './sample-group.js';

const DAY_MS = 86_400_000;

/** What every `GroupStore` promises about the items beside the group's own: specs, launches, instances and events. */
export function itemStoreContract(name: string, makeWorld: () => Promise<StoreWorld>): void {
  describe(`${name} keeps the promises of a GroupStore about specs, launches, instances and events`, () => {
    let world: StoreWorld;
    let store: GroupStore;
    beforeAll(async () => {
      world = await makeWorld();
      store = world.store;
    });
    afterAll(async () => world.close?.());

    const created = async (): Promise<GroupRecord> => {
      const record = sampleGroup();
      await store.create(record);
      return record;
    };

    describe('specs and launches', () => {
      const properties = { Instance: { Properties: { b: 1, a: [null, 1.5, 1e21, ''] } }, '': {} };

      test('it keeps a spec exactly as written, key order included', async () => {
        const id = freshGroupId();
        const spec = { id, properties, pins: { images: { 'resolve:ssm:/x': 'ami-1' }, subnets: [] } };
        await store.putSpec(specHash('s-1'), spec);
        const read = await store.spec(id, specHash('s-1'));
        expect(read).toEqual(spec);
        expect(JSON.stringify(read?.properties)).toBe(JSON.stringify(properties));
        expect(await store.spec(id, specHash('s-2'))).toBeUndefined();
        expect(await store.spec(freshGroupId(), specHash('s-1'))).toBeUndefined();
      });

      test('it repeats the bytes of a launch request', async () => {
        const id = freshGroupId();
        const request = { TagSpecifications: [{ Tags: [] }], ImageId: 'ami-1' };
        await store.putLaunch(id, launchHash('l-1'), request);
        expect(JSON.stringify(await store.launch(id, launchHash('l-1')))).toBe(JSON.stringify(request));
        expect(await store.launch(id, launchHash('l-2'))).toBeUndefined();
      });

      test('it takes an equal one again and refuses another under the same hash', async () => {
        const id = freshGroupId();
        await store.putLaunch(id, launchHash('l-1'), { ImageId: 'ami-1' });
        await store.putLaunch(id, launchHash('l-1'), { ImageId: 'ami-1' });
        await expect(store.putLaunch(id, launchHash('l-1'), { ImageId: 'ami-2' })).rejects.toMatchObject({
          name: 'Conflict',
        });
        expect(await store.launch(id, launchHash('l-1'))).toEqual({ ImageId: 'ami-1' });
      });
    });

    describe('instances', () => {
      test('it reads back whole records of its own group only', async () => {
        const [id, other] = [freshGroupId(), freshGroupId()];
        const records = Array.from({ length: 60 }, (_, index) => sampleInstance({ launchIndex: index }));
        await store.putInstances(id, records, 1);
        await store.putInstances(other, [sampleInstance()], 1);
        const read = [...(await store.instances(id))];
        expect(read.sort((a, b) => (a.launchIndex ?? 0) - (b.launchIndex ?? 0))).toEqual(records);
      });

      test('it drops attributes that the new record does not have', async () => {
        const id = freshGroupId();
        const record = sampleInstance({ absentSince: NEW_YEAR, zone: 'eu-west-1a' });
        await store.putInstances(id, [record], 1);
        await store.putInstances(id, [{ ...record, absentSince: undefined }], 1);
        const [read] = await store.instances(id);
        expect(read?.zone).toBe('eu-west-1a');
        expect(Object.keys(read ?? {})).not.toContain('absentSince');
      });

      test('it lets a record written under a higher fencing number stay, without an error', async () => {
        const id = freshGroupId();
        const [old, other] = [sampleInstance({ state: 'running' }), sampleInstance()];
        await store.putInstances(id, [{ ...old, state: 'terminated' }], 5);
        await store.putInstances(id, [old, other], 4);
        const read = await store.instances(id);
        expect(read.find((record) => record.id === old.id)?.state).toBe('terminated');
        expect(read.some((record) => record.id === other.id)).toBe(true);
        await store.putInstances(id, [{ ...old, state: 'stopping' }], 5);
        expect((await store.instances(id)).find((record) => record.id === old.id)?.state).toBe('stopping');
      });

      test('it keeps what only an event said when the pass writes the record', async () => {
        const id = freshGroupId();
        const record = sampleInstance();
        const leaving = {
          kind: 'interruption' as const,
          at: NEW_YEAR + 120_000,
          reason: 'spot interruption',
        };
        await store.putInstances(id, [record], 1);
        await store.setLeaving(id, record.id, leaving);
        await store.putInstances(id, [{ ...record, health: 'unhealthy' }], 2);
        expect(await store.instances(id)).toEqual([{ ...record, health: 'unhealthy', leavingBy: leaving }]);
      });

      test('it keeps a leaving that is on record, not the older one that a pass had read', async () => {
        const id = freshGroupId();
        const advice = { kind: 'advice' as const, at: NEW_YEAR, reason: 'rebalance' };
        const record = sampleInstance({ leavingBy: advice });
        await store.putInstances(id, [record], 1);
        expect(await store.instances(id)).toEqual([record]);
        const interruption = { kind: 'interruption' as const, at: NEW_YEAR + 1, reason: 'spot' };
        await store.setLeaving(id, record.id, interruption);
        await store.putInstances(id, [record], 1);
        expect(await store.instances(id)).toEqual([{ ...record, leavingBy: interruption }]);
      });

      test('it does not let advice that comes late hide an interruption', async () => {
        const id = freshGroupId();
        const record = sampleInstance();
        const at = async () => (await store.instances(id))[0]?.leavingBy;
        await store.putInstances(id, [record], 1);
        await store.setLeaving(id, record.id, { kind: 'advice', at: NEW_YEAR, reason: 'rebalance' });
        expect(await at()).toMatchObject({ kind: 'advice' });
        await store.setLeaving(id, record.id, { kind: 'interruption', at: NEW_YEAR + 1, reason: 'spot' });
        await store.setLeaving(id, record.id, { kind: 'advice', at: NEW_YEAR + 2, reason: 'rebalance' });
        expect(await at()).toEqual({ kind: 'interruption', at: NEW_YEAR + 1, reason: 'spot' });
      });

      test('it does not make a record of an instance that is not on record', async () => {
        const id = freshGroupId();
        await store.setLeaving(id, freshInstanceId(), { kind: 'advice', at: NEW_YEAR, reason: 'rebalance' });
        expect(await store.instances(id)).toEqual([]);
      });

      test('it drops records and takes ids that have none', async () => {
        const id = freshGroupId();
        const [kept, dropped] = [sampleInstance(), sampleInstance()];
        await store.putInstances(id, [kept, dropped], 1);
        await store.dropInstances(id, [dropped.id, freshInstanceId()], 1);
        expect(await store.instances(id)).toEqual([kept]);
      });

      test('it drops no record that was written under a higher fencing number', async () => {
        const id = freshGroupId();
        const record = sampleInstance();
        await store.putInstances(id, [record], 2);
        await store.dropInstances(id, [record.id], 1);
        expect(await store.instances(id)).toEqual([record]);
        await store.dropInstances(id, [record.id], 2);
        expect(await store.instances(id)).toEqual([]);
      });

      test('it finds the group of an instance, the one where it is alive first', async () => {
        const [before, now] = [await created(), await created()];
        const record = sampleInstance();
        await store.putInstances(before.id, [{ ...record, goneAt: NEW_YEAR }], 1);
        await store.putInstances(now.id, [record], 1);
        await eventually(async () =>
          expect(await store.findInstance(record.id)).toEqual({ group: now.id, record }),
        );
        expect(await store.findInstance(freshInstanceId())).toBeUndefined();
      });
    });

    describe('events', () => {
      const at = (group: GroupRecord['id'], minute: number, reason = `minute ${minute}`) =>
        groupEvent(NEW_YEAR + minute * 60_000, 'group.converged', group, reason);
      const query = { limit: 100, now: NEW_YEAR + DAY_MS };

      test('it has them oldest first: the newest few, or those after a key', async () => {
        const id = freshGroupId();
        const events = [5, 3, 1, 4, 2].map((minute) => at(id, minute));
        await store.putEvents([...events, at(freshGroupId(), 9)]);
        const reasons = async (more: { after?: string; limit?: number }) =>
          (await store.events(id, { ...query, ...more })).map((event) => event.reason);
        expect(await reasons({})).toEqual(['minute 1', 'minute 2', 'minute 3', 'minute 4', 'minute 5']);
        expect(await reasons({ limit: 2 })).toEqual(['minute 4', 'minute 5']);
        expect(await reasons({ after: at(id, 2).key })).toEqual(['minute 3', 'minute 4', 'minute 5']);
        expect(await reasons({ after: at(id, 2).key, limit: 2 })).toEqual(['minute 3', 'minute 4']);
        expect(await reasons({ after: at(id, 5).key })).toEqual([]);
      });

      test('it lets the same event overwrite itself', async () => {
        const id = freshGroupId();
        const event = groupEvent(NEW_YEAR, 'instance.destroyed', id, 'surplus', {
          instance: instanceId('i-1'),
          what: orderId('o-1'),
        });
        await store.putEvents([event, event]);
        await store.putEvents([event]);
        expect(await store.events(id, query)).toEqual([event]);
      });

      test('it leaves out events of more than 30 days ago', async () => {
        const id = freshGroupId();
        await store.putEvents([at(id, 0), at(id, 2)]);
        const now = NEW_YEAR + 30 * DAY_MS + 60_000;
        expect((await store.events(id, { limit: 1, now })).map((event) => event.reason)).toEqual([
          'minute 2',
        ]);
        expect(await store.events(id, { limit: 5, now: now + 60_000 })).toEqual([]);
      });

      test('it takes more than one batch', async () => {
        const id = freshGroupId();
        await store.putEvents(Array.from({ length: 61 }, (_, minute) => at(id, minute)));
        expect(await store.events(id, query)).toHaveLength(61);
        await store.putEvents([]);
      });
    });

    const refused = { name: 'NewerSchema' };

    test('it refuses what newer code has written', async () => {
      const id = freshGroupId();
      const record = sampleInstance();
      await world.newer.putSpec(specHash('s'), { id, properties: {}, pins: { images: {}, subnets: [] } });
      await world.newer.putLaunch(id, launchHash('l'), {});
      await world.newer.putInstances(id, [record], 1);
      await world.newer.putEvents([groupEvent(NEW_YEAR, 'group.converged', id, 'x')]);
      await expect(store.spec(id, specHash('s'))).rejects.toMatchObject(refused);
      await expect(store.launch(id, launchHash('l'))).rejects.toMatchObject(refused);
      await expect(store.instances(id)).rejects.toMatchObject(refused);
      await expect(store.putInstances(id, [record], 2)).rejects.toMatchObject(refused);
      await expect(store.events(id, { limit: 1, now: NEW_YEAR })).rejects.toMatchObject(refused);
    });
  });
}
