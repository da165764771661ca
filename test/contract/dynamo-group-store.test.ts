import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, test } from 'vitest';
import { documentClient } from '../../lib/aws/clients.js';
import { dynamoGroupStore } from '../../lib/aws/dynamo-group-store.js';
import { dynaliteTable } from '../support/dynalite-table.js';
import { awsTarget } from './aws-target.js';
import { groupStoreContract } from './group-store-contract.js';
import { itemStoreContract } from './item-store-contract.js';
import { lostAnswerContract } from './lost-answers.js';
import { rolloutStoreContract } from './rollout-store-contract.js';

const stores = (client: DynamoDBClient, table: string) => {
  const documents = documentClient(client);
  return {
    client: documents,
    store: dynamoGroupStore({ client: documents, table }),
    newer: dynamoGroupStore({ client: documents, table, schemaVersion: 2 }),
  };
};

const onDynalite = async () => {
  const { client, table, close } = await dynaliteTable();
  return { ...stores(client, table), close };
};

groupStoreContract('DynamoDB store on dynalite', onDynalite);
itemStoreContract('DynamoDB store on dynalite', onDynalite);
rolloutStoreContract('DynamoDB store on dynalite', onDynalite);
lostAnswerContract('DynamoDB store on dynalite', onDynalite);

/** An empty table of its own, made as `tableDefinition` says: the suite leaves items behind. */
const target = awsTarget('DynamoDB store', ['AWS_REGION', 'HOLDFAST_CONTRACT_TABLE']);
if (target) {
  const onAws = async () => {
    const client = new DynamoDBClient({ region: target.AWS_REGION });
    return {
      ...stores(client, target.HOLDFAST_CONTRACT_TABLE),
      close: async () => client.destroy(),
    };
  };
  groupStoreContract('DynamoDB store on AWS', onAws);
  itemStoreContract('DynamoDB store on AWS', onAws);
  rolloutStoreContract('DynamoDB store on AWS', onAws);
  lostAnswerContract('DynamoDB store on AWS', onAws);
} else {
  describe.skip('DynamoDB store on AWS', () => {
    test('it keeps the promises of a GroupStore', () => {});
  });
}
