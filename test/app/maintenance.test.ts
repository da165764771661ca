import { Cron } from 'croner';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maintenanceState } from '../../lib/app/maintenance.js';
import type { MaintenanceWindow } from '../../lib/core/group-spec.js';
import type { Instant } from '../../lib/core/ids.js';
import { arbitraryCron } from '../config/arbitrary-cron.js';
import { thoroughly } from '../support/thorough.js';

const HOUR = 3600;
const DAY_MS = 86_400_000;

const at = (text: string): Instant => Date.parse(text);

const window = (cron: string, hours: number, timeZone = 'UTC'): MaintenanceWindow => ({
  cron,
  durationSeconds: hours * HOUR,
  timeZone,
});

/** The state as people read it: `open until 2026-03-29T01:00Z`, `closed for good`. */
const said = (windows: readonly MaintenanceWindow[], now: string): string => {
  const state = maintenanceState(windows, at(now));
  if (state === undefined) return 'no windows';
  const changes =
    state.changesAt === undefined
      ? 'for good'
      : `until ${new Date(state.changesAt).toISOString().replace(':00.000', '')}`;
  return `${state.open ? 'open' : 'closed'} ${changes}`;
};

/** All the spans from one instant on, until another has passed. */
const spans = (windows: readonly MaintenanceWindow[], from: string, to: string): readonly string[] => {
  const found: string[] = [];
  for (let now = at(from); now < at(to); ) {
    const state = maintenanceState(windows, now);
    if (state?.changesAt === undefined) return [...found, 'for good'];
    if (state.open) found.push(`${shown(now)} to ${shown(state.changesAt)}`);
    now = state.changesAt;
  }
  return found;
};

const shown = (instant: Instant): string => new Date(instant).toISOString().slice(5, 16).replace('T', ' ');

describe('maintenanceState', () => {
  it('says nothing without windows', () => {
    expect(maintenanceState([], at('2026-05-01T00:00Z'))).toBeUndefined();
  });

  it.each([
    ['before a window', '2026-05-03T01:59:59Z', 'closed until 2026-05-03T02:00Z'],
    ['at its first instant', '2026-05-03T02:00Z', 'open until 2026-05-03T04:00Z'],
    ['at its last', '2026-05-03T03:59:59.999Z', 'open until 2026-05-03T04:00Z'],
    ['when it is over', '2026-05-03T04:00Z', 'closed until 2026-05-10T02:00Z'],
  ])('knows the time %s', (_, now, expected) => {
    expect(said([window('0 2 * * SUN', 2)], now)).toBe(expected);
  });

  it('merges windows that overlap and windows that adjoin', () => {
    const windows = [window('0 1 * * *', 2), window('30 2 * * *', 1), window('30 3 * * *', 1)];
    expect(said(windows, '2026-05-03T01:10Z')).toBe('open until 2026-05-03T04:30Z');
    expect(said(windows, '2026-05-03T04:30Z')).toBe('closed until 2026-05-04T01:00Z');
  });

  it('merges over several rounds, whatever order the windows stand in', () => {
    const windows = [window('0 3 * * *', 1), window('0 2 * * *', 1), window('0 1 * * *', 1)];
    expect(said(windows, '2026-05-03T01:10Z')).toBe('open until 2026-05-03T04:00Z');
    expect(said([...windows].reverse(), '2026-05-03T01:10Z')).toBe('open until 2026-05-03T04:00Z');
  });

  it.each([
    ['*/5 * * * *', 5 / 60],
    ['* * * * *', 1 / 60],
    ['0 0 * * *', 24],
    ['0 0 * * *', 40],
    ['0 0 1 * *', 31 * 24],
  ])('is always open when a window is as long as its period: %s for %d h', (cron, hours) => {
    expect(said([window(cron, hours)], '2026-05-03T12:34Z')).toBe('open for good');
  });

  it('is always open when windows take turns', () => {
    const windows = [window('0 0 * * *', 12), window('0 12 * * *', 12)];
    expect(said(windows, '2026-05-03T12:34Z')).toBe('open for good');
  });

  it('says no time for a window that does not come within a year', () => {
    expect(said([window('0 0 29 2 *', 1)], '2026-05-03T12:34Z')).toBe('closed for good');
    expect(said([window('0 0 29 2 *', 1)], '2027-05-03T12:34Z')).toBe('closed until 2028-02-29T00:00Z');
  });

  it('finds the opening of a window of a whole year', () => {
    expect(said([window('0 0 29 2 *', 366 * 24)], '2028-06-01T00:00Z')).toBe('open until 2029-03-01T00:00Z');
  });

  it('means either when day of month and day of week are both given', () => {
    expect(spans([window('0 0 13 * FRI', 1)], '2026-05-08T12:00Z', '2026-05-15T12:00Z')).toEqual([
      '05-13 00:00 to 05-13 01:00',
      '05-15 00:00 to 05-15 01:00',
    ]);
  });

  it.each([
    ['Europe/Berlin', '30 2 * * *', '2026-03-28T12:00Z', '03-29 01:00 to 03-29 02:00'],
    ['America/New_York', '30 2 * * *', '2026-03-08T00:00Z', '03-08 07:00 to 03-08 08:00'],
    ['Australia/Lord_Howe', '15 2 * * *', '2026-10-03T00:00Z', '10-03 15:30 to 10-03 16:30'],
  ])('opens right after the hour that spring skips: %s', (timeZone, cron, from, expected) => {
    const until = new Date(at(from) + 20 * 3_600_000).toISOString();
    expect(spans([window(cron, 1, timeZone)], from, until)).toEqual([expected]);
  });

  it.each([
    ['Europe/Berlin', '2026-10-24T12:00Z', '10-25 00:30 to 10-25 00:40'],
    ['America/New_York', '2026-10-31T18:00Z', '11-01 05:30 to 11-01 05:40'],
    ['Australia/Lord_Howe', '2026-04-04T00:00Z', '04-04 14:45 to 04-04 14:55'],
  ])('opens once when autumn repeats the hour: %s', (timeZone, from, expected) => {
    const cron = { 'Europe/Berlin': '30 2', 'America/New_York': '30 1', 'Australia/Lord_Howe': '45 1' }[
      timeZone
    ];
    const until = new Date(at(from) + 20 * 3_600_000).toISOString();
    expect(spans([window(`${cron} * * *`, 1 / 6, timeZone)], from, until)).toEqual([expected]);
  });

  it('opens twice when autumn repeats the hour of a cron with a star', () => {
    expect(
      spans([window('*/30 2 * * *', 1 / 6, 'Europe/Berlin')], '2026-10-24T12:00Z', '2026-10-25T12:00Z'),
    ).toEqual([
      '10-25 00:00 to 10-25 00:10',
      '10-25 00:30 to 10-25 00:40',
      '10-25 01:00 to 10-25 01:10',
      '10-25 01:30 to 10-25 01:40',
    ]);
  });

  it('takes a list of fixed times for fixed times', () => {
    const windows = [window('30 2,3 * * *', 1 / 6, 'Europe/Berlin')];
    expect(spans(windows, '2026-03-28T12:00Z', '2026-03-29T12:00Z')).toEqual([
      '03-29 01:00 to 03-29 01:10',
      '03-29 01:30 to 03-29 01:40',
    ]);
    expect(spans(windows, '2026-10-24T12:00Z', '2026-10-25T12:00Z')).toEqual([
      '10-25 00:30 to 10-25 00:40',
      '10-25 02:30 to 10-25 02:40',
    ]);
  });

  it('leaves out what spring skips of a cron with a star', () => {
    expect(
      spans([window('*/30 2 * * *', 1 / 6, 'Europe/Berlin')], '2026-03-28T12:00Z', '2026-03-29T12:00Z'),
    ).toEqual([]);
  });

  it.each([
    ['Europe/Berlin', '0 1 * * SUN', '2026-03-29T00:00Z', 'open until 2026-03-29T04:00Z'],
    ['Europe/Berlin', '0 1 * * SUN', '2026-10-24T23:00Z', 'open until 2026-10-25T03:00Z'],
    ['America/New_York', '0 0 * * SUN', '2026-03-08T05:00Z', 'open until 2026-03-08T09:00Z'],
    ['America/New_York', '0 0 * * SUN', '2026-11-01T04:00Z', 'open until 2026-11-01T08:00Z'],
    ['Australia/Lord_Howe', '0 1 * * SUN', '2026-10-03T14:30Z', 'open until 2026-10-03T18:30Z'],
    ['Australia/Lord_Howe', '0 1 * * SUN', '2026-04-04T14:00Z', 'open until 2026-04-04T18:00Z'],
  ])(
    'stays open for its real duration when the clocks change meanwhile: %s, %s at %s',
    (zone, cron, now, expected) => {
      expect(said([window(cron, 4, zone)], now)).toBe(expected);
    },
  );

  it('pauses for an hour in autumn when a window of 24 h opens daily', () => {
    expect(said([window('0 0 * * *', 24, 'Europe/Berlin')], '2026-05-03T12:00Z')).toBe(
      'open until 2026-10-25T22:00Z',
    );
    expect(said([window('0 0 * * *', 25, 'Europe/Berlin')], '2026-05-03T12:00Z')).toBe('open for good');
  });
});

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Apia',
];

/** Days near which the clocks of these zones change, and some at which none do. */
const aroundChanges = fc
  .tuple(
    fc.constantFrom(
      '2026-03-29',
      '2026-10-25',
      '2026-03-08',
      '2026-11-01',
      '2026-10-04',
      '2026-04-05',
      '2028-02-29',
    ),
    fc.integer({ min: -2 * 86_400, max: 2 * 86_400 }),
  )
  .map(([day, seconds]) => at(day) + seconds * 1000);

/** Crons of the small hours, in which the clocks change. */
const nightly = fc
  .tuple(
    fc.constantFrom('0', '30', '0,30', '15-45', '*/20', '*'),
    fc.constantFrom('1', '2', '3', '1-3', '0,2', '*/2'),
  )
  .map(([minute, hour]) => `${minute} ${hour} * * *`);

const someWindow = fc.record({
  cron: fc.oneof(arbitraryCron, nightly),
  durationSeconds: fc.oneof(
    fc.integer({ min: 1, max: 7200 }),
    fc.constantFrom(60, 300, HOUR, 2 * HOUR, 24 * HOUR, 25 * HOUR, 72 * HOUR),
  ),
  timeZone: fc.constantFrom(...ZONES),
});

const job = ({ cron, timeZone }: MaintenanceWindow) =>
  new Cron(cron, { timezone: timeZone, mode: '5-part', fixedTimeRule: 'no-wildcard', paused: true });

/** Asks croner's own search, one window after the other. */
const isOpen = (windows: readonly MaintenanceWindow[], now: Instant): boolean =>
  windows.some((each) => {
    const [start] = job(each).previousRuns(1, new Date(Math.floor(now / 1000) * 1000 + 1000));
    return start !== undefined && now < start.getTime() + each.durationSeconds * 1000;
  });

/** Starts and ends between two instants, the earliest few hundred of each window. */
const edges = (windows: readonly MaintenanceWindow[], from: Instant, to: Instant): readonly Instant[] =>
  windows.flatMap((each) => {
    const length = each.durationSeconds * 1000;
    return job(each)
      .nextRuns(200, new Date(from - length - 1000))
      .flatMap((start) => [start.getTime(), start.getTime() + length])
      .filter((edge) => edge > from && edge < to);
  });

describe('maintenanceState and croner', () => {
  it('agree on whether a window is open: some start s has s ≤ now < s + duration', () => {
    fc.assert(
      fc.property(fc.array(someWindow, { minLength: 1, maxLength: 3 }), aroundChanges, (windows, now) => {
        expect(maintenanceState(windows, now)?.open).toBe(isOpen(windows, now));
      }),
      { numRuns: 300 },
    );
  });

  it('agree that changesAt is the first instant at which open differs', () => {
    fc.assert(
      fc.property(fc.array(someWindow, { minLength: 1, maxLength: 3 }), aroundChanges, (windows, now) => {
        const state = maintenanceState(windows, now);
        const { changesAt } = state ?? {};
        for (const edge of edges(windows, now, changesAt ?? now + 366 * DAY_MS)) {
          expect([edge, isOpen(windows, edge)]).toEqual([edge, state?.open]);
        }
        if (changesAt !== undefined) expect(isOpen(windows, changesAt)).toBe(!state?.open);
      }),
      { numRuns: thoroughly(60, 15) },
    );
  });
});
