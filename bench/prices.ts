import { readFileSync } from 'node:fs';
import { z } from 'zod';

const entry = z.object({
  usd: z.number().nonnegative().optional(),
  count: z.number().positive().optional(),
  certain: z.boolean(),
});
const schema = z.object({
  region: z.string(),
  date: z.iso.date(),
  monthHours: z.number().positive(),
  prices: z.record(z.string(), entry),
});

export interface Prices {
  readonly region: string;
  readonly date: string;
  readonly monthHours: number;
  /** Dollars a unit. @throws when the file has no such price. */
  usd(name: string): number;
  /** @throws when the file has no such count. */
  count(name: string): number;
  /** Names of those that the file itself is not sure of. */
  readonly uncertain: readonly string[];
}

/** @throws when the text is no price file. */
export const parsePrices = (text: string): Prices => {
  const { prices, ...rest } = schema.parse(JSON.parse(text));
  const get = (name: string, field: 'usd' | 'count'): number => {
    const value = prices[name]?.[field];
    if (value === undefined) throw new Error(`bench/prices.json has no ${field} of "${name}"`);
    return value;
  };
  return {
    ...rest,
    usd: (name) => get(name, 'usd'),
    count: (name) => get(name, 'count'),
    uncertain: Object.keys(prices).filter((name) => prices[name]?.certain === false),
  };
};

export const readPrices = (): Prices =>
  parsePrices(readFileSync(new URL('./prices.json', import.meta.url), 'utf8'));
