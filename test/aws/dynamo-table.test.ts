import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import { documentClient } from '../../lib/aws/clients.js';
import { dynamoGroupStore } from '../../lib/aws/dynamo-group-store.js';
import { listShard } from '../../lib/aws/dynamo-keys.js';
import { groupEvent } from '../../lib/core/group-event.js';
import { groupId } from '../../lib/core/ids.js';
import { NEW_YEAR, sampleGroup, sampleInstance } from '../contract/sample-group.js';

const client = documentClient(new DynamoDBClient({ region: 'eu-west-1' }));
const dynamo = mockClient(client);
beforeEach(() => dynamo.reset());

const store = dynamoGroupStore({ client, table: 'table', writeId: () => 'w-1' });
const GROUP = groupId('web');
const failing = (name: string) => Object.assign(new Error('no'), { name });

describe('errors of the table', () => {
  test.each([
    ['ProvisionedThroughputExceededException', 'Throttled'],
    ['ThrottlingException', 'Throttled'],
    ['RequestLimitExceeded', 'Throttled'],
    ['TimeoutError', 'Unanswered'],
  ])('it calls %s %s, on reads and writes', async (code, name) => {
    dynamo.onAnyCommand().rejects(failing(code));
    await expect(store.read(GROUP)).rejects.toMatchObject({ name });
    await expect(store.list()).rejects.toMatchObject({ name });
    await expect(store.wake(GROUP)).rejects.toMatchObject({ name });
    await expect(store.create(sampleGroup())).rejects.toMatchObject({ name });
    await expect(store.putInstances(GROUP, [sampleInstance()], 1)).rejects.toMatchObject({ name });
    await expect(store.putEvents([groupEvent(1, 'group.converged', GROUP, 'x')])).rejects.toMatchObject({
      name,
    });
  });

  test('it passes on what it cannot name', async () => {
    dynamo.on(GetCommand).rejects(failing('ValidationException'));
    await expect(store.read(GROUP)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('it sends leftovers of a batch again, and is throttled when they stay', async () => {
    const event = groupEvent(NEW_YEAR, 'group.converged', GROUP, 'x');
    const left = { table: [{ PutRequest: { Item: { pk: 'GROUP#web', sk: 'EVENT#1' } } }] };
    dynamo.on(BatchWriteCommand).resolvesOnce({ UnprocessedItems: left }).resolves({});
    await store.putEvents([event]);
    const sent = dynamo.commandCalls(BatchWriteCommand).map((call) => call.args[0].input.RequestItems?.table);
    expect(sent[1]).toEqual(left.table);
    dynamo.reset();
    dynamo.on(BatchWriteCommand).resolves({ UnprocessedItems: left });
    await expect(store.putEvents([event])).rejects.toMatchObject({ name: 'Throttled' });
  });
});

describe('items', () => {
  test('it writes a group with its place in the list, its open orders and its write id', async () => {
    dynamo.on(PutCommand).resolves({});
    await store.create(sampleGroup({ id: GROUP }));
    expect(dynamo.commandCalls(PutCommand)[0]?.args[0].input).toMatchObject({
      TableName: 'table',
      Item: {
        pk: 'GROUP#web',
        sk: 'GROUP',
        schemaVersion: 1,
        listShard: listShard(GROUP),
        listId: 'web',
        openOrders: 0,
        userWrite: 'w-1',
      },
      ConditionExpression: 'attribute_not_exists(#pk)',
    });
  });

  test('it keeps a gone instance for two hours and an event for 30 days', async () => {
    dynamo.on(UpdateCommand).resolves({});
    dynamo.on(BatchWriteCommand).resolves({});
    await store.putInstances(GROUP, [sampleInstance({ goneAt: NEW_YEAR + 1 }), sampleInstance()], 1);
    const [gone, alive] = dynamo.commandCalls(UpdateCommand).map((call) => call.args[0].input);
    expect(gone?.ExpressionAttributeValues?.[':set_expiresAt']).toBe(1_767_225_600 + 1 + 7200);
    expect(alive?.UpdateExpression).toMatch(/REMOVE .*#expiresAt/);
    await store.putEvents([groupEvent(NEW_YEAR, 'group.converged', GROUP, 'x')]);
    const item = dynamo.commandCalls(BatchWriteCommand)[0]?.args[0].input.RequestItems?.table?.[0];
    expect(item?.PutRequest?.Item?.expiresAt).toBe(1_767_225_600 + 2_592_000);
  });

  test('it spreads groups over all eight shards, always in the same way', () => {
    const counts = new Map<string, number>();
    for (let index = 0; index < 800; index++) {
      const shard = listShard(groupId(`group-${index}`));
      counts.set(shard, (counts.get(shard) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((shard) => `LIST#${shard}`));
    expect(Math.min(...counts.values())).toBeGreaterThan(60);
    // FNV-1a of `web`, by another implementation, modulo 8.
    expect(listShard(GROUP)).toBe('LIST#1');
  });
});
