import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { EventSourceMapping, type Function as LambdaFunction, RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { RECONCILE_CONCURRENCY } from '../core/deployment.js';
import type { Foundation } from './foundation.js';
import { HoldfastFunction } from './holdfast-function.js';
import { INSTANCE_WILDCARDS, instanceStatements, volumeKeyStatements } from './instance-statements.js';
import { commandNodes, commandWildcards, removeClusterParameters } from './node-statements.js';
import {
  ALARMS_WILDCARD,
  changeTargets,
  readAlarms,
  readTargetHealth,
  TARGET_HEALTH_WILDCARD,
  TARGETS_WILDCARD,
} from './rollout-statements.js';
import { DESCRIBE_WILDCARD, describeEc2, groupAlarms, onTable, publishEvents, wake } from './statements.js';

export interface ReconcileProps {
  readonly foundation: Foundation;
  readonly nodeRoles: readonly IRole[];
  readonly volumeKeys: readonly IKey[];
}

/** One pass over one group, from the queue or for a step of a rollout. The only function that may run, tag, command and end instances. */
export class Reconcile extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: ReconcileProps) {
    super(scope, id);
    const { foundation } = props;
    const built = new HoldfastFunction(this, 'Handler', {
      name: 'reconcile',
      foundation,
      environment: foundation.documents.of('all').environment,
      // It sends the next wake to the queue that feeds it. By default Lambda takes that for a runaway and drops the
      // wake after about 16 rounds (Developer Guide, "Use Lambda recursive loop detection"), in the middle of a change.
      // It is none: a wake carries its timer and is dropped when overtaken, so the planner paces the loop, and at rest
      // it ends.
      recursiveLoop: RecursiveLoop.ALLOW,
      statements: [
        onTable(foundation, 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
        takeWakes(foundation),
        wake(foundation),
        describeEc2('DescribeInstances', 'DescribeInstanceStatus'),
        ...instanceStatements(foundation.stackTag),
        passRole([foundation.nodeRole.role, ...props.nodeRoles]),
        ...volumeKeyStatements(props.volumeKeys.map((it) => it.keyArn)),
        ...commandNodes(foundation, 'all', 'GetCommandInvocation'),
        removeClusterParameters(foundation),
        new PolicyStatement({
          sid: 'GroupAlarms',
          actions: ['cloudwatch:DeleteAlarms', 'cloudwatch:PutMetricAlarm'],
          resources: [groupAlarms(foundation.stackTag)],
        }),
        readAlarms(),
        readTargetHealth(),
        changeTargets('RegisterTargets', 'DeregisterTargets'),
        publishEvents(),
      ],
      wildcards: [
        DESCRIBE_WILDCARD,
        ...commandWildcards(foundation.stackTag),
        ALARMS_WILDCARD,
        TARGET_HEALTH_WILDCARD,
        TARGETS_WILDCARD,
        ...INSTANCE_WILDCARDS,
        {
          resources: [groupAlarms(foundation.stackTag)],
          reason: 'one alarm for each group that asks for it',
        },
      ],
    });
    this.function = built.function;
    new EventSourceMapping(this, 'Wakes', {
      target: this.function,
      eventSourceArn: foundation.wakes.queueArn,
      batchSize: 1,
      maxConcurrency: RECONCILE_CONCURRENCY,
    });
  }
}

/** What Lambda does with the queue in the function's name. */
const takeWakes = ({ wakes }: Foundation) =>
  new PolicyStatement({
    sid: 'TakeWakes',
    actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
    resources: [wakes.queueArn],
  });

const passRole = (roles: readonly IRole[]) =>
  new PolicyStatement({
    sid: 'PassNodeRoles',
    actions: ['iam:PassRole'],
    resources: roles.map((it) => it.roleArn),
    conditions: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
  });
