import { z } from 'zod';
import { refused } from './values.js';

/** Fields of EC2's RunInstances that a group may set, in EC2's own names (API version 2016-11-15). */

const text = () => z.string().min(1);
const id = (prefix: string, example: string) =>
  text().regex(new RegExp(`^${prefix}-[0-9a-zA-Z-]+$`), { error: `must be an id such as "${example}"` });

const SUBNET = id('subnet', 'subnet-0abc');
const SECURITY_GROUP = id('sg', 'sg-0abc');

/** `resolve:ssm:/aws/service/…` is looked up when the group is committed and pinned in the revision. */
const imageId = text()
  .regex(/^(?:ami-[0-9a-zA-Z-]+|resolve:ssm:[A-Za-z0-9_.:/-]+)$/, {
    error: 'must be an image id such as "ami-0abc", or an alias such as "resolve:ssm:/my/image"',
  })
  .describe('The AMI, or an SSM parameter that names it; the parameter is resolved at commit');

const ebs = z.strictObject({
  DeleteOnTermination: z.boolean().optional(),
  Encrypted: z.boolean().optional(),
  Iops: z.int().positive().optional(),
  KmsKeyId: text().optional(),
  OutpostArn: text().optional(),
  SnapshotId: id('snap', 'snap-0abc').optional(),
  Throughput: z.int().positive().optional(),
  VolumeSize: z.int().positive().describe('GiB').optional(),
  VolumeType: z.enum(['standard', 'gp2', 'gp3', 'io1', 'io2', 'sc1', 'st1']).optional(),
  VolumeInitializationRate: z.int().positive().optional(),
});

const blockDeviceMapping = z.strictObject({
  DeviceName: text(),
  Ebs: ebs.optional(),
  NoDevice: z.string().optional(),
  VirtualName: text().optional(),
});

const networkInterface = z.strictObject({
  AssociatePublicIpAddress: z.boolean().optional(),
  AssociateCarrierIpAddress: z.boolean().optional(),
  DeleteOnTermination: z
    .literal(true, {
      error: 'must be true: an interface left behind keeps its address from the next instance',
    })
    .optional(),
  Description: z.string().optional(),
  DeviceIndex: z.int().min(0).optional(),
  Groups: z.array(SECURITY_GROUP).optional(),
  InterfaceType: text().optional(),
  Ipv4PrefixCount: z.int().min(0).optional(),
  Ipv6AddressCount: z.int().min(0).optional(),
  Ipv6PrefixCount: z.int().min(0).optional(),
  NetworkCardIndex: z.int().min(0).optional(),
  PrimaryIpv6: z.boolean().optional(),
  SecondaryPrivateIpAddressCount: z.int().min(0).optional(),
  SubnetId: SUBNET.optional(),
  NetworkInterfaceId: refused('cannot be set: one interface cannot serve several instances'),
  PrivateIpAddress: refused('cannot be set: list the addresses as LogicalIDs'),
  PrivateIpAddresses: refused('cannot be set: list the addresses as LogicalIDs'),
  Ipv6Addresses: refused(
    'cannot be set: the same address cannot serve several instances; use Ipv6AddressCount',
  ),
});

const placement = z.strictObject({
  Affinity: text().optional(),
  AvailabilityZone: text().optional(),
  AvailabilityZoneId: text().optional(),
  GroupId: text().optional(),
  GroupName: z.string().optional(),
  HostId: text().optional(),
  HostResourceGroupArn: text().optional(),
  PartitionNumber: z.int().positive().optional(),
  Tenancy: z.enum(['default', 'dedicated', 'host']).optional(),
});

const metadataOptions = z.strictObject({
  HttpEndpoint: z.enum(['enabled', 'disabled']).optional(),
  HttpProtocolIpv6: z.enum(['enabled', 'disabled']).optional(),
  HttpPutResponseHopLimit: z.int().min(1).max(64).optional(),
  HttpTokens: z.enum(['required', 'optional']).describe('required when absent: IMDSv2 only').optional(),
  InstanceMetadataTags: z.enum(['enabled', 'disabled']).optional(),
});

const instanceMarketOptions = z.strictObject({
  MarketType: z.enum(['spot', 'capacity-block']).optional(),
  SpotOptions: z
    .strictObject({
      InstanceInterruptionBehavior: z
        .literal('terminate', { error: 'must be "terminate": a stopped instance is no member' })
        .optional(),
      MaxPrice: text().optional(),
      SpotInstanceType: z
        .literal('one-time', {
          error: 'must be "one-time": EC2 would replace a persistent one behind our back',
        })
        .optional(),
      BlockDurationMinutes: refused('cannot be set: EC2 no longer offers it'),
      ValidUntil: refused('cannot be set: the group is kept for as long as it is watched'),
    })
    .optional(),
});

const launchTemplate = z.strictObject({
  LaunchTemplateId: id('lt', 'lt-0abc').optional(),
  LaunchTemplateName: text().optional(),
  Version: z
    .string({ error: 'must be text: a number such as "3", "$Latest" or "$Default"' })
    .regex(/^(?:[1-9]\d{0,9}|\$Latest|\$Default)$/, {
      error: 'must be a number such as "3", "$Latest" or "$Default"',
    })
    .describe('$Latest and $Default are resolved at commit')
    .optional(),
});

const capacityReservation = z.strictObject({
  CapacityReservationPreference: z.enum(['capacity-reservations-only', 'open', 'none']).optional(),
  CapacityReservationTarget: z
    .strictObject({
      CapacityReservationId: id('cr', 'cr-0abc').optional(),
      CapacityReservationResourceGroupArn: text().optional(),
    })
    .optional(),
});

export const runInstancesInputSchema = z
  .strictObject({
    ImageId: imageId.optional(),
    InstanceType: text()
      .regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, { error: 'must be an instance type such as "t3.small"' })
      .optional(),
    KeyName: text().optional(),
    SubnetId: SUBNET.optional(),
    SecurityGroupIds: z.array(SECURITY_GROUP).optional(),
    SecurityGroups: z.array(text()).optional(),
    BlockDeviceMappings: z.array(blockDeviceMapping).optional(),
    IamInstanceProfile: z
      .strictObject({ Arn: text().optional(), Name: text().optional() })
      .describe("The stack's own profile when absent")
      .optional(),
    UserData: z.string().describe("Plain text; the flavor's boot script replaces it").optional(),
    Monitoring: z.strictObject({ Enabled: z.boolean() }).optional(),
    EbsOptimized: z.boolean().optional(),
    NetworkInterfaces: z.array(networkInterface).optional(),
    Placement: placement.optional(),
    MetadataOptions: metadataOptions.optional(),
    InstanceMarketOptions: instanceMarketOptions.optional(),
    CreditSpecification: z.strictObject({ CpuCredits: z.enum(['standard', 'unlimited']) }).optional(),
    CpuOptions: z
      .strictObject({
        AmdSevSnp: z.enum(['enabled', 'disabled']).optional(),
        CoreCount: z.int().positive().optional(),
        ThreadsPerCore: z.int().positive().optional(),
      })
      .optional(),
    LaunchTemplate: launchTemplate.optional(),
    HibernationOptions: z.strictObject({ Configured: z.boolean() }).optional(),
    CapacityReservationSpecification: capacityReservation.optional(),
    EnclaveOptions: z.strictObject({ Enabled: z.boolean() }).optional(),
    EnablePrimaryIpv6: z.boolean().optional(),
    LicenseSpecifications: z.array(z.strictObject({ LicenseConfigurationArn: text() })).optional(),
    MaintenanceOptions: z
      .strictObject({ AutoRecovery: z.enum(['default', 'disabled']).optional() })
      .optional(),
    NetworkPerformanceOptions: z
      .strictObject({ BandwidthWeighting: z.enum(['default', 'vpc-1', 'ebs-1']).optional() })
      .optional(),
    PrivateDnsNameOptions: z
      .strictObject({
        HostnameType: z.enum(['ip-name', 'resource-name']).optional(),
        EnableResourceNameDnsARecord: z.boolean().optional(),
        EnableResourceNameDnsAAAARecord: z.boolean().optional(),
      })
      .optional(),
    InstanceInitiatedShutdownBehavior: z.enum(['stop', 'terminate']).optional(),
    Ipv6AddressCount: z.int().min(0).optional(),
    KernelId: text().optional(),
    RamdiskId: text().optional(),
    DisableApiStop: z.boolean().optional(),

    MinCount: refused('cannot be set: Allocation says how many'),
    MaxCount: refused('cannot be set: Allocation says how many'),
    ClientToken: refused('cannot be set: each launch has a token of its own, so that none happens twice'),
    DryRun: refused('cannot be set: nothing would ever be launched; use `group commit --pretend`'),
    AdditionalInfo: refused('cannot be set: EC2 reserves it'),
    PrivateIpAddress: refused('cannot be set: list the addresses as LogicalIDs'),
    Ipv6Addresses: refused(
      'cannot be set: the same address cannot serve several instances; use Ipv6AddressCount',
    ),
    TagSpecifications: refused('cannot be set: use Tags beside RunInstancesInput'),
    DisableApiTermination: refused(
      'cannot be set: EC2 would refuse to destroy instances; use Protect on the group',
    ),
    ElasticGpuSpecification: refused('cannot be set: EC2 no longer offers it'),
    ElasticInferenceAccelerators: refused('cannot be set: EC2 no longer offers it'),
  })
  .describe("EC2's RunInstances request, in EC2's own names");
