import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { chunks, inFlight } from '../core/in-flight.js';
import type { Log, Wake, WakeQueue } from '../ports/outbox.js';

/** SendMessageBatch's limit, and batches under way at once. */
const BATCH = 10;
const AT_ONCE = 10;
/** DelaySeconds' limit. */
const LONGEST_DELAY_SECONDS = 900;

/** Wakes as messages of SQS: the body is the wake as JSON. */
export function sqsWakeQueue(options: {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly log: Log;
}): WakeQueue {
  const { client, queueUrl: QueueUrl, log } = options;
  const sendBatch = async (wakes: readonly Wake[]): Promise<void> => {
    const Entries = wakes.map((wake, index) => ({ Id: String(index), MessageBody: JSON.stringify(wake) }));
    try {
      const { Failed } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      for (const { Id, Code } of Failed ?? []) {
        log.warn('a wake was not queued', { group: wakes[Number(Id)]?.group, error: Code });
      }
    } catch (error) {
      const groups = wakes.map(({ group }) => group);
      log.warn('wakes were not queued', { groups, error: error instanceof Error ? error.name : error });
    }
  };
  return {
    send: async (wake, delaySeconds = 0) => {
      const DelaySeconds = Math.min(Math.max(0, Math.ceil(delaySeconds)), LONGEST_DELAY_SECONDS);
      const MessageBody = JSON.stringify(wake);
      await client.send(
        new SendMessageCommand({ QueueUrl, MessageBody, ...(DelaySeconds > 0 ? { DelaySeconds } : {}) }),
      );
    },
    sendAll: (wakes) => inFlight(AT_ONCE, chunks(wakes, BATCH), sendBatch),
  };
}
