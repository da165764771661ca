import { TABLE_KEYS } from '../core/deployment.js';
import type { GroupId } from '../core/ids.js';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

const partition = (id: GroupId): string => `GROUP#${id}`;

export const GROUP_SORT = 'GROUP';
export const INSTANCE_PREFIX = 'INSTANCE#';
export const ROLLOUT_PREFIX = 'ROLLOUT#';
export const EVENT_PREFIX = 'EVENT#';
/** Sorts after every event and before everything else: `$` follows `#`. */
export const AFTER_EVENTS = 'EVENT$';

export const groupKey = (id: GroupId): Key => ({ pk: partition(id), sk: GROUP_SORT });
export const specKey = (id: GroupId, hash: string): Key => ({ pk: partition(id), sk: `SPEC#${hash}` });
export const launchKey = (id: GroupId, hash: string): Key => ({ pk: partition(id), sk: `LAUNCH#${hash}` });
export const instanceKey = (id: GroupId, instance: string): Key => ({
  pk: partition(id),
  sk: `${INSTANCE_PREFIX}${instance}`,
});
/** Padded, so that the order of keys is the order of numbers. */
export const rolloutKey = (id: GroupId, number: number): Key => ({
  pk: partition(id),
  sk: `${ROLLOUT_PREFIX}${String(number).padStart(10, '0')}`,
});
export const eventKey = (id: GroupId, key: string): Key => ({
  pk: partition(id),
  sk: `${EVENT_PREFIX}${key}`,
});
export const FLEET_KEY: Key = { pk: 'FLEET', sk: 'FLEET' };

export const LIST_SHARDS: readonly string[] = Array.from(
  { length: TABLE_KEYS.listShards },
  (_, shard) => `LIST#${shard}`,
);

/** Spreads groups over the list's shards: FNV-1a of the id. Never change it: the shard is stored. */
export function listShard(id: GroupId): string {
  let hash = 0x811c9dc5;
  for (const character of Buffer.from(id)) hash = Math.imul(hash ^ character, 0x01000193) >>> 0;
  return `LIST#${hash % TABLE_KEYS.listShards}`;
}
