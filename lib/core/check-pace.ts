import type { Updating } from './group-spec.js';
import type { Instant } from './ids.js';
import type { HealthChecks, InstanceRecord } from './instance.js';
import { CHECK_INTERVAL_MS, isProved } from './prove.js';
import type { Bounds } from './rollout.js';

/** A new instance that is not proved yet. */
export interface Unproved {
  readonly launchedAt: Instant;
  readonly checks?: HealthChecks;
}

const SHORTEST_MS = 1_000;
const LONGEST_MS = 60_000;
/** Bounds this close are good enough: the next check comes when it is known to be done. */
const CLOSE = 0.05;

/**
 * Whole seconds until the next check of a batch. Without experience each comes at one and a half times the age of the last, short at first;
 * with it the first check comes between when the last instance was not yet healthy and when it was, so that ever fewer
 * checks are needed and a slow boot costs no more of them than a fast one.
 */
export const secondsToCheck = (
  batch: readonly Unproved[],
  updating: Updating,
  boot: ExpectedBoot | undefined,
  now: Instant,
): number => {
  const waits = batch.map((entry) =>
    (entry.checks?.healthy ?? 0) > 0 ? proofWait(entry, updating, now) : bootWait(entry, updating, boot, now),
  );
  const shortest = waits.reduce((a, b) => Math.min(a, b), LONGEST_MS);
  return Math.ceil(Math.min(LONGEST_MS, Math.max(SHORTEST_MS, shortest)) / 1000);
};

/** What a rollout knows of the boot of its new instances, or guesses from older ones. */
export interface ExpectedBoot extends Bounds {
  readonly isGuess?: true;
}

/** A pass looks again at a booting member when it is half as old again. */
const LOOKED_BEFORE = 2 / 3;

/**
 * What to expect of the first new instances, from what the group's members took until a pass found them healthy.
 * `undefined` when none tells.
 */
export const expectedBoot = (
  members: readonly Pick<InstanceRecord, 'health' | 'healthSince' | 'launchedAt' | 'goneAt'>[],
  { healthTimeoutSeconds }: Pick<Updating, 'healthTimeoutSeconds'>,
): ExpectedBoot | undefined => {
  let atMost = Number.POSITIVE_INFINITY;
  for (const { health, healthSince, launchedAt, goneAt } of members)
    if (health === 'healthy' && goneAt === undefined)
      atMost = Math.min(atMost, Math.max(0, healthSince - launchedAt));
  // One that was adopted, or was ill for a time, tells nothing.
  if (atMost > healthTimeoutSeconds * 1000) return undefined;
  return { atLeast: atMost * LOOKED_BEFORE, atMost, isGuess: true };
};

/** Counted from the last check, so that one that nobody has asked for long is asked at once; and again when its time is over. */
const bootWait = (
  { launchedAt, checks }: Unproved,
  { healthTimeoutSeconds }: Updating,
  boot: ExpectedBoot | undefined,
  now: Instant,
): number => {
  const asked = checks === undefined ? 0 : checks.at - launchedAt;
  const due = launchedAt + nextAge(asked, boot) - now;
  const left = launchedAt + healthTimeoutSeconds * 1000 - now;
  return left > 0 ? Math.min(due, left) : due;
};

/** The age at which one is asked that was not healthy at the age of its last check. */
const nextAge = (asked: number, boot: ExpectedBoot | undefined): number => {
  if (boot === undefined) return asked * 1.5;
  const isClose = boot.atMost - boot.atLeast <= Math.max(SHORTEST_MS, boot.atMost * CLOSE);
  const first = isClose ? boot.atMost : (boot.atLeast + boot.atMost) / 2;
  if (asked < first - SHORTEST_MS / 2) return first;
  if (asked < boot.atMost - SHORTEST_MS / 2) return boot.atMost;
  return asked * (boot.isGuess ? 1.5 : 1.1);
};

/** Healthy, and to be so for longer or more often. */
const proofWait = ({ checks }: Unproved, updating: Updating, now: Instant): number => {
  if (checks === undefined || isProved(checks, updating)) return 0;
  const counted = checks.at + CHECK_INTERVAL_MS - now;
  const lasting = (updating.durationSeconds ?? 0) * 1000 - (now - (checks.healthySince ?? now));
  const sixth = ((updating.durationSeconds ?? 0) * 1000) / 6;
  return Math.max(counted, Math.min(lasting, sixth));
};
