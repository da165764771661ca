import { type ClusterMember, ghostsOf, withoutMembers } from '../core/cluster.js';
import { ThrottledError, UnansweredError } from '../core/errors.js';
import { freezeInForce } from '../core/freeze.js';
import { groupEvent } from '../core/group-event.js';
import type { NodeTask } from '../ports/flavor.js';
import type { NodeAnswer } from '../ports/node-shell.js';
import { flavorContext } from './ask-flavor.js';
import { hasTimeFor, type PassState, tell } from './pass-state.js';
import { runTask } from './run-task.js';

/** Taking a dead member out takes a cluster a second or two. */
const MOST_WAIT_MS = 15_000;

/**
 * Takes members out of the cluster's list whose instance has ended, before anything is planned: what replaces them joins
 * a list without them. Nothing is done in doubt, to one that still answers, nor under a freeze; what was not taken out
 * stays in view.
 */
export const tidyCluster = async (state: PassState): Promise<void> => {
  const { runtime, revision, group } = state;
  const { plugin, properties } = revision.spec.flavor;
  state.ghosts = ghostsOf(state.cluster, state.records);
  const silent = state.ghosts.filter(({ reachable }) => !reachable);
  if (silent.length === 0 || group.watch !== 'watched') return;
  if (freezeInForce(group, runtime.clock.now()) !== undefined || !hasTimeFor(state, MOST_WAIT_MS)) return;
  const context = flavorContext(runtime, revision);
  const task = runtime.flavors.find(plugin)?.tidy?.(properties, context, silent);
  // Some software forgets the dead by itself.
  if (task === undefined) return takeOut(state, silent);
  const names = silent.map(({ name, instance, address }) => `${name} (${instance ?? address})`).join(', ');
  const now = runtime.clock.now();
  await tell(state, [
    groupEvent(
      now,
      'cluster.tidied',
      group.id,
      `taking ${names} out of the member list: its instance has ended`,
    ),
  ]);
  const answer = await answerOf(state, task);
  if (answer?.kind === 'done' && answer.output.exitCode === 0) return takeOut(state, silent);
  const why = answer?.kind === 'done' ? `exit code ${answer.output.exitCode}` : 'no answer';
  runtime.log.warn('dead members stay listed for now', { group: group.id, why });
};

const answerOf = async (state: PassState, task: NodeTask): Promise<NodeAnswer | undefined> => {
  try {
    return await runTask(state, task, undefined, MOST_WAIT_MS);
  } catch (error) {
    if (error instanceof ThrottledError || error instanceof UnansweredError) return undefined;
    throw error;
  }
};

/** What is planned next sees the list without them. */
const takeOut = (state: PassState, out: readonly ClusterMember[]): void => {
  state.cluster = withoutMembers(state.cluster, (member) => out.includes(member));
  state.ghosts = state.ghosts.filter((member) => !out.includes(member));
};
