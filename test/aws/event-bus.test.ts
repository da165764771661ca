import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, test } from 'vitest';
import { eventBridgeBus } from '../../lib/aws/event-bus.js';
import { groupEvent } from '../../lib/core/group-event.js';
import { groupId, instanceId } from '../../lib/core/ids.js';
import { recordingLog } from './recording-log.js';

const client = new EventBridgeClient({ region: 'eu-west-1' });
const events = mockClient(client);
beforeEach(() => events.reset());

const event = groupEvent(1_767_225_600_000, 'instance.destroyed', groupId('web'), 'surplus: 4 of 3', {
  instance: instanceId('i-1'),
});

test('it publishes under our source with the name as detail-type', async () => {
  events.on(PutEventsCommand).resolves({ Entries: [{}] });
  const { log, lines } = recordingLog();
  await eventBridgeBus({ client, stack: 'prod', log }).publish([event]);
  expect(events.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries).toEqual([
    {
      Source: 'holdfast',
      DetailType: 'instance.destroyed',
      Time: new Date('2026-01-01T00:00:00Z'),
      Detail: '{"stack":"prod","group":"web","instance":"i-1","reason":"surplus: 4 of 3"}',
    },
  ]);
  expect(lines).toEqual([]);
});

test('it puts ten a call, and logs what was not published instead of failing', async () => {
  events
    .on(PutEventsCommand)
    .resolvesOnce({ Entries: [{}, { ErrorCode: 'InternalFailure' }] })
    .rejects(Object.assign(new Error('down'), { name: 'ServiceUnavailable' }));
  const { log, lines } = recordingLog();
  const bus = eventBridgeBus({ client, stack: 'prod', log });
  await bus.publish(Array.from({ length: 11 }, () => event));
  expect(events.commandCalls(PutEventsCommand).map((call) => call.args[0].input.Entries?.length)).toEqual([
    10, 1,
  ]);
  expect(lines.map(({ level, fields }) => [level, fields?.error])).toEqual([
    ['warn', 'InternalFailure'],
    ['warn', 'ServiceUnavailable'],
  ]);
  await bus.publish([]);
});
