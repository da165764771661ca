import { DescribeTagsCommand, EC2ServiceException, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { defaultWorld, withSubnet } from '../../../lib/local/ec2/index.js';
import { freshEc2, idOf, refused } from './setup.js';

describe('client tokens', () => {
  test('it answers the same instances when the same request is repeated', async () => {
    const { clock, launch, ec2 } = freshEc2();
    const first = await launch({ ClientToken: 'order-1', MaxCount: 3 });
    await clock.advance(10_000);
    const again = await launch({ ClientToken: 'order-1', MaxCount: 3 });
    expect(again.map(idOf)).toEqual(first.map(idOf));
    expect(again[0]?.State?.Name).toBe('running');
    expect(ec2.books.all()).toHaveLength(3);
  });

  test('it refuses the same token with other parameters', async () => {
    const { launch } = freshEc2();
    await launch({ ClientToken: 'order-1' });
    expect(await refused(launch({ ClientToken: 'order-1', InstanceType: 't3.small' }))).toBe(
      'IdempotentParameterMismatch',
    );
    expect(await refused(launch({ ClientToken: 'order-1', MaxCount: 2 }))).toBe(
      'IdempotentParameterMismatch',
    );
  });

  test('it is zonal once a subnet or a zone is given, so another zone launches again', async () => {
    const { launch, ec2 } = freshEc2();
    await launch({ ClientToken: 'order-1' });
    await launch({ ClientToken: 'order-1', SubnetId: 'subnet-2' });
    await launch({
      ClientToken: 'order-1',
      SubnetId: undefined,
      Placement: { AvailabilityZone: 'eu-west-1c' },
    });
    expect(ec2.books.byToken('order-1').map(({ zone }) => zone)).toEqual([
      'eu-west-1a',
      'eu-west-1b',
      'eu-west-1c',
    ]);
  });

  test('it is regional when neither is given', async () => {
    const { launch, ec2, fault } = freshEc2();
    const first = await launch({ ClientToken: 'order-1', SubnetId: undefined });
    fault({ kind: 'no-capacity', zone: 'eu-west-1a' });
    const again = await launch({ ClientToken: 'order-1', SubnetId: undefined });
    expect(again.map(idOf)).toEqual(first.map(idOf));
    expect(ec2.books.all()).toHaveLength(1);
  });

  test('it binds only to a request that succeeded', async () => {
    const { launch, fault } = freshEc2();
    fault({ kind: 'no-capacity', zone: 'eu-west-1a', times: 1 });
    expect(await refused(launch({ ClientToken: 'order-1' }))).toBe('InsufficientInstanceCapacity');
    expect(await refused(launch({ ClientToken: 'order-1', DryRun: true }))).toBe('DryRunOperation');
    const instances = await launch({ ClientToken: 'order-1', InstanceType: 't3.small' });
    expect(instances).toHaveLength(1);
  });

  test('it refuses a token whose instances are all terminated, but not while one still ends', async () => {
    const { clock, launch, ec2 } = freshEc2();
    const [one, other] = await launch({ ClientToken: 'order-1', MaxCount: 2 });
    ec2.others.terminate(idOf(one));
    await clock.advance(30_000);
    ec2.others.terminate(idOf(other));
    const again = await launch({ ClientToken: 'order-1', MaxCount: 2 });
    expect(again.map(({ State }) => State?.Name)).toEqual(['terminated', 'shutting-down']);
    await clock.advance(30_000);
    const repeat = () => refused(launch({ ClientToken: 'order-1', MaxCount: 2 }));
    expect(await repeat()).toBe('IdempotentInstanceTerminated');
    await clock.advance(2 * 3_600_000);
    expect(await repeat()).toBe('IdempotentInstanceTerminated');
  });

  test('it refuses a token of more than 64 characters', async () => {
    const { launch } = freshEc2();
    expect(await refused(launch({ ClientToken: 'x'.repeat(65) }))).toBe('InvalidParameterValue');
    expect(await launch({ ClientToken: 'x'.repeat(64) })).toHaveLength(1);
  });

  test('it launches each time without a token', async () => {
    const { launch, ec2 } = freshEc2();
    await launch();
    await launch();
    expect(ec2.books.live()).toHaveLength(2);
  });
});

describe('refusals', () => {
  const cases: readonly (readonly [
    title: string,
    input: Parameters<ReturnType<typeof freshEc2>['launch']>[0],
    code: string,
  ])[] = [
    ['an unknown image', { ImageId: 'ami-0ffff' }, 'InvalidAMIID.NotFound'],
    ['what is no image id', { ImageId: 'debian' }, 'InvalidAMIID.Malformed'],
    ['no image', { ImageId: undefined }, 'MissingParameter'],
    ['an unknown subnet', { SubnetId: 'subnet-9' }, 'InvalidSubnetID.NotFound'],
    ['an unknown security group', { SecurityGroupIds: ['sg-9'] }, 'InvalidGroup.NotFound'],
    ['an unknown key pair', { KeyName: 'nobody' }, 'InvalidKeyPair.NotFound'],
    ['an unknown instance type', { InstanceType: 't9.huge' as 't3.micro' }, 'InvalidParameterValue'],
    ['a type of another architecture than the image', { InstanceType: 't4g.micro' }, 'InvalidParameterValue'],
    [
      'an unknown zone',
      { SubnetId: undefined, Placement: { AvailabilityZone: 'mars-1a' } },
      'InvalidParameterValue',
    ],
    [
      'an unknown template',
      { LaunchTemplate: { LaunchTemplateId: 'lt-9' } },
      'InvalidLaunchTemplateId.NotFound',
    ],
    [
      'an unknown template version',
      { LaunchTemplate: { LaunchTemplateName: 'web', Version: '7' } },
      'InvalidLaunchTemplateId.VersionNotFound',
    ],
    ['a count below one', { MinCount: 0 }, 'InvalidParameterValue'],
    ['a maximum below the minimum', { MinCount: 3, MaxCount: 2 }, 'InvalidParameterValue'],
    ['an address outside the subnet', { PrivateIpAddress: '10.0.2.9' }, 'InvalidParameterValue'],
    ['one of the first four addresses', { PrivateIpAddress: '10.0.1.3' }, 'InvalidParameterValue'],
    ['the last address', { PrivateIpAddress: '10.0.1.255' }, 'InvalidParameterValue'],
    ['what is no address', { PrivateIpAddress: '10.0.1' }, 'InvalidParameterValue'],
    ['one address for two', { PrivateIpAddress: '10.0.1.9', MaxCount: 2 }, 'InvalidParameterCombination'],
    [
      'a subnet beside a network interface',
      { NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: 'subnet-1' }] },
      'InvalidParameterCombination',
    ],
    ['user data that is not base64', { UserData: '#!/bin/sh' }, 'InvalidParameterValue'],
    ['a malformed instance profile', { IamInstanceProfile: { Arn: 'profile' } }, 'InvalidParameterValue'],
    [
      "a tag key of AWS's own",
      { TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'aws:x', Value: '1' }] }] },
      'InvalidParameterValue',
    ],
    [
      'tags for what is not launched',
      { TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: 'a', Value: '1' }] }] },
      'InvalidParameterValue',
    ],
  ];
  test.each(cases)('it refuses %s, dry run or not', async (_title, input, code) => {
    const { launch, ec2 } = freshEc2();
    expect(await refused(launch(input))).toBe(code);
    expect(await refused(launch({ ...input, DryRun: true }))).toBe(code);
    expect(ec2.books.all()).toEqual([]);
  });

  test("it throws the SDK's own exception, with the code as its name", async () => {
    const { client } = freshEc2();
    const failure = await client
      .send(new RunInstancesCommand({ ImageId: 'ami-0ffff', MinCount: 1, MaxCount: 1 }))
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EC2ServiceException);
    expect(failure).toMatchObject({
      name: 'InvalidAMIID.NotFound',
      message: "The image id '[ami-0ffff]' does not exist",
      $fault: 'client',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('it answers a dry run that would succeed with DryRunOperation', async () => {
    const { launch, ec2 } = freshEc2();
    expect(await refused(launch({ DryRun: true }))).toBe('DryRunOperation');
    expect(ec2.books.all()).toEqual([]);
  });

  test('it takes 16384 bytes of user data and not one more', async () => {
    const { launch } = freshEc2();
    const userData = (bytes: number) => Buffer.alloc(bytes, 'x').toString('base64');
    expect(await launch({ UserData: userData(16_384) })).toHaveLength(1);
    expect(await refused(launch({ UserData: userData(16_385) }))).toBe('InvalidParameterValue');
  });
});

describe('addresses', () => {
  test('it gives the private address that is asked for, on the request or on the interface', async () => {
    const { launch } = freshEc2();
    const [one] = await launch({ PrivateIpAddress: '10.0.1.200' });
    const [other] = await launch({
      SubnetId: undefined,
      NetworkInterfaces: [
        { DeviceIndex: 0, SubnetId: 'subnet-2', PrivateIpAddress: '10.0.2.200', Groups: ['sg-2'] },
      ],
    });
    expect(one?.PrivateIpAddress).toBe('10.0.1.200');
    expect(other).toMatchObject({
      PrivateIpAddress: '10.0.2.200',
      SubnetId: 'subnet-2',
      SecurityGroups: [{ GroupId: 'sg-2', GroupName: 'cluster' }],
    });
  });

  test('it holds an address until its instance is terminated, stopped or not', async () => {
    const { clock, launch, ec2 } = freshEc2();
    const successor = () => refused(launch({ PrivateIpAddress: '10.0.1.200' }));
    const [one] = await launch({ PrivateIpAddress: '10.0.1.200' });
    await clock.advance(10_000);
    ec2.others.stop(idOf(one));
    await clock.advance(20_000);
    expect(await successor()).toBe('InvalidIPAddress.InUse');
    ec2.others.terminate(idOf(one));
    await clock.advance(29_999);
    expect(await successor()).toBe('InvalidIPAddress.InUse');
    await clock.advance(1);
    expect(await successor()).toBe('no refusal');
  });

  test('it may hold an address for a while after that', async () => {
    const { clock, launch, ec2, fault } = freshEc2();
    fault({ kind: 'slow-address-release', ms: 45_000 });
    const [one] = await launch({ PrivateIpAddress: '10.0.1.200' });
    ec2.others.terminate(idOf(one));
    await clock.advance(74_999);
    expect(await refused(launch({ PrivateIpAddress: '10.0.1.200' }))).toBe('InvalidIPAddress.InUse');
    await clock.advance(1);
    expect(await launch({ PrivateIpAddress: '10.0.1.200' })).toHaveLength(1);
  });

  test('it runs out of addresses: a /28 has eleven', async () => {
    const world = withSubnet(defaultWorld(), {
      id: 'subnet-small',
      vpc: 'vpc-1',
      zone: 'eu-west-1a',
      cidr: '10.0.9.0/28',
      defaultForZone: false,
    });
    const { launch } = freshEc2({ world });
    const first = await launch({ SubnetId: 'subnet-small', MinCount: 1, MaxCount: 20 });
    expect(first.map(({ PrivateIpAddress }) => PrivateIpAddress)).toHaveLength(11);
    expect(first.at(-1)?.PrivateIpAddress).toBe('10.0.9.14');
    expect(await refused(launch({ SubnetId: 'subnet-small' }))).toBe('InsufficientFreeAddressesInSubnet');
  });

  test('it takes subnets that are added later, in a VPC of their own', async () => {
    const { launch, ec2 } = freshEc2();
    ec2.addSubnet({
      id: 'subnet-classic',
      vpc: 'vpc-2',
      zone: 'eu-west-1b',
      cidr: '192.168.1.0/24',
      defaultForZone: false,
    });
    const [one] = await launch({ SubnetId: 'subnet-classic', PrivateIpAddress: '192.168.1.200' });
    expect(one).toMatchObject({ VpcId: 'vpc-2', SecurityGroups: [{ GroupName: 'default' }] });
    expect(await refused(launch({ SubnetId: 'subnet-classic', SecurityGroupIds: ['sg-1'] }))).toBe(
      'InvalidGroup.NotFound',
    );
  });
});

describe('what is launched', () => {
  test('it tags instance, volume and network interface in the same call', async () => {
    const { client, launch } = freshEc2();
    const tag = (Value: string) => [{ Key: 'holdfast.stack', Value }];
    const [one] = await launch({
      TagSpecifications: [
        { ResourceType: 'instance', Tags: tag('i') },
        { ResourceType: 'volume', Tags: tag('v') },
        { ResourceType: 'network-interface', Tags: tag('n') },
      ],
    });
    const { Tags } = await client.send(
      new DescribeTagsCommand({ Filters: [{ Name: 'key', Values: ['holdfast.stack'] }] }),
    );
    expect(Tags).toEqual([
      { ResourceId: one?.InstanceId, ResourceType: 'instance', Key: 'holdfast.stack', Value: 'i' },
      {
        ResourceId: one?.NetworkInterfaces?.[0]?.NetworkInterfaceId,
        ResourceType: 'network-interface',
        Key: 'holdfast.stack',
        Value: 'n',
      },
      {
        ResourceId: one?.BlockDeviceMappings?.[0]?.Ebs?.VolumeId,
        ResourceType: 'volume',
        Key: 'holdfast.stack',
        Value: 'v',
      },
    ]);
  });

  test('it takes the default version of a launch template, and the request over it', async () => {
    const { launch } = freshEc2();
    const bare = { ImageId: undefined, InstanceType: undefined };
    const [one] = await launch({ ...bare, LaunchTemplate: { LaunchTemplateName: 'web' } });
    expect(one).toMatchObject({
      ImageId: 'ami-0abc',
      InstanceType: 't3.micro',
      SecurityGroups: [{ GroupId: 'sg-2' }],
    });
    const [two] = await launch({
      ...bare,
      InstanceType: 't3.large',
      LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: '$Latest' },
    });
    expect(two).toMatchObject({ ImageId: 'ami-0def', InstanceType: 't3.large' });
  });

  test('it resolves an image by a parameter, and refuses one that is not there', async () => {
    const { launch } = freshEc2({
      resolveParameter: async (name) => (name === '/images/latest' ? 'ami-0def' : undefined),
    });
    const [one] = await launch({ ImageId: 'resolve:ssm:/images/latest' });
    expect(one?.ImageId).toBe('ami-0def');
    expect(await refused(launch({ ImageId: 'resolve:ssm:/images/none' }))).toBe('InvalidParameterValue');
  });

  test('it shows profile, metadata options, key and spot as they were asked for', async () => {
    const { launch } = freshEc2();
    const [one] = await launch({
      KeyName: 'holdfast',
      IamInstanceProfile: { Name: 'nodes' },
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      InstanceMarketOptions: { MarketType: 'spot' },
    });
    expect(one).toMatchObject({
      KeyName: 'holdfast',
      IamInstanceProfile: { Arn: 'arn:aws:iam::123456789012:instance-profile/nodes' },
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      InstanceLifecycle: 'spot',
    });
    expect(one?.SpotInstanceRequestId).toMatch(/^sir-/);
  });

  test('it goes to any zone with room when none is named', async () => {
    const { launch, fault } = freshEc2();
    fault({ kind: 'no-capacity', zone: 'eu-west-1a' });
    fault({ kind: 'no-capacity', zone: 'eu-west-1b' });
    const [one] = await launch({ SubnetId: undefined });
    expect(one?.Placement?.AvailabilityZone).toBe('eu-west-1c');
    fault({ kind: 'no-capacity', zone: 'eu-west-1c' });
    expect(await refused(launch({ SubnetId: undefined }))).toBe('InsufficientInstanceCapacity');
  });
});
