import type {
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult,
  DescribeImagesRequest,
  DescribeImagesResult,
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
  DescribeVpcsRequest,
  DescribeVpcsResult,
} from '@aws-sdk/client-ec2';
import { rangeOf } from './addresses.js';
import type { Ec2Context } from './context.js';
import { notFound, refusal, wouldSucceed } from './errors.js';
import { type FilterFacets, matching } from './filters.js';
import { page } from './paging.js';
import type { ImagePlace, SubnetPlace, World } from './world.js';

/** Things of the world by id, all of them, or an error in EC2's words when one is unknown. */
function chosen<Thing extends { readonly id: string }>(
  things: readonly Thing[],
  ids: readonly string[] | undefined,
  unknown: (ids: readonly string[]) => Error,
): readonly Thing[] {
  if (!ids || ids.length === 0) return things;
  const missing = ids.filter((id) => !things.some((thing) => thing.id === id));
  if (missing.length > 0) throw unknown(missing);
  return things.filter(({ id }) => ids.includes(id));
}

const SUBNET_FILTERS: FilterFacets<SubnetPlace> = {
  by: {
    'subnet-id': ({ id }) => [id],
    'vpc-id': ({ vpc }) => [vpc],
    'availability-zone': ({ zone }) => [zone],
    'cidr-block': ({ cidr }) => [cidr],
    'default-for-az': ({ defaultForZone }) => [String(defaultForZone)],
  },
};

export const describeSubnets =
  (context: Ec2Context) =>
  async (input: DescribeSubnetsRequest): Promise<DescribeSubnetsResult> => {
    const { world, pages, faults, state } = context;
    const { subnets, account } = world();
    const matches = matching(input.Filters, SUBNET_FILTERS);
    const wanted = chosen(subnets, input.SubnetIds, (ids) =>
      notFound('InvalidSubnetID.NotFound', 'subnet', ids),
    );
    if (input.DryRun) throw wouldSucceed();
    const { things, next } = page(
      wanted,
      (subnet) => subnets.indexOf(subnet),
      matches,
      input,
      pages,
      faults.emptyPage('DescribeSubnets'),
    );
    return {
      Subnets: things.map((subnet) => ({
        SubnetId: subnet.id,
        VpcId: subnet.vpc,
        AvailabilityZone: subnet.zone,
        AvailabilityZoneId: zoneId(world(), subnet.zone),
        CidrBlock: subnet.cidr,
        AvailableIpAddressCount: state.addresses.free(subnet.id, rangeOf(subnet.cidr)),
        DefaultForAz: subnet.defaultForZone,
        OwnerId: account,
        State: 'available',
        Tags: [],
      })),
      ...(next === undefined ? {} : { NextToken: next }),
    };
  };

const zoneId = (world: World, name: string) => world.zones.find((zone) => zone.name === name)?.id;

export const describeVpcs =
  ({ world, pages, faults }: Ec2Context) =>
  async (input: DescribeVpcsRequest): Promise<DescribeVpcsResult> => {
    const { vpcs, account } = world();
    const matches = matching<World['vpcs'][number]>(input.Filters, {
      by: {
        'vpc-id': ({ id }) => [id],
        'is-default': ({ isDefault }) => [String(isDefault)],
        cidr: ({ cidr }) => [cidr],
      },
    });
    const wanted = chosen(vpcs, input.VpcIds, (ids) => notFound('InvalidVpcID.NotFound', 'vpc', ids));
    if (input.DryRun) throw wouldSucceed();
    const { things, next } = page(
      wanted,
      (vpc) => vpcs.indexOf(vpc),
      matches,
      input,
      pages,
      faults.emptyPage('DescribeVpcs'),
    );
    return {
      Vpcs: things.map(({ id, cidr, isDefault }) => ({
        VpcId: id,
        CidrBlock: cidr,
        IsDefault: isDefault,
        OwnerId: account,
        State: 'available',
        Tags: [],
      })),
      ...(next === undefined ? {} : { NextToken: next }),
    };
  };

const IMAGE_FILTERS: FilterFacets<ImagePlace> = {
  by: {
    'image-id': ({ id }) => [id],
    name: ({ name }) => [name],
    architecture: ({ architecture }) => [architecture],
    state: () => ['available'],
  },
};

export const describeImages =
  ({ world, pages, faults }: Ec2Context) =>
  async (input: DescribeImagesRequest): Promise<DescribeImagesResult> => {
    const { images } = world();
    const matches = matching(input.Filters, IMAGE_FILTERS);
    const wanted = chosen(images, input.ImageIds, (ids) =>
      refusal('InvalidAMIID.NotFound', `The image id '[${ids.join(', ')}]' does not exist`),
    );
    if (input.DryRun) throw wouldSucceed();
    const { things, next } = page(
      wanted,
      (image) => images.indexOf(image),
      matches,
      input,
      pages,
      faults.emptyPage('DescribeImages'),
    );
    return {
      Images: things.map(({ id, name, architecture, rootDevice }) => ({
        ImageId: id,
        Name: name,
        Architecture: architecture,
        RootDeviceName: rootDevice,
        RootDeviceType: 'ebs',
        State: 'available',
        BlockDeviceMappings: [{ DeviceName: rootDevice, Ebs: { VolumeSize: 8, DeleteOnTermination: true } }],
      })),
      ...(next === undefined ? {} : { NextToken: next }),
    };
  };

/** Not paged. EC2 API Reference, DescribeAvailabilityZones. */
export const describeAvailabilityZones =
  ({ world }: Ec2Context) =>
  async (input: DescribeAvailabilityZonesRequest): Promise<DescribeAvailabilityZonesResult> => {
    const { zones, region } = world();
    const matches = matching<World['zones'][number]>(input.Filters, {
      by: {
        'zone-name': ({ name }) => [name],
        'zone-id': ({ id }) => [id],
        state: () => ['available'],
        'region-name': () => [region],
      },
    });
    const unknown = input.ZoneNames?.find((name) => !zones.some((zone) => zone.name === name));
    if (unknown !== undefined)
      throw refusal('InvalidParameterValue', `Invalid availability zone: [${unknown}]`);
    if (input.DryRun) throw wouldSucceed();
    return {
      AvailabilityZones: zones
        .filter((zone) => (input.ZoneNames?.includes(zone.name) ?? true) && matches(zone))
        .map(({ name, id }) => ({
          ZoneName: name,
          ZoneId: id,
          RegionName: region,
          State: 'available',
          ZoneType: 'availability-zone',
        })),
    };
  };
