import type { Updating } from './group-spec.js';
import type { InstanceId, Instant } from './ids.js';
import { type HealthChecks, type HealthReport, type InstanceRecord, isLive } from './instance.js';
import type { Bounds, Rollout } from './rollout.js';

/** InfraKit polls each 10 s: a healthy check in a row counts only when it comes at least this long after the last. */
export const CHECK_INTERVAL_MS = 10_000;

/** Nobody has asked for so long that what was healthy before proves nothing now: checks come at least each minute. */
const LONGEST_GAP_MS = 180_000;

/**
 * The checks of one new instance after another report; the same value when the report does not count. A question that
 * failed has taught nothing: it ends no row, and is no ground for giving up.
 */
export const afterCheck = (
  before: HealthChecks | undefined,
  { health, reason, unanswered }: HealthReport,
  now: Instant,
): HealthChecks => {
  const isRow = before !== undefined && before.healthy > 0 && now - before.at <= LONGEST_GAP_MS;
  const row = isRow ? before : undefined;
  const { notHealthyAt } = before ?? {};
  if (unanswered)
    return (
      row ?? { at: now, health, reason, healthy: 0, ...(notHealthyAt === undefined ? {} : { notHealthyAt }) }
    );
  if (health !== 'healthy') return { at: now, health, reason, healthy: 0, notHealthyAt: now };
  if (row !== undefined && now - row.at < CHECK_INTERVAL_MS) return row;
  return {
    at: now,
    health,
    reason,
    healthy: (row?.healthy ?? 0) + 1,
    healthySince: row?.healthySince ?? now,
    ...(notHealthyAt === undefined ? {} : { notHealthyAt }),
  };
};

/** Healthy for as many checks in a row, and for as long, as the spec asks; by default once. */
export const isProved = (
  checks: HealthChecks,
  { count = 1, durationSeconds = 0 }: Pick<Updating, 'count' | 'durationSeconds'>,
): boolean =>
  checks.healthySince !== undefined &&
  checks.healthy >= count &&
  checks.at - checks.healthySince >= durationSeconds * 1000;

export interface Proved {
  readonly records: readonly InstanceRecord[];
  /** Those that became healthy members, to be written. */
  readonly changed: readonly InstanceRecord[];
  /** How long each took from its launch until its first healthy check, in milliseconds. */
  readonly times: ReadonlyMap<InstanceId, number>;
  readonly boot?: Bounds;
}

/** Makes healthy members of the new instances whose checks have proved them. */
export const proveMembers = (
  records: readonly InstanceRecord[],
  rollout: Rollout,
  updating: Updating,
  now: Instant,
): Proved => {
  const changed: InstanceRecord[] = [];
  const times = new Map<InstanceId, number>();
  let boot = rollout.boot;
  const next = records.map((record) => {
    const { checks, proving, ...rest } = record;
    const waits = proving === rollout.id && record.goneAt === undefined && isLive(record.state);
    if (!waits) return record;
    if (hasServed(record, updating, now)) {
      changed.push(rest);
      return rest;
    }
    if (checks === undefined) return record;
    if (!isProved(checks, updating)) return { ...record, healthReason: checks.reason };
    const healthySince = checks.healthySince ?? now;
    const proved: InstanceRecord = {
      ...rest,
      state: record.state === 'pending' ? 'running' : record.state,
      health: 'healthy',
      healthReason: checks.reason,
      healthSince: healthySince,
      everHealthy: true,
    };
    changed.push(proved);
    times.set(record.id, healthySince - record.launchedAt);
    boot = withBoot(boot, {
      atMost: healthySince - record.launchedAt,
      atLeast: checks.notHealthyAt === undefined ? 0 : checks.notHealthyAt - record.launchedAt,
    });
    return proved;
  });
  return { records: next, changed, times, ...(boot === undefined ? {} : { boot }) };
};

/** Found healthy while its rollout was held, when any pass asks, for as long as its checks would have taken. */
const hasServed = (
  { everHealthy, health, healthSince }: InstanceRecord,
  { count = 1, durationSeconds = 0 }: Updating,
  now: Instant,
): boolean =>
  everHealthy &&
  health === 'healthy' &&
  now - healthSince >= Math.max(durationSeconds * 1000, (count - 1) * CHECK_INTERVAL_MS);

/**
 * The newest instance tells by when it is done; what an earlier one told of when it is not holds while it fits. One that
 * was asked late, since nobody was there to ask, tells nothing new.
 */
const withBoot = (before: Bounds | undefined, { atMost, atLeast }: Bounds): Bounds => {
  if (before !== undefined && atMost > before.atMost && atLeast < before.atMost) return before;
  const known = before !== undefined && before.atLeast < atMost ? before.atLeast : 0;
  return { atMost, atLeast: Math.min(Math.max(known, atLeast), atMost) };
};
