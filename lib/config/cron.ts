/** The five fields with the values they may hold; names stand for their position. */
const FIELDS: readonly {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names: string;
}[] = [
  { name: 'minute', min: 0, max: 59, names: '' },
  { name: 'hour', min: 0, max: 23, names: '' },
  { name: 'day of month', min: 1, max: 31, names: '' },
  { name: 'month', min: 1, max: 12, names: 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC' },
  { name: 'day of week', min: 0, max: 7, names: 'SUN MON TUE WED THU FRI SAT' },
];

/** What is wrong with a cron expression of five fields; `undefined` when nothing is. */
export const cronProblem = (cron: string): string | undefined => {
  const parts = cron.trim().split(/\s+/);
  if (parts.length !== FIELDS.length || cron.length > 200) {
    return 'must have five fields: minute, hour, day of month, month, day of week, such as "0 2 * * SUN"';
  }
  const wrong = FIELDS.find(
    (field, index) => !(parts[index] ?? '').split(',').every((item) => fits(item, field)),
  );
  return (
    wrong &&
    `has a ${wrong.name} outside ${wrong.min} to ${wrong.max}, or in a form other than "*", "1", "1-5", "*/5" or "1,3"`
  );
};

const fits = (item: string, field: (typeof FIELDS)[number]): boolean => {
  const match = /^(\*|[0-9A-Z]+(?:-[0-9A-Z]+)?)(?:\/([1-9]\d?))?$/i.exec(item);
  if (match === null) return false;
  const [, range = '', step] = match;
  if (range === '*') return true;
  const ends = range.split('-').map((end) => positionIn(end, field));
  const [from, to = from] = ends;
  if (step !== undefined && ends.length === 1) return false;
  return from !== undefined && to !== undefined && from >= field.min && to <= field.max && from <= to;
};

const positionIn = (text: string, field: (typeof FIELDS)[number]): number | undefined => {
  if (/^\d{1,2}$/.test(text)) return Number(text);
  const at = field.names === '' ? -1 : field.names.split(' ').indexOf(text.toUpperCase());
  return at < 0 ? undefined : at + field.min;
};

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
