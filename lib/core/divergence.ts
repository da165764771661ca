import type { Classified } from './classify.js';
import type { Counts, Undone } from './plan.js';
import { inBucket, launchOrders, onOrder, type Situation, sizeOf, staying } from './situation.js';

/** Counts what is there against what was declared. */
export const countsOf = (situation: Situation): Counts => {
  const present = staying(situation);
  const size = sizeOf(situation);
  const placed = present.filter((entry) => hasDeclaredPlace(situation, entry));
  const unwell = placed.filter((entry) => entry.pastGrace);
  const filled = filledPlaces(situation, placed);
  return {
    declared: size,
    instances: present.length + inBucket(situation, 'leaving').length,
    healthy: inBucket(situation, 'healthy').length,
    upToDate: placed.filter((entry) => !entry.outdated).length,
    missing: Math.max(0, size - filled),
    unwell: unwell.length,
    surplus: present.length - placed.length + Math.max(0, filled - onOrder(situation) - size),
    outdated: placed.filter((entry) => entry.outdated && !entry.pastGrace).length,
  };
};

const hasDeclaredPlace = (situation: Situation, { member }: Classified): boolean => {
  const { allocation } = situation.spec;
  return (
    allocation.kind === 'size' ||
    (member.logicalId !== undefined && allocation.logicalIds.includes(member.logicalId))
  );
};

/** Places that a member or an open order fills; two members in one pet's place fill one. */
const filledPlaces = (situation: Situation, placed: readonly Classified[]): number => {
  if (situation.spec.allocation.kind === 'size') return placed.length + onOrder(situation);
  return new Set([
    ...placed.map((entry) => entry.member.logicalId),
    ...launchOrders(situation).map((order) => order.slot),
  ]).size;
};

/** What is not as declared, in words for people; empty when all is well. */
export const reasonsOf = (situation: Situation, undone: readonly Undone[]): readonly string[] => {
  const counts = countsOf(situation);
  const { breaker } = situation.breaker;
  const lines = [
    counts.missing > 0 && `${counts.missing} of ${counts.declared} missing`,
    onOrder(situation) > 0 && `${onOrder(situation)} being launched`,
    ...(['booting', 'unhealthy', 'unknown', 'absent', 'leaving'] as const).map((bucket) =>
      bucketLine(situation, bucket),
    ),
    counts.surplus > 0 && `${counts.surplus} more than declared`,
    counts.outdated > 0 && `${counts.outdated} outdated`,
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
