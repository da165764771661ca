import type { InstanceItem } from './instance-item.js';

/** Instances by a key, each list in the order of launches. New ones nearly always come last, so it is quick. */
export interface OrderedIndex {
  of(key: string): readonly InstanceItem[];
  /** No effect on one that is there. */
  put(key: string, item: InstanceItem): void;
  drop(key: string, item: InstanceItem): void;
}

export function orderedIndex(): OrderedIndex {
  const lists = new Map<string, InstanceItem[]>();
  return {
    of: (key) => lists.get(key) ?? [],
    put: (key, item) => {
      const list = lists.get(key);
      if (list === undefined) {
        lists.set(key, [item]);
        return;
      }
      const place = placeAfter(list, item.facts.sequence);
      if (list[place - 1] !== item) list.splice(place, 0, item);
    },
    drop: (key, item) => {
      const list = lists.get(key);
      const place = list === undefined ? 0 : placeAfter(list, item.facts.sequence) - 1;
      if (list?.[place] === item) list.splice(place, 1);
      if (list?.length === 0) lists.delete(key);
    },
  };
}

/** Where in a list in the order of launches those begin that were launched after `sequence`. */
export const placeAfter = (list: readonly InstanceItem[], sequence: number): number => {
  let [low, high] = [0, list.length];
  if ((list[high - 1]?.facts.sequence ?? -1) <= sequence) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.facts.sequence ?? 0) <= sequence) low = middle + 1;
    else high = middle;
  }
  return low;
};
