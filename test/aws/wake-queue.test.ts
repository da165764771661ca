import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, test } from 'vitest';
import { sqsWakeQueue } from '../../lib/aws/wake-queue.js';
import { groupId } from '../../lib/core/ids.js';
import { recordingLog } from './recording-log.js';

const client = new SQSClient({ region: 'eu-west-1' });
const sqs = mockClient(client);
beforeEach(() => sqs.reset());

const fresh = () => {
  const { log, lines } = recordingLog();
  return { queue: sqsWakeQueue({ client, queueUrl: 'https://queue', log }), lines };
};
const group = (index: number) => ({ group: groupId(`g-${index}`) });

test('it sends a wake as JSON, delayed by whole seconds within limits', async () => {
  sqs.on(SendMessageCommand).resolves({});
  const { queue } = fresh();
  await queue.send({ group: groupId('web'), impaired: 'changed', due: 5 });
  await queue.send(group(1), 1.2);
  await queue.send(group(1), 4000);
  await queue.send(group(1), -5);
  expect(sqs.commandCalls(SendMessageCommand).map((call) => call.args[0].input)).toEqual([
    { QueueUrl: 'https://queue', MessageBody: '{"group":"web","impaired":"changed","due":5}' },
    { QueueUrl: 'https://queue', MessageBody: '{"group":"g-1"}', DelaySeconds: 2 },
    { QueueUrl: 'https://queue', MessageBody: '{"group":"g-1"}', DelaySeconds: 900 },
    { QueueUrl: 'https://queue', MessageBody: '{"group":"g-1"}' },
  ]);
});

test('it fails when a single wake cannot be queued', async () => {
  sqs.on(SendMessageCommand).rejects(new Error('no'));
  await expect(fresh().queue.send(group(1))).rejects.toThrow('no');
});

test('it sends many in batches of ten', async () => {
  sqs.on(SendMessageBatchCommand).resolves({});
  await fresh().queue.sendAll(Array.from({ length: 23 }, (_, index) => group(index)));
  const batches = sqs.commandCalls(SendMessageBatchCommand).map((call) => call.args[0].input.Entries ?? []);
  expect(batches.map((entries) => entries.length).sort()).toEqual([10, 10, 3]);
  expect(new Set(batches.flat().map(({ MessageBody }) => MessageBody)).size).toBe(23);
  for (const entries of batches) expect(new Set(entries.map(({ Id }) => Id)).size).toBe(entries.length);
});

test('it leaves to the next sweep what could not be queued, and says so', async () => {
  sqs
    .on(SendMessageBatchCommand)
    .resolvesOnce({ Failed: [{ Id: '1', Code: 'InternalError', SenderFault: false }] })
    .rejects(Object.assign(new Error('slow'), { name: 'RequestThrottled' }));
  const { queue, lines } = fresh();
  await queue.sendAll(Array.from({ length: 12 }, (_, index) => group(index)));
  expect(lines).toEqual([
    { level: 'warn', message: 'a wake was not queued', fields: { group: 'g-1', error: 'InternalError' } },
    {
      level: 'warn',
      message: 'wakes were not queued',
      fields: { groups: ['g-10', 'g-11'], error: 'RequestThrottled' },
    },
  ]);
  await queue.sendAll([]);
  expect(sqs.commandCalls(SendMessageBatchCommand)).toHaveLength(2);
});
