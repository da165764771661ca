import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

export interface AwsClients {
  readonly ec2: EC2Client;
  readonly ssm: SSMClient;
  readonly dynamo: DynamoDBDocumentClient;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly events: EventBridgeClient;
  readonly cloudwatch: CloudWatchClient;
  readonly lambda: LambdaClient;
  readonly sfn: SFNClient;
  readonly elb: ElasticLoadBalancingV2Client;
}

interface Patience {
  /** To connect, and to wait for an answer, in milliseconds. */
  readonly connectMs: number;
  readonly answerMs: number;
  readonly attempts: number;
}

/** A table answers in milliseconds; a slow answer is a lost one, and every write survives being repeated. */
const TABLE: Patience = { connectMs: 1000, answerMs: 2500, attempts: 4 };
/** RunInstances of a hundred takes seconds. Two tries end within 20 s, which is what a pass leaves for a call. */
const FLEET: Patience = { connectMs: 1000, answerMs: 8000, attempts: 2 };
const OTHERS: Patience = { connectMs: 1500, answerMs: 5000, attempts: 3 };
/** The callee runs up to a minute; a call that was not answered is not repeated, since it may still run. */
const FUNCTIONS: Patience = { connectMs: 1500, answerMs: 65_000, attempts: 1 };

/**
 * Every client, made when asked and not at import. Each obeys `AWS_ENDPOINT_URL`, which the SDK reads by itself;
 * S3 addresses buckets by path then, since a local endpoint has no name per bucket.
 */
export function awsClients(environment: Readonly<Record<string, string | undefined>>): AwsClients {
  const region = environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
  const local = Boolean(environment.AWS_ENDPOINT_URL ?? environment.AWS_ENDPOINT_URL_S3);
  const made = (patience: Patience) => ({ ...(region ? { region } : {}), ...settings(patience) });
  return {
    ec2: new EC2Client(made(FLEET)),
    ssm: new SSMClient(made(OTHERS)),
    dynamo: documentClient(new DynamoDBClient(made(TABLE))),
    s3: new S3Client({ ...made(OTHERS), forcePathStyle: local }),
    sqs: new SQSClient(made(OTHERS)),
    events: new EventBridgeClient(made(OTHERS)),
    cloudwatch: new CloudWatchClient(made(OTHERS)),
    lambda: new LambdaClient(made(FUNCTIONS)),
    sfn: new SFNClient(made(OTHERS)),
    elb: new ElasticLoadBalancingV2Client(made(OTHERS)),
  };
}

/** Items as plain values; an attribute that is `undefined` is none. */
export const documentClient = (client: DynamoDBClient): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });

/** Standard retries: adaptive ones would hold calls back inside the client, unseen by the handler's deadline. */
const settings = ({ connectMs, answerMs, attempts }: Patience) => ({
  maxAttempts: attempts,
  retryMode: 'standard',
  requestHandler: {
    connectionTimeout: connectMs,
    requestTimeout: answerMs,
    throwOnRequestTimeout: true,
  },
});
