import type { Advanced } from './advance-rollout.js';
import type { Budget } from './amount.js';
import type { BreakerState } from './breaker.js';
import { type Classified, isStaying } from './classify.js';
import type { Backoff, GroupRecord } from './group-record.js';
import { type Allocation, declaredSize, type GroupSpec, type Revision } from './group-spec.js';
import type { InstanceId, Instant, LogicalId } from './ids.js';
import type { Observation } from './observation.js';
import type { LaunchOrder } from './order.js';
import type { Action, Undone } from './plan.js';

/** What the parts of a plan look at: one group, classified once. */
export interface Situation {
  readonly group: GroupRecord;
  readonly revision: Revision;
  readonly spec: GroupSpec;
  /** What is filled and rolled now; a growth that was committed with a roll comes after it. */
  readonly allocation: Allocation;
  /** The rollout under way or held, and how far it may go; absent when there is none that matters. */
  readonly roll?: Roll;
  /** What else than the declared revision may be launched; absent when that is all there is. */
  readonly steady?: Revision;
  readonly observed: Observation;
  /** The logical IDs that the group declares; none for cattle. */
  readonly declared: ReadonlySet<LogicalId>;
  /** Oldest first. */
  readonly members: readonly Classified[];
  readonly budget: Budget;
  readonly breaker: BreakerState;
  readonly backoff: Backoff;
  readonly failuresCounted: readonly InstanceId[];
  readonly now: Instant;
}

export interface Roll extends Advanced {
  /** How many more may be launched from the declared revision; what is missing beyond comes from the steady one. */
  readonly room: number;
  /** Places that open orders of an older config may fill. */
  readonly outdatedOnOrder: number;
}

/** What one part decided. */
export interface Part {
  readonly actions: readonly Action[];
  readonly undone: readonly Undone[];
  /** Why the rollout does not take its next outdated member yet: nothing is undone by that, it is just not its turn. */
  readonly next?: Undone;
}

/** How many are to be there now. */
export const sizeOf = (situation: Situation): number => declaredSize(situation.allocation);

export const staying = (situation: Situation): readonly Classified[] => situation.members.filter(isStaying);

export const launchOrders = (situation: Situation): readonly LaunchOrder[] =>
  situation.group.orders.filter((order) => order.kind === 'launch');

/** Places that open launch orders may fill; until closed they count as booting. */
export const onOrder = (situation: Situation): number =>
  launchOrders(situation).reduce((sum, order) => sum + order.count, 0);

export const inBucket = (situation: Situation, bucket: Classified['bucket']): readonly Classified[] =>
  situation.members.filter((entry) => entry.bucket === bucket);

/** The same after a plan's destroys: what they end is leaving already. */
export const afterEnding = (situation: Situation, ended: ReadonlySet<InstanceId>): Situation =>
  ended.size === 0
    ? situation
    : {
        ...situation,
        members: situation.members.map((entry) =>
          ended.has(entry.member.id) ? { ...entry, bucket: 'leaving', pastGrace: false } : entry,
        ),
      };

/** Whether the group declares its place: cattle always, a pet when its logical ID is declared. */
export const hasDeclaredPlace = ({ spec, declared }: Situation, { member }: Classified): boolean =>
  spec.allocation.kind === 'size' || (member.logicalId !== undefined && declared.has(member.logicalId));

/** Ends one member for a reason of the group's own, not of a rolling update. */
export const destroy = (entry: Classified, reason: string): Action => ({
  kind: 'destroy',
  instance: entry.member.id,
  context: 'terminate',
  reason,
});

export const deferred = (what: string, why: string): Undone => ({ what, why, kind: 'deferred' });

export const blocked = (what: string, why: string): Undone => ({ what, why, kind: 'blocked' });
