import { expectedBoot, secondsToCheck } from '../core/check-pace.js';
import type { GroupId, InstanceId, Instant, RolloutId } from '../core/ids.js';
import { type InstanceRecord, isLive } from '../core/instance.js';
import { afterCheck, isProved } from '../core/prove.js';
import { isRolling } from '../core/rollout.js';
import { askHealth } from './ask-health.js';
import { loadRevision } from './load-revision.js';
import type { Runtime } from './runtime.js';

export interface HealthCheck {
  readonly group: GroupId;
  readonly rollout: RolloutId;
  readonly execution: number;
  /** When the execution of the health-check machine began. */
  readonly startedAt: Instant;
}

export interface CheckAnswer {
  /** There is something for the planner to decide, or it is time that it looks. */
  readonly settled: boolean;
  /** Until the next check. */
  readonly seconds: number;
}

/** The rollout is looked at at least this often, so that a dead execution is noticed soon. */
export const CHECKS_LAST_MS = 110_000;

/**
 * Asks the flavor about all new instances of a rollout in one question and records the answers. It decides nothing: the
 * planner judges what is on record, and gives up at `HealthTimeout`. Needs no lease, since nobody else writes checks.
 */
export const checkHealth = async (runtime: Runtime, check: HealthCheck): Promise<CheckAnswer> => {
  const settled: CheckAnswer = { settled: true, seconds: 0 };
  const group = await runtime.store.read(check.group);
  const rollout = group?.rollout;
  if (group === undefined || !isRolling(rollout)) return settled;
  if (rollout.id !== check.rollout || rollout.execution !== check.execution) return settled;
  const revision = await loadRevision(runtime, group);
  const ending = new Set(group.orders.flatMap((order) => (order.kind === 'launch' ? [] : [order.instance])));
  const records = await runtime.store.instances(group.id);
  const proving = records.filter((record) => isProving(record, rollout.id) && !ending.has(record.id));
  if (proving.length === 0) return settled;
  const others = records.filter((record) => !proving.includes(record));
  const reports = await askHealth(runtime, revision, proving.map(asRunning), others, runtime.clock.now());
  const now = runtime.clock.now();
  const { updating } = revision.spec;
  const next = await Promise.all(
    proving.map(async (record) => {
      const report = reports.get(record.id);
      if (report === undefined) return record;
      const checks = afterCheck(record.checks, report, now);
      if (checks !== record.checks) await runtime.store.putChecks(group.id, record.id, checks, record.checks);
      return { ...record, checks };
    }),
  );
  const isDue = next.some(
    ({ checks, launchedAt }) =>
      (checks !== undefined && isProved(checks, updating)) ||
      now >= launchedAt + updating.healthTimeoutSeconds * 1000,
  );
  if (isDue || now - check.startedAt >= CHECKS_LAST_MS) return settled;
  const boot = rollout.boot ?? expectedBoot(records, updating);
  return { settled: false, seconds: secondsToCheck(next, updating, boot, now) };
};

/** Whether it runs by now is part of the question: no pass has looked since its launch. */
const asRunning = (record: InstanceRecord): InstanceRecord =>
  record.state === 'pending' ? { ...record, state: 'running' } : record;

const isProving = (record: InstanceRecord, rollout: RolloutId): boolean =>
  record.proving === rollout &&
  record.goneAt === undefined &&
  record.absentSince === undefined &&
  isLive(record.state);

/** Those that the health checks of the rollout under way look after, and no pass asks about. */
export const provedByChecks = (
  records: readonly InstanceRecord[],
  rollout: { readonly id: RolloutId } | undefined,
): ReadonlySet<InstanceId> =>
  new Set(
    rollout === undefined
      ? []
      : records.filter((record) => record.proving === rollout.id).map((record) => record.id),
  );
