import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, test } from 'vitest';
import { cloudWatchAlarmReader } from '../../lib/aws/alarm-reader.js';

const client = new CloudWatchClient({ region: 'eu-west-1' });
const cloudwatch = mockClient(client);
beforeEach(() => cloudwatch.reset());

const reader = cloudWatchAlarmReader(client);
const inputs = () => cloudwatch.commandCalls(DescribeAlarmsCommand).map((call) => call.args[0].input);

test('it reads metric and composite alarms, page by page, and leaves out those that do not exist', async () => {
  cloudwatch
    .on(DescribeAlarmsCommand)
    .resolvesOnce({ MetricAlarms: [{ AlarmName: 'slow', StateValue: 'OK' }], NextToken: 'more' })
    .resolvesOnce({
      MetricAlarms: [{ AlarmName: 'empty', StateValue: 'INSUFFICIENT_DATA' }],
      CompositeAlarms: [{ AlarmName: 'down', StateValue: 'ALARM' }],
    });
  expect(await reader.states(['slow', 'down', 'gone', 'empty', 'slow'])).toEqual(
    new Map([
      ['slow', 'OK'],
      ['empty', 'INSUFFICIENT_DATA'],
      ['down', 'ALARM'],
    ]),
  );
  expect(inputs()).toMatchObject([
    {
      AlarmNames: ['slow', 'down', 'gone', 'empty'],
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      MaxRecords: 100,
    },
    { NextToken: 'more' },
  ]);
});

test('it asks for a hundred names a call, and for none not at all', async () => {
  cloudwatch.on(DescribeAlarmsCommand).resolves({});
  expect(await reader.states([])).toEqual(new Map());
  await reader.states(Array.from({ length: 101 }, (_, index) => `alarm-${index}`));
  expect(inputs().map((input) => input.AlarmNames?.length)).toEqual([100, 1]);
});

test('it tells throttled from unanswered, and passes other failures on', async () => {
  const failing = (error: object) =>
    cloudwatch.on(DescribeAlarmsCommand).rejects(Object.assign(new Error('no'), error));
  failing({ name: 'Throttling', $metadata: { httpStatusCode: 400 } });
  await expect(reader.states(['slow'])).rejects.toMatchObject({ name: 'Throttled' });
  failing({ name: 'InternalServiceFault', $metadata: { httpStatusCode: 500 } });
  await expect(reader.states(['slow'])).rejects.toMatchObject({
    name: 'Unanswered',
    message: 'alarms were not read: InternalServiceFault: no',
  });
  failing({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
  await expect(reader.states(['slow'])).rejects.toMatchObject({ name: 'AccessDenied' });
});
