import type { GroupEvent } from '../core/group-event.js';
import type { Freeze, GroupRecord } from '../core/group-record.js';
import type { StoredSpec } from '../core/group-spec.js';
import type { GroupId, InstanceId, Instant, LaunchHash, SpecHash } from '../core/ids.js';
import type { HealthChecks, InstanceRecord } from '../core/instance.js';
import type { Rollout } from '../core/rollout.js';
import type { LaunchRequest } from './instance-provider.js';

/** Attributes that a command or the lease holder sets; `undefined` removes the attribute. Counters go by other methods. */
export type GroupChange = Partial<
  Omit<GroupRecord, 'id' | 'schemaVersion' | 'fence' | 'intent' | 'wake' | 'seen'>
> & { readonly seen?: number };

/** What must still hold for a write to happen. Absent: not asked. */
export interface Guard {
  /** The lease's fencing number. */
  readonly fence?: number;
  readonly intent?: number;
  /** The wake counter: a release asks that nobody woke the group meanwhile. */
  readonly wake?: number;
}

/** What the sweep and `group ls` need of every group. */
export type GroupSummary = Pick<
  GroupRecord,
  | 'id'
  | 'watch'
  | 'revision'
  | 'declared'
  | 'status'
  | 'lookAgainAt'
  | 'digest'
  | 'impaired'
  | 'foreign'
  | 'wake'
  | 'seen'
  | 'breaker'
  | 'freeze'
  | 'fleetFreeze'
  | 'lease'
> & { readonly openOrders: number };

export interface FleetRecord {
  readonly freeze?: Freeze;
}

/**
 * Groups, ledger, records and events. Every write that can race is one conditional write to one item.
 * A write whose answer was lost is read back before it is called a conflict.
 * Every method throws `ThrottledError` when the table refuses for load, `NewerSchemaError` for items of a newer version.
 */
export interface GroupStore {
  /** Strongly consistent. */
  read(id: GroupId): Promise<GroupRecord | undefined>;
  /**
   * Of every group that is not destroyed, in the order of ids. Eventually consistent. One that newer code has written
   * is left out: it must not keep the others from being looked after.
   */
  list(): Promise<readonly GroupSummary[]>;
  /** @throws {ConflictError} when a group of that id is there. */
  create(record: GroupRecord): Promise<void>;
  /**
   * Takes the lease when it is free or has run out at `now`: raises the fencing number and begins an observation
   * (`seen` becomes `wake`). @returns the record as it is then, or `undefined` when held by another or no such group.
   */
  takeLease(
    id: GroupId,
    lease: { holder: string; until: Instant },
    now: Instant,
  ): Promise<GroupRecord | undefined>;
  /** The lease holder's write. Does not raise `intent`. @throws {ConflictError} when the guard does not hold. */
  update(id: GroupId, change: GroupChange, guard: Guard & { readonly fence: number }): Promise<GroupRecord>;
  /**
   * A user's write, or under its fence a pass's in a user's place: raises `intent` and, so that no crash can lose what
   * was commanded, the wake counter. @throws {ConflictError} when the guard does not hold.
   */
  command(
    id: GroupId,
    change: GroupChange,
    guard: { readonly intent: number; readonly fence?: number },
  ): Promise<GroupRecord>;
  /** Marks the group for another look, unless somebody has since the last observation began. @returns whether it did. */
  wake(id: GroupId): Promise<boolean>;

  putSpec(hash: SpecHash, spec: StoredSpec): Promise<void>;
  spec(id: GroupId, hash: SpecHash): Promise<StoredSpec | undefined>;
  putLaunch(id: GroupId, hash: LaunchHash, request: LaunchRequest): Promise<void>;
  launch(id: GroupId, hash: LaunchHash): Promise<LaunchRequest | undefined>;

  /** Strongly consistent. */
  instances(id: GroupId): Promise<readonly InstanceRecord[]>;
  /**
   * Writes whole records; one written under a higher fencing number stays, without an error. Keeps the `leavingBy` on
   * record, and the `checks` while the member is being proved: a record without `proving` ends with none.
   */
  putInstances(id: GroupId, records: readonly InstanceRecord[], fence: number): Promise<void>;
  /** Drops records; one written under a higher fencing number stays, without an error. */
  dropInstances(id: GroupId, ids: readonly InstanceId[], fence: number): Promise<void>;
  /** By the index; eventually consistent. */
  findInstance(
    id: InstanceId,
  ): Promise<{ readonly group: GroupId; readonly record: InstanceRecord } | undefined>;
  /** What only an event carries. No effect on an instance that is not on record. */
  setLeaving(
    group: GroupId,
    id: InstanceId,
    leaving: NonNullable<InstanceRecord['leavingBy']>,
  ): Promise<void>;

  /**
   * What a rollout's health check found of one member; written only while its checks on record are those of `before`.
   * @returns whether it was written: not when another check came first, or the member is not on record or not `proving`.
   */
  putChecks(
    group: GroupId,
    id: InstanceId,
    checks: HealthChecks,
    before: HealthChecks | undefined,
  ): Promise<boolean>;

  /** A rollout that is over, by its number. The same again overwrites itself. */
  putRollout(group: GroupId, rollout: Rollout): Promise<void>;
  /** Rollouts that are over, newest first. */
  rollouts(group: GroupId, limit: number): Promise<readonly Rollout[]>;

  /** The same event again overwrites itself. */
  putEvents(events: readonly GroupEvent[]): Promise<void>;
  /** Oldest first, expired ones left out; `after` is an event's `key`. Newest `limit` when `after` is absent. */
  events(
    id: GroupId,
    query: { readonly after?: string; readonly limit: number; readonly now: Instant },
  ): Promise<readonly GroupEvent[]>;

  fleet(): Promise<FleetRecord>;
  putFleet(fleet: FleetRecord): Promise<void>;
}
