import { freezeInForce } from '../core/freeze.js';
import type { LaunchOrder } from '../core/order.js';
import { pollDrains } from './drain.js';
import { type Issued, issueLaunches, lookForLaunched } from './launch.js';
import type { PassState } from './pass-state.js';
import { issueDestroys } from './terminate.js';

/**
 * Settles what an earlier pass left open, as it was stored, whatever the revision is now. Under a freeze nothing is
 * sent: what was launched already is looked for by its token.
 */
export const settleOrders = async (state: PassState): Promise<Issued> => {
  const launches = state.group.orders.filter((order): order is LaunchOrder => order.kind === 'launch');
  if (freezeInForce(state.group, state.runtime.clock.now())) {
    await lookForLaunched(state, launches);
    return { anyOpen: state.group.orders.length > 0, throttled: false };
  }
  const issued =
    launches.length > 0 ? await issueLaunches(state, launches, false) : { anyOpen: false, throttled: false };
  await pollDrains(state);
  await issueDestroys(
    state,
    state.group.orders.filter((order) => order.kind === 'destroy'),
  );
  return issued;
};
