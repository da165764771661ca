import { beforeAll, describe, expect, it } from 'vitest';
import type { FunctionName } from '../../lib/core/deployment.js';
import { FUNCTIONS } from '../../lib/core/deployment.js';
import type { IamWorld, PolicyEvaluator } from '../support/policy-evaluator.js';
import { type Synthesized, synthesized, synthesizedWith } from '../support/synthesized.js';

const OURS = { 'holdfast.stack': 'Holdfast', 'infrakit.group': 'web' };
const TAGGED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'i-ours': OURS,
  'i-other-plane': { 'holdfast.stack': 'Other', 'infrakit.group': 'web' },
  'i-infrakit': { 'infrakit.group': 'web' },
  'i-stranger': { Name: 'pet' },
  'i-no-group': { 'holdfast.stack': 'Holdfast' },
};
const world: IamWorld = { tagsOf: (id) => TAGGED[id] };

const asTags = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

const specifications = (
  tags: Readonly<Record<string, string>>,
  kinds = ['instance', 'volume', 'network-interface'],
) => kinds.map((ResourceType) => ({ ResourceType, Tags: asTags(tags) }));

let stack: Synthesized;
let evaluator: PolicyEvaluator;
beforeAll(() => {
  stack = synthesized();
  evaluator = stack.evaluator();
});

const call = (principal: FunctionName, service: string, operation: string, input: object) =>
  evaluator.authorise({ principal, service, operation, input }, world);

const launch = (input: object) =>
  call('reconcile', 'EC2', 'RunInstances', {
    ImageId: 'ami-1',
    SubnetId: 'subnet-1',
    SecurityGroupIds: ['sg-1'],
    MinCount: 1,
    MaxCount: 2,
    IamInstanceProfile: { Arn: stack.environmentOf('reconcile').HOLDFAST_INSTANCE_PROFILE_ARN },
    TagSpecifications: specifications(OURS),
    ...input,
  });

describe('launching', () => {
  it('is allowed when instance, volume and interface carry both tags', () => {
    expect(launch({})).toBe('allow');
    expect(
      launch({
        KeyName: 'k',
        Placement: { GroupName: 'p' },
        LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: '3' },
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId: 'snap-1' } }],
      }),
    ).toBe('allow');
  });

  it.each([
    ['a placement group by its id', { Placement: { GroupId: 'pg-1' } }],
    ['a dedicated host', { Placement: { Tenancy: 'host', HostId: 'h-1' } }],
    [
      'hosts of a group',
      { Placement: { HostResourceGroupArn: 'arn:aws:resource-groups:eu-west-1:000000000000:group/hosts' } },
    ],
    ['the spot market', { InstanceMarketOptions: { MarketType: 'spot' } }],
    [
      'a capacity reservation',
      {
        CapacityReservationSpecification: { CapacityReservationTarget: { CapacityReservationId: 'cr-1' } },
      },
    ],
    [
      'a group of capacity reservations',
      {
        CapacityReservationSpecification: {
          CapacityReservationTarget: {
            CapacityReservationResourceGroupArn:
              'arn:aws:resource-groups:eu-west-1:000000000000:group/reserved',
          },
        },
      },
    ],
    [
      'licences of another account',
      {
        LicenseSpecifications: [
          {
            LicenseConfigurationArn:
              'arn:aws:license-manager:eu-west-1:123456789012:license-configuration:lic-1',
          },
        ],
      },
    ],
  ])('is allowed on %s, as a spec may name it', (_, input) => {
    expect(launch(input)).toBe('allow');
  });

  it.each(['instance', 'volume', 'network-interface'])('is denied without tags on the %s', (kind) => {
    const kinds = ['instance', 'volume', 'network-interface'].filter((it) => it !== kind);
    expect(launch({ TagSpecifications: specifications(OURS, kinds) })).toEqual({
      denied: expect.stringMatching(new RegExp(`^ec2:RunInstances on arn:aws:ec2:.*:${kind}/\\*`)),
    });
  });

  it('is denied under the name of another control plane, or without a group', () => {
    const other = { 'holdfast.stack': 'Other', 'infrakit.group': 'web' };
    expect(launch({ TagSpecifications: specifications(other) })).not.toBe('allow');
    expect(launch({ TagSpecifications: specifications({ 'holdfast.stack': 'Holdfast' }) })).not.toBe('allow');
  });

  it('is denied with a role that is not of our nodes', () => {
    expect(launch({ IamInstanceProfile: { Name: 'admin' } })).toEqual({
      denied: expect.stringMatching(/^iam:PassRole/),
    });
  });

  it('is for reconcile alone', () => {
    for (const name of FUNCTIONS) {
      for (const { actions } of stack.policiesOf(name)) {
        const touching = actions.filter((it) => /^(ec2:(?!Describe)|ssm:(Delete|Put)|iam:)/.test(it));
        if (name !== 'reconcile') expect(touching, name).toEqual([]);
      }
    }
  });
});

describe('tagging', () => {
  const tag = (id: string, tags: Readonly<Record<string, string>>) =>
    call('reconcile', 'EC2', 'CreateTags', { Resources: [id], Tags: asTags(tags) });

  it('adopts an instance that carries a group and no owner', () => {
    expect(tag('i-infrakit', { 'holdfast.stack': 'Holdfast' })).toBe('allow');
  });

  it.each(['i-ours', 'i-other-plane', 'i-stranger', 'i-no-group'])('is denied on %s', (id) => {
    expect(tag(id, { 'holdfast.stack': 'Holdfast' })).not.toBe('allow');
  });

  it('is denied with any tag but our own name', () => {
    expect(tag('i-infrakit', { 'holdfast.stack': 'Other' })).not.toBe('allow');
    expect(tag('i-infrakit', { 'holdfast.stack': 'Holdfast', Name: 'x' })).not.toBe('allow');
    expect(tag('i-infrakit', { 'infrakit.group': 'x' })).not.toBe('allow');
  });

  it('never removes tags', () => {
    expect(
      call('reconcile', 'EC2', 'DeleteTags', { Resources: ['i-ours'], Tags: [{ Key: 'holdfast.stack' }] }),
    ).not.toBe('allow');
  });
});

describe('terminating', () => {
  const terminate = (...ids: string[]) =>
    call('reconcile', 'EC2', 'TerminateInstances', { InstanceIds: ids });

  it('is allowed on what carries both tags', () => {
    expect(terminate('i-ours')).toBe('allow');
  });

  it.each(['i-other-plane', 'i-infrakit', 'i-stranger', 'i-no-group'])('is denied on %s', (id) => {
    expect(terminate(id)).not.toBe('allow');
    expect(terminate('i-ours', id)).not.toBe('allow');
  });
});

describe('the table', () => {
  const query = (name: FunctionName, IndexName?: string) =>
    call(name, 'DynamoDB', 'Query', { TableName: stack.environmentOf(name).HOLDFAST_TABLE, IndexName });

  it('is listed by the API and the sweep, and searched for instances by their events, each by its own index', () => {
    expect(query('group-api', 'groups')).toBe('allow');
    expect(query('sweep', 'groups')).toBe('allow');
    expect(query('instance-changed', 'instances')).toBe('allow');
    expect(query('sweep', 'instances')).not.toBe('allow');
    expect(query('sweep')).not.toBe('allow');
    expect(query('instance-changed', 'groups')).not.toBe('allow');
  });

  it("is out of reach when it is another's", () => {
    expect(call('reconcile', 'DynamoDB', 'GetItem', { TableName: 'other' })).not.toBe('allow');
  });

  it('is written to by no function that only looks', () => {
    const input = { TableName: stack.environmentOf('sweep').HOLDFAST_TABLE };
    expect(call('sweep', 'DynamoDB', 'PutItem', input)).not.toBe('allow');
    expect(call('instance-changed', 'DynamoDB', 'PutItem', input)).not.toBe('allow');
    expect(call('group-api', 'DynamoDB', 'DeleteItem', input)).not.toBe('allow');
  });
});

describe('the config bucket', () => {
  const Bucket = () => stack.environmentOf('config-uploaded').HOLDFAST_CONFIG_BUCKET;
  const s3 = (operation: string, Key: string, VersionId?: string) =>
    call('config-uploaded', 'S3', operation, { Bucket: Bucket(), Key, VersionId });

  it('is read where users write and written where they read', () => {
    expect(s3('GetObject', 'groups/a.json', 'v1')).toBe('allow');
    expect(s3('GetObject', 'proposed/a.json', 'v1')).toBe('allow');
    // The bucket keeps versions, and an event names the one that it tells of.
    expect(s3('GetObject', 'groups/a.json')).not.toBe('allow');
    expect(s3('PutObject', 'results/groups/a.json')).toBe('allow');
    expect(s3('PutObject', 'groups/a.json')).not.toBe('allow');
    expect(s3('GetObject', 'results/groups/a.json')).not.toBe('allow');
    expect(s3('DeleteObject', 'results/groups/a.json')).not.toBe('allow');
  });
});

describe('the rest', () => {
  it('publishes events under our source only', () => {
    const put = (Source: string) =>
      call('reconcile', 'EventBridge', 'PutEvents', { Entries: [{ Source, DetailType: 'group.planned' }] });
    expect(put('holdfast')).toBe('allow');
    expect(put('aws.ec2')).not.toBe('allow');
  });

  it('calls reconcile and no other function', () => {
    const invoke = (FunctionName: string | undefined, Qualifier?: string) =>
      call('group-api', 'Lambda', 'Invoke', { FunctionName, Qualifier });
    expect(invoke(stack.environmentOf('group-api').HOLDFAST_RECONCILE_FUNCTION)).toBe('allow');
    expect(invoke('other')).not.toBe('allow');
  });

  it('wakes by the queue of wakes and no other', () => {
    const QueueUrl = stack.environmentOf('sweep').HOLDFAST_WAKE_QUEUE_URL;
    expect(call('sweep', 'SQS', 'SendMessageBatch', { QueueUrl })).toBe('allow');
    expect(call('sweep', 'SQS', 'SendMessage', { QueueUrl: `${QueueUrl}x` })).not.toBe('allow');
  });

  it('makes and removes alarms of its own groups only', () => {
    const put = (AlarmName: string) => call('reconcile', 'CloudWatch', 'PutMetricAlarm', { AlarmName });
    expect(put('holdfast:Holdfast:web')).toBe('allow');
    expect(put('holdfast:Holdfast-2:web')).not.toBe('allow');
    expect(put('payroll')).not.toBe('allow');
  });

  it('reads the alarms that rollouts watch, composite ones too, where commits and passes are made', () => {
    const read = (name: FunctionName, AlarmTypes?: readonly string[]) =>
      call(name, 'CloudWatch', 'DescribeAlarms', { AlarmNames: ['slow'], AlarmTypes });
    for (const name of ['group-api', 'config-uploaded', 'reconcile'] as const) {
      expect(read(name, ['MetricAlarm', 'CompositeAlarm']), name).toBe('allow');
      expect(read(name), name).toBe('allow');
    }
    for (const name of ['sweep', 'check-health', 'start-rollout'] as const) {
      expect(read(name), name).not.toBe('allow');
    }
  });

  it('registers instances where their health is judged, and takes them out in passes alone', () => {
    const TargetGroupArn =
      'arn:aws:elasticloadbalancing:eu-west-1:000000000000:targetgroup/web/0123456789abcdef';
    const elsewhere = TargetGroupArn.replace('eu-west-1', 'us-east-1');
    const may = (operation: string, input: object = { TargetGroupArn }) =>
      FUNCTIONS.filter((name) => call(name, 'Elastic Load Balancing v2', operation, input) === 'allow');
    expect(may('RegisterTargets')).toEqual(['reconcile', 'check-health']);
    expect(may('DeregisterTargets')).toEqual(['reconcile']);
    expect(may('DeregisterTargets', { TargetGroupArn: elsewhere })).toEqual([]);
    expect(may('DescribeTargetHealth')).toEqual([
      'group-api',
      'config-uploaded',
      'sweep',
      'reconcile',
      'check-health',
    ]);
  });

  it("reads AWS's public parameters and those that were named, no others", () => {
    const named = synthesizedWith({ imageParameters: ['/images/web'] }).evaluator();
    const read = (name: string) =>
      named.authorise(
        { principal: 'group-api', service: 'SSM', operation: 'GetParameters', input: { Names: [name] } },
        world,
      );
    expect(read('/aws/service/ami-amazon-linux-latest/al2023')).toBe('allow');
    expect(read('/images/web:3')).toBe('allow');
    expect(read('/secrets/db')).not.toBe('allow');
  });
});

describe('the evaluator', () => {
  it('tells which allowed actions nobody used', () => {
    const fresh = stack.evaluator();
    const unused = () => fresh.unusedActions().filter((it) => it.principal === 'instance-changed');
    expect(unused().map((it) => it.action)).toEqual([
      'dynamodb:BatchWriteItem',
      'dynamodb:GetItem',
      'dynamodb:UpdateItem',
      'dynamodb:Query',
      'sqs:SendMessage',
      'events:PutEvents',
    ]);
    const TableName = stack.environmentOf('sweep').HOLDFAST_TABLE;
    const use = (operation: string) =>
      fresh.authorise(
        { principal: 'instance-changed', service: 'DynamoDB', operation, input: { TableName } },
        world,
      );
    expect(use('UpdateItem')).toBe('allow');
    expect(use('PutItem')).not.toBe('allow');
    expect(unused().map((it) => it.action)).toEqual([
      'dynamodb:BatchWriteItem',
      'dynamodb:GetItem',
      'dynamodb:Query',
      'sqs:SendMessage',
      'events:PutEvents',
    ]);
  });

  it('refuses calls and callers that it does not know', () => {
    expect(() => call('sweep', 'EC2', 'CreateVpc', {})).toThrow('EC2 CreateVpc is not authorised here');
    expect(() => call('sweep', 'STS', 'AssumeRole', {})).toThrow('calls of STS');
    const stranger = { principal: 'nobody', service: 'EC2', operation: 'DescribeInstances', input: {} };
    expect(() => evaluator.authorise(stranger, world)).toThrow('"nobody" is no function or machine');
  });
});
