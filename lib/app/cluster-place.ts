import { groupEvent } from '../core/group-event.js';
import { type InstanceRecord, isLive } from '../core/instance.js';
import type { ClusterPlace } from '../ports/flavor.js';
import { flavorContext } from './ask-flavor.js';
import { type PassState, tell } from './pass-state.js';

const placeOf = ({ runtime, revision }: PassState): ClusterPlace | undefined => {
  const { plugin, properties } = revision.spec.flavor;
  const place = runtime.flavors.find(plugin)?.cluster?.(properties, flavorContext(runtime, revision));
  return place?.founds ? place : undefined;
};

const hasEnded = ({ goneAt, state }: InstanceRecord): boolean =>
  goneAt !== undefined || state === 'terminated';

/**
 * A list that cannot be read is none while nothing was founded: there is nothing that members could take with them, and
 * what never came up may be replaced. And one that claimed to found the cluster and is gone before it did: another may.
 * Nodes found a cluster only by writing its id first, so that even a claim that is released twice makes no second one.
 */
export const watchFounding = async (state: PassState): Promise<void> => {
  if (state.group.watch !== 'watched' || state.cluster?.kind === 'read') return;
  const ended = state.records.filter(hasEnded);
  const unread = state.cluster?.kind === 'unreadable';
  const place = ended.length === 0 && !unread ? undefined : placeOf(state);
  if (place === undefined) return;
  const { clusters, clock } = state.runtime;
  const { founder, founded } = await clusters.claim(place.path);
  if (founded) return;
  if (unread) state.cluster = undefined;
  if (founder === undefined || !ended.some(({ id }) => id === founder)) return;
  const words = 'it was to found the cluster, and is gone: another may';
  await tell(state, [
    groupEvent(clock.now(), 'cluster.claim-released', state.group.id, words, { instance: founder }),
  ]);
  await clusters.releaseClaim(place.path);
};

/** Takes a destroyed group out of its cluster's parameters; they go with the last group that could found it. */
export const leaveCluster = async (state: PassState): Promise<void> => {
  const place = placeOf(state);
  if (place === undefined) return;
  const { clusters, instances } = state.runtime;
  const own = new Set(state.records.map(({ id }) => id));
  await clusters.forget(place.path, [...own]);
  const others = (await clusters.speakers(place.path)).filter((id) => !own.has(id));
  const shown = others.length === 0 ? [] : await instances.byIds(others);
  if (!shown.some(({ state: seen }) => isLive(seen))) await clusters.remove(place.path);
};
