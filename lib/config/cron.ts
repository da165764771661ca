import { quoted } from '../core/schema-issues.js';

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names: string;
  /** A longer step is a slip: it names one value, or none. */
  readonly maxStep: number;
}

/** The five fields with the values they may hold; names stand for their position. */
const FIELDS: readonly Field[] = [
  { name: 'minute', min: 0, max: 59, names: '', maxStep: 60 },
  { name: 'hour', min: 0, max: 23, names: '', maxStep: 24 },
  { name: 'day of month', min: 1, max: 31, names: '', maxStep: 31 },
  { name: 'month', min: 1, max: 12, names: 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC', maxStep: 12 },
  { name: 'day of week', min: 0, max: 7, names: 'SUN MON TUE WED THU FRI SAT', maxStep: 7 },
];

/**
 * What is wrong with a cron expression of five fields; `undefined` when nothing is, which is to say that croner gives it
 * the same meaning and that it comes at least once in four years.
 */
export const cronProblem = (cron: string): string | undefined => {
  const parts = cron.trim().split(/\s+/);
  if (parts.length !== FIELDS.length || cron.length > 200) {
    return 'must have five fields: minute, hour, day of month, month, day of week, such as "0 2 * * SUN"';
  }
  const values = FIELDS.map((field, index) => valuesOf(parts[index] ?? '', field));
  const wrong = FIELDS.find((_, index) => values[index] === undefined);
  if (wrong !== undefined) {
    return `has a ${wrong.name} outside ${wrong.min} to ${wrong.max}, or in a form other than "*", "1", "1-5", "*/5" or "1,3"`;
  }
  const [, , days = [], months = []] = values;
  // With a day of the week given as well, one of the two is enough.
  if (parts[4] !== '*' || months.some((month) => days.some((day) => day <= (LONGEST[month - 1] ?? 0)))) {
    return undefined;
  }
  return `never comes: no month of ${quoted(parts[3] ?? '')} has a day of ${quoted(parts[2] ?? '')}`;
};

/** Days of each month in a leap year. */
const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The values that a field names; `undefined` when something is wrong with it. */
const valuesOf = (text: string, field: Field): readonly number[] | undefined => {
  const items = text.split(',').map((item) => itemValues(item, field));
  return items.every((item) => item !== undefined) ? items.flat() : undefined;
};

const itemValues = (item: string, field: Field): readonly number[] | undefined => {
  const match = /^(\*|[0-9A-Z]+(?:-[0-9A-Z]+)?)(?:\/([1-9]\d?))?$/i.exec(item);
  if (match === null) return undefined;
  const [, range = '', step = '1'] = match;
  if (Number(step) > field.maxStep) return undefined;
  if (range === '*') return valuesFrom(field.min, field.max, Number(step));
  const [first = '', second] = range.split('-');
  if (second === undefined && match[2] !== undefined) return undefined;
  const from = positionIn(first, field);
  const to = second === undefined ? from : lastPositionIn(second, field);
  if (from === undefined || to === undefined) return undefined;
  return from >= field.min && to <= field.max && from <= to ? valuesFrom(from, to, Number(step)) : undefined;
};

const valuesFrom = (from: number, to: number, step: number): readonly number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);

const positionIn = (text: string, field: Field): number | undefined => {
  if (/^\d{1,2}$/.test(text)) return Number(text);
  const at = field.names === '' ? -1 : field.names.split(' ').indexOf(text.toUpperCase());
  return at < 0 ? undefined : at + field.min;
};

/** At the end of a range, Sunday ends the week: `SAT-SUN`. */
const lastPositionIn = (text: string, field: Field): number | undefined =>
  text.toUpperCase() === 'SUN' && field.max === 7 ? 7 : positionIn(text, field);

/** Whether it is an IANA time zone that this runtime knows, such as `Europe/Berlin`. */
export const isTimeZone = (name: string): boolean => {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
};
