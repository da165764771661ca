import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  configTrigger,
  ENVIRONMENT,
  GROUPS_PREFIX,
  PROPOSED_PREFIX,
  RESULTS_PREFIX,
} from '../core/deployment.js';
import { COMMIT_WILDCARDS, commitStatements } from './commit-statements.js';
import { DeadLetters, sendDeadLetters, toQueue } from './dead-letters.js';
import { eventRule } from './event-rule.js';
import type { Foundation } from './foundation.js';
import { HoldfastFunction } from './holdfast-function.js';

/** Commits or proposes what is uploaded. An upload that it fails on is tried twice more, then kept as a dead letter. */
export class ConfigUploaded extends Construct {
  readonly function: LambdaFunction;
  readonly deadLetters: Queue;

  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly foundation: Foundation;
      readonly reconcile: IFunction;
      readonly imageParameters: readonly string[];
    },
  ) {
    super(scope, id);
    const { foundation, reconcile } = props;
    const { bucket } = foundation.config;
    const objects = (prefix: string) => bucket.arnForObjects(`${prefix}*`);
    this.deadLetters = new DeadLetters(this, 'DeadLetters').queue;
    this.function = new HoldfastFunction(this, 'Handler', {
      name: 'config-uploaded',
      foundation,
      environment: { [ENVIRONMENT.reconcile]: reconcile.functionName },
      statements: [
        ...commitStatements(foundation, reconcile, props.imageParameters),
        new PolicyStatement({
          sid: 'ReadConfig',
          actions: ['s3:GetObjectVersion'],
          resources: [GROUPS_PREFIX, PROPOSED_PREFIX].map(objects),
        }),
        // Without it S3 answers "access denied" instead of "no such key" for a file that is gone.
        new PolicyStatement({
          sid: 'TellAbsence',
          actions: ['s3:ListBucket'],
          resources: [bucket.bucketArn],
        }),
        new PolicyStatement({
          sid: 'WriteResults',
          actions: ['s3:PutObject'],
          resources: [objects(RESULTS_PREFIX)],
        }),
        sendDeadLetters(this.deadLetters),
      ],
      wildcards: [
        ...COMMIT_WILDCARDS,
        {
          resources: [GROUPS_PREFIX, PROPOSED_PREFIX, RESULTS_PREFIX].map(objects),
          reason: 'users choose the names of their files',
        },
      ],
    }).function;
    this.function.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      onFailure: toQueue(this.deadLetters),
    });
    eventRule(this, configTrigger(bucket.bucketName), this.function, {
      deadLetters: this.deadLetters,
      maxEventAge: Duration.hours(24),
      retries: 185,
    });
  }
}
