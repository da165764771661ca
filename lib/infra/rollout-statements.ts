import { Aws } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Wildcard } from './acknowledge.js';

/** The alarms that rollouts watch: any of the account, by the names in specs. */
export const readAlarms = () =>
  new PolicyStatement({ sid: 'ReadAlarms', actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] });

/** API reference of CloudWatch, DescribeAlarms. */
export const ALARMS_WILDCARD: Wildcard = {
  resources: ['*'],
  reason: 'CloudWatch tells of composite alarms only whoever may read all alarms',
};

/** What load balancers think of the instances. */
export const readTargetHealth = () =>
  new PolicyStatement({
    sid: 'TargetHealth',
    actions: ['elasticloadbalancing:DescribeTargetHealth'],
    resources: ['*'],
  });

export const TARGET_HEALTH_WILDCARD: Wildcard = {
  resources: ['*'],
  reason: "Elastic Load Balancing's Describe calls know no resources",
};

const TARGET_GROUPS = `arn:${Aws.PARTITION}:elasticloadbalancing:${Aws.REGION}:${Aws.ACCOUNT_ID}:targetgroup/*/*`;

/** Puts instances into the target groups that specs name, or takes them out. */
export const changeTargets = (...actions: readonly ('RegisterTargets' | 'DeregisterTargets')[]) =>
  new PolicyStatement({
    sid: 'Targets',
    actions: actions.map((it) => `elasticloadbalancing:${it}`),
    resources: [TARGET_GROUPS],
  });

export const TARGETS_WILDCARD: Wildcard = {
  resources: [TARGET_GROUPS],
  reason: 'a spec names its target groups',
};
