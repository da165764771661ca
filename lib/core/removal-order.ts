import type { Classified } from './classify.js';

/**
 * Who goes first when a group shrinks: unhealthy, then outdated, then one from the fullest zone, then the newest.
 * Of those alike, one whose health is unknown, or an outdated one that boots, goes before a healthy one. The id only breaks a tie between instances
 * that nothing else tells apart.
 */
export const removalOrder = (candidates: readonly Classified[]): readonly Classified[] => {
  const perZone = new Map<string, number>();
  for (const entry of candidates) perZone.set(zone(entry), (perZone.get(zone(entry)) ?? 0) + 1);
  const classes = [0, 1, 2, 3, 4, 5].map((rank) => candidates.filter((entry) => rankOf(entry) === rank));
  return classes.flatMap((entries) => fromFullestZone(entries, perZone));
};

const rankOf = (entry: Classified): number => {
  if (entry.bucket === 'unhealthy') return entry.outdated ? 0 : 1;
  const idle = entry.bucket === 'unknown' || (entry.outdated && entry.bucket === 'booting');
  return (entry.outdated ? 2 : 4) + (idle ? 0 : 1);
};

/** Takes the newest of the fullest zone again and again; `perZone` counts what is left of every zone. */
const fromFullestZone = (entries: readonly Classified[], perZone: Map<string, number>): Classified[] => {
  const queues = new Map<string, Classified[]>();
  for (const entry of [...entries].sort(oldestFirst)) {
    const queue = queues.get(zone(entry));
    if (queue) queue.push(entry);
    else queues.set(zone(entry), [entry]);
  }
  const ordered: Classified[] = [];
  while (ordered.length < entries.length) {
    const next = fullest(queues, perZone)?.pop();
    if (next === undefined) break;
    perZone.set(zone(next), (perZone.get(zone(next)) ?? 0) - 1);
    ordered.push(next);
  }
  return ordered;
};

const fullest = (
  queues: ReadonlyMap<string, Classified[]>,
  perZone: ReadonlyMap<string, number>,
): Classified[] | undefined => {
  let best: { readonly queue: Classified[]; readonly last: Classified; readonly count: number } | undefined;
  for (const [name, queue] of queues) {
    const last = queue.at(-1);
    if (last === undefined) continue;
    const count = perZone.get(name) ?? 0;
    const before =
      best !== undefined &&
      (count < best.count || (count === best.count && oldestFirst(last, best.last) < 0));
    if (!before) best = { queue, last, count };
  }
  return best?.queue;
};

const oldestFirst = (a: Classified, b: Classified): number =>
  a.member.launchedAt - b.member.launchedAt || (a.member.id < b.member.id ? 1 : -1);

const zone = (entry: Classified): string => entry.member.zone ?? '';
