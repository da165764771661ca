import {
  CreateTagsCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  EC2Client,
  EC2ServiceException,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import { ec2InstanceProvider } from '../../lib/aws/ec2-instance-provider.js';
import { groupId, instanceId, orderId } from '../../lib/core/ids.js';

const client = new EC2Client({ region: 'eu-west-1' });
const ec2 = mockClient(client);
const provider = ec2InstanceProvider({ client, stack: 'prod*' });
beforeEach(() => ec2.reset());

const said = (name: string, message = name) =>
  new EC2ServiceException({ name, message, $fault: 'client', $metadata: { httpStatusCode: 400 } });
const inputs = (command: Parameters<typeof ec2.commandCalls>[0]) =>
  ec2.commandCalls(command).map((call) => call.args[0].input as Record<string, unknown>);
const described = (InstanceId: string, tags: Record<string, string>) => ({
  InstanceId,
  State: { Name: 'running' as const },
  Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
});
const LIVE = { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] };

describe('reads', () => {
  test('it asks for members by both tags and live states, and checks the tags itself', async () => {
    ec2.on(DescribeInstancesCommand).resolves({
      Reservations: [
        { Instances: [described('i-1', { 'holdfast.stack': 'prod*', 'infrakit.group': 'web' })] },
        { Instances: [described('i-2', { 'holdfast.stack': 'prod-b', 'infrakit.group': 'web' })] },
        { Instances: [described('i-3', { 'holdfast.stack': 'prod*', 'infrakit.group': 'Web' })] },
        { Instances: [described('i-4', { 'infrakit.group': 'web' })] },
      ],
    });
    expect((await provider.members(groupId('web'))).map(({ id }) => id)).toEqual(['i-1']);
    expect(inputs(DescribeInstancesCommand)).toEqual([
      {
        Filters: [
          { Name: 'tag:holdfast.stack', Values: ['prod\\*'] },
          { Name: 'tag:infrakit.group', Values: ['web'] },
          LIVE,
        ],
        MaxResults: 1000,
        NextToken: undefined,
      },
    ]);
    expect((await provider.candidates(groupId('web'))).map(({ id }) => id)).toEqual(['i-1', 'i-4']);
    expect(inputs(DescribeInstancesCommand)[1]).toMatchObject({
      Filters: [{ Name: 'tag:infrakit.group', Values: ['web'] }, LIVE],
    });
  });

  test('it asks by the instance-id filter, 200 ids at a time, in any state', async () => {
    ec2.on(DescribeInstancesCommand).resolves({});
    await provider.byIds(Array.from({ length: 401 }, (_, index) => instanceId(`i-${index}`)));
    const filters = inputs(DescribeInstancesCommand).map(
      ({ Filters }) => Filters as { Name: string; Values: string[] }[],
    );
    expect(filters.map((of) => of.map(({ Name, Values }) => [Name, Values.length]))).toEqual([
      [['instance-id', 200]],
      [['instance-id', 200]],
      [['instance-id', 1]],
    ]);
    for (const input of inputs(DescribeInstancesCommand)) expect(input).not.toHaveProperty('InstanceIds');
  });

  test('it reads every fact of an instance', async () => {
    ec2.on(DescribeInstancesCommand).resolves({
      Reservations: [
        {
          Instances: [
            {
              InstanceId: 'i-1',
              State: { Name: 'terminated' },
              LaunchTime: new Date('2026-01-01T00:00:00Z'),
              ClientToken: 'order-1',
              AmiLaunchIndex: 0,
              Placement: { AvailabilityZone: 'eu-west-1a' },
              SubnetId: 'subnet-1',
              InstanceType: 't3.micro',
              PrivateIpAddress: '10.0.1.5',
              ImageId: 'ami-0abc',
              StateReason: { Code: 'Client.VolumeLimitExceeded', Message: 'too many volumes' },
            },
            { InstanceId: 'i-2', State: { Name: 'pending' }, ClientToken: '' },
          ],
        },
      ],
    });
    expect(await provider.byTokens([orderId('order-1')])).toEqual([
      {
        id: 'i-1',
        state: 'terminated',
        tags: {},
        launchedAt: 1_767_225_600_000,
        token: 'order-1',
        launchIndex: 0,
        zone: 'eu-west-1a',
        subnet: 'subnet-1',
        instanceType: 't3.micro',
        privateIp: '10.0.1.5',
        imageId: 'ami-0abc',
        stateReason: { code: 'Client.VolumeLimitExceeded', message: 'too many volumes' },
      },
      { id: 'i-2', state: 'pending', tags: {}, launchedAt: 0 },
    ]);
  });

  test('it takes a state that it does not know for no answer', async () => {
    ec2.on(DescribeInstancesCommand).resolves({ Reservations: [{ Instances: [{ InstanceId: 'i-1' }] }] });
    await expect(provider.fleet()).rejects.toMatchObject({ name: 'Unanswered' });
  });
});

describe('launch', () => {
  const call = { token: orderId('order-1'), count: 5 };

  test('it sends the stored request with token, counts and place', async () => {
    ec2.on(RunInstancesCommand).resolves({ Instances: [described('i-1', {})] });
    const request = { ImageId: 'ami-0abc', SubnetId: 'subnet-0', InstanceType: 't3.nano' };
    await provider.launch({ ...call, request, subnet: 'subnet-2', instanceType: 't3.small' });
    expect(inputs(RunInstancesCommand)).toEqual([
      {
        ImageId: 'ami-0abc',
        SubnetId: 'subnet-2',
        InstanceType: 't3.small',
        MinCount: 1,
        MaxCount: 5,
        ClientToken: 'order-1',
      },
    ]);
  });

  test('it puts the subnet on the first interface when interfaces are declared', async () => {
    ec2.on(RunInstancesCommand).resolves({});
    const request = {
      NetworkInterfaces: [{ DeviceIndex: 0, PrivateIpAddress: '10.0.1.9' }, { DeviceIndex: 1 }],
    };
    expect(await provider.launch({ ...call, request, subnet: 'subnet-2' })).toEqual([]);
    const [input] = inputs(RunInstancesCommand);
    expect(input).not.toHaveProperty('SubnetId');
    expect(input?.NetworkInterfaces).toEqual([
      { DeviceIndex: 0, PrivateIpAddress: '10.0.1.9', SubnetId: 'subnet-2' },
      { DeviceIndex: 1 },
    ]);
  });

  test('it hands the one date of the request to the SDK as a date', async () => {
    ec2.on(RunInstancesCommand).resolves({});
    const ValidUntil = '2027-01-01T00:00:00.000Z';
    const request = {
      InstanceMarketOptions: { MarketType: 'spot', SpotOptions: { ValidUntil, MaxPrice: '1' } },
    };
    await provider.launch({ ...call, request });
    expect(inputs(RunInstancesCommand)[0]?.InstanceMarketOptions).toEqual({
      MarketType: 'spot',
      SpotOptions: { ValidUntil: new Date(Date.UTC(2027, 0, 1)), MaxPrice: '1' },
    });
  });
});

describe('dryRun', () => {
  test('it asks without address and token, at the place', async () => {
    ec2.on(RunInstancesCommand).rejects(said('DryRunOperation'));
    const request = { PrivateIpAddress: '10.0.1.9', ImageId: 'ami-0abc' };
    expect(
      await provider.dryRun(request, { subnet: 'subnet-2', instanceType: 't3.small', zone: 'z' }),
    ).toBeUndefined();
    expect(inputs(RunInstancesCommand)).toEqual([
      {
        ImageId: 'ami-0abc',
        SubnetId: 'subnet-2',
        InstanceType: 't3.small',
        MinCount: 1,
        MaxCount: 1,
        DryRun: true,
      },
    ]);
    await provider.dryRun({ NetworkInterfaces: [{ DeviceIndex: 0, PrivateIpAddress: '10.0.1.9' }] }, {});
    expect(inputs(RunInstancesCommand)[1]?.NetworkInterfaces).toEqual([{ DeviceIndex: 0 }]);
  });

  test.each([
    ['InvalidSubnetID.NotFound', false],
    ['UnauthorizedOperation', false],
    ['Unsupported', false],
    ['InsufficientInstanceCapacity', true],
    ['RequestLimitExceeded', true],
    ['InternalError', true],
  ])('it answers %s with its words, inconclusive: %s', async (code, inconclusive) => {
    ec2.on(RunInstancesCommand).rejects(said(code, 'because'));
    expect(await provider.dryRun({}, {})).toEqual({ code, message: 'because', inconclusive });
  });
});

describe('terminate', () => {
  const [one, two, three] = [instanceId('i-1'), instanceId('i-2'), instanceId('i-3')];
  const ending = (...ids: string[]) => ({
    TerminatingInstances: ids.map((InstanceId) => ({
      InstanceId,
      CurrentState: { Name: 'shutting-down' as const },
    })),
  });

  test('it ends many in one call', async () => {
    ec2.on(TerminateInstancesCommand).resolves(ending('i-1', 'i-2'));
    expect(await provider.terminate([one, two, one])).toEqual([
      { id: 'i-1', kind: 'ending', state: 'shutting-down' },
      { id: 'i-2', kind: 'ending', state: 'shutting-down' },
    ]);
    expect(inputs(TerminateInstancesCommand)).toEqual([{ InstanceIds: ['i-1', 'i-2'] }]);
  });

  test('it asks for each on its own when the call is refused', async () => {
    ec2.on(TerminateInstancesCommand).rejects(said('OperationNotPermitted', 'protected'));
    ec2.on(TerminateInstancesCommand, { InstanceIds: ['i-1'] }).resolves(ending('i-1'));
    ec2.on(TerminateInstancesCommand, { InstanceIds: ['i-3'] }).rejects(said('InvalidInstanceID.NotFound'));
    const outcomes = await provider.terminate([one, two, three]);
    expect([...outcomes].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
      { id: 'i-1', kind: 'ending', state: 'shutting-down' },
      { id: 'i-2', kind: 'blocked', reason: 'OperationNotPermitted: protected' },
      { id: 'i-3', kind: 'not-found' },
    ]);
    expect(inputs(TerminateInstancesCommand)).toHaveLength(4);
  });

  test('it does not press on when throttled', async () => {
    ec2.on(TerminateInstancesCommand).rejects(said('RequestLimitExceeded', 'slow'));
    expect(await provider.terminate([one, two])).toEqual([
      { id: 'i-1', kind: 'later', reason: 'RequestLimitExceeded: slow' },
      { id: 'i-2', kind: 'later', reason: 'RequestLimitExceeded: slow' },
    ]);
    expect(inputs(TerminateInstancesCommand)).toHaveLength(1);
  });

  test('it believes only a state that ends', async () => {
    ec2.on(TerminateInstancesCommand).resolves({
      TerminatingInstances: [{ InstanceId: 'i-1', CurrentState: { Name: 'running' } }],
    });
    expect(await provider.terminate([one, two])).toMatchObject([
      { id: 'i-1', kind: 'later' },
      { id: 'i-2', kind: 'later' },
    ]);
    expect(await provider.terminate([])).toEqual([]);
    expect(inputs(TerminateInstancesCommand)).toHaveLength(1);
  });
});

describe('status checks', () => {
  test('it asks by ids, 100 at a time and unpaged', async () => {
    ec2.on(DescribeInstanceStatusCommand).resolves({
      InstanceStatuses: [
        { InstanceId: 'i-7', InstanceStatus: { Status: 'impaired' }, SystemStatus: { Status: 'ok' } },
        { InstanceId: 'i-8', InstanceStatus: {} },
      ],
    });
    const checks = await provider.statusChecks(
      Array.from({ length: 101 }, (_, index) => instanceId(`i-${index}`)),
    );
    expect(checks.get(instanceId('i-7'))).toEqual({ instance: 'impaired', system: 'ok' });
    expect(checks.get(instanceId('i-8'))).toEqual({
      instance: 'insufficient-data',
      system: 'insufficient-data',
    });
    const calls = inputs(DescribeInstanceStatusCommand);
    expect(calls.map(({ InstanceIds }) => (InstanceIds as string[]).length)).toEqual([100, 1]);
    for (const call of calls) expect(call.MaxResults).toBeUndefined();
  });

  test('it asks again without the ids that EC2 does not know, named or not', async () => {
    const gone = (message: string) => said('InvalidInstanceID.NotFound', message);
    const asked = (...InstanceIds: string[]) => ec2.on(DescribeInstanceStatusCommand, { InstanceIds });
    asked('i-1', 'i-2', 'i-3').rejects(gone("The instance IDs 'i-1, i-3' do not exist"));
    asked('i-2').resolves({ InstanceStatuses: [{ InstanceId: 'i-2', InstanceStatus: { Status: 'ok' } }] });
    const ids = ['i-1', 'i-2', 'i-3'].map((id) => instanceId(id));
    expect([...(await provider.statusChecks(ids)).keys()]).toEqual(['i-2']);
    ec2.reset();
    asked('i-1', 'i-2').rejects(gone('some do not exist'));
    asked('i-1').rejects(gone('some do not exist'));
    asked('i-2').resolves({ InstanceStatuses: [{ InstanceId: 'i-2', InstanceStatus: { Status: 'ok' } }] });
    expect([...(await provider.statusChecks(ids.slice(0, 2))).keys()]).toEqual(['i-2']);
  });

  test('it finds the impaired of the account in two questions', async () => {
    ec2
      .on(DescribeInstanceStatusCommand)
      .resolvesOnce({ InstanceStatuses: [{ InstanceId: 'i-1' }], NextToken: 'more' })
      .resolvesOnce({ InstanceStatuses: [{ InstanceId: 'i-2' }] })
      .resolvesOnce({ InstanceStatuses: [{ InstanceId: 'i-2' }, { InstanceId: 'i-3' }] });
    expect([...(await provider.impaired())]).toEqual(['i-1', 'i-2', 'i-3']);
    expect(inputs(DescribeInstanceStatusCommand)).toMatchObject([
      { Filters: [{ Name: 'instance-status.status', Values: ['impaired'] }], MaxResults: 1000 },
      { NextToken: 'more' },
      { Filters: [{ Name: 'system-status.status', Values: ['impaired'] }], MaxResults: 1000 },
    ]);
  });
});

describe('adopt', () => {
  const ownerless = described('i-1', { 'infrakit.group': 'web' });
  const showing = (...Instances: ReturnType<typeof described>[]) =>
    ec2.on(DescribeInstancesCommand).resolves({ Reservations: [{ Instances }] });

  test('it tags those without an owner and nothing else', async () => {
    showing(ownerless, described('i-2', { 'infrakit.group': 'web', 'holdfast.stack': 'prod*' }));
    await provider.adopt([instanceId('i-1'), instanceId('i-2'), instanceId('i-gone')]);
    expect(inputs(CreateTagsCommand)).toEqual([
      { Resources: ['i-1'], Tags: [{ Key: 'holdfast.stack', Value: 'prod*' }] },
    ]);
  });

  test('it changes none when one has another owner or no group by now', async () => {
    showing(ownerless, described('i-2', { 'infrakit.group': 'web', 'holdfast.stack': 'other' }));
    await expect(provider.adopt([instanceId('i-1'), instanceId('i-2')])).rejects.toMatchObject({
      name: 'Refused',
      message: 'cannot adopt: i-2 belongs to control plane "other"',
    });
    showing(ownerless, described('i-3', {}));
    await expect(provider.adopt([instanceId('i-1'), instanceId('i-3')])).rejects.toMatchObject({
      name: 'Refused',
    });
    expect(inputs(CreateTagsCommand)).toEqual([]);
  });

  test('it is refused when IAM sees an owner that the read did not show', async () => {
    showing(ownerless);
    ec2.on(CreateTagsCommand).rejects(said('UnauthorizedOperation', 'no'));
    await expect(provider.adopt([instanceId('i-1')])).rejects.toMatchObject({ name: 'Refused' });
    ec2.on(CreateTagsCommand).rejects(said('RequestLimitExceeded'));
    await expect(provider.adopt([instanceId('i-1')])).rejects.toMatchObject({ name: 'Throttled' });
  });
});
