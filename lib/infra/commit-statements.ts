import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Wildcard } from './acknowledge.js';
import type { Foundation } from './foundation.js';
import {
  ALARMS_WILDCARD,
  readAlarms,
  readTargetHealth,
  TARGET_HEALTH_WILDCARD,
} from './rollout-statements.js';
import {
  callReconcile,
  DESCRIBE_WILDCARD,
  describeEc2,
  IMAGE_WILDCARD,
  onTable,
  publishEvents,
  readImageParameters,
  wake,
} from './statements.js';

/** What a commit takes, whether it comes by the API or by an upload: read the world, write the group, wake it. */
export const commitStatements = (
  foundation: Foundation,
  reconcile: IFunction,
  imageParameters: readonly string[],
): PolicyStatement[] => [
  onTable(foundation, 'BatchWriteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
  wake(foundation),
  callReconcile(reconcile),
  describeEc2('DescribeInstances', 'DescribeLaunchTemplateVersions', 'DescribeSubnets'),
  readImageParameters(imageParameters),
  readAlarms(),
  readTargetHealth(),
  publishEvents(),
];

export const COMMIT_WILDCARDS: readonly Wildcard[] = [
  DESCRIBE_WILDCARD,
  IMAGE_WILDCARD,
  ALARMS_WILDCARD,
  TARGET_HEALTH_WILDCARD,
];
