import { TABLE_KEYS } from '../core/deployment.js';
import type { GroupEvent } from '../core/group-event.js';
import type { GroupStore } from '../ports/group-store.js';
import { AFTER_EVENTS, EVENT_PREFIX, eventKey, groupKey } from './dynamo-keys.js';
import type { DynamoTable, Item } from './dynamo-table.js';

/** How long an event can be read; DynamoDB removes it some days after. */
const KEPT_SECONDS = 30 * 24 * 3600;

/** Of one query; more are read page by page. */
const LARGEST_PAGE = 1000;

/** The `EVENT#` items. Nothing races for one: the same key is the same event, so a batch may write them. */
export function dynamoEvents(table: DynamoTable): Pick<GroupStore, 'putEvents' | 'events'> {
  return {
    putEvents: (events) => {
      const byKey = new Map(events.map((event) => [`${event.group} ${event.key}`, event]));
      return table.putAll(
        [...byKey.values()].map((event) => ({
          ...eventKey(event.group, event.key),
          ...event,
          [TABLE_KEYS.ttl]: Math.ceil(event.time / 1000) + KEPT_SECONDS,
        })),
      );
    },
    events: async (id, { after, limit, now }) => {
      const { pk } = groupKey(id);
      const found: GroupEvent[] = [];
      const pages = table.query(
        {
          ...(after === undefined
            ? range('begins_with(#sk, :from)', { ':pk': pk, ':from': EVENT_PREFIX })
            : range('#sk BETWEEN :from AND :to', {
                ':pk': pk,
                ':from': `${EVENT_PREFIX}${after}`,
                ':to': AFTER_EVENTS,
              })),
          ConsistentRead: true,
          ScanIndexForward: after !== undefined,
          // One more than asked for: BETWEEN finds `after` itself.
          Limit: Math.min(limit, LARGEST_PAGE) + 1,
        },
        `an event of group "${id}"`,
      );
      for await (const page of pages) {
        const fresh = page.filter((item) => Number(item[TABLE_KEYS.ttl]) * 1000 > now && item.key !== after);
        found.push(...fresh.map(eventFromItem));
        if (found.length >= limit) break;
      }
      const chosen = found.slice(0, limit);
      return after === undefined ? chosen.reverse() : chosen;
    },
  };
}

const range = (condition: string, values: Item) => ({
  KeyConditionExpression: `#pk = :pk AND ${condition}`,
  ExpressionAttributeNames: { '#pk': TABLE_KEYS.partition, '#sk': TABLE_KEYS.sort },
  ExpressionAttributeValues: { ...values },
});

const eventFromItem = (item: Item): GroupEvent => {
  const { key, time, event, group, instance, reason } = item;
  return { key, time, event, group, reason, ...(instance ? { instance } : {}) } as GroupEvent;
};
