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
import { runTask } from './run-task.js';
import type { Runtime } from './runtime.js';
import { wakeGroup } from './wake-group.js';

/** Asking takes ten seconds at most, and all of it has to fit into one call of `reconcile`. */
const MOST_MS = 40_000;

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
): Promise<{ ID: string; Instance: string; Reason: string }> => {
  const cluster = await clusterOf(runtime, ID);
  const recover = ability(cluster, 'recover');
  const survivor = asFlavorMember(survivorOf(cluster, Instance));
  const { revision, flavor, records } = cluster;
  const { cluster: view } = await askFlavor(runtime, flavor, revision, records.map(asFlavorMember));
  if (view?.kind !== 'lost') {
    const why = view === undefined || view.kind === 'read' ? 'its members can decide' : view.reason;
    throw new RefusedError(`the quorum of group "${ID}" is not known to be lost: ${why}`);
  }
  const { properties } = revision.spec.flavor;
  const task = recover.call(flavor, properties, flavorContext(runtime, revision), survivor);
  await run(cluster, task, survivor.id, 'the recovery');
  const Reason = `a new cluster of "${Instance}" alone, since ${view.reason}`;
  await toldAndWoken(cluster, 'cluster.recovered', Reason, survivor.id);
  return { ID, Instance, Reason };
};

/** Reconcile's side of `Flavor.RotateTokens`. */
export const rotateNow = async (
  runtime: Runtime,
  { ID }: { readonly ID: string },
): Promise<{ ID: string }> => {
  const cluster = await clusterOf(runtime, ID);
  const rotate = ability(cluster, 'rotate');
  const { revision, flavor } = cluster;
  const task = rotate.call(flavor, revision.spec.flavor.properties, flavorContext(runtime, revision));
  await run(cluster, task, undefined, 'the rotation');
  await toldAndWoken(cluster, 'cluster.tokens-rotated', 'asked for by a user; the old tokens let nobody in');
  return { ID };
};

const run = async (
  cluster: Cluster,
  task: NodeTask,
  about: InstanceId | undefined,
  what: string,
): Promise<void> => {
  const answer = await runTask(cluster, task, about, MOST_MS);
  const notDone = (why: string) =>
    new UnansweredError(
      `${what} is not known to be done: ${why}; it may have begun, so look before asking again`,
    );
  if (answer === undefined) throw notDone('no node could be reached, or none answered in time');
  if (answer.kind === 'failed') throw notDone(answer.reason);
  if (answer.kind === 'running') throw notDone('it is still running');
  const { exitCode, stderr } = answer.output;
  if (exitCode !== 0) throw notDone(`exit code ${exitCode}, ${stderr.trim().split('\n').at(-1) ?? ''}`);
};

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
