const UNIT_MS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  ns: 1e-6,
};

/** Go's form, bounded: `0`, `90s`, `1h30m`, `1.5h`; never negative, never a bare number. */
export const DURATION_PATTERN = /^(?:0|(?:\d{1,9}(?:\.\d{1,9})?(?:h|ms|m|s|us|µs|ns)){1,6})$/;

/** Milliseconds of a duration in Go's form; `undefined` when the text is none. */
export const parseDuration = (text: string): number | undefined => {
  if (!DURATION_PATTERN.test(text)) return undefined;
  let milliseconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g)) {
    milliseconds += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0);
  }
  return Math.round(milliseconds * 1e6) / 1e6;
};
