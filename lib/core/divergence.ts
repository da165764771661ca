import type { Classified } from './classify.js';
import { declaredSize } from './group-spec.js';
import type { Counts, Undone } from './plan.js';
import { isHeld, isRolling } from './rollout.js';
import {
  hasDeclaredPlace,
  inBucket,
  launchOrders,
  onOrder,
  type Situation,
  sizeOf,
  staying,
} from './situation.js';

/** Counts what is there against what was declared. What a rollout explains is no divergence: it has its own alarm. */
export const countsOf = (situation: Situation): Counts => {
  const present = staying(situation);
  const size = sizeOf(situation);
  const placed = present.filter((entry) => hasDeclaredPlace(situation, entry));
  const unwell = placed.filter(isUnwell);
  const filled = filledPlaces(situation, placed);
  const { ceiling, maxUnavailable } = situation.budget;
  const rolling = isRolling(situation.roll?.rollout);
  const explained =
    rolling || isHeld(situation.roll?.rollout) || situation.spec.updating.strategy === 'opportunistic';
  return {
    declared: declaredSize(situation.spec.allocation),
    instances: present.length + inBucket(situation, 'leaving').length,
    healthy: inBucket(situation, 'healthy').length,
    upToDate: placed.filter((entry) => !entry.outdated).length,
    missing: Math.max(0, size - filled - (rolling ? maxUnavailable : 0)),
    unwell: unwell.length,
    surplus: Math.max(0, present.length - placesOf(situation, placed) - (rolling ? ceiling - size : 0)),
    outdated: explained ? 0 : placed.filter((entry) => entry.outdated && !isUnwell(entry)).length,
  };
};

/** Past its grace, or without our tags: counted as a member, but no longer ours to end, so somebody must be told. */
const isUnwell = (entry: Classified): boolean => entry.pastGrace || entry.member.untagged;

/** Declared places that members hold; two members in one pet's place hold one. */
const placesOf = (situation: Situation, placed: readonly Classified[]): number =>
  situation.spec.allocation.kind === 'size'
    ? Math.min(placed.length, declaredSize(situation.spec.allocation))
    : new Set(placed.map((entry) => entry.member.logicalId)).size;

/** Places that a member fills, or an order that is not open for longer than the grace. */
const filledPlaces = (situation: Situation, placed: readonly Classified[]): number => {
  const patience = situation.spec.repair.graceSeconds * 1000;
  const fresh = launchOrders(situation).filter((order) => situation.now - order.at < patience);
  if (situation.spec.allocation.kind === 'size')
    return placed.length + fresh.reduce((sum, order) => sum + order.count, 0);
  return new Set([...placed.map((entry) => entry.member.logicalId), ...fresh.map((order) => order.slot)])
    .size;
};

/** What is not as declared, in words for people; empty when all is well. */
export const reasonsOf = (
  situation: Situation,
  counts: Counts,
  undone: readonly Undone[],
): readonly string[] => {
  const untagged = staying(situation).filter((entry) => entry.member.untagged);
  const { breaker } = situation.breaker;
  const lines = [
    counts.missing > 0 && `${counts.missing} of ${counts.declared} missing`,
    onOrder(situation) > 0 && `${onOrder(situation)} being launched`,
    ...(['booting', 'unhealthy', 'unknown', 'absent', 'leaving'] as const).map((bucket) =>
      bucketLine(situation, bucket),
    ),
    counts.surplus > 0 && `${counts.surplus} more than declared`,
    counts.outdated > 0 && `${counts.outdated} outdated`,
    rolloutLine(situation),
    untagged.length > 0 && `${untagged.length} without our tags (${untagged[0]?.member.id}): tag them again`,
    breaker.openSince !== undefined && `breaker open: ${breaker.reason}`,
    ...undone.map(
      (entry) =>
        `not done: ${entry.what}: ${entry.why}${entry.kind === 'blocked' ? ' (an operator is needed)' : ''}`,
    ),
  ];
  return lines.filter((line) => typeof line === 'string').slice(0, 20);
};

const rolloutLine = ({ roll }: Situation): string | undefined => {
  if (roll === undefined || !(isRolling(roll.rollout) || isHeld(roll.rollout))) return undefined;
  const { from, to, status, replaced, total, reason } = roll.rollout;
  return `rollout from revision ${from} to ${to} ${status}: ${replaced} of ${total} replaced; ${roll.hold ?? reason}`;
};

const bucketLine = (situation: Situation, bucket: Classified['bucket']): string | undefined => {
  const entries = inBucket(situation, bucket);
  const first = entries[0];
  if (first === undefined) return undefined;
  const detail = first.member.healthReason
    ? ` (${first.member.id}: ${first.member.healthReason})`
    : ` (${first.member.id})`;
  return `${entries.length} ${bucket}${detail}`;
};
