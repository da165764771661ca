import { CronPattern } from 'croner';
import type { Instant } from '../core/ids.js';
import { zoneOffset } from './zone-offset.js';

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
/** No zone changes its clocks and takes that back within so short a time. */
const WEEK_MS = 7 * DAY_MS;

/** When a cron expression starts things in a time zone. A day is given as the UTC midnight of its date. */
export interface CronStarts {
  /** The minutes of the day, ascending, 0 to 1,439; the same on every day that `isOn`. */
  readonly minutes: readonly number[];
  isOn(day: Instant): boolean;
  /** The zone's offset on and around a day, in milliseconds; `undefined` when the clocks change near it. */
  steadyOffset(day: Instant): number | undefined;
  /** The starts of one day that `isOn`, ascending, on which the clocks may change. */
  startsOn(day: Instant): readonly Instant[];
}

const parsed = new Map<string, CronStarts>();

/**
 * Parses five fields; the result is kept, as a pass asks for the same few again and again.
 *
 * When the clocks go forward or back, the rule is that of cron(8), which croner calls `no-wildcard`: with fixed times (no `*`
 * and no step in minute and hour) a time that is skipped starts right after the gap, and one that comes twice starts
 * the first time only; with any other expression what is skipped is left out, and what comes twice starts twice.
 * @throws {TypeError} when croner does not understand the expression; {RangeError} for an unknown zone.
 */
export const cronStarts = (cron: string, timeZone: string): CronStarts => {
  const key = `${timeZone} ${cron}`;
  const starts = parsed.get(key) ?? parse(cron, timeZone);
  parsed.set(key, starts);
  return starts;
};

const parse = (cron: string, timeZone: string): CronStarts => {
  const pattern = new CronPattern(cron, timeZone, { mode: '5-part', fixedTimeRule: 'no-wildcard' });
  const offset = zoneOffset(timeZone);
  const minutes = Array.from({ length: 1440 }, (_, minute) => minute).filter(
    (minute) => pattern.hour[Math.floor(minute / 60)] && pattern.minute[minute % 60],
  );
  let stretch = { from: 0, to: 0, offset: 0 };
  return {
    minutes,
    isOn: (day) => isOn(pattern, new Date(day)),
    steadyOffset: (day) => {
      const [from, to] = [day - DAY_MS, day + 2 * DAY_MS];
      if (from >= stretch.from && to <= stretch.to) return stretch.offset;
      const before = offset(from);
      if (before !== offset(to)) return undefined;
      if (before === offset(to + WEEK_MS)) stretch = { from, to: to + WEEK_MS, offset: before };
      return before;
    },
    startsOn: (day) => {
      const [before, after] = [offset(day - DAY_MS), offset(day + 2 * DAY_MS)];
      const change = changeWithin(offset, day - DAY_MS, day + 2 * DAY_MS);
      const starts: Instant[] = [];
      for (const minute of minutes) {
        const wall = day + minute * MINUTE_MS;
        const comesBefore = wall - before < change;
        const comesAfter = wall - after >= change;
        if (comesBefore) starts.push(wall - before);
        if (comesAfter && !(comesBefore && pattern.isFixedTime)) starts.push(wall - after);
        if (!comesBefore && !comesAfter && pattern.isFixedTime) starts.push(change);
      }
      return starts.sort((a, b) => a - b);
    },
  };
};

/** Day of month and day of week both given: one of them is enough. */
const isOn = (pattern: CronPattern, date: Date): boolean => {
  if (!pattern.month[date.getUTCMonth()]) return false;
  const inMonth = Boolean(pattern.day[date.getUTCDate() - 1]);
  const inWeek = Boolean(pattern.dayOfWeek[date.getUTCDay()]);
  return pattern.starDOM || pattern.starDOW ? inMonth && inWeek : inMonth || inWeek;
};

/** The first minute with the offset of `to`, when `from` has another and it changes once between them. */
const changeWithin = (offset: (at: Instant) => number, from: Instant, to: Instant): Instant => {
  const after = offset(to);
  let [low, high] = [from, to];
  while (high - low > MINUTE_MS) {
    const middle = low + Math.floor((high - low) / 2 / MINUTE_MS) * MINUTE_MS;
    if (offset(middle) === after) high = middle;
    else low = middle;
  }
  return high;
};
