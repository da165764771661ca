import { TABLE_KEYS } from '../core/deployment.js';
import type { GroupRecord } from '../core/group-record.js';
import type { InstanceRecord } from '../core/instance.js';
import type { GroupChange, GroupSummary } from '../ports/group-store.js';
import { listShard } from './dynamo-keys.js';
import type { Item } from './dynamo-table.js';

/** Ids of the last write of each kind, by which a writer knows its own write again. */
export const WRITE_IDS = { holder: 'holderWrite', user: 'userWrite', waker: 'wakeWrite' } as const;

const OPEN_ORDERS = 'openOrders';

/** What an item of ours carries beside the record. */
const OWN_ATTRIBUTES: ReadonlySet<string> = new Set([
  TABLE_KEYS.partition,
  TABLE_KEYS.sort,
  TABLE_KEYS.ttl,
  TABLE_KEYS.listShard,
  TABLE_KEYS.listId,
  TABLE_KEYS.instanceId,
  OPEN_ORDERS,
  'group',
  ...Object.values(WRITE_IDS),
]);

/**
 * The attributes that a change sets: answers as JSON text, since DynamoDB's numbers are not JSON's; the number of open
 * orders beside the orders; and its place in the list, which a destroyed group leaves.
 */
export const groupAttributes = (id: GroupRecord['id'], change: GroupChange): Item => ({
  ...change,
  ...('answers' in change ? { answers: change.answers && JSON.stringify(change.answers) } : {}),
  ...('orders' in change ? { [OPEN_ORDERS]: change.orders?.length ?? 0 } : {}),
  ...('watch' in change
    ? {
        [TABLE_KEYS.listShard]: change.watch === 'destroyed' ? undefined : listShard(id),
        [TABLE_KEYS.listId]: change.watch === 'destroyed' ? undefined : id,
      }
    : {}),
});

const recordAttributes = (item: Item): Record<string, unknown> =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !OWN_ATTRIBUTES.has(name)));

/** Parses an item that this code, or an older one, has written. */
export function groupFromItem(item: Item): GroupRecord {
  const answers: unknown = typeof item.answers === 'string' ? JSON.parse(item.answers) : [];
  return { ...recordAttributes(item), answers } as unknown as GroupRecord;
}

const SUMMARY = [
  ...['id', 'watch', 'revision', 'declared', 'status', 'lookAgainAt', 'digest', 'impaired', 'wake', 'seen'],
  ...['breaker', 'freeze', 'fleetFreeze', 'lease', 'foreign', OPEN_ORDERS],
];

/** The attributes of a `GroupSummary` and the schema version, as a projection. */
export const SUMMARY_PROJECTION = {
  ProjectionExpression: [...SUMMARY, 'schemaVersion'].map((name) => `#${name}`).join(', '),
  names: Object.fromEntries([...SUMMARY, 'schemaVersion'].map((name) => [`#${name}`, name])),
};

export const summaryFromItem = (item: Item): GroupSummary =>
  Object.fromEntries(
    SUMMARY.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])),
  ) as unknown as GroupSummary;

/** How long a record stays after its instance is gone: as long as its words may still be asked for. */
const GONE_FOR_SECONDS = 2 * 3600;

/** Attributes of the record that may be absent; a whole record removes what it does not carry. */
const OPTIONAL: readonly (keyof InstanceRecord)[] = [
  ...(['logicalId', 'configHash', 'token', 'launchIndex', 'zone', 'subnet', 'instanceType'] as const),
  ...(['privateIp', 'stateReason', 'absentSince', 'goneAt', 'unanswered', 'proving', 'leader'] as const),
];

/** A whole record but what others set: `leavingBy`, by events, and `checks`, by the health checks while it is proved. */
export function instanceAttributes(record: InstanceRecord): Item {
  const { id, leavingBy: _, checks: __, ...rest } = record;
  const absent = Object.fromEntries(OPTIONAL.map((name) => [name, undefined]));
  const expiresAt =
    record.goneAt === undefined ? undefined : Math.ceil(record.goneAt / 1000) + GONE_FOR_SECONDS;
  const ended = record.proving === undefined ? { checks: undefined } : {};
  return { ...absent, ...ended, ...rest, id, [TABLE_KEYS.ttl]: expiresAt };
}

/** Parses an item that this code, or an older one, has written. */
export function instanceFromItem(item: Item): InstanceRecord {
  const { schemaVersion: _, fence: __, ...record } = recordAttributes(item);
  return record as unknown as InstanceRecord;
}
