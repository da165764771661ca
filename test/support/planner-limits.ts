import type { GroupRecord } from '../../lib/core/group-record.js';
import type { InstanceId } from '../../lib/core/ids.js';
import type { InstanceRecord } from '../../lib/core/instance.js';
import type { MaintenanceState } from '../../lib/core/observation.js';
import type { Plan } from '../../lib/core/plan.js';
import { isRolling } from '../../lib/core/rollout.js';

/** Numbers that a story states by hand: what must hold after every step. */
export interface Limits {
  /** Instances that may exist when a launch is added. */
  readonly atMost: number;
  /** Healthy ones that an end of a healthy one must leave. */
  readonly atLeast: number;
}

export const endingOf = ({ orders }: Pick<GroupRecord, 'orders'>): ReadonlySet<InstanceId> =>
  new Set(orders.flatMap((order) => ('instance' in order ? [order.instance] : [])));

/** What is wrong with ending these; `undefined` when nothing is. */
export const wrongEnd = (
  records: readonly InstanceRecord[],
  leaving: ReadonlySet<InstanceId>,
  ended: ReadonlySet<InstanceId>,
  { atLeast }: Limits,
): string | undefined => {
  const healthy = records.filter(
    (record) =>
      record.health === 'healthy' &&
      record.state === 'running' &&
      record.absentSince === undefined &&
      record.goneAt === undefined &&
      !leaving.has(record.id),
  );
  const costly = healthy.filter((record) => ended.has(record.id) && record.leavingBy === undefined);
  const left = healthy.filter((record) => !ended.has(record.id)).length;
  if (costly.length > 0 && left < atLeast) return `only ${left} healthy ones would be left`;
  const isShown = (id: InstanceId) =>
    records.some(
      (record) => record.id === id && record.goneAt === undefined && record.absentSince === undefined,
    );
  const unshown = [...ended].find((id) => !isShown(id));
  return unshown === undefined ? undefined : `${unshown} is ended although nothing shows it`;
};

/** What no plan may do, whatever the story; `undefined` when it does nothing of that. */
export const wrongPlan = (
  plan: Plan,
  { freeze }: Pick<GroupRecord, 'freeze'>,
  window: MaintenanceState | undefined,
  now: number,
): string | undefined => {
  if (plan.actions.length === 0 && plan.lookAgainAt <= now) return 'it would look again at once, for ever';
  const frozen = freeze !== undefined && now < (freeze.until ?? Number.POSITIVE_INFINITY);
  if (frozen && plan.actions.length > 0) return 'it acts while frozen';
  const rolls = plan.actions.some(
    (action) => action.kind === 'destroy' && action.context === 'rolling_update',
  );
  const held = window?.open === false || !isRolling(plan.rollout);
  return rolls && held ? 'it rolls though it is held' : undefined;
};
