import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { aCloud } from '../a-cloud.js';

const receive = async (sqs: SQSClient, QueueUrl: string, more: object = {}) =>
  (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }))).Messages ?? [];
const bodies = async (sqs: SQSClient, url: string) => (await receive(sqs, url)).map(({ Body }) => Body);

describe('local SQS', () => {
  test('it hides a received message until the visibility timeout, and shows it again', async () => {
    const cloud = await aCloud();
    const { sqs } = cloud.clients('tester');
    const url = cloud.createQueue('wakes', { visibilityTimeoutSeconds: 20 });
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'one' }));
    expect(await bodies(sqs, url)).toEqual(['one']);
    await cloud.clock.advance(19_999);
    expect(await bodies(sqs, url)).toEqual([]);
    await cloud.clock.advance(1);
    const [again] = await receive(sqs, url, { MessageSystemAttributeNames: ['All'] });
    expect(again?.Attributes?.ApproximateReceiveCount).toBe('2');
  });

  test('it deletes by the latest receipt only', async () => {
    const cloud = await aCloud();
    const { sqs } = cloud.clients('tester');
    const url = cloud.createQueue('wakes', { visibilityTimeoutSeconds: 1 });
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'one' }));
    const [first] = await receive(sqs, url);
    await cloud.clock.advance(1_000);
    const [second] = await receive(sqs, url);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle }));
    await cloud.clock.advance(1_000);
    const [third] = await receive(sqs, url);
    expect(third?.MessageId).toBe(second?.MessageId);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: third?.ReceiptHandle }));
    await cloud.clock.advance(1_000);
    expect(await receive(sqs, url)).toEqual([]);
  });

  test('it holds a delayed message back', async () => {
    const cloud = await aCloud();
    const { sqs } = cloud.clients('tester');
    const url = cloud.createQueue('wakes');
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'later', DelaySeconds: 5 }));
    expect(await bodies(sqs, url)).toEqual([]);
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesDelayed: '1',
    });
    await cloud.clock.advance(5_000);
    expect(await bodies(sqs, url)).toEqual(['later']);
  });

  test('it moves a message to the dead-letter queue when it was received too often', async () => {
    const cloud = await aCloud();
    const { sqs } = cloud.clients('tester');
    const dead = cloud.createQueue('dead');
    const url = cloud.createQueue('wakes', {
      visibilityTimeoutSeconds: 10,
      redrive: { deadLetterQueue: 'dead', maxReceiveCount: 2 },
    });
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'poison' }));
    for (const _attempt of [1, 2]) {
      expect(await bodies(sqs, url)).toEqual(['poison']);
      await cloud.clock.advance(10_000);
    }
    expect(await bodies(sqs, url)).toEqual([]);
    expect(await bodies(sqs, dead)).toEqual(['poison']);
  });

  test('it changes the visibility of a message in flight', async () => {
    const cloud = await aCloud();
    const { sqs } = cloud.clients('tester');
    const url = cloud.createQueue('wakes', { visibilityTimeoutSeconds: 600 });
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'one' }));
    const [taken] = await receive(sqs, url);
    const show = new ChangeMessageVisibilityCommand({
      QueueUrl: url,
      ReceiptHandle: taken?.ReceiptHandle,
      VisibilityTimeout: 0,
    });
    await sqs.send(show);
    await expect(sqs.send(show)).rejects.toMatchObject({ name: 'MessageNotInflight' });
    expect(await bodies(sqs, url)).toEqual(['one']);
  });

  test('it waits for a message with a long poll', async () => {
    const cloud = await aCloud();
    const { sqs } = cloud.clients('tester');
    const url = cloud.createQueue('wakes');
    const polled = cloud.clock.run(async () => [
      (await receive(sqs, url, { WaitTimeSeconds: 20 })).map(({ Body }) => Body),
      cloud.clock.now(),
    ]);
    const start = cloud.clock.now();
    cloud.clock.at(start + 3_000, () => void cloud.sqs.find('wakes').send('at last'));
    await cloud.clock.advance(30_000);
    expect(await polled).toEqual([['at last'], start + 3_000]);
  });

  test('it takes a batch, and refuses one of eleven, of none, and with equal ids', async () => {
    const cloud = await aCloud();
    const { sqs } = cloud.clients('tester');
    const url = cloud.createQueue('wakes');
    const entries = (count: number, id = (index: number) => `${index}`) =>
      Array.from({ length: count }, (_, index) => ({ Id: id(index), MessageBody: `m${index}` }));
    const send = (Entries: ReturnType<typeof entries>) =>
      sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    expect((await send(entries(10))).Successful).toHaveLength(10);
    expect(await bodies(sqs, url)).toHaveLength(10);
    await expect(send(entries(11))).rejects.toMatchObject({ name: 'TooManyEntriesInBatchRequest' });
    await expect(send([])).rejects.toMatchObject({ name: 'EmptyBatchRequest' });
    await expect(send(entries(2, () => 'same'))).rejects.toMatchObject({ name: 'BatchEntryIdsNotDistinct' });
  });

  test('it does not know a queue that is not there', async () => {
    const cloud = await aCloud();
    const { sqs } = cloud.clients('tester');
    const failure = await receive(sqs, 'https://example.com/none').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(QueueDoesNotExist);
  });
});
