import { CloudWatchServiceException } from '@aws-sdk/client-cloudwatch';
import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { EC2ServiceException } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2ServiceException } from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeServiceException } from '@aws-sdk/client-eventbridge';
import { LambdaServiceException } from '@aws-sdk/client-lambda';
import { S3ServiceException } from '@aws-sdk/client-s3';
import { SFNServiceException } from '@aws-sdk/client-sfn';
import { SQSServiceException } from '@aws-sdk/client-sqs';
import { SSMServiceException } from '@aws-sdk/client-ssm';
import type { ServiceFailure } from './faults.js';

interface Described {
  readonly name: string;
  readonly message: string;
  readonly $fault: 'client' | 'server';
  readonly $metadata: { readonly httpStatusCode: number };
}

interface Codes {
  readonly denied: string;
  readonly throttled: string;
  readonly unavailable: string;
  readonly error: (described: Described) => Error;
}

/** Each service says "no" in codes of its own (its API reference, "Common errors"). */
const CODES: Readonly<Record<string, Codes>> = {
  EC2: {
    denied: 'UnauthorizedOperation',
    throttled: 'RequestLimitExceeded',
    unavailable: 'Unavailable',
    error: (described) => new EC2ServiceException(described),
  },
  S3: {
    denied: 'AccessDenied',
    throttled: 'SlowDown',
    unavailable: 'ServiceUnavailable',
    error: (described) => new S3ServiceException(described),
  },
  SQS: {
    denied: 'AccessDenied',
    throttled: 'RequestThrottled',
    unavailable: 'ServiceUnavailable',
    error: (described) => new SQSServiceException(described),
  },
  CloudWatch: {
    denied: 'AccessDenied',
    throttled: 'Throttling',
    unavailable: 'ServiceUnavailable',
    error: (described) => new CloudWatchServiceException(described),
  },
  DynamoDB: {
    denied: 'AccessDeniedException',
    throttled: 'ThrottlingException',
    unavailable: 'InternalServerError',
    error: (described) => new DynamoDBServiceException(described),
  },
  'Elastic Load Balancing v2': {
    denied: 'AccessDenied',
    throttled: 'Throttling',
    unavailable: 'ServiceUnavailable',
    error: (described) => new ElasticLoadBalancingV2ServiceException(described),
  },
  EventBridge: {
    denied: 'AccessDeniedException',
    throttled: 'ThrottlingException',
    unavailable: 'ServiceUnavailable',
    error: (described) => new EventBridgeServiceException(described),
  },
  Lambda: {
    denied: 'AccessDeniedException',
    throttled: 'TooManyRequestsException',
    unavailable: 'ServiceException',
    error: (described) => new LambdaServiceException(described),
  },
  SFN: {
    denied: 'AccessDeniedException',
    throttled: 'ThrottlingException',
    unavailable: 'ServiceUnavailable',
    error: (described) => new SFNServiceException(described),
  },
  SSM: {
    denied: 'AccessDeniedException',
    throttled: 'ThrottlingException',
    unavailable: 'InternalServerError',
    error: (described) => new SSMServiceException(described),
  },
};

const codesOf = (service: string): Codes => {
  const codes = CODES[service];
  if (!codes) throw new Error(`no service "${service}" here; known: ${Object.keys(CODES).join(', ')}`);
  return codes;
};

export function accessDenied(service: string, message: string): Error {
  const { denied, error } = codesOf(service);
  return error({ name: denied, message, $fault: 'client', $metadata: { httpStatusCode: 403 } });
}

/** Throttling and outages in the words of the service. */
export const failureOf = (service: string): ServiceFailure => {
  const { throttled, unavailable, error } = codesOf(service);
  return (fault, operation) =>
    fault === 'throttle'
      ? error({
          name: throttled,
          message: `rate exceeded for ${operation}`,
          $fault: 'client',
          $metadata: { httpStatusCode: 429 },
        })
      : error({
          name: unavailable,
          message: `the service cannot answer ${operation} now`,
          $fault: 'server',
          $metadata: { httpStatusCode: 503 },
        });
};
