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

/**
 * InfraKit's plan string for a change of a managed group, word for word. Logical IDs that go while others come, which
 * the sizes hide and InfraKit refuses, are named on a line of their own.
 */
export const explainChange = (change: Change): string => {
  const headline = headlineOf(change);
  const exchange = explainExchange(change);
  if (exchange === undefined) return headline;
  return headline === 'Noop' ? exchange : `${headline}\n${exchange}`;
};

const headlineOf = ({ from, to, outdated, upToDate }: Change): string => {
  const before = declaredSize(from);
  const after = declaredSize(to);
  if (after < before) {
    const shrink = `Terminating ${before - after} instances to reduce the group size to ${after}`;
    const rolled = Math.min(outdated, Math.max(0, after - upToDate));
    return rolled > 0 ? `${shrink}, then performing a rolling update on ${rolled} instances` : shrink;
  }
  const roll = outdated > 0 ? `erforming a rolling update on ${outdated} instances` : '';
  if (after > before) {
    const grow = `dding ${after - before} instances to increase the group size to ${after}`;
    return roll ? `P${roll}, then a${grow}` : `A${grow}`;
  }
  return roll ? `P${roll}` : 'Noop';
};

const explainExchange = ({ from, to }: Change): string | undefined => {
  if (from.kind !== 'logicalIds' || to.kind !== 'logicalIds') return undefined;
  const come = to.logicalIds.filter((id) => !from.logicalIds.includes(id));
  const go = from.logicalIds.filter((id) => !to.logicalIds.includes(id));
  if (come.length === 0 || go.length === 0) return undefined;
  return `Exchanging logical IDs: terminating ${go.join(', ')}, adding ${come.join(', ')}`;
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
