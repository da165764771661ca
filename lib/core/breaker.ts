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
  const threshold = Math.max(1, resolveAmount(spec.repair.maxUnhealthy, size, 'up'));
  const failedAt = members.flatMap((entry) => failureTime(entry, now) ?? []);
  const tripped = failedAt.length > threshold;
  const breaker: Breaker = tripped
    ? {
        openSince: before.openSince ?? now,
        reason: `${failedAt.length} of ${size} failed within 10 minutes, more than ${threshold}`,
      }
    : {};
  const windowed = members.flatMap((entry) => recentFailure(entry, now) ?? []);
  const changes = [...windowed.map((time) => time + BREAKER_WINDOW_MS), overrideUntil ?? 0].filter(
    (time) => time > now,
  );
  return {
    breaker,
    holding: tripped && !(overrideUntil !== undefined && now < overrideUntil),
    pace: Math.max(1, Math.floor(size / 10)),
    changesAt: tripped && changes.length > 0 ? Math.min(...changes) : undefined,
  };
};

const counts = (entry: Classified): boolean => entry.member.everHealthy && !entry.outdated;

/** When a counted member failed; `undefined` when it is not a failure now or within the window. */
const failureTime = (entry: Classified, now: Instant): Instant | undefined => {
  if (!counts(entry)) return undefined;
  if (entry.bucket === 'unhealthy') return entry.member.healthSince;
  return recentFailure(entry, now);
};

const recentFailure = (entry: Classified, now: Instant): Instant | undefined => {
  if (!counts(entry)) return undefined;
  const { member } = entry;
  const ended = entry.bucket === 'gone' || entry.bucket === 'ending';
  const time =
    member.health === 'unhealthy'
      ? member.healthSince
      : ended && !member.destroyedByUs
        ? (member.goneAt ?? now)
        : undefined;
  return time !== undefined && now - time < BREAKER_WINDOW_MS ? time : undefined;
};
