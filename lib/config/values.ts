import { z } from 'zod';
import { DURATION_PATTERN, parseDuration } from '../core/duration.js';
import type { Amount } from '../core/group-spec.js';
import type { Json } from '../core/json.js';

/** `"20%"`; at most 100 %. */
const PERCENT = /^(?:100(?:\.0+)?|\d{1,2}(?:\.\d{1,3})?)%$/;

/** Longest duration that a document may name: a year. */
const MAX_SECONDS = 366 * 86_400;

const AMOUNT = 'must be a count such as 2 or a share such as "20%"';

/** A number of instances, or a share of the declared size. */
export const amountSchema = z
  .union(
    [
      z.int({ error: AMOUNT }).min(0, { error: AMOUNT }).max(10_000, { error: AMOUNT }),
      z.string().regex(PERCENT, { error: AMOUNT }),
    ],
    { error: AMOUNT },
  )
  .meta({
    description: 'A count such as 2, or a share of the declared size such as "20%"',
    shape: 'amount',
    examples: [2, '20%'],
  });

export const parseAmount = (value: number | string): Amount =>
  typeof value === 'number'
    ? { kind: 'count', count: value }
    : { kind: 'percent', percent: Number(value.slice(0, -1)) };

export const isZero = (amount: Amount): boolean =>
  (amount.kind === 'count' ? amount.count : amount.percent) === 0;

export const percentSchema = z
  .string({ error: 'must be a share such as "20%"' })
  .regex(PERCENT, { error: 'must be a share such as "20%"' })
  .meta({ description: 'A share such as "20%"', shape: 'share', examples: ['20%'] });

const DURATION = 'must be a duration such as "90s", "10m" or "1h30m"';

export const durationSchema = z
  .string({ error: ({ input }) => (typeof input === 'number' ? `${DURATION}; write "${input}s"` : DURATION) })
  .regex(DURATION_PATTERN, { error: DURATION, abort: true })
  .refine((text) => Number.isInteger(durationSeconds(text)), { error: 'must be a duration of whole seconds' })
  .refine((text) => durationSeconds(text) <= MAX_SECONDS, { error: 'must be a duration of at most a year' })
  .meta({
    description: 'A duration as Go writes it, in whole seconds: "90s", "10m", "1h30m"',
    shape: 'duration',
    examples: ['90s', '10m', '1h30m'],
  });

/** A duration that is not 0. */
export const lastingSchema = durationSchema.refine((text) => !/^[0.a-zµ]*$/.test(text), {
  error: 'must be longer than nothing',
});

/** Seconds of a duration that has passed `durationSchema`. */
export const durationSeconds = (text: string): number => (parseDuration(text) ?? Number.NaN) / 1000;

/** What an editor says of a key, with values that it may have; none for a choice, which lists its own. */
export const told = (description: string, ...examples: readonly Json[]) => ({
  description,
  ...(examples.length === 0 ? {} : { examples }),
});

/** A field that a user of EC2 or InfraKit may try and that is refused, with the reason. */
export const refused = (reason: string) =>
  z.never({ error: reason }).optional().describe(`Refused: ${reason}`);
