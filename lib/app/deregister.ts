import { NotFoundError, ThrottledError, UnansweredError } from '../core/errors.js';
import { groupEvent } from '../core/group-event.js';
import type { Instant, OrderId } from '../core/ids.js';
import type { DrainOrder } from '../core/order.js';
import { type PassState, tell } from './pass-state.js';
import { readTargetGroups, type TargetGroupSight, targetGroupName } from './read-target-groups.js';

/** `drained`: no target group sends it anything any more. Else the order as it stands now. */
export type Deregistration = 'drained' | DrainOrder;

/**
 * Takes the instances of these orders out of their group's target groups, and tells which have lost their last connection.
 * It is called again with each look: what is neither draining nor gone from a target group is deregistered once more, and one that
 * cannot be read is waited for, both until `connectionsEnd`. An instance that does not run has no connections, so nothing is waited for.
 * A target group that does not exist is none. An order whose command was sent is drained.
 */
export const deregister = async (
  state: PassState,
  orders: readonly DrainOrder[],
): Promise<ReadonlyMap<OrderId, Deregistration>> => {
  const arns = state.revision.targetGroups ?? [];
  const now = state.runtime.clock.now();
  const open = orders.filter(
    (order) => arns.length > 0 && order.commandId === undefined && now < connectionsEnd(state, order),
  );
  const found = new Map<OrderId, Deregistration>(orders.map((order) => [order.id, 'drained']));
  if (open.length === 0) return found;
  const fresh = open.filter((order) => order.deregisteredAt === undefined);
  const reason = `out of ${arns.map(targetGroupName).join(', ')} before its end`;
  await tell(
    state,
    fresh.map(({ id, instance }) =>
      groupEvent(now, 'instance.deregistered', state.group.id, reason, { instance, what: id }),
    ),
  );
  await takeOut(state, arns, fresh);
  const sights = [...(await readTargetGroups(state.runtime.targetGroups, arns)).values()];
  const again = open.filter((order) => order.deregisteredAt !== undefined && sights.some(isStillIn(order)));
  await takeOut(state, arns, again);
  for (const order of open) {
    if (runs(state, order) && sights.some(mayConnect(order)))
      found.set(order.id, order.deregisteredAt === undefined ? { ...order, deregisteredAt: now } : order);
  }
  return found;
};

/** When its connections are waited for no longer: after `DrainTimeout`, of which the flavor's own drain then has as much again. */
const connectionsEnd = (state: PassState, order: DrainOrder): Instant =>
  Math.min(order.deadline, order.at + state.revision.spec.updating.drainTimeoutSeconds * 1000);

const runs = (state: PassState, order: DrainOrder): boolean =>
  state.records.some(({ id, state: now }) => id === order.instance && now === 'running');

/** Registered in it and not draining: by somebody else, or by an answer of ours that came late. */
const isStillIn =
  ({ instance }: DrainOrder) =>
  (sight: TargetGroupSight): boolean => {
    const health = sight.kind === 'read' ? sight.health.get(instance) : undefined;
    return health !== undefined && health.state !== 'draining';
  };

const mayConnect =
  ({ instance }: DrainOrder) =>
  (sight: TargetGroupSight): boolean =>
    sight.kind === 'unreadable' || (sight.kind === 'read' && sight.health.has(instance));

/** What a target group did not take is said again at the next look. */
const takeOut = async (
  state: PassState,
  arns: readonly string[],
  orders: readonly DrainOrder[],
): Promise<void> => {
  if (orders.length === 0) return;
  const ids = orders.map(({ instance }) => instance);
  for (const arn of arns) {
    try {
      await state.runtime.targetGroups.deregister(arn, ids);
    } catch (error) {
      if (error instanceof NotFoundError) continue;
      if (!(error instanceof ThrottledError || error instanceof UnansweredError)) throw error;
      state.runtime.log.warn('a target group did not take a deregistration', {
        group: state.group.id,
        targetGroup: arn,
        error: error.message,
      });
    }
  }
};
