import { Cron } from 'croner';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cronProblem, isTimeZone } from '../../lib/config/cron.js';
import { arbitraryCron } from './arbitrary-cron.js';

const DAY_MS = 86_400_000;

const FORM = 'or in a form other than "*", "1", "1-5", "*/5" or "1,3"';

describe('cronProblem', () => {
  it.each([
    ['0 2 * * SUN'],
    ['*/5 * * * *'],
    ['*/60 */24 */31 */12 */7'],
    ['0 0 * * 7'],
    ['0 0 * * 0-7'],
    ['0 0 * * SAT-SUN'],
    ['0 0 * * fri-sun/2'],
    ['0 0 13 * FRI'],
    ['  30 2 1-7 JAN,jul */2 '],
    ['0 0 29 2 *'],
    ['0 0 29-31 2 *'],
    ['0 0 31 2,3 *'],
    ['0 0 31 2 MON'],
  ])('accepts %s', (cron) => {
    expect(cronProblem(cron)).toBeUndefined();
  });

  it.each([
    ['*/61 * * * *', `has a minute outside 0 to 59, ${FORM}`],
    ['0 */25 * * *', `has a hour outside 0 to 23, ${FORM}`],
    ['0 0 0 * *', `has a day of month outside 1 to 31, ${FORM}`],
    ['0 0 * */13 *', `has a month outside 1 to 12, ${FORM}`],
    ['0 0 * SUN *', `has a month outside 1 to 12, ${FORM}`],
    ['0 0 * * */8', `has a day of week outside 0 to 7, ${FORM}`],
    ['0 0 * * SUN-SAT-MON', `has a day of week outside 0 to 7, ${FORM}`],
    ['0 0 * * FRI-MON', `has a day of week outside 0 to 7, ${FORM}`],
    ['0 0 L * *', `has a day of month outside 1 to 31, ${FORM}`],
    ['0 0 ? * *', `has a day of month outside 1 to 31, ${FORM}`],
    ['0 0 * * MON#2', `has a day of week outside 0 to 7, ${FORM}`],
    ['0 5/2 * * *', `has a hour outside 0 to 23, ${FORM}`],
    ['1, * * * *', `has a minute outside 0 to 59, ${FORM}`],
    ['0 0 31 2 *', 'never comes: no month of "2" has a day of "31"'],
    ['0 0 30-31 FEB *', 'never comes: no month of "FEB" has a day of "30-31"'],
    ['0 0 31 2,4,6,9,11 *', 'never comes: no month of "2,4,6,9,11" has a day of "31"'],
  ])('refuses %s', (cron, problem) => {
    expect(cronProblem(cron)).toBe(problem);
  });

  it.each([['@daily'], ['0 0 2 * * *'], ['0 2 * *'], ['']])(
    'asks for five fields instead of "%s"',
    (cron) => {
      expect(cronProblem(cron)).toMatch(/^must have five fields/);
    },
  );

  it('accepts what croner runs within four years, and nothing that it does not', () => {
    fc.assert(
      fc.property(arbitraryCron, (cron) => {
        const from = Date.UTC(2026, 0, 1);
        const next = new Cron(cron, { timezone: 'UTC', mode: '5-part' }).nextRun(new Date(from))?.getTime();
        const comes = next !== undefined && next < from + 4 * 366 * DAY_MS;
        expect([cron, cronProblem(cron) === undefined]).toEqual([cron, comes]);
      }),
      { numRuns: 500 },
    );
  });

  it('accepts nothing that croner refuses', () => {
    const piece = fc.constantFrom(
      '*',
      '0',
      '7',
      '31',
      '60',
      '-',
      '/',
      ',',
      'SUN',
      'mon',
      'JAN',
      'L',
      '?',
      '2',
    );
    const field = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(''));
    const cron = fc
      .tuple(field, fc.integer({ min: 0, max: 4 }))
      .map(([text, index]) => ['*', '*', '*', '*', '*'].with(index, text).join(' '));
    fc.assert(
      fc.property(cron, (text) => {
        if (cronProblem(text) !== undefined) return;
        expect(() => new Cron(text, { timezone: 'UTC', mode: '5-part' })).not.toThrow();
      }),
      { numRuns: 5_000 },
    );
  });
});

/** Whether one item of a field, such as `MON-FRI/2`, names a value: written from the rules of cron, not from the code. */
const names = (field: string, value: number, min: number, max: number, words = ''): boolean =>
  field.split(',').some((item) => {
    const [range = '', step = '1'] = item.split('/');
    const number = (text: string, last: boolean): number => {
      const at = words.indexOf(text.toUpperCase());
      if (at < 0 || /\d/.test(text)) return Number(text);
      return at === 0 && last && max === 7 ? 7 : at / 4 + min;
    };
    const [first = '', second] = range.split('-');
    const [from, to] =
      range === '*'
        ? [min, max]
        : [number(first, false), second === undefined ? number(first, false) : number(second, true)];
    return value >= from && value <= to && (value - from) % Number(step) === 0;
  });

/** Whether the expression names a minute of the wall clock. */
const matches = (cron: string, wall: Date): boolean => {
  const [minute = '', hour = '', day = '', month = '', week = ''] = cron.split(' ');
  const weekday = wall.getUTCDay();
  const inMonth = names(day, wall.getUTCDate(), 1, 31);
  const inWeek = [weekday, ...(weekday === 0 ? [7] : [])].some((value) =>
    names(week, value, 0, 7, 'SUN MON TUE WED THU FRI SAT'),
  );
  return (
    names(minute, wall.getUTCMinutes(), 0, 59) &&
    names(hour, wall.getUTCHours(), 0, 23) &&
    names(month, wall.getUTCMonth() + 1, 1, 12, 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC') &&
    (day === '*' ? inWeek : week === '*' ? inMonth : inMonth || inWeek)
  );
};

describe('croner', () => {
  it.each([
    ['UTC', 0],
    ['Asia/Kathmandu', 345],
    ['America/Phoenix', -420],
  ])('gives what is accepted the meaning of cron, minute by minute: %s', (timezone, offsetMinutes) => {
    const zone = fc.integer({ min: 0, max: 3 * 366 });
    fc.assert(
      fc.property(arbitraryCron, zone, (cron, day) => {
        const from = Date.UTC(2026, 0, 1) + day * DAY_MS;
        const expected: number[] = [];
        for (let at = from; at < from + 2 * DAY_MS; at += 60_000) {
          if (matches(cron, new Date(at + offsetMinutes * 60_000))) expected.push(at);
        }
        const job = new Cron(cron, { timezone, mode: '5-part', fixedTimeRule: 'no-wildcard' });
        const found = expected.length > 200 ? 200 : expected.length + 1;
        const runs = job.nextRuns(found, new Date(from - 1)).map((run) => run.getTime());
        expect([cron, runs.filter((run) => run < from + 2 * DAY_MS)]).toEqual([
          cron,
          expected.slice(0, found),
        ]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('isTimeZone', () => {
  it.each([['UTC'], ['Europe/Berlin'], ['America/Argentina/Buenos_Aires'], ['Etc/GMT+1']])(
    'knows %s',
    (name) => {
      expect(isTimeZone(name)).toBe(true);
    },
  );

  it.each([['Europe/Bonn'], ['+01:00'], [''], ['../etc/passwd']])('does not know "%s"', (name) => {
    expect(isTimeZone(name)).toBe(false);
  });
});
