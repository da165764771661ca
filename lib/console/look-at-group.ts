import type { EventView, GroupLine, GroupView, RevisionView } from '../app/api-types.js';
import { Failure } from '../cli/failure.js';
import type { Target } from '../cli/target.js';
import type { LookedAt } from './fleet-state.js';
import { instantOf } from './instant-of.js';
import type { TimelineEvent } from './protocol.js';
import { type Asked, viewGroup } from './view-group.js';

/** Follows one group while somebody looks at it. */
export interface Look {
  /** Asks what may have changed. @throws what the target throws, but that the group is not known. */
  refresh(line: GroupLine | undefined): Promise<LookedAt>;
}

export interface LookOptions {
  /** The control plane's time. */
  readonly now: () => number;
  /** No nodes can be asked, because time stands still. */
  readonly isStanding: () => boolean;
  /** Between two questions to a cluster, in milliseconds. */
  readonly askClusterMs: number;
  /** The cluster has answered: there is something new to see. */
  readonly onAnswer: () => void;
}

/** As many events as are told of a group. */
const MOST_EVENTS = 200;
/** Events of one moment may be written in any order, so that newer ones are looked for from a little before. */
const OVERLAP_MS = 10_000;

export const lookAt = (target: Target, id: string, options: LookOptions): Look => {
  let events: readonly TimelineEvent[] = [];
  let revisions: { readonly of: string; readonly list: readonly RevisionView[] } | undefined;
  let cluster: Asked | undefined;
  /** The revision whose members form no cluster. */
  let without: number | undefined;
  let asking = false;
  let askedAt: number | undefined;

  const newerEvents = async (): Promise<void> => {
    const newest = events.at(-1);
    const after = events.findLast(({ time }) => newest !== undefined && time < newest.time - OVERLAP_MS);
    const { Events } = await target.call('Group.Events', {
      ID: id,
      ...(after === undefined ? { Limit: MOST_EVENTS } : { After: after.key, Limit: 1000 }),
    });
    const read = Events.map(viewEvent);
    const keys = new Set(read.map(({ key }) => key));
    events = [...events.filter(({ key }) => !keys.has(key)), ...read]
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .slice(-MOST_EVENTS);
  };

  const historyOf = async ({ Revision, Rollout, Steady }: GroupView): Promise<readonly RevisionView[]> => {
    const of = [Revision, Rollout?.Status, Rollout?.To, Rollout?.Reason, Steady].join(' ');
    if (revisions?.of !== of) {
      revisions = { of, list: (await target.call('Group.History', { ID: id })).Revisions };
    }
    return revisions.list;
  };

  /** Asks in the background: nodes take their time. What they say is there at a later look. */
  const askCluster = (view: GroupView): void => {
    const isDue = askedAt === undefined || options.now() - askedAt >= options.askClusterMs;
    if (asking || !isDue || without === view.Revision || options.isStanding() || view.Watch !== 'watched')
      return;
    asking = true;
    askedAt = options.now();
    target
      .call('Flavor.Healthy', { ID: id })
      .then(({ Cluster }) => {
        if (Cluster === undefined) without = view.Revision;
        cluster = Cluster && { report: Cluster, at: options.now() };
        options.onAnswer();
      })
      // What cannot be asked now is asked again; the group's own view tells of a lost quorum.
      .catch(() => undefined)
      .finally(() => {
        asking = false;
      });
  };

  const refresh = async (line: GroupLine): Promise<LookedAt> => {
    const view = await target.call('Group.DescribeGroup', { ID: id });
    askCluster(view);
    const history = await historyOf(view);
    await newerEvents();
    return { detail: viewGroup(line, view, history, cluster), events };
  };

  return {
    refresh: async (line) => {
      if (line === undefined) return { absent: `no group "${id}"`, events: [] };
      try {
        return await refresh(line);
      } catch (error) {
        if (!(error instanceof Failure && error.code === 'NotFound')) throw error;
        return { absent: error.message, events: [] };
      }
    },
  };
};

const viewEvent = ({ Key, Time, Event, Instance, Reason }: EventView): TimelineEvent => ({
  key: Key,
  time: instantOf(Time),
  event: Event,
  ...(Instance === undefined ? {} : { instance: Instance }),
  reason: Reason,
});
