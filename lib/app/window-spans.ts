import type { MaintenanceWindow } from '../core/group-spec.js';
import type { Instant } from '../core/ids.js';
import { type CronStarts, cronStarts, DAY_MS, MINUTE_MS } from './cron-starts.js';

/** Open from `open` to just before `close`. */
export interface Span {
  readonly open: Instant;
  readonly close: Instant;
}

/**
 * The spans in which one window is open between two instants, ascending, the overlapping and the adjoining merged. The
 * first may begin later than it does in truth when that is before `from`; the last may go on beyond `until`.
 */
export function* windowSpans(window: MaintenanceWindow, from: Instant, until: Instant): Generator<Span> {
  const starts = cronStarts(window.cron, window.timeZone);
  const length = window.durationSeconds * 1000;
  const runs = runsOf(starts.minutes, length / MINUTE_MS);
  let span: Span | undefined;
  // A local day begins at most a day away from the UTC midnight of its date.
  for (let day = midnight(from - length) - DAY_MS; day <= midnight(until) + DAY_MS; day += DAY_MS) {
    if (!starts.isOn(day)) continue;
    for (const [first, last] of runsOn(starts, runs, day, length)) {
      if (span === undefined || first > span.close) {
        if (span !== undefined && span.close > from) yield span;
        span = { open: first, close: last + length };
      } else {
        span = { open: span.open, close: Math.max(span.close, last + length) };
      }
    }
  }
  if (span !== undefined && span.close > from) yield span;
}

const midnight = (at: Instant): Instant => Math.floor(at / DAY_MS) * DAY_MS;

/** First and last of starts of which each comes before the one ahead of it is over. */
type Run = readonly [first: number, last: number];

const runsOf = (starts: readonly number[], length: number): readonly Run[] => {
  const runs: [number, number][] = [];
  for (const start of starts) {
    const run = runs.at(-1);
    if (run !== undefined && start - run[1] <= length) run[1] = start;
    else runs.push([start, start]);
  }
  return runs;
};

const runsOn = (starts: CronStarts, runs: readonly Run[], day: Instant, length: number): readonly Run[] => {
  const offset = starts.steadyOffset(day);
  if (offset === undefined) return runsOf(starts.startsOn(day), length);
  const begin = day - offset;
  return runs.map(([first, last]) => [begin + first * MINUTE_MS, begin + last * MINUTE_MS]);
};
