import { Duration } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-events';
import type { IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENVIRONMENT, SWEEP_PERIOD_SECONDS, TABLE_KEYS } from '../core/deployment.js';
import { DeadLetters } from './dead-letters.js';
import { scheduleRule } from './event-rule.js';
import type { Foundation } from './foundation.js';
import { HoldfastFunction } from './holdfast-function.js';
import { commandNodes, commandWildcards } from './node-statements.js';
import { readTargetHealth, TARGET_HEALTH_WILDCARD } from './rollout-statements.js';
import { DESCRIBE_WILDCARD, describeEc2, onIndex, onTable, publishEvents, wake } from './statements.js';

/** Looks at the whole fleet by the clock. A failed one is not tried again: the next comes within the minute. */
export class Sweep extends Construct {
  readonly function: LambdaFunction;
  readonly deadLetters: Queue;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly foundation: Foundation; readonly reconcile: IFunction },
  ) {
    super(scope, id);
    const { foundation, reconcile } = props;
    const period = Duration.seconds(SWEEP_PERIOD_SECONDS);
    this.deadLetters = new DeadLetters(this, 'DeadLetters').queue;
    this.function = new HoldfastFunction(this, 'Handler', {
      name: 'sweep',
      foundation,
      environment: {
        ...foundation.documents.of('look').environment,
        [ENVIRONMENT.reconcile]: reconcile.functionName,
      },
      statements: [
        onTable(foundation, 'BatchWriteItem', 'GetItem'),
        onIndex(foundation, TABLE_KEYS.listIndex),
        wake(foundation),
        describeEc2('DescribeInstances', 'DescribeInstanceStatus'),
        ...commandNodes(foundation, 'look', 'GetCommandInvocation', 'ListCommandInvocations'),
        readTargetHealth(),
        publishEvents(),
      ],
      wildcards: [DESCRIBE_WILDCARD, ...commandWildcards(foundation.stackTag), TARGET_HEALTH_WILDCARD],
    }).function;
    this.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: period });
    scheduleRule(this, 'Schedule', Schedule.rate(period), this.function, {
      deadLetters: this.deadLetters,
      maxEventAge: period,
      retries: 0,
    });
  }
}
