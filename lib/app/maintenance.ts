import type { MaintenanceWindow } from '../core/group-spec.js';
import type { Instant } from '../core/ids.js';
import type { MaintenanceState } from '../core/observation.js';
import { type Span, windowSpans } from './window-spans.js';

/** The longest that a cron of every year may pause, but for 29 February. */
const YEAR_MS = 366 * 86_400_000;

/**
 * Whether voluntary disruption is allowed at `now`, and when that changes next; `undefined` without windows, which is always.
 *
 * It is allowed while any window is open. A window is open from each start of its cron for its real duration, be the clocks
 * changed meanwhile or not. Windows that overlap or adjoin are one; one that is longer than the time between its starts
 * is always open. What does not change within 366 days has no `changesAt`. Which starts there are on the days when the
 * clocks change is said at `cronStarts`.
 */
export const maintenanceState = (
  windows: readonly MaintenanceWindow[],
  now: Instant,
): MaintenanceState | undefined => {
  if (windows.length === 0) return undefined;
  const until = now + YEAR_MS;
  const ahead = windows.flatMap((window) => {
    const rest = windowSpans(window, now, until);
    const next = nextOf(rest);
    return next === undefined ? [] : [{ rest, next }];
  });
  if (!ahead.some(({ next }) => next.open <= now)) {
    return changing(false, Math.min(...ahead.map(({ next }) => next.open)), until);
  }
  return changing(true, closingOf(ahead, now, until), until);
};

interface Ahead {
  readonly rest: Iterator<Span>;
  next: Span | undefined;
}

const nextOf = (spans: Iterator<Span>): Span | undefined => {
  const { done, value } = spans.next();
  return done ? undefined : value;
};

/** The first instant after `now` at which no window is open, or some instant after `until`. */
const closingOf = (ahead: readonly Ahead[], now: Instant, until: Instant): Instant => {
  let close = now;
  for (let before = -1; before < close && close <= until; ) {
    before = close;
    for (const window of ahead) {
      while (window.next !== undefined && window.next.open <= close) {
        close = Math.max(close, window.next.close);
        window.next = nextOf(window.rest);
      }
    }
  }
  return close;
};

const changing = (open: boolean, at: Instant, until: Instant): MaintenanceState =>
  at <= until ? { open, changesAt: at } : { open };
