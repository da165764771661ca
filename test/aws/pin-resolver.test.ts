import {
  DescribeLaunchTemplateVersionsCommand,
  DescribeSubnetsCommand,
  EC2Client,
  EC2ServiceException,
} from '@aws-sdk/client-ec2';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import { pinResolver } from '../../lib/aws/pin-resolver.js';

const clients = { ec2: new EC2Client({ region: 'eu-west-1' }), ssm: new SSMClient({ region: 'eu-west-1' }) };
const ec2 = mockClient(clients.ec2);
const ssm = mockClient(clients.ssm);
const pins = pinResolver(clients);
beforeEach(() => {
  ec2.reset();
  ssm.reset();
});

const ALIAS = 'resolve:ssm:/golden/web:7';
const subnet = (id: string, zone: string) => ({
  SubnetId: id,
  AvailabilityZone: zone,
  CidrBlock: '10.0.1.0/24',
});
const said = (name: string) =>
  new EC2ServiceException({ name, message: 'no', $fault: 'client', $metadata: { httpStatusCode: 400 } });

describe('pinResolver', () => {
  test('it asks nothing when nothing is to be pinned', async () => {
    const properties = {
      RunInstancesInput: { ImageId: 'ami-0abc', LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: '3' } },
      Subnets: ['subnet-1'],
    };
    expect(await pins.resolve(properties)).toEqual({ images: {}, subnets: [] });
    expect(ec2.calls()).toHaveLength(0);
    expect(ssm.calls()).toHaveLength(0);
  });

  test('it pins the image of an alias, the version that counts now, and the facts of several subnets', async () => {
    ssm
      .on(GetParametersCommand, { Names: ['/golden/web:7'] })
      .resolves({ Parameters: [{ Name: '/golden/web', Value: 'ami-0f00' }] });
    ec2
      .on(DescribeLaunchTemplateVersionsCommand, { LaunchTemplateName: 'web', Versions: ['$Latest'] })
      .resolves({ LaunchTemplateVersions: [{ VersionNumber: 12 }] });
    ec2
      .on(DescribeSubnetsCommand)
      .resolvesOnce({ Subnets: [subnet('subnet-2', 'eu-west-1b')], NextToken: 'more' })
      .resolvesOnce({ Subnets: [subnet('subnet-1', 'eu-west-1a')] });
    const properties = {
      RunInstancesInput: {
        ImageId: ALIAS,
        LaunchTemplate: { LaunchTemplateName: 'web', Version: '$Latest' },
      },
      Subnets: ['subnet-1', 'subnet-2'],
    };
    expect(await pins.resolve(properties)).toEqual({
      images: { [ALIAS]: 'ami-0f00' },
      launchTemplateVersion: '12',
      subnets: [
        { id: 'subnet-1', zone: 'eu-west-1a', cidr: '10.0.1.0/24' },
        { id: 'subnet-2', zone: 'eu-west-1b', cidr: '10.0.1.0/24' },
      ],
    });
  });

  test('it pins the default version when the template names none', async () => {
    ec2
      .on(DescribeLaunchTemplateVersionsCommand, { LaunchTemplateId: 'lt-1', Versions: ['$Default'] })
      .resolves({ LaunchTemplateVersions: [{ VersionNumber: 3 }] });
    const properties = { RunInstancesInput: { LaunchTemplate: { LaunchTemplateId: 'lt-1' } } };
    expect(await pins.resolve(properties)).toMatchObject({ launchTemplateVersion: '3' });
  });

  test('it names the alias that leads nowhere, or to no image', async () => {
    const properties = { RunInstancesInput: { ImageId: ALIAS } };
    ssm.on(GetParametersCommand).resolves({ InvalidParameters: ['/golden/web:7'] });
    await expect(pins.resolve(properties)).rejects.toMatchObject({
      name: 'InvalidInput',
      issues: [
        {
          path: 'RunInstancesInput.ImageId',
          message: `no SSM parameter "/golden/web:7" for "${ALIAS}"; create it, or name an image (ami-…)`,
        },
      ],
    });
    ssm.on(GetParametersCommand).resolves({ Parameters: [{ Value: 'hello' }] });
    await expect(pins.resolve(properties)).rejects.toMatchObject({
      issues: [{ message: 'SSM parameter "/golden/web:7" holds "hello", not an image (ami-…)' }],
    });
  });

  describe("of a group's properties", () => {
    const group = (LogicalIDs: string[], more: object = {}) => ({
      Allocation: { LogicalIDs },
      Instance: {
        Plugin: 'aws/ec2-instance',
        Properties: { RunInstancesInput: { SubnetId: 'subnet-1', ...more } },
      },
    });

    test('it pins the one subnet when pets have addresses, and nothing when they have names', async () => {
      ec2.on(DescribeSubnetsCommand).resolves({ Subnets: [subnet('subnet-1', 'eu-west-1a')] });
      expect(await pins.resolve(group(['zk-1', 'zk-2']))).toEqual({ images: {}, subnets: [] });
      expect(ec2.calls()).toHaveLength(0);
      expect(await pins.resolve(group(['10.0.1.20']))).toEqual({
        images: {},
        subnets: [{ id: 'subnet-1', zone: 'eu-west-1a', cidr: '10.0.1.0/24' }],
      });
      const onInterface = { SubnetId: undefined, NetworkInterfaces: [{ SubnetId: 'subnet-1' }] };
      expect((await pins.resolve(group(['10.0.1.20'], onInterface))).subnets).toHaveLength(1);
    });

    test('it pins images and names mistakes by their path in the group', async () => {
      ssm
        .on(GetParametersCommand)
        .resolvesOnce({ Parameters: [{ Value: 'ami-0f00' }] })
        .resolves({});
      const properties = group([], { ImageId: ALIAS });
      expect((await pins.resolve(properties)).images).toEqual({ [ALIAS]: 'ami-0f00' });
      await expect(pins.resolve(properties)).rejects.toMatchObject({
        issues: [{ path: 'Instance.Properties.RunInstancesInput.ImageId' }],
      });
      ec2.on(DescribeSubnetsCommand).resolves({});
      await expect(pins.resolve(group(['10.0.1.20']))).rejects.toMatchObject({
        issues: [{ path: 'Instance.Properties.RunInstancesInput.SubnetId' }],
      });
    });
  });

  test('it names every subnet that does not exist', async () => {
    ec2.on(DescribeSubnetsCommand).resolves({ Subnets: [subnet('subnet-2', 'eu-west-1b')] });
    await expect(pins.subnets(['subnet-1', 'subnet-2', 'subnet-3'])).rejects.toMatchObject({
      name: 'InvalidInput',
      issues: [
        { path: 'Subnets[0]', message: 'no subnet "subnet-1" in this region; name one that exists' },
        { path: 'Subnets[2]', message: 'no subnet "subnet-3" in this region; name one that exists' },
      ],
    });
  });

  test('it tells a template that does not exist from an answer that proves nothing', async () => {
    const properties = { RunInstancesInput: { LaunchTemplate: { LaunchTemplateName: 'web' } } };
    const resolving = () => pins.resolve(properties);
    ec2
      .on(DescribeLaunchTemplateVersionsCommand)
      .rejects(said('InvalidLaunchTemplateName.NotFoundException'));
    await expect(resolving()).rejects.toMatchObject({
      name: 'InvalidInput',
      issues: [{ path: 'RunInstancesInput.LaunchTemplate' }],
    });
    ec2.on(DescribeLaunchTemplateVersionsCommand).resolves({ LaunchTemplateVersions: [] });
    await expect(resolving()).rejects.toMatchObject({ name: 'InvalidInput' });
    ec2.on(DescribeLaunchTemplateVersionsCommand).rejects(said('RequestLimitExceeded'));
    await expect(resolving()).rejects.toMatchObject({ name: 'Throttled' });
    ec2.on(DescribeLaunchTemplateVersionsCommand).rejects(said('UnauthorizedOperation'));
    await expect(resolving()).rejects.toMatchObject({ name: 'Refused' });
  });
});
