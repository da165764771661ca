const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Milliseconds of a rate expression, such as `rate(5 minutes)`: one is singular, more are plural. */
export function periodOf(expression: string): number {
  const [, count = '', unit = '', plural] = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  const length = UNIT_MS[unit];
  if (length === undefined || Number(count) < 1 || (Number(count) === 1) === (plural === 's')) {
    throw new Error(`"${expression}" is no schedule here: use one such as rate(1 minute) or rate(2 hours)`);
  }
  return Number(count) * length;
}
