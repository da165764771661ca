import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ENVIRONMENT, executionTrigger } from '../core/deployment.js';
import { DeadLetters, sendDeadLetters, toQueue } from './dead-letters.js';
import { eventRule } from './event-rule.js';
import type { Foundation } from './foundation.js';
import { HoldfastFunction } from './holdfast-function.js';

/** By then the sweep has found the execution missing and has asked for another. */
const WORTH = Duration.minutes(10);

/** Starts the executions that our own event asks for. */
export class StartRollout extends Construct {
  readonly function: LambdaFunction;
  readonly deadLetters: Queue;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly foundation: Foundation; readonly machine: IStateMachine },
  ) {
    super(scope, id);
    const { foundation, machine } = props;
    this.deadLetters = new DeadLetters(this, 'DeadLetters').queue;
    this.function = new HoldfastFunction(this, 'Handler', {
      name: 'start-rollout',
      foundation,
      environment: { [ENVIRONMENT.rollingUpdate]: machine.stateMachineArn },
      statements: [
        new PolicyStatement({
          sid: 'Start',
          actions: ['states:StartExecution'],
          resources: [machine.stateMachineArn],
        }),
        sendDeadLetters(this.deadLetters),
      ],
    }).function;
    this.function.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: WORTH,
      onFailure: toQueue(this.deadLetters),
    });
    eventRule(this, executionTrigger(foundation.stackTag), this.function, {
      deadLetters: this.deadLetters,
      maxEventAge: WORTH,
      retries: 20,
    });
  }
}
