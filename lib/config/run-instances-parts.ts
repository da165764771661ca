import { z } from 'zod';
import { refused, told } from './values.js';

/** Objects within EC2's RunInstances that a group may set, in EC2's own names. */

export const text = () => z.string().min(1);
const id = (prefix: string, example: string) =>
  text().regex(new RegExp(`^${prefix}-[0-9a-zA-Z-]+$`), { error: `must be an id such as "${example}"` });
const flag = (description: string) => z.boolean().meta(told(description)).optional();
const switched = (description: string) =>
  z.enum(['enabled', 'disabled']).meta(told(description, 'enabled')).optional();
const counted = (description: string, least: 0 | 1, example: number) =>
  (least === 0 ? z.int().min(0) : z.int().positive()).meta(told(description, example)).optional();
const named = (description: string, example: string) => text().meta(told(description, example)).optional();

export const SUBNET = id('subnet', 'subnet-0abc');
export const SECURITY_GROUP = id('sg', 'sg-0abc');

const ebs = z.strictObject({
  DeleteOnTermination: flag('Whether the volume ends with its instance'),
  Encrypted: flag('Whether the volume is encrypted'),
  Iops: counted('I/O operations a second, for gp3, io1 and io2', 1, 3000),
  KmsKeyId: named('The key that the volume is encrypted with: id, alias or ARN', 'alias/web'),
  OutpostArn: named(
    'The Outpost that the volume is made on',
    'arn:aws:outposts:eu-west-1:123456789012:outpost/op-0abc',
  ),
  SnapshotId: id('snap', 'snap-0abc')
    .meta(told('The snapshot that the volume begins as', 'snap-0abc'))
    .optional(),
  Throughput: counted('MiB a second, for gp3', 1, 125),
  VolumeSize: counted('GiB', 1, 20),
  VolumeType: z
    .enum(['standard', 'gp2', 'gp3', 'io1', 'io2', 'sc1', 'st1'])
    .meta(told('Kind of volume', 'gp3'))
    .optional(),
  VolumeInitializationRate: counted('MiB a second at which a snapshot is fetched in advance', 1, 100),
});

export const blockDeviceMapping = z.strictObject({
  DeviceName: text().meta(told('The device, as the image calls it', '/dev/xvda')),
  Ebs: ebs
    .meta(told('An EBS volume that lives with the instance', { VolumeSize: 20, VolumeType: 'gp3' }))
    .optional(),
  NoDevice: z.string().meta(told('"" leaves out a device of the image', '')).optional(),
  VirtualName: named('An instance store volume', 'ephemeral0'),
});

export const networkInterface = z.strictObject({
  AssociatePublicIpAddress: flag('Whether the interface gets a public IPv4 address'),
  AssociateCarrierIpAddress: flag('Whether the interface gets a carrier IP address, in a Wavelength Zone'),
  DeleteOnTermination: z
    .literal(true, {
      error: 'must be true: an interface left behind keeps its address from the next instance',
    })
    .meta(told('Must be true: an interface left behind keeps its address from the next instance'))
    .optional(),
  Description: z.string().meta(told("The interface's description", 'web')).optional(),
  DeviceIndex: counted('Place of the interface on its network card; the primary one is 0', 0, 0),
  Groups: z
    .array(SECURITY_GROUP)
    .meta(told('Security groups of the interface', ['sg-0abc']))
    .optional(),
  InterfaceType: named('Kind of interface', 'efa'),
  Ipv4PrefixCount: counted('How many IPv4 prefixes the interface gets', 0, 1),
  Ipv6AddressCount: counted("How many IPv6 addresses the interface gets from the subnet's range", 0, 1),
  Ipv6PrefixCount: counted('How many IPv6 prefixes the interface gets', 0, 1),
  NetworkCardIndex: counted('Network card, on types that have several', 0, 0),
  PrimaryIpv6: flag('Whether the first IPv6 address is the primary one and stays'),
  SecondaryPrivateIpAddressCount: counted('How many further private IPv4 addresses it gets', 0, 1),
  SubnetId: SUBNET.meta(told('The subnet; only without Subnets', 'subnet-0abc')).optional(),
  NetworkInterfaceId: refused('cannot be set: one interface cannot serve several instances'),
  PrivateIpAddress: refused('cannot be set: list the addresses as LogicalIDs'),
  PrivateIpAddresses: refused('cannot be set: list the addresses as LogicalIDs'),
  Ipv6Addresses: refused(
    'cannot be set: the same address cannot serve several instances; use Ipv6AddressCount',
  ),
});

export const placement = z.strictObject({
  Affinity: named('"host" ties a stopped instance to its dedicated host', 'host'),
  AvailabilityZone: named('The zone, when no subnet is named', 'eu-west-1a'),
  AvailabilityZoneId: named('The zone by its id', 'euw1-az1'),
  GroupId: named('Id of a placement group', 'pg-0abc'),
  GroupName: z.string().meta(told('Name of a placement group', 'close')).optional(),
  HostId: named('The dedicated host', 'h-0abc'),
  HostResourceGroupArn: named(
    'Resource group of dedicated hosts',
    'arn:aws:resource-groups:eu-west-1:123456789012:group/hosts',
  ),
  PartitionNumber: counted('Partition of a placement group with the partition strategy', 1, 1),
  Tenancy: z
    .enum(['default', 'dedicated', 'host'])
    .meta(told('On whose hardware the instances run', 'dedicated'))
    .optional(),
});

export const metadataOptions = z.strictObject({
  HttpEndpoint: switched('Whether instances can ask for their metadata'),
  HttpProtocolIpv6: switched('Whether metadata is served over IPv6 too'),
  HttpPutResponseHopLimit: z
    .int()
    .min(1)
    .max(64)
    .meta(told("Network hops that a token of the metadata service may take; containers' need 2", 2))
    .optional(),
  HttpTokens: z
    .enum(['required', 'optional'])
    .meta({ ...told('Whether metadata needs a token: IMDSv2'), default: 'required' })
    .optional(),
  InstanceMetadataTags: switched('Whether an instance can read its tags as metadata'),
});

export const instanceMarketOptions = z.strictObject({
  MarketType: z.enum(['spot', 'capacity-block']).meta(told('How capacity is bought', 'spot')).optional(),
  SpotOptions: z
    .strictObject({
      InstanceInterruptionBehavior: z
        .literal('terminate', { error: 'must be "terminate": a stopped instance is no member' })
        .meta(told('Must be "terminate": a stopped instance is no member'))
        .optional(),
      MaxPrice: text()
        .meta({
          ...told('Most that an hour may cost, in US dollars', '0.02'),
          absent: "EC2's: the on-demand price",
        })
        .optional(),
      SpotInstanceType: z
        .literal('one-time', {
          error: 'must be "one-time": EC2 would replace a persistent one behind our back',
        })
        .meta(told('Must be "one-time": EC2 would replace a persistent one behind our back'))
        .optional(),
      BlockDurationMinutes: refused('cannot be set: EC2 no longer offers it'),
      ValidUntil: refused('cannot be set: the group is kept for as long as it is watched'),
    })
    .meta(told('Options of spot instances', { MaxPrice: '0.02' }))
    .optional(),
});

export const cpuOptions = z.strictObject({
  AmdSevSnp: switched('Whether memory is encrypted by AMD SEV-SNP'),
  CoreCount: counted('Cores, fewer than the type has', 1, 2),
  ThreadsPerCore: counted('Threads of each core; 1 switches hyperthreading off', 1, 1),
});

export const launchTemplate = z.strictObject({
  LaunchTemplateId: id('lt', 'lt-0abc')
    .meta(told('The template by its id; or LaunchTemplateName', 'lt-0abc'))
    .optional(),
  LaunchTemplateName: named('The template by its name; or LaunchTemplateId', 'web'),
  Version: z
    .string({ error: 'must be text: a number such as "3", "$Latest" or "$Default"' })
    .regex(/^(?:[1-9]\d{0,9}|\$Latest|\$Default)$/, {
      error: 'must be a number such as "3", "$Latest" or "$Default"',
    })
    .meta({
      ...told(
        'Version of the template; $Latest and $Default are resolved at commit and pinned',
        '3',
        '$Latest',
      ),
      absent: '$Default, resolved at commit and pinned',
    })
    .optional(),
});

export const capacityReservation = z.strictObject({
  CapacityReservationPreference: z
    .enum(['capacity-reservations-only', 'open', 'none'])
    .meta(told('Which capacity reservations instances may run in', 'open'))
    .optional(),
  CapacityReservationTarget: z
    .strictObject({
      CapacityReservationId: id('cr', 'cr-0abc').meta(told('The reservation', 'cr-0abc')).optional(),
      CapacityReservationResourceGroupArn: named(
        'Resource group of reservations',
        'arn:aws:resource-groups:eu-west-1:123456789012:group/reserved',
      ),
    })
    .meta(told('One reservation, or a resource group of them', { CapacityReservationId: 'cr-0abc' }))
    .optional(),
});

export const privateDnsNameOptions = z.strictObject({
  HostnameType: z
    .enum(['ip-name', 'resource-name'])
    .meta(told('Whether the host name is made from the address or from the instance id', 'resource-name'))
    .optional(),
  EnableResourceNameDnsARecord: flag('Whether the name from the instance id resolves to the IPv4 address'),
  EnableResourceNameDnsAAAARecord: flag('Whether the name from the instance id resolves to the IPv6 address'),
});
