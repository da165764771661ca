import { DescribeInstancesCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import type { AuthorisedCall } from '../../lib/local/authorise.js';
import type { Clients } from '../../lib/local/clients.js';
import { virtualClock } from '../../lib/local/clock.js';
import { scriptedFaults } from '../../lib/local/faults.js';
import { seededRandom } from '../../lib/local/seeded-random.js';
import { aCloud, START, type TestCloud } from './a-cloud.js';

describe('authorisation', () => {
  test("it refuses a denied call with the service's own error and without effect", async () => {
    const asked: AuthorisedCall[] = [];
    const cloud = await aCloud({
      authorise: (call) => {
        asked.push(call);
        return call.principal === 'reader' ? { denied: 'no statement allows it' } : 'allow';
      },
    });
    cloud.createBucket('config');
    const url = cloud.createQueue('wakes');
    const sends: Record<string, (clients: Clients) => Promise<unknown>> = {
      UnauthorizedOperation: ({ ec2 }) =>
        ec2.send(new RunInstancesCommand({ ImageId: 'ami-0abc', MinCount: 1, MaxCount: 1 })),
      AccessDenied: ({ s3 }) => s3.send(new PutObjectCommand({ Bucket: 'config', Key: 'k', Body: 'v' })),
      AccessDeniedException: ({ dynamo }) =>
        dynamo.send(new PutCommand({ TableName: cloud.dynamo.tableName, Item: { pk: 'a', sk: 'b' } })),
    };
    for (const [name, send] of Object.entries(sends)) {
      await expect(send(cloud.clients('reader'))).rejects.toMatchObject({
        name,
        message: expect.stringContaining('reader is not authorized'),
        $metadata: { httpStatusCode: 403 },
      });
    }
    const { sqs, dynamo } = cloud.clients('writer');
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'x' }));
    const Key = { pk: 'a', sk: 'b' };
    const { Item } = await dynamo.send(new GetCommand({ TableName: cloud.dynamo.tableName, Key }));
    expect(Item).toBeUndefined();
    expect(cloud.ec2.instances()).toEqual([]);
    expect(asked.map(({ service, operation }) => `${service} ${operation}`)).toEqual([
      'EC2 RunInstances',
      'S3 PutObject',
      'DynamoDB PutItem',
      'SQS SendMessage',
      'DynamoDB GetItem',
    ]);
    expect(asked[2]?.input).toMatchObject({ Item: { pk: 'a', sk: 'b' } });
  });
});

describe('call log', () => {
  test("it counts calls by principal and operation, and DynamoDB's units", async () => {
    const cloud = await aCloud();
    const { dynamo, ec2 } = cloud.clients('sweep');
    const TableName = cloud.dynamo.tableName;
    const Key = { pk: 'GROUP#web', sk: 'GROUP' };
    await ec2.send(new DescribeInstancesCommand({}));
    await ec2.send(new DescribeInstancesCommand({}));
    await cloud.clients('other').ec2.send(new DescribeInstancesCommand({}));
    // 2,500 bytes and a little: 3 write units for the table and 3 for the one index that it is in.
    const Item = { ...Key, instanceId: 'i-1', text: 'x'.repeat(2_500) };
    await dynamo.send(new PutCommand({ TableName, Item }));
    expect(cloud.callLog.units({ operation: 'PutItem' })).toEqual({ read: 0, write: 6 });
    await dynamo.send(new GetCommand({ TableName, Key }));
    expect(cloud.callLog.units({ operation: 'GetItem' }).read).toBe(0.5);
    await dynamo.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    expect(cloud.callLog.units({ operation: 'GetItem' }).read).toBe(1.5);
    const query = {
      TableName,
      IndexName: 'instances',
      KeyConditionExpression: 'instanceId = :id',
      ExpressionAttributeValues: { ':id': 'i-1' },
    };
    const { Items, ConsumedCapacity } = await dynamo.send(new QueryCommand(query));
    expect([Items?.length, ConsumedCapacity]).toEqual([1, undefined]);
    expect(cloud.callLog.units({ operation: 'Query' }).read).toBe(0.5);
    expect(cloud.callLog.total({ principal: 'sweep', service: 'EC2' })).toBe(2);
    expect(cloud.callLog.total({ operation: 'DescribeInstances' })).toBe(3);
    cloud.callLog.reset();
    expect(cloud.callLog.counts()).toEqual([]);
  });

  test('it hides from callers what it measures, and counts failed conditions', async () => {
    const cloud = await aCloud();
    const { dynamo } = cloud.clients('pass');
    const TableName = cloud.dynamo.tableName;
    const update = (more: object = {}) =>
      dynamo.send(
        new UpdateCommand({
          TableName,
          Key: { pk: 'a', sk: 'b' },
          UpdateExpression: 'SET n = :n, listShard = :s, listId = :s',
          ExpressionAttributeValues: { ':n': 1, ':s': 'LIST#0' },
          ...more,
        }),
      );
    expect((await update()).Attributes).toBeUndefined();
    expect((await update({ ReturnValues: 'ALL_NEW' })).Attributes).toMatchObject({ n: 1 });
    expect(cloud.callLog.units().write).toBe(4);
    const refused = update({ ConditionExpression: 'attribute_not_exists(pk)' });
    await expect(refused).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect(cloud.callLog.units().write).toBe(5);
    expect(cloud.callLog.counts()[0]).toMatchObject({ operation: 'UpdateItem', calls: 3, errors: 1 });
  });
});

describe('faults of calls', () => {
  const withFaults = async () => {
    const faults = scriptedFaults(virtualClock(START), seededRandom(1));
    const cloud = await aCloud({ faults });
    const put = (ConditionExpression?: string) =>
      cloud.clients('pass').dynamo.send(
        new PutCommand({
          TableName: cloud.dynamo.tableName,
          Item: { pk: 'a', sk: 'b' },
          ConditionExpression,
        }),
      );
    return { faults, put };
  };

  test('it lets a conditional write whose answer was lost fail on itself, as the SDK repeats it', async () => {
    const { faults, put } = await withFaults();
    faults.add({ kind: 'answer-lost', service: 'DynamoDB', times: 1 });
    await expect(put('attribute_not_exists(pk)')).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
  });

  test('it times out in the end when every answer is lost', async () => {
    const { faults, put } = await withFaults();
    faults.add({ kind: 'answer-lost', service: 'DynamoDB', times: 3 });
    await expect(put()).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test("it throttles in the service's words", async () => {
    const { faults, put } = await withFaults();
    faults.add({ kind: 'throttle', service: 'DynamoDB', times: 1 });
    await expect(put()).rejects.toMatchObject({ name: 'ThrottlingException' });
    await put();
  });
});

test('the same seed gives the same ids, times and events, another seed others', async () => {
  const story = async (cloud: TestCloud) => {
    const trail: unknown[] = [];
    cloud.createBucket('config');
    cloud.createQueue('wakes');
    cloud.events.onEvent((event) => void trail.push(event));
    const { s3, ec2 } = cloud.clients('tester');
    cloud.registerFunction('f', async (_event, { awsRequestId }) => void trail.push(awsRequestId), {
      timeoutSeconds: 5,
    });
    cloud.mapQueue('wakes', 'f', 2);
    await s3.send(new PutObjectCommand({ Bucket: 'config', Key: 'k', Body: 'v' }));
    await ec2.send(new RunInstancesCommand({ ImageId: 'ami-0abc', MinCount: 2, MaxCount: 2 }));
    cloud.sqs.find('wakes').send('go');
    await cloud.clock.advance(120_000);
    return trail;
  };
  const first = await story(await aCloud({ seed: 5 }));
  expect(first.length).toBeGreaterThan(5);
  expect(await story(await aCloud({ seed: 5 }))).toEqual(first);
  expect(await story(await aCloud({ seed: 6 }))).not.toEqual(first);
});

test('functions that race for one item take turns in the same order every time', async () => {
  const race = async (cloud: TestCloud) => {
    const winners: string[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
      const { dynamo } = cloud.clients(name);
      const raise = async (seen: number): Promise<void> => {
        try {
          await dynamo.send(
            new PutCommand({
              TableName: cloud.dynamo.tableName,
              Item: { pk: 'turn', sk: 'turn', n: seen + 1 },
              ConditionExpression: 'attribute_not_exists(pk) OR n = :seen',
              ExpressionAttributeValues: { ':seen': seen },
            }),
          );
          winners.push(`${name}${seen + 1}`);
        } catch {
          await cloud.clock.sleep(name.charCodeAt(0) % 3);
          await raise(seen + 1);
        }
      };
      cloud.registerFunction(name, async () => raise(0), { timeoutSeconds: 60 });
      cloud.lambda.invokeLater(name, {});
    }
    await cloud.clock.advance(60_000);
    return winners;
  };
  const first = await race(await aCloud());
  expect(first).toHaveLength(6);
  expect(first.map((winner) => winner.slice(1))).toEqual(['1', '2', '3', '4', '5', '6']);
  for (const _again of [1, 2, 3]) expect(await race(await aCloud())).toEqual(first);
});
