import type { TimelineEvent } from '../../protocol.js';

/** What the timeline shows as one entry: an event, or several alike. */
export interface Fold {
  /** Stays while more events join. */
  readonly key: string;
  readonly newest: TimelineEvent;
  /** All of them, the newest first. */
  readonly events: readonly TimelineEvent[];
}

/** So many alike in a row are one entry. */
const FEWEST = 4;
/** Apart by no more than this, from one to the next. */
const APART_MS = 5_000;

/** Makes one entry of what happened to many instances at once. Events come, and go, with the newest first. */
export const foldEvents = (events: readonly TimelineEvent[]): readonly Fold[] =>
  runsOf(events)
    .flatMap((run) => (run.length < FEWEST ? run.map((event) => [event]) : [run]))
    .flatMap(foldOf);

const foldOf = (events: readonly TimelineEvent[]): readonly Fold[] => {
  const [newest, oldest] = [events[0], events.at(-1)];
  return newest === undefined || oldest === undefined ? [] : [{ key: oldest.key, newest, events }];
};

const runsOf = (events: readonly TimelineEvent[]): readonly (readonly TimelineEvent[])[] => {
  const runs: TimelineEvent[][] = [];
  for (const event of events) {
    const before = runs.at(-1)?.at(-1);
    if (before !== undefined && isAlike(before, event)) runs.at(-1)?.push(event);
    else runs.push([event]);
  }
  return runs;
};

const isAlike = (a: TimelineEvent, b: TimelineEvent): boolean =>
  a.event === b.event &&
  a.instance !== undefined &&
  b.instance !== undefined &&
  Math.abs(a.time - b.time) <= APART_MS;
