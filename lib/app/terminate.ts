import { ThrottledError, UnansweredError } from '../core/errors.js';
import { type GroupEvent, groupEvent } from '../core/group-event.js';
import type { InstanceId } from '../core/ids.js';
import type { InstanceRecord } from '../core/instance.js';
import type { DestroyOrder } from '../core/order.js';
import type { TerminateOutcome } from '../ports/instance-provider.js';
import { hasTimeFor, type PassState, saveGroup, saveRecords, tell } from './pass-state.js';

const TERMINATE_CALL_MS = 20_000;

/**
 * Sends destroy orders and closes those whose instance EC2 shows shutting-down. "Not found" closes nothing: EC2's
 * reads lag, and the observation alone decides what is gone.
 */
export const issueDestroys = async (state: PassState, orders: readonly DestroyOrder[]): Promise<void> => {
  if (orders.length === 0 || !hasTimeFor(state, TERMINATE_CALL_MS)) return;
  const outcomes = await terminate(
    state,
    orders.map((order) => order.instance),
  );
  const now = state.runtime.clock.now();
  const ending = outcomes.filter((outcome) => outcome.kind === 'ending');
  const states = new Map(ending.map((outcome) => [outcome.id, outcome.state]));
  const changed = state.records.flatMap((record): InstanceRecord[] => {
    const ended = states.get(record.id);
    if (ended === undefined) return [];
    return [
      { ...record, state: ended, destroyedByUs: true, ...(ended === 'terminated' ? { goneAt: now } : {}) },
    ];
  });
  await saveRecords(state, changed);
  const refusals = new Map(
    outcomes.flatMap((outcome) =>
      outcome.kind === 'blocked' ? [[outcome.id, outcome.reason] as const] : [],
    ),
  );
  await tell(
    state,
    orders.flatMap((order) => blockedNews(state, order, refusals)),
  );
  if (ending.length > 0 || refusals.size > 0) await settle(state, new Set(states.keys()), refusals);
};

const terminate = async (
  state: PassState,
  ids: readonly InstanceId[],
): Promise<readonly TerminateOutcome[]> => {
  try {
    return await state.runtime.instances.terminate(ids);
  } catch (error) {
    if (!(error instanceof ThrottledError || error instanceof UnansweredError)) throw error;
    state.runtime.log.warn('terminate was not answered; the orders stay', {
      group: state.group.id,
      error: error.name,
    });
    return [];
  }
};

const blockedNews = (
  state: PassState,
  order: DestroyOrder,
  refusals: ReadonlyMap<InstanceId, string>,
): readonly GroupEvent[] => {
  const reason = refusals.get(order.instance);
  if (reason === undefined || order.blocked === reason) return [];
  const now = state.runtime.clock.now();
  return [
    groupEvent(now, 'instance.blocked', state.group.id, reason, { instance: order.instance, what: order.id }),
  ];
};

const settle = async (
  state: PassState,
  ended: ReadonlySet<InstanceId>,
  refusals: ReadonlyMap<InstanceId, string>,
): Promise<void> => {
  const orders = state.group.orders
    .filter((order) => order.kind !== 'destroy' || !ended.has(order.instance))
    .map((order) => {
      const blocked = order.kind === 'destroy' ? refusals.get(order.instance) : undefined;
      return blocked === undefined ? order : { ...order, blocked };
    });
  await saveGroup(state, { orders }, false);
};
