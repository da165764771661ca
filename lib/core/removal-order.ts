import type { Classified } from './classify.js';

const WORST_FIRST: Readonly<Record<string, number>> = { unhealthy: 0, absent: 0 };

/**
 * Who goes first when a group shrinks: unhealthy, then outdated, then one from the fullest zone, then the newest.
 * The id only breaks a tie between instances that nothing else tells apart.
 */
export const removalOrder = (candidates: readonly Classified[]): readonly Classified[] => {
  const left = [...candidates];
  const ordered: Classified[] = [];
  while (left.length > 0) {
    const perZone = countByZone(left);
    const next = left.reduce((best, entry) => (compare(entry, best, perZone) < 0 ? entry : best));
    ordered.push(next);
    left.splice(left.indexOf(next), 1);
  }
  return ordered;
};

const compare = (a: Classified, b: Classified, perZone: ReadonlyMap<string, number>): number =>
  (WORST_FIRST[a.bucket] ?? 1) - (WORST_FIRST[b.bucket] ?? 1) ||
  Number(b.outdated) - Number(a.outdated) ||
  (perZone.get(zone(b)) ?? 0) - (perZone.get(zone(a)) ?? 0) ||
  b.member.launchedAt - a.member.launchedAt ||
  (a.member.id < b.member.id ? -1 : 1);

const zone = (entry: Classified): string => entry.member.zone ?? '';

const countByZone = (entries: readonly Classified[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const entry of entries) counts.set(zone(entry), (counts.get(zone(entry)) ?? 0) + 1);
  return counts;
};
