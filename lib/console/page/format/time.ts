const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in its two largest units, such as `3 m 20 s`; `0 s` for less than a second. */
export const lengthText = (ms: number): string => {
  const whole = Math.max(0, Math.floor(ms / SECOND)) * SECOND;
  if (whole < MINUTE) return `${whole / SECOND} s`;
  if (whole < HOUR) return pair(whole, MINUTE, 'm', SECOND, 's');
  if (whole < DAY) return pair(whole, HOUR, 'h', MINUTE, 'm');
  return pair(whole, DAY, 'd', HOUR, 'h');
};

const pair = (ms: number, large: number, largeName: string, small: number, smallName: string): string => {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
};

/** How long ago, in one unit: `now`, `12 s ago`, `4 m ago`. A clock that runs ahead of ours gives `now`. */
export const agoText = (then: number, now: number): string => {
  const ms = now - then;
  if (ms < 2 * SECOND) return 'now';
  const [size, name] = unitOf(ms);
  return `${Math.floor(ms / size)} ${name} ago`;
};

/** How long until then, in one unit: `in 12 s`; `due` when it has come. */
export const untilText = (then: number, now: number): string => {
  const ms = then - now;
  if (ms <= 0) return 'due';
  const [size, name] = unitOf(ms);
  return `in ${Math.ceil(ms / size)} ${name}`;
};

const unitOf = (ms: number): readonly [number, string] => {
  if (ms < MINUTE) return [SECOND, 's'];
  if (ms < HOUR) return [MINUTE, 'm'];
  return ms < DAY ? [HOUR, 'h'] : [DAY, 'd'];
};

/** Time of day in the reader's zone, `14:03:22`. */
export const clockText = (time: number): string => {
  const at = new Date(time);
  return [at.getHours(), at.getMinutes(), at.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
};

/** The time of day; with its date when that is a day or more ago. */
export const momentText = (time: number, now: number): string =>
  now - time < DAY ? clockText(time) : dateText(time);

/** Date and time in the reader's zone, `2026-03-01 14:03:22`. */
export const dateText = (time: number): string => {
  const at = new Date(time);
  const day = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${day.join('-')} ${clockText(time)}`;
};
