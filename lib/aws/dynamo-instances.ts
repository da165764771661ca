import { isDeepStrictEqual } from 'node:util';
import { TABLE_KEYS } from '../core/deployment.js';
import type { GroupId, InstanceId } from '../core/ids.js';
import { inFlight } from '../core/in-flight.js';
import type { HealthChecks, InstanceRecord } from '../core/instance.js';
import type { GroupStore } from '../ports/group-store.js';
import { conditionFailed } from './dynamo-errors.js';
import { instanceAttributes, instanceFromItem } from './dynamo-items.js';
import { groupKey, INSTANCE_PREFIX, instanceKey } from './dynamo-keys.js';
import type { Condition, DynamoTable, Item } from './dynamo-table.js';

type Instances = Pick<
  GroupStore,
  'instances' | 'putInstances' | 'dropInstances' | 'findInstance' | 'setLeaving' | 'putChecks'
>;

/** Writes under way at once; enough for a hundred records in a few round trips. */
const AT_ONCE = 25;

/**
 * The `INSTANCE#` items. A write repeated by the SDK does no harm: it succeeds again under the same fencing number,
 * or finds a higher one and stays away.
 */
export function dynamoInstances(table: DynamoTable): Instances {
  const what = (id: string) => `instance ${id}`;
  const put = async (group: GroupId, record: InstanceRecord, fence: number): Promise<void> => {
    const { schemaVersion } = table;
    const set = {
      ...instanceAttributes(record),
      group,
      [TABLE_KEYS.instanceId]: record.id,
      fence,
      schemaVersion,
    };
    const key = instanceKey(group, record.id);
    const checks = record.proving === undefined ? {} : { checks: record.checks };
    const setOnce = { leavingBy: record.leavingBy, ...checks };
    try {
      await table.update(key, { set, setOnce }, notNewerThan(fence, schemaVersion));
    } catch (error) {
      if (!conditionFailed(error)) throw error;
      // Written under a higher number: it stays. Written by newer code: the read refuses it.
      await table.get(key, what(record.id));
    }
  };
  const drop = async (group: GroupId, id: InstanceId, fence: number): Promise<void> => {
    const key = instanceKey(group, id);
    try {
      await table.delete(key, notNewerThan(fence, table.schemaVersion));
    } catch (error) {
      if (!conditionFailed(error)) throw error;
      await table.get(key, what(id));
    }
  };
  return {
    instances: async (id) => {
      const items: Item[] = [];
      const pages = table.query(
        {
          KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :prefix)',
          ExpressionAttributeNames: { '#pk': TABLE_KEYS.partition, '#sk': TABLE_KEYS.sort },
          ExpressionAttributeValues: { ':pk': groupKey(id).pk, ':prefix': INSTANCE_PREFIX },
          ConsistentRead: true,
        },
        `an instance of group "${id}"`,
      );
      for await (const page of pages) items.push(...page);
      return items.map(instanceFromItem);
    },
    putInstances: (id, records, fence) => inFlight(AT_ONCE, records, (record) => put(id, record, fence)),
    dropInstances: (id, ids, fence) => inFlight(AT_ONCE, ids, (instance) => drop(id, instance, fence)),
    findInstance: async (id) => {
      const items: Item[] = [];
      const pages = table.query(
        {
          IndexName: TABLE_KEYS.instanceIndex,
          KeyConditionExpression: '#id = :id',
          ExpressionAttributeNames: { '#id': TABLE_KEYS.instanceId },
          ExpressionAttributeValues: { ':id': id },
        },
        what(id),
      );
      for await (const page of pages) items.push(...page);
      const found = items.find((item) => item.goneAt === undefined) ?? items[0];
      return found && { group: found.group as GroupId, record: instanceFromItem(found) };
    },
    setLeaving: async (group, id, leavingBy) => {
      try {
        await table.update(instanceKey(group, id), { set: { leavingBy } }, mayLeave(leavingBy.kind));
      } catch (error) {
        if (!conditionFailed(error)) throw error;
        await table.get(instanceKey(group, id), what(id));
      }
    },
    putChecks: async (group, id, checks, before) => {
      const key = instanceKey(group, id);
      try {
        await table.update(key, { set: { checks } }, checkedAs(before, table.schemaVersion));
        return true;
      } catch (error) {
        if (!conditionFailed(error)) throw error;
        const item = await table.get(key, what(id));
        return isDeepStrictEqual(item?.checks, withoutUndefined(checks));
      }
    },
  };
}

/** `fence` is on every item that we wrote; an item without one is none. */
const notNewerThan = (fence: number, schemaVersion: number): Condition => ({
  text: 'attribute_not_exists(#pk) OR (#fence <= :fence AND #schemaVersion <= :schemaVersion)',
  names: { '#pk': TABLE_KEYS.partition, '#fence': 'fence', '#schemaVersion': 'schemaVersion' },
  values: { ':fence': fence, ':schemaVersion': schemaVersion },
});

/** On record; and advice never hides an interruption, in whatever order the events come. */
const mayLeave = (kind: NonNullable<InstanceRecord['leavingBy']>['kind']): Condition => {
  const onRecord = { text: 'attribute_exists(#pk)', names: { '#pk': TABLE_KEYS.partition } };
  if (kind === 'interruption') return onRecord;
  return {
    text: `${onRecord.text} AND (attribute_not_exists(#leavingBy) OR #leavingBy.#kind <> :interruption)`,
    names: { ...onRecord.names, '#leavingBy': 'leavingBy', '#kind': 'kind' },
    values: { ':interruption': 'interruption' },
  };
};

/** On record, being proved, and not checked since: a check is known by its time. */
const checkedAs = (before: HealthChecks | undefined, schemaVersion: number): Condition => {
  const isProving: Condition = {
    text: 'attribute_exists(#proving) AND #schemaVersion <= :schemaVersion',
    names: { '#proving': 'proving', '#schemaVersion': 'schemaVersion', '#checks': 'checks' },
    values: { ':schemaVersion': schemaVersion },
  };
  if (before === undefined)
    return { ...isProving, text: `${isProving.text} AND attribute_not_exists(#checks)` };
  return {
    text: `${isProving.text} AND #checks.#at = :at`,
    names: { ...isProving.names, '#at': 'at' },
    values: { ...isProving.values, ':at': before.at },
  };
};

const withoutUndefined = (checks: HealthChecks): unknown => JSON.parse(JSON.stringify(checks));
