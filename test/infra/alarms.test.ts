import { describe, expect, it } from 'vitest';
import { synthesized, synthesizedWith } from '../support/synthesized.js';

const alarms = () => synthesized().alarms();
const named = (part: string) => {
  const found = alarms().filter((it) => it.AlarmName?.includes(part));
  expect(found, part).toHaveLength(1);
  return found[0];
};

describe('alarms', () => {
  it('go to the topic, and say when they are over', () => {
    const topic = synthesized().environmentOf('reconcile').HOLDFAST_TOPIC_ARN;
    for (const alarm of alarms()) {
      expect(alarm.AlarmActions).toEqual([topic]);
      expect(alarm.OKActions).toEqual([topic]);
    }
  });

  it('tell of a group that is not as declared for a quarter of an hour', () => {
    expect(named('GroupsDivergent')).toMatchObject({
      Namespace: 'Holdfast',
      MetricName: 'OldestDivergenceSeconds',
      Dimensions: [{ Name: 'Stack', Value: 'Holdfast' }],
      Statistic: 'Maximum',
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 900,
      TreatMissingData: 'notBreaching',
    });
    const sooner = synthesizedWith({ divergenceMinutes: 5 }).alarms();
    expect(sooner.find((it) => it.MetricName === 'OldestDivergenceSeconds')?.Threshold).toBe(300);
  });

  it('tell of refused uploads, open breakers and rollouts that got stuck, and lost quorums', () => {
    for (const [id, MetricName] of [
      ['UploadsRefused', 'UploadsRefused'],
      ['BreakersOpen', 'BreakersOpen'],
      // Only published while they are not 0.
      ['RolloutsStuck', 'RolloutsStuck'],
      ['QuorumsLost', 'QuorumsLost'],
    ] as const) {
      expect(named(id)).toMatchObject({
        Namespace: 'Holdfast',
        MetricName,
        Dimensions: [{ Name: 'Stack', Value: 'Holdfast' }],
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        Threshold: 1,
        TreatMissingData: 'notBreaching',
      });
    }
  });

  it('tell of a sweep that does not run, by the silence itself', () => {
    expect(named('SweepMissing')).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Invocations',
      Dimensions: [{ Name: 'FunctionName', Value: synthesized().functions.sweep }],
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 5,
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
    });
  });

  it('tell of errors of each function and of each dead-letter queue', () => {
    const functionsOf = alarms()
      .filter((it) => it.MetricName === 'Errors')
      .map((it) => it.Dimensions?.[0]?.Value);
    expect(functionsOf.sort()).toEqual(Object.values(synthesized().functions).sort());
    const { Resources } = synthesized().template;
    const deadLetters = Object.entries(Resources).filter(
      ([id, it]) => it.Type === 'AWS::SQS::Queue' && id.includes('DeadLetters'),
    );
    const watched = alarms()
      .filter((it) => it.MetricName === 'ApproximateNumberOfMessagesVisible')
      .map((it) => it.Dimensions?.[0]?.Value);
    expect(deadLetters).toHaveLength(6);
    expect(watched.sort()).toEqual(deadLetters.map(([id]) => id).sort());
  });

  it('do not tell of executions that fail: a rollout that does not go on is started anew', () => {
    expect(alarms().filter((it) => it.Namespace === 'AWS/States')).toEqual([]);
  });
});
