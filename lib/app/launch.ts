import {
  AddressInUseError,
  InsufficientCapacityError,
  LaunchRefusedError,
  ThrottledError,
  TokenMismatchError,
  UnansweredError,
} from '../core/errors.js';
import { groupEvent } from '../core/group-event.js';
import type { NoRoom } from '../core/group-record.js';
import type { Instant, OrderId } from '../core/ids.js';
import type { InstanceDescription } from '../core/instance.js';
import { failedAgain } from '../core/launch-backoff.js';
import { recordOf } from '../core/merge-observation.js';
import { type ClosedToken, type LaunchOrder, type Order, TOKEN_KEPT_MS } from '../core/order.js';
import { NO_ROOM_MS } from '../core/placement.js';
import { hasTimeFor, type PassState, saveGroup, saveRecords, tell } from './pass-state.js';

/** RunInstances answers within seconds; the client gives up after this long. */
const LAUNCH_CALL_MS = 20_000;
/** Added to an order's `notAfter` before another may believe a refusal: clocks of Lambdas differ. */
const CLOCK_SKEW_MS = 10_000;

/** What EC2 said of one order. `open`: nothing that closes it. */
type Answer =
  | { readonly kind: 'launched'; readonly instances: readonly InstanceDescription[] }
  | { readonly kind: 'refused'; readonly reason: string; readonly why: 'no-room' | 'refused' | 'unwanted' }
  | {
      readonly kind: 'open';
      readonly reason: string;
      readonly throttled: boolean;
      /** The call may still be on its way to EC2. */
      readonly unanswered?: true;
    };

/** What issuing orders came to: an open one is settled by a later pass. */
export interface Issued {
  readonly anyOpen: boolean;
  readonly throttled: boolean;
}

/**
 * Sends launch orders as they are stored, and closes those that EC2 answers. The new instances are on record before
 * their order is closed, so a crash in between repeats the order and finds the same instances.
 */
export const issueLaunches = async (
  state: PassState,
  orders: readonly LaunchOrder[],
  mine: boolean,
): Promise<Issued> => {
  const closed: Closed[] = [];
  const noRoom: NoRoom[] = [];
  const before = state.group.backoff;
  let backoff = before;
  let throttled = false;
  let answered = 0;
  const unanswered = new Set<OrderId>();
  for (const order of orders) {
    if (throttled || !hasTimeFor(state, LAUNCH_CALL_MS)) break;
    const answer = await send(state, order, mine);
    const now = state.runtime.clock.now();
    if (answer.kind === 'open') {
      throttled = answer.throttled;
      if (answer.unanswered) unanswered.add(order.id);
      continue;
    }
    answered += 1;
    closed.push({ order, launched: answer.kind === 'launched' ? answer.instances.length : 0 });
    if (answer.kind === 'launched') await welcome(state, order, answer.instances, now);
    else {
      await tell(state, [
        groupEvent(now, 'launch.failed', state.group.id, answer.reason, { what: order.id }),
      ]);
      if (answer.why === 'no-room') noRoom.push(fullPool(order, answer.reason, now));
      else if (answer.why === 'refused')
        backoff = {
          ...failedAgain(before, now, answer.reason, order.configHash ?? state.group.configHash),
          // What an earlier rollout ordered, or a repair, is no failure of this one.
          ...(order.rollout !== undefined && order.rollout === state.group.rollout?.id
            ? { refusedAt: now }
            : {}),
        };
    }
  }
  if (closed.length > 0) await close(state, closed, noRoom, backoff);
  await keepDoubt(state, unanswered);
  return { anyOpen: answered < orders.length, throttled };
};

/**
 * A call that was not answered may reach EC2 after another pass's repetition was refused. So what is said of its order is
 * not believed before the end of this invocation, whoever wrote the order.
 */
const keepDoubt = async (state: PassState, unanswered: ReadonlySet<OrderId>): Promise<void> => {
  const { deadline } = state.invocation;
  const isEarlier = (order: Order): order is LaunchOrder =>
    order.kind === 'launch' && unanswered.has(order.id) && order.notAfter < deadline;
  if (!state.group.orders.some(isEarlier)) return;
  const orders = state.group.orders.map((order) =>
    isEarlier(order) ? { ...order, notAfter: deadline } : order,
  );
  await saveGroup(state, { orders }, false);
};

/** Finds what open orders have launched already, without launching: for a frozen group. */
export const lookForLaunched = async (state: PassState, orders: readonly LaunchOrder[]): Promise<void> => {
  if (orders.length === 0) return;
  const found = await state.runtime.instances.byTokens(orders.map((order) => order.id));
  const now = state.runtime.clock.now();
  const closed: Closed[] = [];
  for (const order of orders) {
    const mine = found.filter((instance) => instance.token === order.id);
    if (mine.length === 0) continue;
    await welcome(state, order, mine, now);
    if (mine.length >= order.count) closed.push({ order, launched: mine.length });
  }
  if (closed.length > 0) await close(state, closed, [], state.group.backoff);
};

const send = async (state: PassState, order: LaunchOrder, mine: boolean): Promise<Answer> => {
  const { runtime, group } = state;
  const request = await runtime.store.launch(group.id, order.launch);
  if (request === undefined)
    return { kind: 'open', reason: `request ${order.launch} is not stored`, throttled: false };
  const { id: token, count, subnet, instanceType } = order;
  const place = { ...(subnet ? { subnet } : {}), ...(instanceType ? { instanceType } : {}) };
  try {
    return {
      kind: 'launched',
      instances: await runtime.instances.launch({ token, request, count, ...place }),
    };
  } catch (error) {
    return answerOf(state, order, mine, error);
  }
};

const answerOf = async (
  state: PassState,
  order: LaunchOrder,
  mine: boolean,
  error: unknown,
): Promise<Answer> => {
  const { clock, log } = state.runtime;
  if (error instanceof TokenMismatchError) return foundByToken(state, order, error);
  if (error instanceof ThrottledError) return { kind: 'open', reason: error.message, throttled: true };
  const believable = mine || clock.now() > order.notAfter + CLOCK_SKEW_MS;
  if (error instanceof AddressInUseError && believable && !isWanted(state, order)) {
    return { kind: 'refused', reason: error.message, why: 'unwanted' };
  }
  if (error instanceof AddressInUseError || error instanceof UnansweredError) {
    log.warn('launch order stays open', { group: state.group.id, order: order.id, error: error.name });
    const doubt = error instanceof UnansweredError ? { unanswered: true as const } : {};
    return { kind: 'open', reason: error.message, throttled: false, ...doubt };
  }
  const noRoom = error instanceof InsufficientCapacityError;
  if (!noRoom && !(error instanceof LaunchRefusedError)) throw error;
  if (!believable) return { kind: 'open', reason: error.message, throttled: false };
  return { kind: 'refused', reason: error.message, why: noRoom ? 'no-room' : 'refused' };
};

/** Whether anybody still waits for what this order launches: a pet whose address is taken may wait for ever. */
const isWanted = ({ group, revision }: PassState, { slot }: LaunchOrder): boolean => {
  const { allocation } = revision.spec;
  if (group.watch !== 'watched') return false;
  return slot === undefined || allocation.kind === 'size' || allocation.logicalIds.includes(slot);
};

/** Reads by token lag like all reads; few found may become more, so the order stays open until they can no longer. */
const SETTLED_MS = 5 * 60_000;

const foundByToken = async (
  state: PassState,
  order: LaunchOrder,
  error: TokenMismatchError,
): Promise<Answer> => {
  const found = await state.runtime.instances.byTokens([order.id]);
  const settled =
    error.ended || found.length >= order.count || state.runtime.clock.now() > order.at + SETTLED_MS;
  return settled
    ? { kind: 'launched', instances: found }
    : { kind: 'open', reason: `${found.length} of ${order.count} found by token so far`, throttled: false };
};

const welcome = async (
  state: PassState,
  order: LaunchOrder,
  instances: readonly InstanceDescription[],
  now: Instant,
): Promise<void> => {
  const known = new Set(state.records.map((record) => record.id));
  const fresh = instances
    .filter((instance) => !known.has(instance.id))
    .map((instance) => ({
      ...recordOf(instance, false, now),
      ...(order.rollout === undefined ? {} : { proving: order.rollout }),
    }));
  await saveRecords(state, fresh);
  await tell(
    state,
    fresh.map((record) =>
      groupEvent(now, 'instance.launched', state.group.id, order.reason, { instance: record.id }),
    ),
  );
};

/** An order that EC2 has answered, and how many instances are on record for it. */
interface Closed {
  readonly order: LaunchOrder;
  readonly launched: number;
}

const closedToken = (order: LaunchOrder, at: Instant): ClosedToken => ({
  token: order.id,
  at,
  ...(order.slot ? { slot: order.slot } : {}),
  ...(order.rollout ? { rollout: order.rollout } : {}),
});

const fullPool = (order: LaunchOrder, reason: string, now: Instant): NoRoom => ({
  ...(order.subnet ? { subnet: order.subnet } : {}),
  ...(order.instanceType ? { instanceType: order.instanceType } : {}),
  until: now + NO_ROOM_MS,
  reason,
});

const close = async (
  state: PassState,
  closed: readonly Closed[],
  noRoom: readonly NoRoom[],
  backoff: PassState['group']['backoff'],
): Promise<void> => {
  const now = state.runtime.clock.now();
  const ids = new Set(closed.map(({ order }) => order.id));
  // What an order that got all it asked for has launched is on record: nothing can turn up under it.
  const short = closed.filter(({ order, launched }) => launched < order.count);
  await saveGroup(
    state,
    {
      orders: state.group.orders.filter((order) => !ids.has(order.id)),
      closedTokens: [
        ...state.group.closedTokens.filter((entry) => now - entry.at < TOKEN_KEPT_MS),
        ...short.map(({ order }) => closedToken(order, now)),
      ],
      noRoom: [...state.group.noRoom.filter((entry) => now < entry.until), ...noRoom],
      backoff,
    },
    false,
  );
};
