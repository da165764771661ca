import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, test } from 'vitest';
import { eventBridgeExecutions } from '../../lib/aws/event-executions.js';
import { groupId, rolloutId } from '../../lib/core/ids.js';
import { recordingLog } from './recording-log.js';

const client = new EventBridgeClient({ region: 'eu-west-1' });
const events = mockClient(client);
beforeEach(() => events.reset());

const execution = { group: groupId('web'), rollout: rolloutId('r-1'), execution: 2, name: 'h-2' };

test('it asks for an execution under our source, naming the control plane', async () => {
  events.on(PutEventsCommand).resolves({ Entries: [{}] });
  const { log, lines } = recordingLog();
  await eventBridgeExecutions({ client, stack: 'prod', log }).start(execution);
  expect(events.commandCalls(PutEventsCommand).map((call) => call.args[0].input.Entries)).toEqual([
    [
      {
        Source: 'holdfast',
        DetailType: 'rollout.execution-due',
        Detail: '{"stack":"prod","group":"web","rollout":"r-1","execution":2,"name":"h-2"}',
      },
    ],
  ]);
  expect(lines).toEqual([]);
});

test('it logs what was not taken instead of failing the pass', async () => {
  events
    .on(PutEventsCommand)
    .resolvesOnce({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] })
    .rejects(Object.assign(new Error('down'), { name: 'ServiceUnavailable' }));
  const { log, lines } = recordingLog();
  const executions = eventBridgeExecutions({ client, stack: 'prod', log });
  await executions.start(execution);
  await executions.start(execution);
  expect(lines.map(({ level, fields }) => [level, fields])).toEqual([
    ['warn', { group: 'web', rollout: 'r-1', execution: 2, error: 'ThrottlingException' }],
    ['warn', { group: 'web', rollout: 'r-1', execution: 2, error: 'ServiceUnavailable' }],
  ]);
});
