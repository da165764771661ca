import { randomUUID } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { SCHEMA_VERSION } from '../core/new-group.js';
import type { GroupStore } from '../ports/group-store.js';
import { dynamoDocuments } from './dynamo-documents.js';
import { dynamoEvents } from './dynamo-events.js';
import { dynamoGroups } from './dynamo-groups.js';
import { dynamoInstances } from './dynamo-instances.js';
import { dynamoRollouts } from './dynamo-rollouts.js';
import { dynamoTable } from './dynamo-table.js';

export interface DynamoGroupStoreOptions {
  /** With `removeUndefinedValues`; see `documentClient`. */
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  readonly schemaVersion?: number;
  /** Makes ids by which a write is known again; never the same twice. */
  readonly writeId?: () => string;
}

/** Groups in one DynamoDB table, keyed as `TABLE_KEYS` says; both indexes project all attributes. */
export function dynamoGroupStore(options: DynamoGroupStoreOptions): GroupStore {
  const table = dynamoTable(options.client, options.table, options.schemaVersion ?? SCHEMA_VERSION);
  return {
    ...dynamoGroups(table, options.writeId ?? randomUUID),
    ...dynamoDocuments(table),
    ...dynamoInstances(table),
    ...dynamoRollouts(table),
    ...dynamoEvents(table),
  };
}
