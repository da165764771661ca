import type { Updating } from '../../lib/core/group-spec.js';
import type { InstanceId } from '../../lib/core/ids.js';
import { type HealthReport, type InstanceRecord, isLive } from '../../lib/core/instance.js';
import { afterCheck, isProved } from '../../lib/core/prove.js';
import type { Rollout } from '../../lib/core/rollout.js';

export interface Checked {
  readonly records: readonly InstanceRecord[];
  /** Those that were asked about. */
  readonly asked: readonly InstanceRecord[];
  /** The planner has something to decide. */
  readonly isDue: boolean;
}

/** What the health-check task does: asks about each new instance of a rollout and records the answers. */
export const checkNew = (
  records: readonly InstanceRecord[],
  rollout: Rollout,
  leaving: ReadonlySet<InstanceId>,
  updating: Updating,
  healthOf: (id: InstanceId) => HealthReport | undefined,
  now: number,
): Checked => {
  const pending: HealthReport = { health: 'unknown', reason: 'pending' };
  const isAsked = ({ id, proving, goneAt, state }: InstanceRecord): boolean =>
    proving === rollout.id && goneAt === undefined && isLive(state) && !leaving.has(id);
  const next = records.map((record) =>
    isAsked(record)
      ? { ...record, checks: afterCheck(record.checks, healthOf(record.id) ?? pending, now) }
      : record,
  );
  const asked = next.filter(isAsked);
  const isDue = asked.some(
    ({ checks, launchedAt }) =>
      (checks !== undefined && isProved(checks, updating)) ||
      now >= launchedAt + updating.healthTimeoutSeconds * 1000,
  );
  return { records: next, asked, isDue: isDue || asked.length === 0 };
};
