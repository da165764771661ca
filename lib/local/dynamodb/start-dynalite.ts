import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ListTablesCommand,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { TABLE_KEYS } from '../../core/deployment.js';
import { LOCAL_REGION } from '../place.js';
import type { Answer } from '../route-client.js';
import { dynamoInProcess } from './dynamo-in-process.js';

export interface LocalDynamoDb {
  readonly endpoint: string;
  /** In the place of the endpoint. */
  readonly answer?: Answer;
  readonly tableName: string;
  /** Our table once more, for another control plane in the same account; nothing when it is there. */
  createTable(name: string): Promise<void>;
  stop(): Promise<void>;
}

const TABLE_NAME = 'holdfast';

/** Nothing listens there: a call fails. */
export const noTable: LocalDynamoDb = {
  endpoint: 'http://127.0.0.1:9',
  tableName: TABLE_NAME,
  createTable: async () => {},
  stop: async () => {},
};

/** Our table in this process, asked without HTTP; forgotten at the end. */
export function answeredTable(): LocalDynamoDb {
  const { answer, createTable } = dynamoInProcess();
  createTable(TABLE_NAME);
  return { ...noTable, answer, createTable: async (name) => createTable(name) };
}

/** A client of the emulator; the keys are its own fiction and open nothing. */
export const dynaliteClient = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: LOCAL_REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });

/**
 * Starts a DynamoDB with our table on 127.0.0.1, in a folder or in memory. It has no transactions, no expiry, no streams,
 * and ignores `ReturnValuesOnConditionCheckFailure`.
 */
export async function startDynalite(directory?: string): Promise<LocalDynamoDb> {
  const server = dynalite({ createTableMs: 0, ...(directory !== undefined && { path: directory }) });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const ensureTable = async (name: string): Promise<void> => {
    const client = dynaliteClient(endpoint);
    try {
      const { TableNames } = await client.send(new ListTablesCommand({}));
      if (!TableNames?.includes(name)) await createTable(client, name);
      await untilActive(client, name);
    } finally {
      client.destroy();
    }
  };
  await ensureTable(TABLE_NAME);
  return {
    endpoint,
    tableName: TABLE_NAME,
    createTable: ensureTable,
    stop: () =>
      new Promise((resolve, reject) => {
        server.closeAllConnections();
        server.close((error) => (error ? reject(error) : resolve()));
      }),
  };
}

/** Real time; it takes a few milliseconds. */
const ACTIVE_WITHIN_MS = 5_000;

/** A table takes requests some turns after CreateTable was answered. One whose creator was killed then never does. */
async function untilActive(client: DynamoDBClient, name: string): Promise<void> {
  const until = Date.now() + ACTIVE_WITHIN_MS;
  for (;;) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    if (Table?.TableStatus === 'ACTIVE') return;
    if (Date.now() > until) {
      throw new Error(`table "${name}" was left half made by a process that was killed: start with --fresh`);
    }
    await setImmediate();
  }
}

async function createTable(client: DynamoDBClient, name: string): Promise<void> {
  const keys = TABLE_KEYS;
  const all = { ProjectionType: 'ALL' } as const;
  const names = [keys.partition, keys.sort, keys.listShard, keys.listId, keys.instanceId];
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: keys.partition, KeyType: 'HASH' },
        { AttributeName: keys.sort, KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: keys.listIndex,
          KeySchema: [
            { AttributeName: keys.listShard, KeyType: 'HASH' },
            { AttributeName: keys.listId, KeyType: 'RANGE' },
          ],
          Projection: all,
        },
        {
          IndexName: keys.instanceIndex,
          KeySchema: [{ AttributeName: keys.instanceId, KeyType: 'HASH' }],
          Projection: all,
        },
      ],
    }),
  );
}
