import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  paginateDescribeAlarms,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import { embeddedMetrics } from '../../../lib/local/cloudwatch/embedded-metrics.js';
import type { CloudEvent } from '../../../lib/local/events/event.js';
import { aCloud, type TestCloud } from '../a-cloud.js';

const MINUTE = 60_000;

const alarm = (more: Partial<PutMetricAlarmCommandInput> = {}) =>
  new PutMetricAlarmCommand({
    AlarmName: 'refused',
    Namespace: 'Holdfast',
    MetricName: 'UploadsRefused',
    Dimensions: [{ Name: 'Stack', Value: 'one' }],
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
    ...more,
  });
const put = (cloud: TestCloud, value: number, stack = 'one', metric = 'UploadsRefused') =>
  cloud.clients('app').cloudwatch.send(
    new PutMetricDataCommand({
      Namespace: 'Holdfast',
      MetricData: [{ MetricName: metric, Value: value, Dimensions: [{ Name: 'Stack', Value: stack }] }],
    }),
  );

describe('local CloudWatch', () => {
  test('it raises an alarm within a minute of the data, tells topic and bus, and takes it back', async () => {
    const cloud = await aCloud();
    const topic = cloud.createTopic('alarms');
    const { cloudwatch } = cloud.clients('app');
    const changes: CloudEvent[] = [];
    cloud.events.onEvent((event) => void changes.push(event));
    await cloudwatch.send(alarm({ AlarmActions: [topic], OKActions: [topic] }));
    await cloud.clock.advance(MINUTE);
    expect(cloud.cloudwatch.alarm('refused')?.state).toBe('OK');
    await put(cloud, 2);
    await cloud.clock.advance(MINUTE);
    expect(cloud.cloudwatch.alarm('refused')?.state).toBe('ALARM');
    await cloud.clock.advance(10 * MINUTE);
    expect(cloud.cloudwatch.alarm('refused')?.state).toBe('OK');
    const states = cloud.topics.published('alarms').map(({ message }) => JSON.parse(message).NewStateValue);
    expect(states).toEqual(['OK', 'ALARM', 'OK']);
    expect(changes[1]).toMatchObject({
      source: 'aws.cloudwatch',
      'detail-type': 'CloudWatch Alarm State Change',
      resources: ['arn:aws:cloudwatch:eu-west-1:123456789012:alarm:refused'],
      detail: { alarmName: 'refused', state: { value: 'ALARM' }, previousState: { value: 'OK' } },
    });
  });

  test('it matches dimensions exactly', async () => {
    const cloud = await aCloud();
    await cloud.clients('app').cloudwatch.send(alarm());
    await put(cloud, 9, 'another');
    await cloud.clock.advance(MINUTE);
    expect(cloud.cloudwatch.alarm('refused')?.state).toBe('OK');
  });

  test('it raises an alarm for missing data that counts as breaching', async () => {
    const cloud = await aCloud();
    await cloud.clients('app').cloudwatch.send(alarm({ TreatMissingData: 'breaching' }));
    await put(cloud, 0);
    await cloud.clock.advance(MINUTE);
    expect(cloud.cloudwatch.alarm('refused')?.state).toBe('OK');
    await cloud.clock.advance(5 * MINUTE);
    expect(cloud.cloudwatch.alarm('refused')?.state).toBe('ALARM');
  });

  test('it adds up the minutes of a longer period', async () => {
    const cloud = await aCloud();
    await cloud.clients('app').cloudwatch.send(alarm({ Period: 300, Threshold: 5 }));
    for (const value of [2, 2, 2]) {
      await put(cloud, value);
      await cloud.clock.advance(MINUTE);
    }
    expect(cloud.cloudwatch.alarm('refused')?.state).toBe('ALARM');
  });

  test('it evaluates metric math over several metrics', async () => {
    const cloud = await aCloud();
    const stat = (Id: string, MetricName: string) => ({
      Id,
      ReturnData: false,
      MetricStat: {
        Metric: { Namespace: 'Holdfast', MetricName, Dimensions: [{ Name: 'Stack', Value: 'one' }] },
        Period: 60,
        Stat: 'Sum',
      },
    });
    await cloud.clients('app').cloudwatch.send(
      alarm({
        MetricName: undefined,
        Namespace: undefined,
        Statistic: undefined,
        Dimensions: undefined,
        Period: undefined,
        Threshold: 0.5,
        Metrics: [
          { Id: 'rate', Expression: 'bad / total', ReturnData: true },
          { Id: 'total', Expression: 'bad + good', ReturnData: false },
          stat('bad', 'Bad'),
          stat('good', 'Good'),
        ],
      }),
    );
    await put(cloud, 1, 'one', 'Bad');
    await put(cloud, 1, 'one', 'Good');
    await cloud.clock.advance(MINUTE);
    expect(cloud.cloudwatch.alarm('refused')?.state).toBe('OK');
    await put(cloud, 2, 'one', 'Bad');
    await put(cloud, 1, 'one', 'Good');
    await cloud.clock.advance(MINUTE);
    expect(cloud.cloudwatch.alarm('refused')?.state).toBe('ALARM');
  });

  test('it describes alarms in pages and deletes them', async () => {
    const cloud = await aCloud();
    const { cloudwatch } = cloud.clients('app');
    for (const name of ['b', 'a', 'e', 'd', 'c'])
      await cloudwatch.send(alarm({ AlarmName: `group-${name}` }));
    await cloudwatch.send(alarm({ AlarmName: 'other' }));
    const pages: unknown[] = [];
    for await (const page of paginateDescribeAlarms({ client: cloudwatch }, { AlarmNamePrefix: 'group-' })) {
      pages.push(page.MetricAlarms?.map(({ AlarmName }) => AlarmName));
    }
    expect(pages).toEqual([
      ['group-a', 'group-b', 'group-c'],
      ['group-d', 'group-e'],
    ]);
    await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['group-a'] }));
    await expect(cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['group-a'] }))).rejects.toMatchObject(
      {
        name: 'ResourceNotFound',
      },
    );
    const left = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['group-a', 'group-b'] }));
    expect(left.MetricAlarms?.map(({ AlarmName }) => AlarmName)).toEqual(['group-b']);
  });

  test('it sets a state by hand, until the data says otherwise', async () => {
    const cloud = await aCloud();
    const topic = cloud.createTopic('alarms');
    const { cloudwatch } = cloud.clients('app');
    const set = (StateValue: 'ALARM' | 'OK', AlarmName = 'refused') =>
      cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'a drill' }));
    await cloudwatch.send(alarm({ AlarmActions: [topic] }));
    await set('ALARM');
    const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['refused'] }));
    expect(MetricAlarms).toMatchObject([{ StateValue: 'ALARM', StateReason: 'a drill' }]);
    await set('ALARM');
    expect(cloud.topics.published('alarms')).toHaveLength(1);
    await cloud.clock.advance(MINUTE);
    expect(cloud.cloudwatch.alarm('refused')?.state).toBe('OK');
    await expect(set('OK', 'none')).rejects.toMatchObject({ name: 'ResourceNotFound' });
    await expect(
      cloudwatch.send(
        new SetAlarmStateCommand({ AlarmName: 'refused', StateValue: 'Ok' as 'OK', StateReason: '' }),
      ),
    ).rejects.toThrow('no state "Ok"; known: OK, ALARM, INSUFFICIENT_DATA');
  });

  test('it makes an alarm that stays as it was set', async () => {
    const cloud = await aCloud();
    cloud.cloudwatch.setAlarm('slow', 'ALARM');
    await cloud.clock.advance(10 * MINUTE);
    expect(cloud.cloudwatch.alarm('slow')?.state).toBe('ALARM');
    cloud.cloudwatch.setAlarm('slow', 'OK');
    await cloud.clock.advance(10 * MINUTE);
    expect(cloud.cloudwatch.alarm('slow')?.state).toBe('OK');
  });

  test('it answers with alarms of metrics only where those are asked for', async () => {
    const cloud = await aCloud();
    cloud.cloudwatch.setAlarm('slow', 'ALARM');
    const { cloudwatch } = cloud.clients('app');
    const asked = async (AlarmTypes?: ('MetricAlarm' | 'CompositeAlarm')[]) => {
      const answer = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['slow'], AlarmTypes }));
      return answer.MetricAlarms?.map(({ AlarmName }) => AlarmName);
    };
    expect(await asked()).toEqual(['slow']);
    expect(await asked(['MetricAlarm', 'CompositeAlarm'])).toEqual(['slow']);
    expect(await asked(['CompositeAlarm'])).toEqual([]);
  });

  test('it measures how long queues are', async () => {
    const cloud = await aCloud();
    cloud.createQueue('dead');
    await cloud.clients('app').cloudwatch.send(
      alarm({
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [{ Name: 'QueueName', Value: 'dead' }],
        Statistic: 'Maximum',
      }),
    );
    cloud.sqs.find('dead').send('poison');
    await cloud.clock.advance(MINUTE);
    expect(cloud.cloudwatch.alarm('refused')?.state).toBe('ALARM');
  });

  test('it takes metrics out of log lines in the embedded format', async () => {
    const cloud = await aCloud();
    await cloud.clients('app').cloudwatch.send(alarm());
    cloud.cloudwatch.ingest('plain text');
    cloud.cloudwatch.ingest(
      JSON.stringify({
        _aws: {
          Timestamp: cloud.clock.now(),
          CloudWatchMetrics: [
            {
              Namespace: 'Holdfast',
              Dimensions: [['Stack'], ['Stack', 'Group']],
              Metrics: [{ Name: 'UploadsRefused', Unit: 'Count' }],
            },
          ],
        },
        Stack: 'one',
        Group: 'web',
        UploadsRefused: [1, 2],
      }),
    );
    const sums = (dimensions: Record<string, string>) =>
      [...cloud.cloudwatch.metrics.buckets('Holdfast', 'UploadsRefused', dimensions).values()].map(
        ({ sum }) => sum,
      );
    expect([sums({ Stack: 'one' }), sums({ Group: 'web', Stack: 'one' }), sums({})]).toEqual([[3], [3], []]);
    await cloud.clock.advance(MINUTE);
    expect(cloud.cloudwatch.alarm('refused')?.state).toBe('ALARM');
  });
});

test('embeddedMetrics finds none in JSON that is no such document', () => {
  expect(embeddedMetrics('{"_aws": 3, "a": 1}')).toEqual([]);
  expect(embeddedMetrics('{"_aws"')).toEqual([]);
  expect(embeddedMetrics({ level: 'INFO', message: 'hello' })).toEqual([]);
});
