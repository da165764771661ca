import {
  BatchWriteCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentClient } from '../../../lib/aws/clients.js';
import { dynamoInProcess } from '../../../lib/local/dynamodb/dynamo-in-process.js';
import { interceptDynamo } from '../../../lib/local/dynamodb/intercept-dynamo.js';
import { oneAtATime } from '../../../lib/local/dynamodb/one-at-a-time.js';
import {
  dynaliteClient,
  type LocalDynamoDb,
  startDynalite,
} from '../../../lib/local/dynamodb/start-dynalite.js';

type Send = (client: DynamoDBDocumentClient) => Promise<object>;
type Units = Parameters<Parameters<typeof interceptDynamo>[2]>;

const NOWHERE = 'http://127.0.0.1:9';
let dynalite: LocalDynamoDb;
let TableName = '';
beforeAll(async () => {
  dynalite = await startDynalite();
  TableName = dynalite.tableName;
});
afterAll(() => dynalite.stop());

/** What each request was answered, and what it cost. */
const played = async (requests: readonly Send[], endpoint: string, answer?: LocalDynamoDb['answer']) => {
  const units: Units[] = [];
  const note = (...unit: Units) => void units.push(unit);
  const client = interceptDynamo(documentClient(dynaliteClient(endpoint)), [], note, oneAtATime(), answer);
  const answers: unknown[] = [];
  for (const send of requests) {
    const answered = send(client).then(
      ({ $metadata: _, ...output }: { $metadata?: unknown }) => output,
      (error: Error) => ({ refused: error.name }),
    );
    answers.push(await answered);
  }
  client.destroy();
  return { answers, units };
};

const both = async (...requests: readonly Send[]) => {
  const { answer, createTable } = dynamoInProcess();
  createTable(TableName);
  const real = await played(requests, dynalite.endpoint);
  const ours = await played(requests, NOWHERE, answer);
  expect(ours).toEqual(real);
  return ours.answers;
};

const put =
  (Item: Record<string, unknown>, more: object = {}): Send =>
  (client) =>
    client.send(new PutCommand({ TableName, Item, ...more }));
const update =
  (Key: Record<string, unknown>, more: object): Send =>
  (client) =>
    client.send(new UpdateCommand({ TableName, Key, ...more }));
const get =
  (Key: Record<string, unknown>, more: object = {}): Send =>
  (client) =>
    client.send(new GetCommand({ TableName, Key, ...more }));
const query =
  (value: string, more: object = {}): Send =>
  (client) =>
    client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: '#pk = :pk',
        ExpressionAttributeNames: { '#pk': 'pk' },
        ExpressionAttributeValues: { ':pk': value },
        ...more,
      }),
    );

describe('DynamoDB in the process answers as dynalite does', () => {
  it('to writes, their conditions and their reads', async () => {
    const Key = { pk: 'a', sk: '1' };
    const names = { '#n': 'n', '#m': 'm' };
    const [, , refused] = await both(
      put({ ...Key, n: 1, m: { kind: 'x', deep: [1, { two: '2' }] }, gone: undefined }),
      put(
        { ...Key },
        { ConditionExpression: 'attribute_exists(#n)', ExpressionAttributeNames: { '#n': 'n' } },
      ),
      put(Key, { ConditionExpression: 'attribute_exists(#n)', ExpressionAttributeNames: { '#n': 'n' } }),
      put({ ...Key, n: 1, m: { kind: 'x' }, long: 'x'.repeat(5_000) }),
      get(Key, { ConsistentRead: true }),
      get(Key),
      get({ pk: 'a', sk: 'none' }),
      update(Key, {
        UpdateExpression: 'SET #n = #n + :one, #c = #m, #d = if_not_exists(#d, :one)',
        ConditionExpression: '(attribute_not_exists(#x) OR #m.#kind <> :one) AND #n >= :one',
        ExpressionAttributeNames: { ...names, '#c': 'c', '#d': 'd', '#x': 'x', '#kind': 'kind' },
        ExpressionAttributeValues: { ':one': 1 },
        ReturnValues: 'ALL_NEW',
      }),
      update(Key, {
        UpdateExpression: 'REMOVE #m.#kind, #n',
        ExpressionAttributeNames: { ...names, '#kind': 'kind' },
      }),
      get(Key),
      (client) => client.send(new DeleteCommand({ TableName, Key, ReturnValues: 'ALL_OLD' })),
      (client) => client.send(new DeleteCommand({ TableName, Key })),
      get(Key),
    );
    expect(refused).toEqual({ refused: 'ConditionalCheckFailedException' });
  });

  it('to what no table takes', async () => {
    const Key = { pk: 'b', sk: '1' };
    const set = (UpdateExpression: string, more: object) => update(Key, { UpdateExpression, ...more });
    const answers = await both(
      set('SET #a = :a', { ExpressionAttributeNames: { '#a': 'a' } }),
      set('SET #a = :a', {
        ExpressionAttributeNames: { '#a': 'a', '#b': 'b' },
        ExpressionAttributeValues: { ':a': 1 },
      }),
      set('SET #a = :a, #b = :a', {
        ExpressionAttributeNames: { '#a': 'a', '#b': 'a' },
        ExpressionAttributeValues: { ':a': 1 },
      }),
      set('SET #a = #b', { ExpressionAttributeNames: { '#a': 'a', '#b': 'b' } }),
      set('SET #a = #a + :one', {
        ExpressionAttributeNames: { '#a': 'a' },
        ExpressionAttributeValues: { ':one': 1 },
      }),
      set('SET #a == :a', {
        ExpressionAttributeNames: { '#a': 'a' },
        ExpressionAttributeValues: { ':a': 1 },
      }),
      put({ ...Key, large: 'x'.repeat(410_000) }),
      put({ pk: 'b', sk: '' }),
      query('b', { IndexName: 'none' }),
    );
    expect(answers).toEqual(answers.map(() => ({ refused: 'ValidationException' })));
  });

  it('to queries of the table and its indexes, page by page', async () => {
    const item = (sk: string, more: object = {}) => ({
      pk: 'c',
      sk,
      listShard: 'L',
      listId: `id-${sk}`,
      ...more,
    });
    const shard = {
      IndexName: 'groups',
      ExpressionAttributeNames: { '#pk': 'listShard', '#id': 'listId' },
      ProjectionExpression: '#id',
    };
    const between = {
      KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
      ExpressionAttributeValues: { ':pk': 'c', ':from': '2', ':to': '3' },
    };
    await both(
      (client) =>
        client.send(
          new BatchWriteCommand({
            RequestItems: { [TableName]: ['3', '1', '2'].map((sk) => ({ PutRequest: { Item: item(sk) } })) },
          }),
        ),
      put({ pk: 'c', sk: '4', instanceId: 'i-1' }),
      query('c'),
      query('c', { ScanIndexForward: false, Limit: 2 }),
      query('c', { ScanIndexForward: false, Limit: 2, ExclusiveStartKey: { pk: 'c', sk: '3' } }),
      query('c', { Limit: 4 }),
      query('c', between),
      query('L', shard),
      put(item('2', { listShard: undefined })),
      query('L', shard),
      query('i-1', { IndexName: 'instances', ExpressionAttributeNames: { '#pk': 'instanceId' } }),
    );
  });

  it('to a scan, whose order is its own', async () => {
    const { answer, createTable } = dynamoInProcess();
    createTable(TableName);
    const [, , scanned] = (
      await played(
        [
          put({ pk: 'd', sk: '1' }),
          put({ pk: 'e', sk: '1' }),
          (client) => client.send(new ScanCommand({ TableName })),
        ],
        NOWHERE,
        answer,
      )
    ).answers;
    expect(scanned).toMatchObject({ Count: 2, Items: [{ pk: 'd' }, { pk: 'e' }] });
  });
});
