import type { InstanceId } from '../core/ids.js';
import type { InstanceRecord } from '../core/instance.js';
import type { NodeTask } from '../ports/flavor.js';
import type { NodeAnswer } from '../ports/node-shell.js';
import type { PassState } from './pass-state.js';

type Nodes = Pick<PassState, 'runtime' | 'records'>;

/**
 * The node that runs a task which is about this member: Online, and the likeliest to serve, each in turn, since one may
 * not be able to. `undefined` when there is none.
 */
export const nodeFor = async (
  state: Nodes,
  { on }: NodeTask,
  about: InstanceId | undefined,
): Promise<InstanceId | undefined> => {
  const wanted = await candidates(state, on, about);
  if (wanted.length === 0) return undefined;
  const online = await state.runtime.shell.online(wanted);
  return wanted.find((id) => online.has(id));
};

const POLL_MS = 500;

/** Runs a task on one node and waits for its answer; `undefined` when no node can be reached, or none answered in time. */
export const runTask = async (
  state: Nodes,
  task: NodeTask,
  about: InstanceId | undefined,
  mostMs: number,
): Promise<NodeAnswer | undefined> => {
  const { shell, clock } = state.runtime;
  const node = await nodeFor(state, task, about);
  if (node === undefined) return undefined;
  const command = await shell.start([node], task.command);
  for (const start = clock.now(); clock.now() < start + mostMs; ) {
    const answer = await shell.read(command, node);
    if (answer.kind !== 'running') return answer;
    await clock.sleep(POLL_MS);
  }
  return undefined;
};

const candidates = async (
  { runtime, records }: Nodes,
  on: NodeTask['on'],
  about: InstanceId | undefined,
): Promise<readonly InstanceId[]> => {
  if (on === 'itself') return about === undefined ? [] : [about];
  const turn = Math.floor(runtime.clock.now() / TURN_MS);
  if (on !== 'others') {
    const speakers = await runtime.clusters.speakers(on.path);
    return inTurn(
      speakers.filter((id) => id !== about),
      turn,
    );
  }
  const others = records
    .filter((record) => record.id !== about && record.goneAt === undefined && record.state === 'running')
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  return inTurn(others, turn)
    .sort((one, other) => rank(one) - rank(other))
    .map(({ id }) => id);
};

const TURN_MS = 5_000;

const inTurn = <Item>(items: readonly Item[], turn: number): Item[] => {
  const first = items.length === 0 ? 0 : turn % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
};

const rank = ({ health }: InstanceRecord): number => RANKS.indexOf(health);

const RANKS: readonly InstanceRecord['health'][] = ['healthy', 'unknown', 'unhealthy'];
