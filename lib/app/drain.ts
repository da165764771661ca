import { runsOn, withoutMembers } from '../core/cluster.js';
import { ThrottledError, UnansweredError } from '../core/errors.js';
import { type GroupEvent, groupEvent } from '../core/group-event.js';
import { orderId } from '../core/ids.js';
import type { DestroyOrder, DrainOrder, Order } from '../core/order.js';
import type { Rollout } from '../core/rollout.js';
import { withFailedDrains } from '../core/rollout-failures.js';
import { CANNOT_SAY, type NodeTask, QUORUM_REFUSED } from '../ports/flavor.js';
import { asFlavorMember, flavorContext } from './ask-flavor.js';
import { deregister } from './deregister.js';
import { hasTimeFor, type PassState, saveGroup, tell } from './pass-state.js';
import { rollingOf } from './prove-new.js';
import { readCommands } from './read-commands.js';
import { nodeFor } from './run-task.js';

/** The clean-up that this member's flavor wants before its end; `undefined` when there is none or nobody to run it. */
export const drainTask = (state: PassState, order: Pick<DrainOrder, 'instance'>): NodeTask | undefined => {
  const { runtime, revision, group } = state;
  const { plugin, properties } = revision.spec.flavor;
  const record = state.records.find((candidate) => candidate.id === order.instance);
  if (record === undefined) return undefined;
  // The only member of a quorum has nobody to leave to.
  const ending = group.watch === 'destroying' || revision.quorum?.majorityOf === 1;
  const task = runtime.flavors
    .find(plugin)
    ?.drain(properties, flavorContext(runtime, revision), asFlavorMember(record), ending);
  return task?.on === 'itself' && record.state !== 'running' ? undefined : task;
};

/** A pass waits this long for drains that run, so that a short one costs no second look at EC2 (protocol rule 35). */
const MOST_WAIT_MS = 10_000;
const POLL_MS = 1_000;

/**
 * Takes members out of their target groups, starts drains and looks at those under way. One that is over becomes a
 * destroy order in the same write. A failed or late one is a failure of the rollout that ordered it, which may keep the
 * instance; else it is only noted. @throws {ConflictError} when a user has commanded meanwhile.
 */
export const pollDrains = async (state: PassState): Promise<void> => {
  const { clock } = state.runtime;
  for (const start = clock.now(); ; ) {
    const running = await lookAtDrains(state);
    const waits = running && clock.now() + POLL_MS <= start + MOST_WAIT_MS && hasTimeFor(state, 30_000);
    if (!waits) return;
    await clock.sleep(POLL_MS);
    await readCommands(state);
  }
};

/** @returns whether a command is still running. */
const lookAtDrains = async (state: PassState): Promise<boolean> => {
  const drains = state.group.orders.filter((order) => order.kind === 'drain');
  if (drains.length === 0) return false;
  const connections = await deregister(state, drains);
  const ends: Ended[] = [];
  const next = new Map<string, Order>();
  for (const order of drains) {
    const connected = connections.get(order.id) ?? 'drained';
    const looked = connected === 'drained' ? await advance(state, order) : connected;
    if ('how' in looked) ends.push(inDoubt(state, looked));
    else if (looked !== order) next.set(order.id, looked);
  }
  const rollout = countDrainFailures(state, ends);
  const kept = new Set(ends.filter((end) => isKept(state, rollout, end)).map(({ order }) => order.id));
  for (const end of ends) if (!kept.has(end.order.id)) next.set(end.order.id, destroyOrder(state, end));
  const drained = state.records.filter(({ id }) =>
    ends.some(({ order, failed, refused }) => order.instance === id && !failed && !refused),
  );
  state.cluster = withoutMembers(state.cluster, (member) => drained.some((record) => runsOn(record, member)));
  const refusal = ends.find(({ refused }) => refused);
  if (refusal !== undefined) state.cluster = { kind: 'unreadable', reason: refusal.how };
  if (next.size > 0 || kept.size > 0) {
    await tell(
      state,
      ends.map((end) => newsOf(state, end, kept.has(end.order.id))),
    );
    const orders = state.group.orders
      .filter((order) => !kept.has(order.id))
      .map((order) => next.get(order.id) ?? order);
    await saveGroup(state, { orders, ...(rollout === undefined ? {} : { rollout }) }, true);
  }
  return state.group.orders.some((order) => order.kind === 'drain' && order.commandId !== undefined);
};

/** A drain that is over, and how. */
interface Ended {
  readonly order: DrainOrder;
  readonly how: string;
  readonly failed: boolean;
  /** The cluster would have lost its quorum. Nothing was done, and it stays. */
  readonly refused?: true;
}

const advance = async (state: PassState, order: DrainOrder): Promise<DrainOrder | Ended> => {
  const { shell, clock } = state.runtime;
  const over = (how: string, failed = false): Ended => ({ order, how, failed });
  const late = clock.now() >= order.deadline;
  try {
    if (order.commandId !== undefined) {
      if (late) return over('its drain took too long', true);
      const { commandId, node, ...again } = order;
      const answer = await shell.read(commandId, node ?? order.instance);
      if (answer.kind === 'running') return order;
      // Another node can say it as well, and the same one what it never heard.
      if (answer.kind === 'failed' && (node !== undefined || answer.undelivered)) return again;
      if (answer.kind === 'failed') return over(`its drain failed: ${answer.reason}`, true);
      const { exitCode, stderr } = answer.output;
      if (exitCode === CANNOT_SAY && node !== undefined) return again;
      if (exitCode === QUORUM_REFUSED)
        return { ...over(`its cluster keeps it: ${lastLine(stderr)}`), refused: true };
      return exitCode === 0 ? over('drained') : over(`its drain failed: exit code ${exitCode}`, true);
    }
    const task = isSkipped(state, order) ? undefined : drainTask(state, order);
    if (task === undefined)
      return over(
        order.deregisteredAt === undefined ? 'nothing to drain' : 'its connections had time to end',
      );
    if (late) return over('its drain took too long', true);
    const node = await nodeFor(state, task, order.instance);
    if (node === undefined) return over('no node can be reached to drain it', true);
    const commandId = await shell.start([node], task.command);
    return { ...order, commandId, ...(node === order.instance ? {} : { node }) };
  } catch (error) {
    if (error instanceof ThrottledError || error instanceof UnansweredError) return order;
    throw error;
  }
};

/**
 * A drain that failed says nothing of the quorum. Where the members' list cannot be read at this moment either, the
 * member stays: what cannot be checked is not done.
 */
const inDoubt = ({ revision, cluster }: PassState, end: Ended): Ended => {
  const blind = revision.quorum !== undefined && cluster !== undefined && cluster.kind !== 'read';
  return end.failed && blind ? { ...end, refused: true } : end;
};

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

/** InfraKit's `SkipBeforeInstanceDestroy: "drain"`: in a rolling update the flavor's drain is left out. */
export const isSkipped = ({ revision }: PassState, { context }: Pick<DrainOrder, 'context'>): boolean =>
  context === 'rolling_update' && revision.spec.updating.skipDrain;

/** The rollout with the failed drains that it ordered counted; `undefined` when there are none. */
const countDrainFailures = (state: PassState, ends: readonly Ended[]): Rollout | undefined => {
  const rollout = rollingOf(state);
  const failed = ends
    .filter((end) => end.failed && end.order.context === 'rolling_update')
    .map(({ order }) => order.instance);
  return rollout === undefined || failed.length === 0 ? undefined : withFailedDrains(rollout, failed);
};

/** As in InfraKit, an instance whose drain failed stays when that ends the rolling update. */
const isKept = (
  { revision }: PassState,
  rollout: Rollout | undefined,
  { order, failed, refused }: Ended,
): boolean => {
  if (refused) return true;
  if (rollout === undefined || !failed || order.context !== 'rolling_update') return false;
  const { maxFailures, onFailure } = revision.spec.updating;
  return rollout.failures > maxFailures && (onFailure !== 'continue' || rollout.isRollback);
};

const newsOf = (state: PassState, { order, how, refused }: Ended, kept: boolean): GroupEvent => {
  const about = { instance: order.instance, what: order.id };
  const now = state.runtime.clock.now();
  return kept
    ? groupEvent(
        now,
        'instance.kept',
        state.group.id,
        refused ? how : `${how}; the rollout does not end it`,
        about,
      )
    : groupEvent(now, 'instance.destroyed', state.group.id, `${order.reason}; ${how}`, about);
};

const destroyOrder = (state: PassState, { order, how }: Ended): DestroyOrder => ({
  kind: 'destroy',
  id: orderId(state.runtime.random.id()),
  instance: order.instance,
  at: state.runtime.clock.now(),
  context: order.context,
  reason: `${order.reason}; ${how}`,
});
