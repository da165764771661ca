import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Authoriser, authorisation } from './authorise.js';
import type { CallLog } from './call-log.js';
import { interceptDynamo, repeatLostAnswers } from './dynamodb/intercept-dynamo.js';
import type { Line } from './dynamodb/one-at-a-time.js';
import { dynaliteClient } from './dynamodb/start-dynalite.js';
import { CrashError, type Faults, faultInterceptor } from './faults.js';
import { killGuard } from './lambda/invocation.js';
import { LOCAL_REGION } from './place.js';
import { type Answer, type Interceptor, routeClient } from './route-client.js';
import { failureOf } from './service-errors.js';

/** Real SDK clients, answered by the local cloud. */
export interface Clients {
  readonly ec2: EC2Client;
  readonly dynamo: DynamoDBDocumentClient;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly events: EventBridgeClient;
  readonly lambda: LambdaClient;
  readonly ssm: SSMClient;
  readonly cloudwatch: CloudWatchClient;
  readonly sfn: SFNClient;
  readonly elb: ElasticLoadBalancingV2Client;
}

export interface ClientsWorld {
  readonly answers: Readonly<Record<Exclude<keyof Clients, 'dynamo'>, Answer>>;
  readonly dynamoEndpoint: string;
  /** Shared by all principals. */
  readonly dynamoLine: Line;
  readonly authorise: Authoriser;
  readonly callLog: CallLog;
  readonly faults: Faults;
}

/**
 * The clients of one principal. A call passes the kill guard, is counted, authorised, broken by a fault or not, and
 * answered. EC2's emulator has the faults built in.
 */
export function clientsOf(principal: string, world: ClientsWorld): Clients {
  const { answers, callLog, faults } = world;
  const guarded: readonly Interceptor[] = [
    killGuard((error) => error instanceof CrashError),
    callLog.intercept(principal),
    authorisation(principal, world.authorise),
  ];
  const faulty = (service: string) => [...guarded, faultInterceptor(faults, failureOf(service))];
  const config = { region: LOCAL_REGION };
  const dynamo = DynamoDBDocumentClient.from(dynaliteClient(world.dynamoEndpoint), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return {
    ec2: routeClient(new EC2Client(config), answers.ec2, guarded),
    s3: routeClient(new S3Client(config), answers.s3, faulty('S3')),
    sqs: routeClient(new SQSClient(config), answers.sqs, faulty('SQS')),
    events: routeClient(new EventBridgeClient(config), answers.events, faulty('EventBridge')),
    lambda: routeClient(new LambdaClient(config), answers.lambda, faulty('Lambda')),
    ssm: routeClient(new SSMClient(config), answers.ssm, faulty('SSM')),
    cloudwatch: routeClient(new CloudWatchClient(config), answers.cloudwatch, faulty('CloudWatch')),
    sfn: routeClient(new SFNClient(config), answers.sfn, faulty('SFN')),
    elb: routeClient(
      new ElasticLoadBalancingV2Client(config),
      answers.elb,
      faulty('Elastic Load Balancing v2'),
    ),
    dynamo: interceptDynamo(
      dynamo,
      [...guarded, repeatLostAnswers, faultInterceptor(faults, failureOf('DynamoDB'))],
      (operation, units) => callLog.addUnits(principal, operation, units),
      world.dynamoLine,
    ),
  };
}
