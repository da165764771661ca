import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IDestination } from 'aws-cdk-lib/aws-lambda';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.js';

/** What could not be delivered or handled, kept for the two weeks that SQS allows, for an operator to look at. */
export class DeadLetters extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this.queue, { 'AwsSolutions-SQS3': 'it is where dead letters end' });
  }
}

/** Destination of failed runs. CDK's own would write a second policy with more than is needed. */
export const toQueue = (queue: IQueue): IDestination => ({ bind: () => ({ destination: queue.queueArn }) });

/** What `toQueue` needs of the function's role: Lambda sends in its name. */
export const sendDeadLetters = (queue: IQueue): PolicyStatement =>
  new PolicyStatement({ sid: 'DeadLetters', actions: ['sqs:SendMessage'], resources: [queue.queueArn] });
