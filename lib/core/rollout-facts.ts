import { type Classified, isStaying } from './classify.js';
import type { GroupRecord } from './group-record.js';
import { type Allocation, declaredSize, type GroupSpec } from './group-spec.js';
import type { LaunchOrder } from './order.js';
import { isHeld, isRolling, type Rollout } from './rollout.js';

/** How far a roll is, counted from the members and the ledger. */
export interface RolloutFacts {
  /** Outdated members that hold a place. */
  readonly outdated: number;
  /** Outdated ones on their way out, or on order. */
  readonly outdatedUnderWay: number;
  /** Up to date and holding a place or on order, healthy or not. */
  readonly fresh: number;
  /** Up to date, healthy and proved. */
  readonly proved: number;
}

export const rolloutFacts = (
  members: readonly Classified[],
  { orders, configHash }: Pick<GroupRecord, 'orders' | 'configHash'>,
): RolloutFacts => {
  const staying = members.filter(isStaying);
  const launches = orders.filter((order): order is LaunchOrder => order.kind === 'launch');
  const ordered = (isOld: boolean): number =>
    launches
      .filter((order) => (order.configHash !== undefined && order.configHash !== configHash) === isOld)
      .reduce((sum, order) => sum + order.count, 0);
  const outdated = staying.filter((entry) => entry.outdated).length;
  const leaving = members.filter((entry) => entry.bucket === 'leaving' && entry.outdated).length;
  return {
    outdated,
    outdatedUnderWay: leaving + ordered(true),
    fresh: staying.length - outdated + ordered(false),
    proved: staying.filter((entry) => entry.bucket === 'healthy' && !entry.outdated).length,
  };
};

/**
 * What is filled and rolled now: what is declared, but while a roll is not over no more than was declared before it,
 * since a group grows last; and never less than is there.
 */
export const effectiveAllocation = (
  spec: GroupSpec,
  group: Pick<GroupRecord, 'basis' | 'orders'>,
  rollout: Rollout | undefined,
  members: readonly Classified[],
): Allocation => {
  const { allocation } = spec;
  const { basis } = group;
  const growsLater =
    (isRolling(rollout) && rollout.phase !== 'growing' && rollout.phase !== 'bake') || isHeld(rollout);
  if (basis === undefined || !growsLater || basis.kind !== allocation.kind) return allocation;
  const launches = group.orders.filter((order): order is LaunchOrder => order.kind === 'launch');
  const staying = members.filter(isStaying);
  if (allocation.kind === 'size') {
    const ordered = launches.reduce((sum, order) => sum + order.count, 0);
    // Stand-ins are beyond the total: they are no growth.
    const there = Math.min(staying.length + ordered, rollout?.total ?? 0);
    return { kind: 'size', size: Math.min(allocation.size, Math.max(declaredSize(basis), there)) };
  }
  const had = basis.kind === 'logicalIds' ? basis.logicalIds : [];
  const held = new Set([
    ...had,
    ...staying.map((entry) => entry.member.logicalId),
    ...launches.map((order) => order.slot),
  ]);
  const kept = allocation.logicalIds.filter((id) => held.has(id));
  // An ID in the place of another is an exchange, not growth.
  const exchanged = Math.max(0, had.length - kept.length);
  const added = new Set(allocation.logicalIds.filter((id) => !held.has(id)).slice(0, exchanged));
  return {
    kind: 'logicalIds',
    logicalIds: allocation.logicalIds.filter((id) => held.has(id) || added.has(id)),
  };
};
