import { ThrottledError, UnansweredError } from '../core/errors.js';
import { groupEvent } from '../core/group-event.js';
import { orderId } from '../core/ids.js';
import type { DestroyOrder, DrainOrder, Order } from '../core/order.js';
import type { NodeCommand } from '../ports/flavor.js';
import { type PassState, saveGroup, tell } from './pass-state.js';
import { asFlavorMember } from './probe-health.js';

/** The clean-up that this member's flavor wants before its end; `undefined` when there is none or nobody to run it. */
export const drainCommand = (
  state: PassState,
  order: Pick<DrainOrder, 'instance'>,
): NodeCommand | undefined => {
  const { spec } = state.revision;
  const record = state.records.find((candidate) => candidate.id === order.instance);
  if (record === undefined || record.state !== 'running') return undefined;
  return state.runtime.flavors
    .find(spec.flavor.plugin)
    ?.drain(spec.flavor.properties, asFlavorMember(record));
};

/**
 * Starts drains and looks at those under way. A finished, failed or late one becomes a destroy order in the same
 * write: drains are best effort outside of a rolling update, and their failure is only noted.
 */
export const pollDrains = async (state: PassState): Promise<void> => {
  const drains = state.group.orders.filter((order) => order.kind === 'drain');
  if (drains.length === 0) return;
  const replaced = new Map<string, Order>();
  for (const order of drains) {
    const next = await advance(state, order);
    if (next !== order) replaced.set(order.id, next);
  }
  if (replaced.size === 0) return;
  await saveGroup(
    state,
    { orders: state.group.orders.map((order) => replaced.get(order.id) ?? order) },
    true,
  );
};

const advance = async (state: PassState, order: DrainOrder): Promise<Order> => {
  const { shell, clock } = state.runtime;
  if (clock.now() >= order.deadline) return ended(state, order, 'its drain took too long');
  try {
    if (order.commandId !== undefined) {
      const answer = await shell.read(order.commandId, order.instance);
      if (answer.kind === 'running') return order;
      const failed =
        answer.kind === 'failed'
          ? answer.reason
          : answer.output.exitCode === 0
            ? ''
            : `exit code ${answer.output.exitCode}`;
      return ended(state, order, failed ? `its drain failed: ${failed}` : 'drained');
    }
    const command = drainCommand(state, order);
    if (command === undefined) return ended(state, order, 'nothing to drain');
    const online = await shell.online([order.instance]);
    if (!online.has(order.instance)) return ended(state, order, 'its node cannot be reached to drain it');
    return { ...order, commandId: await shell.start([order.instance], command) };
  } catch (error) {
    if (error instanceof ThrottledError || error instanceof UnansweredError) return order;
    throw error;
  }
};

const ended = async (state: PassState, order: DrainOrder, how: string): Promise<DestroyOrder> => {
  const now = state.runtime.clock.now();
  const reason = `${order.reason}; ${how}`;
  await tell(state, [
    groupEvent(now, 'instance.destroyed', state.group.id, reason, {
      instance: order.instance,
      what: order.id,
    }),
  ]);
  const id = orderId(state.runtime.random.id());
  return { kind: 'destroy', id, instance: order.instance, at: now, context: order.context, reason };
};
