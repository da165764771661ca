import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { WAKE_MAX_RECEIVES, WAKE_VISIBILITY_SECONDS } from '../core/deployment.js';
import { DeadLetters } from './dead-letters.js';

/** Wakes on their way to `reconcile`; they hold a group's id and nothing else. */
export class WakeQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.deadLetters = new DeadLetters(this, 'DeadLetters').queue;
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(WAKE_VISIBILITY_SECONDS),
      // A wake older than an hour is worth nothing: the sweep has woken the group again by then.
      retentionPeriod: Duration.hours(1),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: WAKE_MAX_RECEIVES },
    });
  }
}
