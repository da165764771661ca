import { freezeInForce } from '../core/freeze.js';
import type { LaunchOrder, Order } from '../core/order.js';
import { pollDrains } from './drain.js';
import { type Issued, issueLaunches, lookForLaunched } from './launch.js';
import { type PassState, saveGroup } from './pass-state.js';
import { readCommands } from './read-commands.js';
import { issueDestroys } from './terminate.js';
import { tellOrders } from './write-orders.js';

const NOTHING: Issued = { anyOpen: false, throttled: false };

/**
 * Settles what an earlier pass left open, as it was stored, whatever the revision is now. Under a freeze nothing is
 * sent: what was launched already is looked for by its token.
 */
export const settleOrders = async (state: PassState): Promise<Issued> => {
  if (state.group.orders.length === 0) return NOTHING;
  await tellOrders(state);
  await readCommands(state);
  await closeEnded(state);
  const launches = state.group.orders.filter((order): order is LaunchOrder => order.kind === 'launch');
  if (freezeInForce(state.group, state.runtime.clock.now())) {
    await lookForLaunched(state, launches);
    return { anyOpen: state.group.orders.length > 0, throttled: false };
  }
  const issued = launches.length > 0 ? await issueLaunches(state, launches, false) : NOTHING;
  await pollDrains(state);
  await issueDestroys(
    state,
    state.group.orders.filter((order) => order.kind === 'destroy'),
  );
  return issued;
};

/** An instance that is gone, whoever ended it, leaves nothing to drain or destroy. */
const closeEnded = async (state: PassState): Promise<void> => {
  const present = new Set(
    state.records.filter((record) => record.goneAt === undefined).map((record) => record.id),
  );
  const isOver = (order: Order): boolean => order.kind !== 'launch' && !present.has(order.instance);
  const orders = state.group.orders.filter((order) => !isOver(order));
  if (orders.length < state.group.orders.length) await saveGroup(state, { orders }, false);
};
