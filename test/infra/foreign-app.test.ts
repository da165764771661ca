import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { ControlPlane, NodeRole } from '../../lib/index.js';
import { fakeBundles, type Synthesized, synthesizedFrom } from '../support/synthesized.js';

let stack: Stack;
let blue: ControlPlane;
let green: ControlPlane;
let ofBlue: Synthesized;
let ofGreen: Synthesized;
beforeAll(() => {
  stack = new Stack(new App(), 'Shop');
  blue = new ControlPlane(stack, 'Blue', { bundles: fakeBundles() });
  green = new ControlPlane(stack, 'Green', { bundles: fakeBundles() });
  new NodeRole(stack, 'Swarm', { readsParameters: ['/swarm/token'], writesParameters: ['swarm/managers'] });
  ofBlue = synthesizedFrom(stack, blue);
  ofGreen = synthesizedFrom(stack, green);
});

describe('two control planes in one stack of somebody else', () => {
  it('have names, tables, buckets, queues and outputs of their own', () => {
    expect([blue.stackTag, green.stackTag]).toEqual(['Shop/Blue', 'Shop/Green']);
    for (const name of [
      'HOLDFAST_STACK_TAG',
      'HOLDFAST_TABLE',
      'HOLDFAST_CONFIG_BUCKET',
      'HOLDFAST_WAKE_QUEUE_URL',
      'HOLDFAST_INSTANCE_PROFILE_ARN',
    ]) {
      expect(ofBlue.environmentOf('sweep')[name]).not.toEqual(ofGreen.environmentOf('sweep')[name]);
    }
    expect(Object.keys(ofBlue.template.Outputs ?? {})).toEqual(
      expect.arrayContaining(['BlueGroupApiFunction', 'GreenGroupApiFunction']),
    );
  });

  it('never touch the instances of each other', () => {
    const world = { tagsOf: () => ({ 'holdfast.stack': 'Shop/Green', 'infrakit.group': 'web' }) };
    const end = {
      principal: 'reconcile',
      service: 'EC2',
      operation: 'TerminateInstances',
      input: { InstanceIds: ['i-1'] },
    };
    expect(ofGreen.evaluator().authorise(end, world)).toBe('allow');
    expect(ofBlue.evaluator().authorise(end, world)).not.toBe('allow');
  });

  it("hear of the uploads to their own buckets and not to each other's", () => {
    const created = (name: string | undefined) => ({
      source: 'aws.s3',
      'detail-type': 'Object Created',
      detail: { bucket: { name }, object: { key: 'groups/a.json' } },
    });
    const toBlue = created(ofBlue.environmentOf('sweep').HOLDFAST_CONFIG_BUCKET);
    expect(ofBlue.rulesFor(toBlue).flatMap((it) => it.targets)).toEqual(['config-uploaded']);
    expect(ofGreen.rulesFor(toBlue).flatMap((it) => it.targets)).not.toContain('config-uploaded');
  });
});

describe("a cluster's node role", () => {
  it('reads and writes its own parameters', () => {
    const parameter = (name: string) => ({ 'Fn::Join': ['', Match.arrayWith([`:parameter/${name}`])] });
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
      Policies: [
        {
          PolicyDocument: {
            Statement: [
              Match.objectLike({ Sid: 'Agent' }),
              Match.objectLike({
                Sid: 'Read',
                Action: ['ssm:GetParameter', 'ssm:GetParameters'],
                Resource: parameter('swarm/token'),
              }),
              Match.objectLike({
                Sid: 'Write',
                Action: 'ssm:PutParameter',
                Resource: parameter('swarm/managers'),
              }),
            ],
          },
        },
      ],
    });
  });
});
