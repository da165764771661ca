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
import { dynaliteClient, type LocalDynamoDb } from './dynamodb/start-dynalite.js';
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

/** One principal's. */
export interface OwnClients extends Clients {
  /** Closes the connections that were opened. */
  end(): void;
}

export interface ClientsWorld {
  readonly answers: Readonly<Record<Exclude<keyof Clients, 'dynamo'>, Answer>>;
  readonly dynamo: Pick<LocalDynamoDb, 'endpoint' | 'answer'>;
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
export function clientsOf(principal: string, world: ClientsWorld): OwnClients {
  const { answers, callLog, faults } = world;
  const guarded: readonly Interceptor[] = [
    killGuard((error) => error instanceof CrashError),
    callLog.intercept(principal),
    authorisation(principal, world.authorise),
  ];
  const faulty = (service: string) => [...guarded, faultInterceptor(faults, failureOf(service))];
  // Its middleware never changes once it is made.
  const config = { region: LOCAL_REGION, cacheMiddleware: true };
  const made = new Map<keyof Clients, unknown>();
  /** Most principals use a client or two of them, and a client is dear. */
  const lazily = <Service extends keyof Clients>(
    service: Service,
    make: () => Clients[Service],
  ): Clients[Service] => {
    const client = (made.get(service) as Clients[Service] | undefined) ?? make();
    made.set(service, client);
    return client;
  };
  const makeDynamo = () =>
    interceptDynamo(
      DynamoDBDocumentClient.from(dynaliteClient(world.dynamo.endpoint), {
        marshallOptions: { removeUndefinedValues: true },
      }),
      [...guarded, repeatLostAnswers, faultInterceptor(faults, failureOf('DynamoDB'))],
      (operation, units) => callLog.addUnits(principal, operation, units),
      world.dynamoLine,
      world.dynamo.answer,
    );
  return {
    end: () => {
      if (made.has('dynamo')) lazily('dynamo', makeDynamo).destroy();
    },
    get ec2() {
      return lazily('ec2', () => routeClient(new EC2Client(config), answers.ec2, guarded));
    },
    get s3() {
      return lazily('s3', () => routeClient(new S3Client(config), answers.s3, faulty('S3')));
    },
    get sqs() {
      return lazily('sqs', () => routeClient(new SQSClient(config), answers.sqs, faulty('SQS')));
    },
    get events() {
      return lazily('events', () =>
        routeClient(new EventBridgeClient(config), answers.events, faulty('EventBridge')),
      );
    },
    get lambda() {
      return lazily('lambda', () => routeClient(new LambdaClient(config), answers.lambda, faulty('Lambda')));
    },
    get ssm() {
      return lazily('ssm', () => routeClient(new SSMClient(config), answers.ssm, faulty('SSM')));
    },
    get cloudwatch() {
      return lazily('cloudwatch', () =>
        routeClient(new CloudWatchClient(config), answers.cloudwatch, faulty('CloudWatch')),
      );
    },
    get sfn() {
      return lazily('sfn', () => routeClient(new SFNClient(config), answers.sfn, faulty('SFN')));
    },
    get elb() {
      return lazily('elb', () =>
        routeClient(
          new ElasticLoadBalancingV2Client(config),
          answers.elb,
          faulty('Elastic Load Balancing v2'),
        ),
      );
    },
    get dynamo() {
      return lazily('dynamo', makeDynamo);
    },
  };
}
