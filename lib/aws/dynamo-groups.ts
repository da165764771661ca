import { TABLE_KEYS } from '../core/deployment.js';
import { ConflictError } from '../core/errors.js';
import type { GroupRecord } from '../core/group-record.js';
import type { GroupId } from '../core/ids.js';
import type { GroupStore, Guard } from '../ports/group-store.js';
import { conditionFailed } from './dynamo-errors.js';
import {
  groupAttributes,
  groupFromItem,
  SUMMARY_PROJECTION,
  summaryFromItem,
  WRITE_IDS,
} from './dynamo-items.js';
import { groupKey, LIST_SHARDS } from './dynamo-keys.js';
import type { Attributes, Condition, DynamoTable, Item } from './dynamo-table.js';

type Groups = Pick<GroupStore, 'read' | 'list' | 'create' | 'takeLease' | 'update' | 'command' | 'wake'>;

/**
 * The `GROUP` item: every write is one conditional write to it, of named attributes only. Each carries a write id. A
 * failed condition is read back before it is believed: when our id is there, an earlier attempt had succeeded and its
 * answer was lost, so that the SDK's retry failed on our own write.
 */
export function dynamoGroups(table: DynamoTable, writeId: () => string): Groups {
  const what = (id: GroupId) => `group "${id}"`;

  /** @returns the item after the write, or as it is with `won: false`. */
  const written = async (
    id: GroupId,
    idAttribute: string,
    attributes: Attributes,
    condition: Condition,
  ): Promise<{ readonly won: boolean; readonly item: Item | undefined }> => {
    const own = writeId();
    const withId = { ...attributes, set: { ...attributes.set, [idAttribute]: own } };
    try {
      return { won: true, item: await table.update(groupKey(id), withId, present(condition, table)) };
    } catch (error) {
      if (!conditionFailed(error)) throw error;
      const item = await table.get(groupKey(id), what(id));
      return { won: item?.[idAttribute] === own, item };
    }
  };

  const guarded = async (
    id: GroupId,
    idAttribute: string,
    attributes: Attributes,
    guard: Guard,
  ): Promise<GroupRecord> => {
    const { won, item } = await written(id, idAttribute, attributes, guardCondition(guard));
    if (won && item) return groupFromItem(item);
    throw new ConflictError(item ? changed(id, guard, item) : `no ${what(id)}`);
  };

  return {
    read: async (id) => {
      const item = await table.get(groupKey(id), what(id));
      return item && groupFromItem(item);
    },
    list: async () => {
      const shards = await Promise.all(
        LIST_SHARDS.map(async (shard) => {
          const items: Item[] = [];
          const pages = table.query(
            {
              IndexName: TABLE_KEYS.listIndex,
              KeyConditionExpression: '#shard = :shard',
              ProjectionExpression: SUMMARY_PROJECTION.ProjectionExpression,
              ExpressionAttributeNames: { '#shard': TABLE_KEYS.listShard, ...SUMMARY_PROJECTION.names },
              ExpressionAttributeValues: { ':shard': shard },
            },
            'a group of the list',
            'skip',
          );
          for await (const page of pages) items.push(...page);
          return items;
        }),
      );
      return shards
        .flat()
        .map(summaryFromItem)
        .sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    create: async (record) => {
      const own = writeId();
      const item = { ...record, ...groupAttributes(record.id, record), [WRITE_IDS.user]: own };
      try {
        await table.put(groupKey(record.id), item, ABSENT);
      } catch (error) {
        if (!conditionFailed(error)) throw error;
        const stored = await table.get(groupKey(record.id), what(record.id));
        if (stored?.[WRITE_IDS.user] !== own) throw new ConflictError(`${what(record.id)} is there already`);
      }
    },
    takeLease: async (id, lease, now) => {
      const { won, item } = await written(
        id,
        WRITE_IDS.holder,
        { set: { lease }, raise: ['fence'], copy: { seen: 'wake' } },
        {
          text: '(attribute_not_exists(#lease) OR #lease.#until <= :now)',
          names: { '#lease': 'lease', '#until': 'until' },
          values: { ':now': now },
        },
      );
      return won && item ? groupFromItem(item) : undefined;
    },
    update: (id, change, guard) => guarded(id, WRITE_IDS.holder, { set: groupAttributes(id, change) }, guard),
    command: (id, change, guard) =>
      guarded(id, WRITE_IDS.user, { set: groupAttributes(id, change), raise: ['intent', 'wake'] }, guard),
    wake: async (id) => {
      const unseen: Condition = { text: '#wake = #seen', names: { '#wake': 'wake', '#seen': 'seen' } };
      return (await written(id, WRITE_IDS.waker, { raise: ['wake'] }, unseen)).won;
    },
  };
}

const ABSENT: Condition = { text: 'attribute_not_exists(#pk)', names: { '#pk': TABLE_KEYS.partition } };

/** The item is there and this code understands it, and the condition holds. */
const present = (condition: Condition, table: DynamoTable): Condition => ({
  text: [`#schemaVersion <= :schemaVersion`, condition.text].filter(Boolean).join(' AND '),
  names: { ...condition.names, '#schemaVersion': 'schemaVersion' },
  values: { ...condition.values, ':schemaVersion': table.schemaVersion },
});

const COUNTERS = ['fence', 'intent', 'wake'] as const;

const guardCondition = (guard: Guard): Condition => {
  const asked = COUNTERS.filter((counter) => guard[counter] !== undefined);
  return {
    text: asked.map((counter) => `#${counter} = :${counter}`).join(' AND '),
    names: Object.fromEntries(asked.map((counter) => [`#${counter}`, counter])),
    values: Object.fromEntries(asked.map((counter) => [`:${counter}`, guard[counter]])),
  };
};

const changed = (id: GroupId, guard: Guard, item: Item): string => {
  const differing = COUNTERS.filter(
    (counter) => guard[counter] !== undefined && item[counter] !== guard[counter],
  );
  const words = differing.map((counter) => `${counter} is ${String(item[counter])}, was ${guard[counter]}`);
  return `group "${id}" changed: ${words.join(', ') || 'and changed back'}`;
};
