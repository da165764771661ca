import { describe, expect, it } from 'vitest';
import { synthesized } from '../support/synthesized.js';

const { rulesFor } = synthesized();
const targets = (event: object) => rulesFor(event).flatMap((it) => it.targets);
const bucket = synthesized().environmentOf('config-uploaded').HOLDFAST_CONFIG_BUCKET;
const upload = (key: string, from = bucket, type = 'Object Created') => ({
  source: 'aws.s3',
  'detail-type': type,
  detail: { bucket: { name: from }, object: { key, 'version-id': 'v1', sequencer: '01' } },
});

describe('rules', () => {
  it.each([
    'EC2 Instance State-change Notification',
    'EC2 Spot Instance Interruption Warning',
    'EC2 Instance Rebalance Recommendation',
  ])('bring "%s" to instance-changed', (type) => {
    const event = { source: 'aws.ec2', 'detail-type': type, detail: { 'instance-id': 'i-1' } };
    expect(targets(event)).toEqual(['instance-changed']);
    expect(targets({ ...event, source: 'aws.autoscaling' })).toEqual([]);
  });

  it('bring uploads of our bucket to config-uploaded, results left out', () => {
    expect(targets(upload('groups/a.json'))).toEqual(['config-uploaded']);
    expect(targets(upload('proposed/a.yaml'))).toEqual(['config-uploaded']);
    expect(targets(upload('groups/a.json', bucket, 'Object Deleted'))).toEqual(['config-uploaded']);
    expect(targets(upload('results/groups/a.json'))).toEqual([]);
    expect(targets(upload('groups/a.json', 'another'))).toEqual([]);
  });

  it('bring our own divergences to the topic, and only ours', () => {
    const diverged = (stack: string) => ({
      source: 'holdfast',
      'detail-type': 'group.diverged',
      detail: { stack, group: 'web', reason: '1 of 3 missing' },
    });
    expect(targets(diverged('Holdfast'))).toEqual([synthesized().environmentOf('sweep').HOLDFAST_TOPIC_ARN]);
    expect(targets(diverged('Other'))).toEqual([]);
    expect(targets({ ...diverged('Holdfast'), 'detail-type': 'group.planned' })).toEqual([]);
  });

  it('bring requests for executions to start-rollout, and only ours', () => {
    const due = (stack: string) => ({
      source: 'holdfast',
      'detail-type': 'rollout.execution-due',
      detail: { stack, group: 'web', rollout: 'r-1', execution: 1, name: 'h-1' },
    });
    expect(targets(due('Holdfast'))).toEqual(['start-rollout']);
    expect(targets(due('Other'))).toEqual([]);
    expect(targets({ ...due('Holdfast'), source: 'shop' })).toEqual([]);
    expect(targets({ ...due('Holdfast'), 'detail-type': 'rollout.started' })).toEqual([]);
  });

  it('run the sweep each minute, and nothing else by the clock', () => {
    expect(synthesized().schedules()).toEqual([{ schedule: 'rate(1 minute)', targets: ['sweep'] }]);
  });

  it('retry, and end in dead letters', () => {
    const { template, values } = synthesized();
    const calls = Object.values(template.Resources)
      .filter((it) => it.Type === 'AWS::Events::Rule')
      .flatMap((it) => values.resolve(it.Properties?.Targets));
    expect(calls).toHaveLength(7);
    for (const it of calls) {
      expect(it).toMatchObject({
        DeadLetterConfig: { Arn: expect.stringMatching(/DeadLetters/) },
        RetryPolicy: {
          MaximumEventAgeInSeconds: expect.any(Number),
          MaximumRetryAttempts: expect.any(Number),
        },
      });
    }
  });
});
