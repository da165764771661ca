import { createHash } from 'node:crypto';
import {
  BatchEntryIdsNotDistinct,
  BatchRequestTooLong,
  type ChangeMessageVisibilityCommandInput,
  type DeleteMessageCommandInput,
  EmptyBatchRequest,
  type GetQueueAttributesCommandInput,
  MessageNotInflight,
  QueueDoesNotExist,
  type ReceiveMessageCommandInput,
  type ReceiveMessageCommandOutput,
  type SendMessageBatchCommandInput,
  type SendMessageCommandInput,
  SQSServiceException,
  TooManyEntriesInBatchRequest,
} from '@aws-sdk/client-sqs';
import type { Random } from '../../ports/random.js';
import type { LocalClock } from '../clock.js';
import { answerFrom } from '../operations.js';
import type { Kept } from '../persist.js';
import { arnOf, LOCAL_ACCOUNT, LOCAL_REGION } from '../place.js';
import type { Answer } from '../route-client.js';
import { type Queue, type QueuedMessage, type QueueOptions, queue } from './queue.js';

export interface LocalSqs extends Kept {
  readonly answer: Answer;
  /** Creates it, or finds the one that a restart brought back, now with these options. @returns its URL. */
  createQueue(name: string, options?: QueueOptions): string;
  /** By name, URL or ARN. @throws {QueueDoesNotExist} */
  find(nameUrlOrArn: string): Queue;
  queues(): readonly Queue[];
}

export const queueUrl = (name: string): string =>
  `https://sqs.${LOCAL_REGION}.amazonaws.com/${LOCAL_ACCOUNT}/${name}`;
export const queueArn = (name: string): string => arnOf('sqs', name);

/** One message and one batch in all; since August 2025, before it was 256 KiB. */
const LARGEST_BYTES = 1024 * 1024;
const LARGEST_BATCH = 10;
const LONGEST_DELAY_SECONDS = 900;

const client = { $fault: 'client', $metadata: { httpStatusCode: 400 } } as const;
const invalid = (message: string) =>
  new SQSServiceException({ ...client, name: 'InvalidParameterValue', message });
const bytes = (text: string | undefined): number => Buffer.byteLength(text ?? '');
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** SQS's standard queues with delays, visibility timeouts and dead-letter queues. */
export function localSqs(world: {
  readonly clock: LocalClock;
  readonly random: Random;
  readonly changed?: () => void;
}): LocalSqs {
  const { clock, random } = world;
  const queues = new Map<string, Queue>();
  let kept: Readonly<Record<string, readonly QueuedMessage[]>> = {};

  const find = (reference: string | undefined): Queue => {
    const name = (reference ?? '').split(/[/:]/).at(-1) ?? '';
    const found = queues.get(name);
    if (!found) {
      throw new QueueDoesNotExist({ message: `the specified queue does not exist: ${name}`, $metadata: {} });
    }
    return found;
  };
  const bury = (target: string, message: QueuedMessage) => {
    find(target).restore([
      ...find(target).messages(),
      { ...message, receives: 0, visibleAt: clock.now(), receipt: undefined, firstReceivedAt: undefined },
    ]);
  };
  const checkDelay = (seconds: number | undefined) => {
    if (seconds !== undefined && (seconds < 0 || seconds > LONGEST_DELAY_SECONDS)) {
      throw invalid(
        `value ${seconds} for parameter DelaySeconds is invalid: use 0 to ${LONGEST_DELAY_SECONDS}`,
      );
    }
  };
  const send = (target: Queue, input: Omit<SendMessageCommandInput, 'QueueUrl'>) => {
    checkDelay(input.DelaySeconds);
    const body = input.MessageBody;
    if (!body) throw invalid('the request must contain the parameter MessageBody');
    const sent = target.send(body, input.MessageAttributes, input.DelaySeconds);
    return { MessageId: sent.id, MD5OfMessageBody: md5(body) };
  };

  const sendBatch = (input: SendMessageBatchCommandInput) => {
    const target = find(input.QueueUrl);
    const entries = input.Entries ?? [];
    if (entries.length === 0) throw new EmptyBatchRequest({ message: 'no entries', $metadata: {} });
    if (entries.length > LARGEST_BATCH) {
      throw new TooManyEntriesInBatchRequest({
        message: `${entries.length} entries, at most ${LARGEST_BATCH} are allowed`,
        $metadata: {},
      });
    }
    if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
      throw new BatchEntryIdsNotDistinct({ message: 'two entries have the same id', $metadata: {} });
    }
    if (entries.reduce((sum, entry) => sum + bytes(entry.MessageBody), 0) > LARGEST_BYTES) {
      throw new BatchRequestTooLong({ message: `more than ${LARGEST_BYTES} bytes`, $metadata: {} });
    }
    const Successful: object[] = [];
    const Failed: object[] = [];
    for (const entry of entries) {
      try {
        Successful.push({ Id: entry.Id, ...send(target, entry) });
      } catch (error) {
        if (!(error instanceof SQSServiceException)) throw error;
        Failed.push({ Id: entry.Id, SenderFault: true, Code: error.name, Message: error.message });
      }
    }
    return { Successful, Failed };
  };

  const receive = async (
    input: ReceiveMessageCommandInput,
  ): Promise<Omit<ReceiveMessageCommandOutput, '$metadata'>> => {
    const source = find(input.QueueUrl);
    const limit = input.MaxNumberOfMessages ?? 1;
    if (limit < 1 || limit > LARGEST_BATCH) {
      throw invalid(`value ${limit} for parameter MaxNumberOfMessages is invalid: use 1 to ${LARGEST_BATCH}`);
    }
    const take = () => source.receive(limit, input.VisibilityTimeout);
    let taken = take();
    const until = clock.now() + (input.WaitTimeSeconds ?? 0) * 1000;
    while (taken.length === 0 && clock.now() < until) {
      await clock.wait(visibleOr(source, until));
      taken = take();
    }
    return taken.length === 0 ? {} : { Messages: taken.map(asMessage) };
  };
  const visibleOr = (source: Queue, until: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = clock.at(until, () => done());
      const unsubscribe = source.onVisible(() => done());
      const done = () => {
        timer.cancel();
        unsubscribe();
        resolve();
      };
    });

  return {
    answer: answerFrom('SQS', {
      SendMessage: (input: SendMessageCommandInput) => {
        const target = find(input.QueueUrl);
        if (bytes(input.MessageBody) > LARGEST_BYTES) {
          throw invalid(
            `one or more parameters are invalid: message must be shorter than ${LARGEST_BYTES} bytes`,
          );
        }
        return send(target, input);
      },
      SendMessageBatch: sendBatch,
      ReceiveMessage: receive,
      DeleteMessage: (input: DeleteMessageCommandInput) => {
        find(input.QueueUrl).remove(input.ReceiptHandle ?? '');
        return {};
      },
      ChangeMessageVisibility: (input: ChangeMessageVisibilityCommandInput) => {
        if (!find(input.QueueUrl).hide(input.ReceiptHandle ?? '', input.VisibilityTimeout ?? 0)) {
          throw new MessageNotInflight({ message: 'the message is not in flight', $metadata: {} });
        }
        return {};
      },
      GetQueueAttributes: (input: GetQueueAttributesCommandInput) => {
        const found = find(input.QueueUrl);
        const all = attributesOf(found);
        const wanted = new Set<string>(input.AttributeNames ?? []);
        const chosen = Object.entries(all).filter(([name]) => wanted.has('All') || wanted.has(name));
        return { Attributes: Object.fromEntries(chosen) };
      },
    }),
    createQueue(name, options = {}) {
      const created = queue(name, options, {
        clock,
        random,
        bury,
        changed: world.changed ?? (() => {}),
      });
      created.restore(queues.get(name)?.messages() ?? kept[name] ?? []);
      queues.set(name, created);
      return queueUrl(name);
    },
    find,
    queues: () => [...queues.values()],
    snapshot: () => ({
      ...kept,
      ...Object.fromEntries([...queues].map(([name, { messages }]) => [name, messages()])),
    }),
    restore: (state) => {
      kept = state as typeof kept;
    },
  };
}

const asMessage = (message: QueuedMessage) => ({
  MessageId: message.id,
  ReceiptHandle: message.receipt,
  Body: message.body,
  MD5OfBody: md5(message.body),
  MessageAttributes: Object.keys(message.attributes).length > 0 ? { ...message.attributes } : undefined,
  Attributes: systemAttributes(message),
});

/** What SQS tells of a message beside its body; times in milliseconds, as text. */
export const systemAttributes = (message: QueuedMessage): Record<string, string> => ({
  ApproximateReceiveCount: String(message.receives),
  SentTimestamp: String(message.sentAt),
  SenderId: LOCAL_ACCOUNT,
  ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
});

function attributesOf(found: Queue): Record<string, string> {
  const { visible, inFlight, delayed } = found.counts();
  const { redrive, visibilityTimeoutSeconds = 30, delaySeconds = 0 } = found.options;
  return {
    QueueArn: queueArn(found.name),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    VisibilityTimeout: String(visibilityTimeoutSeconds),
    DelaySeconds: String(delaySeconds),
    ...(redrive && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: queueArn(redrive.deadLetterQueue),
        maxReceiveCount: redrive.maxReceiveCount,
      }),
    }),
  };
}
