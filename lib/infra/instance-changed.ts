import { Duration } from 'aws-cdk-lib';
import type { IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENVIRONMENT, INSTANCE_TRIGGERS, TABLE_KEYS } from '../core/deployment.js';
import { DeadLetters, sendDeadLetters, toQueue } from './dead-letters.js';
import { eventRule } from './event-rule.js';
import type { Foundation } from './foundation.js';
import { HoldfastFunction } from './holdfast-function.js';
import { onIndex, onTable, publishEvents, wake } from './statements.js';

/** Turns EC2's events into wakes. It cannot see EC2: an event for an instance that is not on record is dropped. */
export class InstanceChanged extends Construct {
  readonly function: LambdaFunction;
  readonly deadLetters: Queue;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly foundation: Foundation; readonly reconcile: IFunction },
  ) {
    super(scope, id);
    const { foundation, reconcile } = props;
    this.deadLetters = new DeadLetters(this, 'DeadLetters').queue;
    this.function = new HoldfastFunction(this, 'Handler', {
      name: 'instance-changed',
      foundation,
      environment: { [ENVIRONMENT.reconcile]: reconcile.functionName },
      statements: [
        onTable(foundation, 'BatchWriteItem', 'GetItem', 'UpdateItem'),
        onIndex(foundation, TABLE_KEYS.instanceIndex),
        wake(foundation),
        publishEvents(),
        sendDeadLetters(this.deadLetters),
      ],
    }).function;
    this.function.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(1),
      onFailure: toQueue(this.deadLetters),
    });
    for (const trigger of INSTANCE_TRIGGERS) {
      eventRule(this, trigger, this.function, {
        deadLetters: this.deadLetters,
        maxEventAge: Duration.hours(1),
        retries: 20,
      });
    }
  }
}
