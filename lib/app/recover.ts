import { RefusedError, UnansweredError } from '../core/errors.js';
import { type EventName, groupEvent } from '../core/group-event.js';
import type { GroupRecord } from '../core/group-record.js';
import type { Revision } from '../core/group-spec.js';
import type { InstanceId } from '../core/ids.js';
import type { InstanceRecord } from '../core/instance.js';
import type { Flavor, NodeTask } from '../ports/flavor.js';
import { watchedGroup } from './api/require-group.js';
import { asFlavorMember, askFlavor, flavorContext } from './ask-flavor.js';
import { loadRevision } from './load-revision.js';
import { nodeFor } from './run-task.js';
import type { Invocation, Runtime } from './runtime.js';
import { wakeGroup } from './wake-group.js';

const POLL_MS = 500;
/** Of an invocation, for telling what was done. */
const TAIL_MS = 5_000;

/** A watched group with the members that are there, and its flavor. */
interface Cluster {
  readonly runtime: Runtime;
  readonly group: GroupRecord;
  readonly revision: Revision;
  readonly flavor: Flavor;
  readonly records: readonly InstanceRecord[];
}

export const clusterOf = async (runtime: Runtime, id: string): Promise<Cluster> => {
  const group = await watchedGroup(runtime, id);
  const revision = await loadRevision(runtime, group);
  const flavor = runtime.flavors.find(revision.spec.flavor.plugin);
  if (flavor === undefined) throw new RefusedError(`no flavor "${revision.spec.flavor.plugin}"`);
  const records = (await runtime.store.instances(group.id)).filter(({ goneAt }) => goneAt === undefined);
  return { runtime, group, revision, flavor, records };
};

/** What a flavor does for a cluster as a whole. @throws {RefusedError} when it has no such thing. */
export const ability = <What extends 'recover' | 'rotate'>(
  { group, flavor }: Cluster,
  what: What,
): NonNullable<Flavor[What]> => {
  const found = flavor[what];
  if (found !== undefined) return found;
  const lacks = what === 'recover' ? 'has no quorum to recover' : 'has no tokens to rotate';
  throw new RefusedError(`group "${group.id}" ${lacks}: its flavor is "${flavor.name}"`);
};

/** The named survivor. @throws {RefusedError} when it is no running member. */
export const survivorOf = ({ group, records }: Cluster, instance: string): InstanceRecord => {
  const running = records.filter(({ state }) => state === 'running');
  const survivor = running.find(({ id }) => id === instance);
  if (survivor !== undefined) return survivor;
  const known = running.map(({ id }) => id).join(', ') || 'none';
  throw new RefusedError(`"${instance}" is no running member of group "${group.id}"; running: ${known}`);
};

/**
 * Reconcile's side of `Flavor.Recover`: a new cluster from the one survivor, unless the cluster, asked at this moment,
 * decides anything or cannot be asked. Under no lease: while a quorum is lost, passes take no member away.
 */
export const recoverNow = async (
  runtime: Runtime,
  { ID, Instance }: { readonly ID: string; readonly Instance: string },
  invocation: Invocation,
): Promise<{ ID: string; Instance: string; Reason: string }> => {
  const cluster = await clusterOf(runtime, ID);
  const recover = ability(cluster, 'recover');
  const survivor = asFlavorMember(survivorOf(cluster, Instance));
  const { revision, flavor, records } = cluster;
  const asked = await askFlavor(runtime, flavor, revision, records.map(asFlavorMember));
  const { cluster: view, answered } = asked;
  if (view?.kind !== 'lost') {
    const why = view === undefined || view.kind === 'read' ? 'its members can decide' : view.reason;
    throw new RefusedError(`the quorum of group "${ID}" is not known to be lost: ${why}`);
  }
  await refuseDoubt(cluster, answered);
  const { properties } = revision.spec.flavor;
  const task = recover.call(flavor, properties, flavorContext(runtime, revision), survivor);
  const done = await run(cluster, task, survivor.id, invocation);
  const Reason = `a new cluster of "${Instance}" alone${done ? '' : ', which is still at it'}, since ${view.reason}`;
  await toldAndWoken(cluster, 'cluster.recovered', Reason, survivor.id);
  return { ID, Instance, Reason };
};

/**
 * A member that did not answer may decide with others, on the far side of a cut. Only one that Systems Manager does not
 * reach at all is taken for dead. @throws {RefusedError} when there is a member in doubt.
 */
const refuseDoubt = async (
  { runtime, group, records }: Cluster,
  answered: ReadonlySet<InstanceId>,
): Promise<void> => {
  const silent = records.filter(({ id, state }) => state === 'running' && !answered.has(id));
  const online = await runtime.shell.online(silent.map(({ id }) => id));
  if (online.size === 0) return;
  throw new RefusedError(
    `${[...online].join(', ')} of group "${group.id}" did not answer and may decide without the survivor: ask again, or stop it first`,
  );
};

/** Reconcile's side of `Flavor.RotateTokens`. */
export const rotateNow = async (
  runtime: Runtime,
  { ID }: { readonly ID: string },
  invocation: Invocation,
): Promise<{ ID: string }> => {
  const cluster = await clusterOf(runtime, ID);
  const rotate = ability(cluster, 'rotate');
  const { revision, flavor } = cluster;
  const task = rotate.call(flavor, revision.spec.flavor.properties, flavorContext(runtime, revision));
  if (!(await run(cluster, task, undefined, invocation)))
    throw new UnansweredError('its node is still at it');
  await toldAndWoken(cluster, 'cluster.tokens-rotated', 'asked for by a user; the old tokens let nobody in');
  return { ID };
};

/**
 * Runs a task and waits for its end, as long as this invocation has time. @returns whether it has ended by then.
 * @throws {RefusedError} when nobody can run it: nothing was done. @throws {UnansweredError} when it failed on the way.
 */
const run = async (
  cluster: Cluster,
  task: NodeTask,
  about: InstanceId | undefined,
  { deadline }: Invocation,
): Promise<boolean> => {
  const { shell, clock } = cluster.runtime;
  const hasTime = () => clock.now() + POLL_MS < deadline - TAIL_MS;
  for (;;) {
    const node = await nodeFor(cluster, task, about);
    if (node === undefined) throw new RefusedError('Systems Manager reaches no node that could do it');
    const command = await shell.start([node], task.command);
    let answer = await shell.read(command, node);
    while (answer.kind === 'running') {
      if (!hasTime()) return false;
      await clock.sleep(POLL_MS);
      answer = await shell.read(command, node);
    }
    if (answer.kind === 'failed') {
      // Nothing of it was done: once more, as long as there is time.
      if (answer.undelivered && hasTime()) continue;
      throw new UnansweredError(`it failed on ${node}: ${answer.reason}`);
    }
    const { exitCode, stderr } = answer.output;
    if (exitCode === 0) return true;
    throw new UnansweredError(`it failed on ${node}: exit code ${exitCode}, ${lastLine(stderr)}`);
  }
};

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

const toldAndWoken = async (
  { runtime, group }: Cluster,
  name: EventName,
  reason: string,
  instance?: InstanceId,
): Promise<void> => {
  const about = instance === undefined ? {} : { instance };
  const told = groupEvent(runtime.clock.now(), name, group.id, reason, about);
  await runtime.store.putEvents([told]);
  await runtime.bus.publish([told]);
  await runtime.store.wake(group.id);
  await wakeGroup(runtime, group.id);
};
