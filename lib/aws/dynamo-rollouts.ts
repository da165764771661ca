import { TABLE_KEYS } from '../core/deployment.js';
import type { Rollout } from '../core/rollout.js';
import type { GroupStore } from '../ports/group-store.js';
import { conditionFailed, newerSchema } from './dynamo-errors.js';
import { groupKey, ROLLOUT_PREFIX, rolloutKey } from './dynamo-keys.js';
import type { DynamoTable, Item } from './dynamo-table.js';
import { understoodOrAbsent } from './dynamo-understood.js';

/** The `ROLLOUT#` items: rollouts that are over. A write repeated by the SDK writes the same again. */
export function dynamoRollouts(table: DynamoTable): Pick<GroupStore, 'putRollout' | 'rollouts'> {
  return {
    putRollout: async (group, rollout) => {
      try {
        const key = rolloutKey(group, rollout.number);
        await table.put(key, { rollout }, understoodOrAbsent(table.schemaVersion));
      } catch (error) {
        if (!conditionFailed(error)) throw error;
        throw newerSchema(`rollout ${rollout.number} of group "${group}"`, 'newer', table.schemaVersion);
      }
    },
    rollouts: async (group, limit) => {
      const items: Item[] = [];
      const pages = table.query(
        {
          KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
          ExpressionAttributeNames: { '#pk': TABLE_KEYS.partition, '#sk': TABLE_KEYS.sort },
          ExpressionAttributeValues: { ':pk': groupKey(group).pk, ':prefix': ROLLOUT_PREFIX },
          ConsistentRead: true,
          ScanIndexForward: false,
          Limit: limit,
        },
        `a rollout of group "${group}"`,
      );
      for await (const page of pages) {
        items.push(...page);
        if (items.length >= limit) break;
      }
      return items.slice(0, limit).map((item) => item.rollout as Rollout);
    },
  };
}
