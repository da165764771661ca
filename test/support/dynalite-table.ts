import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { TABLE_KEYS } from '../../lib/core/deployment.js';

/** Dynalite has no types of its own. */
const dynalite: (options: { createTableMs: number }) => Server = createRequire(import.meta.url)('dynalite');

export interface DynaliteTable {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly endpoint: string;
  close(): Promise<void>;
}

/** The table with its keys and indexes, for `CreateTable`. */
export const tableDefinition = (table: string): CreateTableCommandInput => ({
  TableName: table,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    TABLE_KEYS.partition,
    TABLE_KEYS.sort,
    TABLE_KEYS.listShard,
    TABLE_KEYS.listId,
    TABLE_KEYS.instanceId,
  ].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  KeySchema: [
    { AttributeName: TABLE_KEYS.partition, KeyType: 'HASH' },
    { AttributeName: TABLE_KEYS.sort, KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: TABLE_KEYS.listIndex,
      KeySchema: [
        { AttributeName: TABLE_KEYS.listShard, KeyType: 'HASH' },
        { AttributeName: TABLE_KEYS.listId, KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
    {
      IndexName: TABLE_KEYS.instanceIndex,
      KeySchema: [{ AttributeName: TABLE_KEYS.instanceId, KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
});

/** A fresh DynamoDB in memory, spoken to over HTTP by a real client. */
export async function dynaliteTable(): Promise<DynaliteTable> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new DynamoDBClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const table = 'holdfast-test';
  await client.send(new CreateTableCommand(tableDefinition(table)));
  await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1, maxDelay: 1 }, { TableName: table });
  return {
    client,
    table,
    endpoint,
    close: async () => {
      client.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
