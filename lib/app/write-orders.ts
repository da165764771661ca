import { contentHash } from '../core/content-hash.js';
import { UnansweredError } from '../core/errors.js';
import { type GroupEvent, groupEvent } from '../core/group-event.js';
import type { Revision } from '../core/group-spec.js';
import { type LaunchHash, type LogicalId, launchHash, orderId } from '../core/ids.js';
import type { JsonObject } from '../core/json.js';
import type { LaunchOrder, Order } from '../core/order.js';
import type { Action, Plan } from '../core/plan.js';
import { flavorContext } from './ask-flavor.js';
import { drainTask, isSkipped } from './drain.js';
import { steadyRevision } from './observation-of.js';
import { type PassState, saveGroup, saveRecords, tell } from './pass-state.js';
import { rollingOf } from './prove-new.js';

/**
 * Turns a plan's actions into orders: requests stored, then one conditional write, then the events. Nothing is told
 * or called before the write stands. @throws {ConflictError} when a user has commanded otherwise meanwhile.
 */
export const writeOrders = async (state: PassState, plan: Plan): Promise<readonly Order[]> => {
  const orders: Order[] = [];
  const launches = new Map<string, LaunchHash>();
  for (const action of plan.actions) {
    orders.push(
      action.kind === 'launch' ? await launchOrder(state, action, launches) : endOrder(state, action),
    );
  }
  const ended = new Set(orders.flatMap((order) => (order.kind === 'launch' ? [] : [order.instance])));
  const present = new Set(
    state.records.filter((record) => record.goneAt === undefined).map((record) => record.id),
  );
  await saveGroup(
    state,
    {
      orders: [...state.group.orders, ...orders],
      breaker: plan.breaker,
      backoff: plan.backoff,
      destroying: state.group.destroying.filter(
        ({ instance }) => present.has(instance) && !ended.has(instance),
      ),
    },
    true,
  );
  const counted = new Set(plan.failuresCounted);
  await saveRecords(
    state,
    state.records
      .filter((record) => counted.has(record.id))
      .map((record) => ({ ...record, failureCounted: true })),
  );
  await tellOrders(state);
  return orders;
};

/**
 * Tells of orders that nobody has told of, which are those of a pass that died between its write and its events as well:
 * the same event again overwrites itself. That it is done is written with whatever comes next.
 */
export const tellOrders = async (state: PassState): Promise<void> => {
  const untold = state.group.orders.filter((order) => !order.told);
  await tell(
    state,
    untold.map((order) => newsOf(state, order)),
  );
  state.group = { ...state.group, orders: state.group.orders.map((order) => ({ ...order, told: true })) };
};

type Launch = Extract<Action, { kind: 'launch' }>;

const launchOrder = async (
  state: PassState,
  action: Launch,
  launches: Map<string, LaunchHash>,
): Promise<LaunchOrder> => {
  const slot = action.slot;
  const revision = action.steady ? await steadyRevision(state) : state.revision;
  if (revision === undefined) throw new UnansweredError('the last revision that finished cannot be read');
  const key = `${revision.number} ${slot ?? ''}`;
  const known = launches.get(key);
  const launch = known ?? (await storeRequest(state, revision, slot));
  launches.set(key, launch);
  const rollout = action.steady ? undefined : rollingOf(state);
  const { subnet, zone, instanceType } = action;
  return {
    kind: 'launch',
    id: orderId(state.runtime.random.id()),
    launch,
    count: action.count,
    ...(subnet === undefined ? {} : { subnet }),
    ...(zone === undefined ? {} : { zone }),
    ...(instanceType === undefined ? {} : { instanceType }),
    ...(slot === undefined ? {} : { slot }),
    ...(rollout === undefined ? {} : { rollout: rollout.id }),
    configHash: revision.spec.configHash,
    at: state.runtime.clock.now(),
    notAfter: state.invocation.deadline,
    reason: action.reason,
  };
};

/** Renders what one pet, or all cattle alike, are launched from, and stores it by its content. */
const storeRequest = async (
  state: PassState,
  revision: Revision,
  slot: LogicalId | undefined,
): Promise<LaunchHash> => {
  const request = renderLaunch({ runtime: state.runtime, revision }, slot);
  const hash = launchHash(contentHash(request));
  await state.runtime.store.putLaunch(state.group.id, hash, request);
  return hash;
};

/** The launch request of a revision for a slot, or for all cattle alike. Deterministic. */
export const renderLaunch = (
  { runtime, revision }: Pick<PassState, 'runtime' | 'revision'>,
  slot: LogicalId | undefined,
): JsonObject => {
  const { spec } = revision;
  const flavor = runtime.flavors.find(spec.flavor.plugin);
  const place = slot === undefined ? {} : { slot };
  const prepared = flavor?.prepare(spec.flavor.properties, flavorContext(runtime, revision), slot);
  return runtime.instances.render({
    group: spec.id,
    properties: spec.instance.properties,
    pins: revision.pins,
    configHash: spec.configHash,
    tags: prepared?.tags ?? {},
    init: prepared?.init ?? '',
    ...place,
  });
};

const endOrder = (state: PassState, action: Extract<Action, { kind: 'destroy' }>): Order => {
  const now = state.runtime.clock.now();
  const { instance, context, reason } = action;
  const order = { id: orderId(state.runtime.random.id()), instance, at: now, context, reason };
  const timeout = state.revision.spec.updating.drainTimeoutSeconds * 1000;
  const drains = !isSkipped(state, action) && drainTask(state, action) !== undefined;
  const balanced = (state.revision.targetGroups ?? []).length > 0;
  if (!drains && !balanced) return { kind: 'destroy', ...order };
  // Its connections may take as long as its own drain.
  return { kind: 'drain', ...order, deadline: now + (drains && balanced ? 2 * timeout : timeout) };
};

const newsOf = (state: PassState, order: Order): GroupEvent => {
  const { id } = state.group;
  if (order.kind === 'launch') {
    const where = [order.subnet, order.instanceType].filter(Boolean).join(', ');
    const what = `${order.count} ordered${order.slot ? ` for ${order.slot}` : ''}${where ? ` in ${where}` : ''}`;
    return groupEvent(order.at, 'launch.ordered', id, `${what}: ${order.reason}`, { what: order.id });
  }
  const name = order.kind === 'drain' ? 'instance.draining' : 'instance.destroyed';
  return groupEvent(order.at, name, id, order.reason, { instance: order.instance, what: order.id });
};
