import { resolveAmount } from './amount.js';
import type { Classified } from './classify.js';
import type { Breaker } from './group-record.js';
import { declaredSize, type GroupSpec } from './group-spec.js';
import type { Instant } from './ids.js';

/** How far back a failure still counts: BOSH's meltdown window of 600 s. */
export const BREAKER_WINDOW_MS = 600_000;

export interface BreakerState {
  readonly breaker: Breaker;
  /** Repair is held back: tripped, and no override in force. */
  readonly holding: boolean;
  /** Replacements that may be on their way at once while tripped. */
  readonly pace: number;
  /** When a failure leaves the window, which may close it. */
  readonly changesAt: Instant | undefined;
}

/**
 * Trips when more than max(1, `MaxUnhealthy` rounded up) members of the current revision that were healthy are
 * unhealthy or gone now, or became so within ten minutes, not by us (protocol rule 23). Unknown and booting never count.
 */
export const breakerState = (
  before: Breaker,
  members: readonly Classified[],
  spec: GroupSpec,
  now: Instant,
  overrideUntil: Instant | undefined,
): BreakerState => {
  const size = declaredSize(spec.allocation);
  const threshold = breakerLimit(spec, size);
  const failures: Failure[] = [];
  for (const entry of members) {
    const failure = failureOf(entry, now);
    if (failure !== undefined) failures.push(failure);
  }
  const tripped = failures.length > threshold;
  const breaker: Breaker = tripped
    ? {
        openSince: before.openSince ?? now,
        reason: `${failures.length} of ${size} unhealthy or gone within 10 minutes, more than ${threshold}`,
      }
    : {};
  const passing = failures.filter((failure) => !failure.lasts).map(({ at }) => at + BREAKER_WINDOW_MS);
  const changes = [...passing, overrideUntil ?? 0].filter((time) => time > now);
  return {
    breaker,
    holding: tripped && !(overrideUntil !== undefined && now < overrideUntil),
    pace: Math.max(1, Math.floor(size / 10)),
    changesAt: tripped && changes.length > 0 ? changes.reduce((a, b) => Math.min(a, b)) : undefined,
  };
};

/** As many may fail at once without tripping it. */
export const breakerLimit = (
  spec: Pick<GroupSpec, 'allocation' | 'repair'>,
  size: number = declaredSize(spec.allocation),
): number => Math.max(1, resolveAmount(spec.repair.maxUnhealthy, size, 'up'));

interface Failure {
  readonly at: Instant;
  /** It is unhealthy now: counted for as long as that lasts, not only within the window. */
  readonly lasts: boolean;
}

/** The failure for which a member counts; `undefined` when it is none, or none that still counts. */
const failureOf = (entry: Classified, now: Instant): Failure | undefined => {
  const { member, bucket, outdated } = entry;
  if (!member.everHealthy || outdated) return undefined;
  const ended = bucket === 'gone' || bucket === 'ending';
  const unwell = bucket === 'unhealthy' || member.health === 'unhealthy';
  const lasts = unwell && !ended;
  if (ended && !member.destroyedByUs) return within({ at: member.goneAt ?? now, lasts }, now);
  return unwell ? within({ at: member.healthSince, lasts }, now) : undefined;
};

const within = (failure: Failure, now: Instant): Failure | undefined =>
  failure.lasts || now - failure.at < BREAKER_WINDOW_MS ? failure : undefined;
