import type { LocalClock } from '../clock.js';
import { LOCAL_REGION } from '../place.js';
import { queueArn, systemAttributes } from '../sqs/local-sqs.js';
import type { Queue, QueuedMessage } from '../sqs/queue.js';
import type { LocalLambda } from './local-lambda.js';

/**
 * Lambda's poller of a queue, batch size 1: at most `concurrency` messages side by side. A message is deleted when its
 * run succeeds; when it fails it comes back after the queue's visibility timeout. @returns what stops it.
 */
export function eventSource(
  source: Queue,
  lambda: LocalLambda,
  functionName: string,
  concurrency: number,
  clock: LocalClock,
  onError: (error: unknown) => void = () => {},
): () => void {
  let running = 0;
  let stopped = false;

  const work = async (message: QueuedMessage) => {
    running += 1;
    try {
      const outcome = await lambda.invoke(functionName, { Records: [record(source, message)] });
      if (outcome.kind === 'answered') source.remove(message.receipt ?? '');
      else onError(outcome.error);
    } finally {
      running -= 1;
      pump();
    }
  };
  const pump = () => {
    while (!stopped && running < concurrency) {
      const [message] = source.receive(1);
      if (!message) return;
      void clock.run(() => work(message), `${source.name} to ${functionName}`).catch(onError);
    }
  };
  const unsubscribe = source.onVisible(pump);
  return () => {
    stopped = true;
    unsubscribe();
  };
}

/** One record of an SQS event, in Lambda's names. */
const record = (source: Queue, message: QueuedMessage) => ({
  messageId: message.id,
  receiptHandle: message.receipt,
  body: message.body,
  attributes: systemAttributes(message),
  messageAttributes: message.attributes,
  eventSource: 'aws:sqs',
  eventSourceARN: queueArn(source.name),
  awsRegion: LOCAL_REGION,
});
