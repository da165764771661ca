import { Aws } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { EVENT_SOURCE, groupAlarmPrefix } from '../core/deployment.js';
import type { Wildcard } from './acknowledge.js';
import type { Foundation } from './foundation.js';
import { parameterArn } from './node-role.js';

/** The table itself, by these actions and no others. */
export const onTable = ({ table }: Foundation, ...actions: string[]) =>
  new PolicyStatement({
    sid: 'Table',
    actions: actions.map((it) => `dynamodb:${it}`),
    resources: [table.table.tableArn],
  });

export const onIndex = ({ table }: Foundation, ...indexes: string[]) =>
  new PolicyStatement({
    sid: 'Index',
    actions: ['dynamodb:Query'],
    resources: indexes.map((it) => table.indexArn(it)),
  });

export const wake = ({ wakes }: Foundation) =>
  new PolicyStatement({ sid: 'Wake', actions: ['sqs:SendMessage'], resources: [wakes.queueArn] });

/** Provisioning, destroying and dry runs are done by the only function that may touch EC2. */
export const callReconcile = (reconcile: IFunction) =>
  new PolicyStatement({
    sid: 'Reconcile',
    actions: ['lambda:InvokeFunction'],
    resources: [reconcile.functionArn],
  });

/** Our own events on the account's bus, under no other source than ours. */
export const publishEvents = () =>
  new PolicyStatement({
    sid: 'Events',
    actions: ['events:PutEvents'],
    resources: [`arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:event-bus/default`],
    conditions: { StringEquals: { 'events:source': EVENT_SOURCE } },
  });

/** EC2's Describe calls know no resources. */
export const describeEc2 = (...actions: string[]) => describeEc2As('DescribeEc2', ...actions);

/** The same under another name, for a role that has one of these already. */
export const describeEc2As = (sid: string, ...actions: string[]) =>
  new PolicyStatement({ sid, actions: actions.map((it) => `ec2:${it}`), resources: ['*'] });

export const DESCRIBE_WILDCARD: Wildcard = {
  resources: ['*'],
  reason: "EC2's Describe calls know no resources",
};

const PUBLIC_PARAMETERS = `arn:${Aws.PARTITION}:ssm:${Aws.REGION}::parameter/aws/service/*`;

/** AMI aliases: AWS's public parameters, which belong to no account, and those named by the user. */
export const readImageParameters = (names: readonly string[]) =>
  new PolicyStatement({
    sid: 'ImageParameters',
    actions: ['ssm:GetParameters'],
    resources: [
      `arn:${Aws.PARTITION}:ssm:${Aws.REGION}::parameter/aws/service/*`,
      ...names.map(parameterArn),
    ],
  });

export const IMAGE_WILDCARD: Wildcard = {
  resources: [PUBLIC_PARAMETERS],
  reason: 'the public parameters of AWS that name images',
};

/** The groups' own alarms, and no other. */
export const groupAlarms = (stackTag: string): string =>
  `arn:${Aws.PARTITION}:cloudwatch:${Aws.REGION}:${Aws.ACCOUNT_ID}:alarm:${groupAlarmPrefix(stackTag)}*`;
