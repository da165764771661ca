import type { Random } from '../../lib/ports/random.js';

/** Luck in the forms that stories need. */
export interface Dice {
  fraction(): number;
  chance(probability: number): boolean;
  /** A whole number from 0 to below `limit`. */
  upTo(limit: number): number;
  /** A whole number, both ends included. */
  from(least: number, most: number): number;
  one<Item>(items: readonly Item[]): Item;
  /** A key, as likely as its weight says. */
  weighted<Key extends string>(weights: Readonly<Record<Key, number>>): Key;
}

export const dice = ({ fraction }: Pick<Random, 'fraction'>): Dice => {
  const upTo = (limit: number) => Math.floor(fraction() * limit);
  return {
    fraction,
    chance: (probability) => fraction() < probability,
    upTo,
    from: (least, most) => least + upTo(most - least + 1),
    one: (items) => {
      const found = items[upTo(items.length)];
      if (found === undefined) throw new Error('nothing to choose from');
      return found;
    },
    weighted: (weights) => {
      const entries = Object.entries(weights) as [keyof typeof weights, number][];
      let left = fraction() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [key, weight] of entries) {
        left -= weight;
        if (left < 0) return key;
      }
      throw new Error('nothing to choose from');
    },
  };
};
