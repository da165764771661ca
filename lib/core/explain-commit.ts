import { type Allocation, declaredSize } from './group-spec.js';
import type { ConfigHash } from './ids.js';
import { isJsonObject, type Json } from './json.js';

export interface Change {
  readonly from: Allocation;
  readonly to: Allocation;
  /** Members whose hash is not the new one. */
  readonly outdated: number;
  /** Members whose hash is the new one. */
  readonly upToDate: number;
}

/** InfraKit's plan string for a group that was not managed before. */
export const explainNew = (to: Allocation): string => `Managing ${declaredSize(to)} instances`;

/** InfraKit's plan string for a change of a managed group, word for word. */
export const explainChange = ({ from, to, outdated, upToDate }: Change): string => {
  const before = declaredSize(from);
  const after = declaredSize(to);
  if (after < before) {
    const shrink = `Terminating ${before - after} instances to reduce the group size to ${after}`;
    const rolled = outdated > 0 ? Math.max(0, after - upToDate) : 0;
    return rolled > 0 ? `${shrink}, then performing a rolling update on ${rolled} instances` : shrink;
  }
  const roll = outdated > 0 ? `erforming a rolling update on ${outdated} instances` : '';
  if (after > before) {
    const grow = `dding ${after - before} instances to increase the group size to ${after}`;
    return roll ? `P${roll}, then a${grow}` : `A${grow}`;
  }
  if (roll) return `P${roll}`;
  const replaced = exchanged(from, to);
  return replaced > 0 ? `Exchanging ${replaced} logical IDs, the group size stays ${after}` : 'Noop';
};

/** Logical IDs that are new while as many went: the size says nothing of it. */
const exchanged = (from: Allocation, to: Allocation): number => {
  if (from.kind !== 'logicalIds' || to.kind !== 'logicalIds') return 0;
  return to.logicalIds.filter((id) => !from.logicalIds.includes(id)).length;
};

/** The properties of Instance and Flavor that differ and so cause a roll, as dotted paths, at most ten. */
export const rollingKeys = (
  before: Json,
  after: Json,
  hashes: { from: ConfigHash; to: ConfigHash },
): readonly string[] => {
  if (hashes.from === hashes.to || !isJsonObject(before) || !isJsonObject(after)) return [];
  return ['Instance', 'Flavor'].flatMap((key) => differences(before[key], after[key], key)).slice(0, 10);
};

const differences = (before: Json | undefined, after: Json | undefined, path: string): readonly string[] => {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (!isJsonObject(before) || !isJsonObject(after)) return [path];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => differences(before[key], after[key], `${path}.${key}`));
};
