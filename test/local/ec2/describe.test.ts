import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeAvailabilityZonesCommand,
  DescribeImagesCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  paginateDescribeInstanceStatus,
} from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { freshEc2, idOf, refused } from './setup.js';

const tagged = (tags: Readonly<Record<string, string>>) => ({
  TagSpecifications: [
    {
      ResourceType: 'instance' as const,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    },
  ],
});

describe('DescribeInstances', () => {
  test('it gives five at a time unless asked for more, and all through the paginator', async () => {
    const { client, launch, list } = freshEc2();
    await launch({ MaxCount: 7 });
    await launch({ MaxCount: 5, SubnetId: 'subnet-2' });
    const page = await client.send(new DescribeInstancesCommand({}));
    expect(page.Reservations?.flatMap(({ Instances }) => Instances)).toHaveLength(5);
    expect(page.NextToken).toBeDefined();
    const all = await list();
    expect(new Set(all.map(idOf)).size).toBe(12);
    const whole = await client.send(new DescribeInstancesCommand({ MaxResults: 12 }));
    expect(whole.Reservations?.map(({ Instances }) => Instances?.length)).toEqual([7, 5]);
    expect(whole.NextToken).toBeUndefined();
  });

  test('it refuses page sizes, tokens and combinations that EC2 refuses', async () => {
    const { client, launchOne } = freshEc2();
    const id = await launchOne();
    const answer = (input: object) => refused(client.send(new DescribeInstancesCommand(input)));
    expect(await answer({ MaxResults: 4 })).toBe('InvalidParameterValue');
    expect(await answer({ MaxResults: 1_001 })).toBe('InvalidParameterValue');
    expect(await answer({ MaxResults: 10, InstanceIds: [id] })).toBe('InvalidParameterCombination');
    expect(await answer({ NextToken: 'guess' })).toBe('InvalidNextToken');
    expect(await answer({ DryRun: true })).toBe('DryRunOperation');
  });

  test('it fails whole by id when one is unknown, while the filter leaves the unknown out', async () => {
    const { launchOne, describe: ask } = freshEc2();
    const id = await launchOne();
    const unknown = 'i-0123456789abcdef0';
    expect(await refused(ask({ InstanceIds: [id, unknown] }))).toBe('InvalidInstanceID.NotFound');
    expect((await ask({ Filters: [{ Name: 'instance-id', Values: [id, unknown] }] })).map(idOf)).toEqual([
      id,
    ]);
  });

  test('it finds by token, tag, tag key, state, place and type', async () => {
    const { clock, launchOne, list } = freshEc2();
    const web = await launchOne({
      ...tagged({ 'infrakit.group': 'web', 'holdfast.stack': 'a' }),
      ClientToken: 'one',
    });
    const db = await launchOne({
      ...tagged({ 'infrakit.group': 'db' }),
      SubnetId: 'subnet-2',
      InstanceType: 'm5.large',
    });
    await clock.advance(10_000);
    const late = await launchOne(tagged({ 'infrakit.group': 'web-late', note: 'a*b' }));
    const find = async (...filters: readonly (readonly [string, ...string[]])[]) =>
      (await list(filters.map(([Name, ...Values]) => ({ Name, Values })))).map(idOf);
    expect(await find(['client-token', 'one'])).toEqual([web]);
    expect(await find(['tag:infrakit.group', 'web'])).toEqual([web]);
    expect(await find(['tag:infrakit.group', 'web', 'db'])).toEqual([web, db]);
    expect(await find(['tag:infrakit.group', 'web*'])).toEqual([web, late]);
    expect(await find(['tag:infrakit.group', '?b'])).toEqual([db]);
    expect(await find(['tag:note', 'a\\*b'])).toEqual([late]);
    expect(await find(['tag:note', 'a\\*'])).toEqual([]);
    expect(await find(['tag-key', 'holdfast.stack'])).toEqual([web]);
    expect(await find(['tag-key', 'infrakit.group'], ['instance-state-name', 'running'])).toEqual([web, db]);
    expect(await find(['tag:infrakit.group', 'WEB'])).toEqual([]);
    expect(await find(['instance-state-name', 'pending'])).toEqual([late]);
    expect(await find(['availability-zone', 'eu-west-1b'])).toEqual([db]);
    expect(await find(['subnet-id', 'subnet-1'], ['instance-type', 't3.*'])).toEqual([web, late]);
    expect(await find(['vpc-id', 'vpc-1'], ['private-ip-address', '10.0.2.4'])).toEqual([db]);
    expect(await find(['instance-id', web, late], ['tag:infrakit.group', 'web'])).toEqual([web]);
  });

  test('it refuses filters that it does not know, and too many values', async () => {
    const { list } = freshEc2();
    const many = (count: number) => Array.from({ length: count }, (_none, index) => `v${index}`);
    expect(await refused(list([{ Name: 'tag.infrakit.group', Values: ['web'] }]))).toBe(
      'InvalidParameterValue',
    );
    expect(await refused(list([{ Name: 'toString', Values: ['web'] }]))).toBe('InvalidParameterValue');
    expect(await refused(list([{ Name: 'instance-id', Values: many(201) }]))).toBe('FilterLimitExceeded');
    expect(await refused(list([{ Name: 'instance-id', Values: many(200) }]))).toBe('no refusal');
  });

  test('it describes ten thousand instances in well under a second', async () => {
    const { ec2, client, launch } = freshEc2();
    for (let index = 0; index < 100; index++) {
      ec2.addSubnet({
        id: `subnet-x${index}`,
        vpc: 'vpc-1',
        zone: 'eu-west-1a',
        cidr: `10.1.${index}.0/24`,
        defaultForZone: false,
      });
      await launch({
        SubnetId: `subnet-x${index}`,
        MaxCount: 100,
        ...tagged({ 'infrakit.group': `g${index}` }),
      });
    }
    const began = process.cpuUsage();
    let count = 0;
    let NextToken: string | undefined;
    do {
      const page = await client.send(new DescribeInstancesCommand({ MaxResults: 1_000, NextToken }));
      count += page.Reservations?.reduce((sum, { Instances }) => sum + (Instances?.length ?? 0), 0) ?? 0;
      NextToken = page.NextToken;
    } while (NextToken);
    expect(count).toBe(10_000);
    for (let index = 0; index < 1_000; index++) {
      await client.send(
        new DescribeInstancesCommand({
          MaxResults: 1_000,
          Filters: [{ Name: 'tag:infrakit.group', Values: [`g${index % 100}`] }],
        }),
      );
    }
    const { user, system } = process.cpuUsage(began);
    expect((user + system) / 1e6).toBeLessThan(5);
  });
});

describe('DescribeInstanceStatus', () => {
  test('it pages, and shows running instances only unless asked for all', async () => {
    const { clock, client, launch } = freshEc2();
    await launch({ MaxCount: 8 });
    await clock.advance(10_000);
    await launch({ MaxCount: 3 });
    const count = async (IncludeAllInstances: boolean) => {
      let found = 0;
      let pages = 0;
      for await (const page of paginateDescribeInstanceStatus({ client }, { IncludeAllInstances })) {
        found += page.InstanceStatuses?.length ?? 0;
        pages += 1;
      }
      return [found, pages];
    };
    expect(await count(false)).toEqual([8, 2]);
    expect(await count(true)).toEqual([11, 3]);
  });

  test('it filters on system and instance status, and refuses filters of other operations', async () => {
    const { clock, client, launchOne, ec2 } = freshEc2();
    const id = await launchOne();
    await launchOne();
    await clock.advance(70_000);
    ec2.others.impair(id, 'system');
    const find = async (Name: string, ...Values: string[]) =>
      (
        await client.send(new DescribeInstanceStatusCommand({ Filters: [{ Name, Values }] }))
      ).InstanceStatuses?.map(({ InstanceId }) => InstanceId);
    expect(await find('system-status.status', 'impaired')).toEqual([id]);
    expect(await find('instance-status.reachability', 'failed')).toEqual([id]);
    expect(await find('system-status.status', 'ok')).toHaveLength(1);
    expect(await refused(find('tag:infrakit.group', 'web'))).toBe('InvalidParameterValue');
  });
});

describe('tags', () => {
  test('it adds, overwrites and removes, all or none', async () => {
    const { client, launchOne, ec2 } = freshEc2();
    const id = await launchOne(tagged({ a: '1', b: '2' }));
    const tag = (Resources: string[], Key: string, Value: string) =>
      client.send(new CreateTagsCommand({ Resources, Tags: [{ Key, Value }] }));
    await tag([id], 'a', '9');
    await tag([id], 'c', '3');
    expect(ec2.instance(id)?.tags).toEqual({ a: '9', b: '2', c: '3' });
    expect(await refused(tag([id, 'i-0123456789abcdef0'], 'd', '4'))).toBe('InvalidInstanceID.NotFound');
    expect(await refused(tag([id], 'aws:d', '4'))).toBe('InvalidParameterValue');
    await client.send(
      new DeleteTagsCommand({
        Resources: [id],
        Tags: [{ Key: 'a', Value: 'other' }, { Key: 'b' }, { Key: 'none' }],
      }),
    );
    expect(ec2.instance(id)?.tags).toEqual({ a: '9', c: '3' });
  });

  test('it finds by tags that were added or removed since the launch', async () => {
    const { client, launchOne, list } = freshEc2();
    const first = await launchOne(tagged({ a: '1' }));
    const second = await launchOne();
    await client.send(
      new CreateTagsCommand({ Resources: [second, first], Tags: [{ Key: 'b', Value: '2' }] }),
    );
    await client.send(new DeleteTagsCommand({ Resources: [first], Tags: [{ Key: 'a' }] }));
    expect(await list([{ Name: 'tag:a', Values: ['1'] }])).toEqual([]);
    expect((await list([{ Name: 'tag:b', Values: ['2'] }])).map(idOf)).toEqual([first, second]);
  });

  test('it refuses a fifty-first tag', async () => {
    const { client, launchOne } = freshEc2();
    const id = await launchOne(
      tagged(Object.fromEntries(Array.from({ length: 50 }, (_none, n) => [`k${n}`, 'v']))),
    );
    const one = client.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'more', Value: '' }] }));
    expect(await refused(one)).toBe('TagLimitExceeded');
  });
});

describe('places', () => {
  test('it describes subnets with their zones, ranges and free addresses', async () => {
    const { client, launch } = freshEc2();
    await launch({ MaxCount: 3 });
    const { Subnets } = await client.send(new DescribeSubnetsCommand({}));
    expect(
      Subnets?.map((subnet) => [
        subnet.SubnetId,
        subnet.AvailabilityZone,
        subnet.CidrBlock,
        subnet.AvailableIpAddressCount,
      ]),
    ).toEqual([
      ['subnet-1', 'eu-west-1a', '10.0.1.0/24', 248],
      ['subnet-2', 'eu-west-1b', '10.0.2.0/24', 251],
      ['subnet-3', 'eu-west-1c', '10.0.3.0/24', 251],
    ]);
    const unknown = client.send(new DescribeSubnetsCommand({ SubnetIds: ['subnet-1', 'subnet-9'] }));
    expect(await refused(unknown)).toBe('InvalidSubnetID.NotFound');
  });

  test('it describes images, VPCs, zones and template versions', async () => {
    const { client } = freshEc2();
    const images = await client.send(new DescribeImagesCommand({ ImageIds: ['ami-0abc'] }));
    expect(images.Images).toMatchObject([
      { ImageId: 'ami-0abc', State: 'available', Architecture: 'x86_64' },
    ]);
    expect(await refused(client.send(new DescribeImagesCommand({ ImageIds: ['ami-9'] })))).toBe(
      'InvalidAMIID.NotFound',
    );
    const vpcs = await client.send(
      new DescribeVpcsCommand({ Filters: [{ Name: 'is-default', Values: ['true'] }] }),
    );
    expect(vpcs.Vpcs?.map(({ VpcId }) => VpcId)).toEqual(['vpc-1']);
    const zones = await client.send(new DescribeAvailabilityZonesCommand({}));
    expect(zones.AvailabilityZones?.map(({ ZoneName }) => ZoneName)).toEqual([
      'eu-west-1a',
      'eu-west-1b',
      'eu-west-1c',
    ]);
    const versions = await client.send(
      new DescribeLaunchTemplateVersionsCommand({
        LaunchTemplateName: 'web',
        Versions: ['$Latest', '$Default'],
      }),
    );
    expect(versions.LaunchTemplateVersions).toMatchObject([
      { VersionNumber: 1, DefaultVersion: true, LaunchTemplateData: { ImageId: 'ami-0abc' } },
      { VersionNumber: 2, DefaultVersion: false, LaunchTemplateData: { ImageId: 'ami-0def' } },
    ]);
  });

  test('it refuses operations that it does not have', async () => {
    const { ec2 } = freshEc2();
    expect(await refused(ec2.answer('CreateFleet', {}))).toBe('InvalidAction');
  });
});
