import type { ClusterMember, ClusterView } from '../core/cluster.js';
import type { GroupEvent } from '../core/group-event.js';
import type { GroupRecord } from '../core/group-record.js';
import type { Revision } from '../core/group-spec.js';
import type { InstanceId } from '../core/ids.js';
import type { InstanceDescription, InstanceRecord } from '../core/instance.js';
import type { Observation } from '../core/observation.js';
import type { GroupChange } from '../ports/group-store.js';
import type { Invocation, Runtime } from './runtime.js';

/**
 * What one pass knows, kept current as it acts: the group's item as last written, the members' records, what EC2
 * showed. Every write goes through it, so that no promise outlives the lease.
 */
export interface PassState {
  readonly runtime: Runtime;
  readonly invocation: Invocation;
  group: GroupRecord;
  revision: Revision;
  records: readonly InstanceRecord[];
  foreign: readonly InstanceId[];
  /** What EC2 listed with our tags, members or not. */
  listed: readonly Pick<InstanceDescription, 'id' | 'state'>[];
  /** States of the alarms that the rollout watches. */
  alarms: Observation['alarms'];
  impaired: readonly InstanceId[];
  /** The health on record is no older than this look: the flavor was asked, or the sweep has just asked. */
  asked: boolean;
  /** The cluster's own member list, as last asked in this pass. */
  cluster: ClusterView | undefined;
  /** Members that it lists though their instance is gone. */
  ghosts: readonly ClusterMember[];
}

/** Left for writing down what a call answered, and for giving the lease back. */
const TAIL_MS = 5_000;

/** Whether a call that may take this long still fits before the handler is killed. */
export const hasTimeFor = (state: PassState, milliseconds: number): boolean =>
  state.runtime.clock.now() + milliseconds + TAIL_MS < state.invocation.deadline;

/** Writes changed records under the lease and keeps them in view. */
export const saveRecords = async (state: PassState, changed: readonly InstanceRecord[]): Promise<void> => {
  if (changed.length === 0) return;
  await state.runtime.store.putInstances(state.group.id, changed, state.group.fence);
  const byId = new Map(changed.map((record) => [record.id, record]));
  const known = new Set(state.records.map((record) => record.id));
  state.records = [
    ...state.records.map((record) => byId.get(record.id) ?? record),
    ...changed.filter((record) => !known.has(record.id)),
  ];
};

/**
 * Writes the group's item under the lease; with `asIntended` only while no user has commanded anything since it was
 * read. @throws {ConflictError} when lease or intent has moved on.
 */
export const saveGroup = async (
  state: PassState,
  change: GroupChange,
  asIntended: boolean,
): Promise<void> => {
  const { fence, intent } = state.group;
  state.group = await state.runtime.store.update(
    state.group.id,
    change,
    asIntended ? { fence, intent } : { fence },
  );
};

export const tell = async (state: PassState, events: readonly GroupEvent[]): Promise<void> => {
  if (events.length === 0) return;
  await state.runtime.store.putEvents(events);
  await state.runtime.bus.publish(events);
};
