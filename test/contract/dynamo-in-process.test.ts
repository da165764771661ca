import { documentClient } from '../../lib/aws/clients.js';
import { dynamoGroupStore } from '../../lib/aws/dynamo-group-store.js';
import { dynamoInProcess } from '../../lib/local/dynamodb/dynamo-in-process.js';
import { interceptDynamo } from '../../lib/local/dynamodb/intercept-dynamo.js';
import { oneAtATime } from '../../lib/local/dynamodb/one-at-a-time.js';
import { dynaliteClient } from '../../lib/local/dynamodb/start-dynalite.js';
import { groupStoreContract } from './group-store-contract.js';
import { itemStoreContract } from './item-store-contract.js';
import { rolloutStoreContract } from './rollout-store-contract.js';

const TABLE = 'holdfast-test';

const inProcess = async () => {
  const { answer, createTable } = dynamoInProcess();
  createTable(TABLE);
  const asked = documentClient(dynaliteClient('http://127.0.0.1:9'));
  const client = interceptDynamo(asked, [], () => {}, oneAtATime(), answer);
  return {
    store: dynamoGroupStore({ client, table: TABLE }),
    newer: dynamoGroupStore({ client, table: TABLE, schemaVersion: 2 }),
  };
};

groupStoreContract('DynamoDB store on tables in the process', inProcess);
itemStoreContract('DynamoDB store on tables in the process', inProcess);
rolloutStoreContract('DynamoDB store on tables in the process', inProcess);
