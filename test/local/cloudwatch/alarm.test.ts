import { describe, expect, test } from 'vitest';
import { type AlarmState, alarmFromTemplate, judgeAlarm } from '../../../lib/local/cloudwatch/alarm.js';

/** `0` within the threshold, `X` beyond it, `-` missing; oldest first. */
const points = (drawn: string) =>
  drawn.split(' ').map((mark) => (mark === '-' ? undefined : mark === 'X' ? 9 : 0));

const judged = (drawn: string, treat: string, needed: number, current: AlarmState) =>
  judgeAlarm(
    {
      AlarmName: 'a',
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 5,
      EvaluationPeriods: 3,
      DatapointsToAlarm: needed,
      TreatMissingData: treat,
    },
    points(drawn),
    current,
  );

const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'];
const [OK, ALARM, NONE] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;

describe('judgeAlarm', () => {
  /** The tables of the CloudWatch User Guide, "How alarm state is evaluated when data is missing". */
  test.each([
    [3, '0 - X - X', [OK, OK, OK, OK]],
    [3, '- - - - 0', [OK, OK, OK, OK]],
    [3, '- - - - -', [NONE, 'kept', ALARM, OK]],
    [3, '0 X X - X', [ALARM, ALARM, ALARM, ALARM]],
    [3, '- - X - -', [ALARM, 'kept', ALARM, OK]],
    [2, '0 - X - X', [ALARM, ALARM, ALARM, ALARM]],
    [2, '0 0 X 0 X', [ALARM, ALARM, ALARM, ALARM]],
    [2, '0 - X - -', [OK, OK, ALARM, OK]],
    [2, '- - - - 0', [OK, OK, ALARM, OK]],
    [2, '- - - X -', [ALARM, 'kept', ALARM, OK]],
  ])('it judges %s of 3 points over "%s" as the documentation does', (needed, drawn, expected) => {
    for (const current of [OK, ALARM] as const) {
      const states = TREATMENTS.map((treat) => judged(drawn, treat, needed, current));
      expect(states).toEqual(expected.map((state) => (state === 'kept' ? current : state)));
    }
  });

  test.each([
    ['GreaterThanThreshold', [false, false, true]],
    ['GreaterThanOrEqualToThreshold', [false, true, true]],
    ['LessThanThreshold', [true, false, false]],
    ['LessThanOrEqualToThreshold', [true, true, false]],
  ] as const)('it compares by %s', (ComparisonOperator, expected) => {
    const definition = { AlarmName: 'a', ComparisonOperator, Threshold: 5, EvaluationPeriods: 1 };
    const states = [4, 5, 6].map((value) => judgeAlarm(definition, [value], 'OK') === 'ALARM');
    expect(states).toEqual(expected);
  });
});

test('alarmFromTemplate takes the properties of a template and resolves what refers elsewhere', () => {
  const alarm = alarmFromTemplate(
    'DeadWakes',
    {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['Dead', 'QueueName'] } }],
      AlarmActions: [{ Ref: 'Topic' }],
    },
    (value) => {
      if (typeof value !== 'object' || value === null) return value;
      if ('Ref' in value) return `arn:${value.Ref}`;
      return 'Fn::GetAtt' in value ? 'dead' : value;
    },
  );
  expect(alarm).toMatchObject({
    AlarmName: 'DeadWakes',
    Dimensions: [{ Name: 'QueueName', Value: 'dead' }],
    AlarmActions: ['arn:Topic'],
  });
});
