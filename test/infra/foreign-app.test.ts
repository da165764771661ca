import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { ControlPlane, Group, NodeRole } from '../../lib/index.js';
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
  new Group(stack, 'web', {
    controlPlane: blue,
    properties: {
      Allocation: { Size: 3 },
      Instance: { Plugin: 'aws/ec2-instance' },
      Flavor: { Plugin: 'vanilla' },
    },
  });
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

describe('a group in an app', () => {
  it('is a document in the config bucket, put there on creation and update', () => {
    const template = Template.fromStack(stack);
    const [document] = Object.values(template.findResources('Custom::AWS'));
    const call = JSON.stringify(document?.Properties.Create);
    expect(call).toContain('groups/web.json');
    expect(call).toContain('Allocation');
    expect(document?.Properties.Update).toEqual(document?.Properties.Create);
  });

  it('destroys nothing when it is removed', () => {
    const template = Template.fromStack(stack);
    template.hasResourceProperties('Custom::AWS', { Delete: Match.absent() });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Action: 's3:PutObject',
            Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': Match.anyValue() }, '/groups/web.json']] },
          }),
        ],
      },
    });
  });

  it('must have an id that is one', () => {
    const other = new ControlPlane(new Stack(new App(), 'Other'), 'Plane', { bundles: fakeBundles() });
    expect(() => new Group(other, 'a b', { controlPlane: other, properties: {} })).toThrow('"a b" cannot be');
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
