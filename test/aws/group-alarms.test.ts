import { CloudWatchClient, DeleteAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, test } from 'vitest';
import { cloudWatchGroupAlarms, groupAlarmName } from '../../lib/aws/cloudwatch-group-alarms.js';
import { groupId } from '../../lib/core/ids.js';

const client = new CloudWatchClient({ region: 'eu-west-1' });
const cloudwatch = mockClient(client);
beforeEach(() => cloudwatch.reset());

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:alarms';
const alarms = cloudWatchGroupAlarms({ client, stack: 'prod/Holdfast', topicArn: TOPIC });

test("it alarms on the group's own divergence, minute by minute, on the topic", async () => {
  cloudwatch.on(PutMetricAlarmCommand).resolves({});
  await alarms.put(groupId('web'));
  expect(cloudwatch.commandCalls(PutMetricAlarmCommand)[0]?.args[0].input).toMatchObject({
    AlarmName: 'holdfast:prod/Holdfast:web',
    Namespace: 'Holdfast',
    MetricName: 'Divergence',
    Dimensions: [
      { Name: 'Stack', Value: 'prod/Holdfast' },
      { Name: 'Group', Value: 'web' },
    ],
    Statistic: 'Maximum',
    Period: 60,
    EvaluationPeriods: 10,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
    AlarmActions: [TOPIC],
    OKActions: [TOPIC],
  });
});

test('it removes the alarm, and takes one that is not there', async () => {
  cloudwatch.on(DeleteAlarmsCommand).resolves({});
  await alarms.remove(groupId('web'));
  expect(cloudwatch.commandCalls(DeleteAlarmsCommand)[0]?.args[0].input).toEqual({
    AlarmNames: ['holdfast:prod/Holdfast:web'],
  });
  const failing = (name: string) =>
    cloudwatch.on(DeleteAlarmsCommand).rejects(Object.assign(new Error('no'), { name }));
  failing('ResourceNotFound');
  await alarms.remove(groupId('web'));
  failing('AccessDenied');
  await expect(alarms.remove(groupId('web'))).rejects.toThrow('no');
});

test('its names are bounded and still differ', () => {
  const stack = 's'.repeat(200);
  const [one, other] = ['a', 'b'].map((last) => groupAlarmName(stack, groupId('g'.repeat(127) + last)));
  expect(one).toHaveLength(255);
  expect(one).not.toBe(other);
  expect(one?.startsWith(`holdfast:${stack}:`)).toBe(true);
});
