import type { Instant } from '../core/ids.js';

interface Entry {
  readonly at: Instant;
  readonly order: number;
  readonly callback: () => void | Promise<void>;
  cancelled: boolean;
}

/** Callbacks by time, equal times in the order of insertion: a binary heap, for simulations have many thousands. */
export interface TimerQueue {
  /** @returns what takes it off again. */
  add(at: Instant, callback: Entry['callback']): () => void;
  /** The earliest that is due by `limit`, taken off. */
  takeDue(limit: Instant): Pick<Entry, 'at' | 'callback'> | undefined;
}

const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

export function timerQueue(): TimerQueue {
  const heap: Entry[] = [];
  let lastOrder = 0;

  const rise = (entry: Entry) => {
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (!parent || !isBefore(entry, parent)) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = entry;
  };

  const sink = (entry: Entry) => {
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const [first, second] = [heap[left], heap[left + 1]];
      if (!first) break;
      const useSecond = second !== undefined && isBefore(second, first);
      const child = useSecond ? second : first;
      if (!isBefore(child, entry)) break;
      heap[index] = child;
      index = useSecond ? left + 1 : left;
    }
    heap[index] = entry;
  };

  const takeFirst = () => {
    const last = heap.pop();
    if (last && heap.length > 0) sink(last);
  };

  return {
    add: (at, callback) => {
      lastOrder += 1;
      const entry: Entry = { at, order: lastOrder, callback, cancelled: false };
      rise(entry);
      return () => {
        entry.cancelled = true;
      };
    },
    takeDue: (limit) => {
      for (let first = heap[0]; first && first.at <= limit; first = heap[0]) {
        takeFirst();
        if (!first.cancelled) return first;
      }
      return undefined;
    },
  };
}
