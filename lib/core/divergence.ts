import type { Classified } from './classify.js';
import type { Counts, Undone } from './plan.js';
import {
  hasDeclaredPlace,
  inBucket,
  launchOrders,
  onOrder,
  type Situation,
  sizeOf,
  staying,
} from './situation.js';

/** Counts what is there against what was declared. */
export const countsOf = (situation: Situation): Counts => {
  const present = staying(situation);
  const size = sizeOf(situation);
  const placed = present.filter((entry) => hasDeclaredPlace(situation, entry));
  const unwell = placed.filter(isUnwell);
  const filled = filledPlaces(situation, placed);
  return {
    declared: size,
    instances: present.length + inBucket(situation, 'leaving').length,
    healthy: inBucket(situation, 'healthy').length,
    upToDate: placed.filter((entry) => !entry.outdated).length,
    missing: Math.max(0, size - filled),
    unwell: unwell.length,
    surplus: present.length - placesOf(situation, placed),
    outdated: placed.filter((entry) => entry.outdated && !isUnwell(entry)).length,
  };
};

/** Past its grace, or without our tags: counted as a member, but no longer ours to end, so somebody must be told. */
const isUnwell = (entry: Classified): boolean => entry.pastGrace || entry.member.untagged;

/** Declared places that members hold; two members in one pet's place hold one. */
const placesOf = (situation: Situation, placed: readonly Classified[]): number =>
  situation.spec.allocation.kind === 'size'
    ? Math.min(placed.length, sizeOf(situation))
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
    untagged.length > 0 && `${untagged.length} without our tags (${untagged[0]?.member.id}): tag them again`,
    breaker.openSince !== undefined && `breaker open: ${breaker.reason}`,
    ...undone.map(
      (entry) =>
        `not done: ${entry.what}: ${entry.why}${entry.kind === 'blocked' ? ' (an operator is needed)' : ''}`,
    ),
  ];
  return lines.filter((line) => typeof line === 'string').slice(0, 20);
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
