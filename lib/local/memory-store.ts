import { isDeepStrictEqual } from 'node:util';
import { ConflictError, NewerSchemaError } from '../core/errors.js';
import type { GroupEvent } from '../core/group-event.js';
import type { GroupRecord } from '../core/group-record.js';
import type { StoredSpec } from '../core/group-spec.js';
import type { GroupId } from '../core/ids.js';
import type { InstanceRecord } from '../core/instance.js';
import type { Rollout } from '../core/rollout.js';
import type { FleetRecord, GroupStore, GroupSummary, Guard } from '../ports/group-store.js';
import type { LaunchRequest } from '../ports/instance-provider.js';
import { frozenCopy } from './frozen-copy.js';

/** How long an event can be read. */
const EVENT_DAYS_MS = 30 * 24 * 3600 * 1000;

/** Stands around every call: delays, throttles, or breaks off before or after `next`, as a table in trouble would. */
export type StoreHook = <T>(method: keyof GroupStore, next: () => Promise<T>) => Promise<T>;

interface Versioned<T> {
  readonly schemaVersion: number;
  readonly value: T;
}

interface StoredInstance {
  readonly schemaVersion: number;
  readonly fence: number;
  readonly value: InstanceRecord;
}

/** The table's content. Two stores over one are two processes over one table. */
export interface MemoryTable {
  readonly groups: Map<string, GroupRecord>;
  readonly specs: Map<string, Versioned<StoredSpec>>;
  readonly launches: Map<string, Versioned<LaunchRequest>>;
  readonly instances: Map<GroupId, Map<string, StoredInstance>>;
  readonly rollouts: Map<GroupId, Map<number, Versioned<Rollout>>>;
  readonly events: Map<string, Map<string, Versioned<GroupEvent>>>;
  fleet: Versioned<FleetRecord> | undefined;
}

export const memoryTable = (): MemoryTable => ({
  groups: new Map(),
  specs: new Map(),
  launches: new Map(),
  instances: new Map(),
  rollouts: new Map(),
  events: new Map(),
  fleet: undefined,
});

export interface MemoryStoreOptions {
  readonly table?: MemoryTable;
  readonly hook?: StoreHook;
  /** The newest version of items that this store understands and the one that it writes. */
  readonly schemaVersion?: number;
}

/**
 * A `GroupStore` in memory that passes the same contract as the DynamoDB one. Each call checks and writes in one go,
 * nothing can come between; values are frozen copies, so nobody can change what is stored by changing what was read.
 */
export function memoryGroupStore(options: MemoryStoreOptions = {}): GroupStore {
  const table = options.table ?? memoryTable();
  const known = options.schemaVersion ?? 1;
  const hook: StoreHook = options.hook ?? ((_method, next) => next());

  const understood = <T extends { readonly schemaVersion: number }>(item: T, what: string): T => {
    if (item.schemaVersion <= known) return item;
    throw new NewerSchemaError(
      `${what} has schema version ${item.schemaVersion}, this code knows ${known}: deploy the newer release`,
    );
  };
  const group = (id: GroupId): GroupRecord | undefined => {
    const record = table.groups.get(id);
    return record && understood(record, `group "${id}"`);
  };
  const write = (record: GroupRecord): GroupRecord => {
    const stored = frozenCopy(record);
    table.groups.set(record.id, stored);
    return stored;
  };
  const guarded = (id: GroupId, guard: Guard): GroupRecord => {
    const record = group(id);
    if (!record) throw new ConflictError(`no group "${id}"`);
    for (const counter of ['fence', 'intent', 'wake'] as const) {
      const wanted = guard[counter];
      if (wanted !== undefined && record[counter] !== wanted) {
        throw new ConflictError(`group "${id}" changed: ${counter} is ${record[counter]}, was ${wanted}`);
      }
    }
    return record;
  };
  const instancesOf = (id: GroupId): Map<string, StoredInstance> =>
    entry(table.instances, id, () => new Map());
  const rolloutsOf = (id: GroupId) => entry(table.rollouts, id, () => new Map<number, Versioned<Rollout>>());
  const eventsOf = (id: GroupId) => entry(table.events, id, () => new Map<string, Versioned<GroupEvent>>());
  const putOnce = <T>(items: Map<string, Versioned<T>>, key: string, value: T): void => {
    const stored = items.get(key);
    if (!stored) {
      items.set(key, frozenCopy({ schemaVersion: known, value }));
      return;
    }
    if (!isDeepStrictEqual(understood(stored, key).value, frozenCopy(value))) {
      throw new ConflictError(`${key} is stored with other content`);
    }
  };

  const store: GroupStore = {
    read: async (id) => group(id),
    list: async () =>
      [...table.groups.values()]
        .filter((record) => record.schemaVersion <= known && record.watch !== 'destroyed')
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .map(summary),
    create: async (record) => {
      if (table.groups.has(record.id)) throw new ConflictError(`group "${record.id}" is there already`);
      write(record);
    },
    takeLease: async (id, lease, now) => {
      const record = group(id);
      if (!record || (record.lease && record.lease.until > now)) return undefined;
      return write({ ...record, lease, fence: record.fence + 1, seen: record.wake });
    },
    update: async (id, change, guard) => write({ ...guarded(id, guard), ...change }),
    command: async (id, change, guard) => {
      const record = guarded(id, guard);
      return write({ ...record, ...change, intent: record.intent + 1, wake: record.wake + 1 });
    },
    wake: async (id) => {
      const record = group(id);
      if (!record || record.wake !== record.seen) return false;
      write({ ...record, wake: record.wake + 1 });
      return true;
    },

    putSpec: async (hash, spec) => putOnce(table.specs, `spec ${hash} of group "${spec.id}"`, spec),
    spec: async (id, hash) => {
      const stored = table.specs.get(`spec ${hash} of group "${id}"`);
      return stored && understood(stored, `spec ${hash}`).value;
    },
    putLaunch: async (id, hash, request) =>
      putOnce(table.launches, `launch ${hash} of group "${id}"`, request),
    launch: async (id, hash) => {
      const stored = table.launches.get(`launch ${hash} of group "${id}"`);
      return stored && understood(stored, `launch ${hash}`).value;
    },

    instances: async (id) =>
      [...instancesOf(id).values()].map((stored) => understood(stored, 'an instance').value),
    putInstances: async (id, records, fence) => {
      for (const record of records) {
        const stored = instancesOf(id).get(record.id);
        if (stored && understood(stored, `instance ${record.id}`).fence > fence) continue;
        const leavingBy = stored?.value.leavingBy ?? record.leavingBy;
        const checks = record.proving && (stored?.value.checks ?? record.checks);
        const value = { ...record, leavingBy, checks };
        instancesOf(id).set(record.id, frozenCopy({ schemaVersion: known, fence, value }));
      }
    },
    dropInstances: async (id, ids, fence) => {
      for (const instance of ids) {
        const stored = instancesOf(id).get(instance);
        if (stored && understood(stored, `instance ${instance}`).fence <= fence)
          instancesOf(id).delete(instance);
      }
    },
    findInstance: async (id) => {
      let gone: { readonly group: GroupId; readonly record: InstanceRecord } | undefined;
      for (const [group, records] of table.instances) {
        const stored = records.get(id);
        if (stored === undefined) continue;
        const found = { group, record: understood(stored, `instance ${id}`).value };
        if (found.record.goneAt === undefined) return found;
        gone ??= found;
      }
      return gone;
    },
    setLeaving: async (id, instance, leavingBy) => {
      const stored = instancesOf(id).get(instance);
      if (!stored || (leavingBy.kind === 'advice' && stored.value.leavingBy?.kind === 'interruption')) return;
      const value = { ...understood(stored, `instance ${instance}`).value, leavingBy };
      instancesOf(id).set(instance, frozenCopy({ ...stored, value }));
    },

    putChecks: async (id, instance, checks, before) => {
      const stored = instancesOf(id).get(instance);
      if (!stored || understood(stored, `instance ${instance}`).value.proving === undefined) return false;
      if (stored.value.checks?.at !== before?.at) return false;
      instancesOf(id).set(instance, frozenCopy({ ...stored, value: { ...stored.value, checks } }));
      return true;
    },

    putRollout: async (id, rollout) => {
      const stored = rolloutsOf(id).get(rollout.number);
      if (stored) understood(stored, `rollout ${rollout.number}`);
      rolloutsOf(id).set(rollout.number, frozenCopy({ schemaVersion: known, value: rollout }));
    },
    rollouts: async (id, limit) =>
      [...rolloutsOf(id).values()]
        .sort((a, b) => b.value.number - a.value.number)
        .slice(0, limit)
        .map((stored) => understood(stored, 'a rollout').value),

    putEvents: async (events) => {
      for (const event of events) {
        eventsOf(event.group).set(event.key, frozenCopy({ schemaVersion: known, value: event }));
      }
    },
    events: async (id, { after, limit, now }) => {
      const all = [...eventsOf(id).values()]
        .filter(({ value }) => value.time + EVENT_DAYS_MS > now && (!after || value.key > after))
        .sort((a, b) => (a.value.key < b.value.key ? -1 : 1));
      const chosen = after === undefined ? all.slice(Math.max(0, all.length - limit)) : all.slice(0, limit);
      return chosen.map((stored) => understood(stored, 'an event').value);
    },

    fleet: async () => (table.fleet ? understood(table.fleet, 'the fleet').value : {}),
    putFleet: async (fleet) => {
      if (table.fleet) understood(table.fleet, 'the fleet');
      table.fleet = frozenCopy({ schemaVersion: known, value: fleet });
    },
  };
  return hooked(store, hook);
}

const summary = (record: GroupRecord): GroupSummary => {
  const { id, watch, revision, declared, status, lookAgainAt, digest, impaired, wake, seen, breaker } =
    record;
  const { freeze, fleetFreeze, lease, foreign } = record;
  return frozenCopy({
    ...{ id, watch, revision, declared, status, lookAgainAt, digest, impaired, wake, seen, breaker },
    ...{ freeze, fleetFreeze, lease, foreign, openOrders: record.orders.length },
  });
};

/** The store with the hook around every call. Each method by name, so that none can be forgotten without a compile error. */
export const hooked = (store: GroupStore, hook: StoreHook): GroupStore => ({
  read: (...given) => hook('read', () => store.read(...given)),
  list: (...given) => hook('list', () => store.list(...given)),
  create: (...given) => hook('create', () => store.create(...given)),
  takeLease: (...given) => hook('takeLease', () => store.takeLease(...given)),
  update: (...given) => hook('update', () => store.update(...given)),
  command: (...given) => hook('command', () => store.command(...given)),
  wake: (...given) => hook('wake', () => store.wake(...given)),
  putSpec: (...given) => hook('putSpec', () => store.putSpec(...given)),
  spec: (...given) => hook('spec', () => store.spec(...given)),
  putLaunch: (...given) => hook('putLaunch', () => store.putLaunch(...given)),
  launch: (...given) => hook('launch', () => store.launch(...given)),
  instances: (...given) => hook('instances', () => store.instances(...given)),
  putInstances: (...given) => hook('putInstances', () => store.putInstances(...given)),
  dropInstances: (...given) => hook('dropInstances', () => store.dropInstances(...given)),
  findInstance: (...given) => hook('findInstance', () => store.findInstance(...given)),
  setLeaving: (...given) => hook('setLeaving', () => store.setLeaving(...given)),
  putChecks: (...given) => hook('putChecks', () => store.putChecks(...given)),
  putRollout: (...given) => hook('putRollout', () => store.putRollout(...given)),
  rollouts: (...given) => hook('rollouts', () => store.rollouts(...given)),
  putEvents: (...given) => hook('putEvents', () => store.putEvents(...given)),
  events: (...given) => hook('events', () => store.events(...given)),
  fleet: (...given) => hook('fleet', () => store.fleet(...given)),
  putFleet: (...given) => hook('putFleet', () => store.putFleet(...given)),
});

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const present = map.get(key);
  if (present !== undefined) return present;
  const made = make();
  map.set(key, made);
  return made;
}
