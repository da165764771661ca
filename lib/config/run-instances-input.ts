import { z } from 'zod';
import {
  blockDeviceMapping,
  capacityReservation,
  cpuOptions,
  instanceMarketOptions,
  launchTemplate,
  metadataOptions,
  networkInterface,
  placement,
  privateDnsNameOptions,
  SECURITY_GROUP,
  SUBNET,
  text,
} from './run-instances-parts.js';
import { refused, told } from './values.js';

/** `resolve:ssm:/aws/service/…` is looked up when the group is committed and pinned in the revision. */
const imageId = text()
  .regex(/^(?:ami-[0-9a-zA-Z-]+|resolve:ssm:[A-Za-z0-9_.:/-]+)$/, {
    error: 'must be an image id such as "ami-0abc", or an alias such as "resolve:ssm:/my/image"',
  })
  .meta({
    ...told(
      'The AMI, or an SSM parameter that names it, which is resolved at commit and pinned',
      'ami-0abc',
      'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
    ),
    absent: "the LaunchTemplate's; one of the two is required",
  });

const PROFILE = "the stack's own instance profile";

/** EC2's request without what would break the loop: fields of RunInstances in EC2's own names (API version 2016-11-15). */
export const runInstancesInputSchema = z
  .strictObject({
    ImageId: imageId.optional(),
    InstanceType: text()
      .regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, { error: 'must be an instance type such as "t3.small"' })
      .meta(told('The instance type; or InstanceTypes beside RunInstancesInput', 't3.small'))
      .optional(),
    KeyName: text().meta(told('Key pair for SSH', 'ops')).optional(),
    SubnetId: SUBNET.meta(told('The subnet; or Subnets beside RunInstancesInput', 'subnet-0abc')).optional(),
    SecurityGroupIds: z
      .array(SECURITY_GROUP)
      .meta(told('Security groups by their ids', ['sg-0abc']))
      .optional(),
    SecurityGroups: z
      .array(text())
      .meta(told('Security groups by their names, in a default VPC', ['web']))
      .optional(),
    BlockDeviceMappings: z
      .array(blockDeviceMapping)
      .meta(
        told('Volumes, over those of the image', [
          { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 20, VolumeType: 'gp3' } },
        ]),
      )
      .optional(),
    IamInstanceProfile: z
      .strictObject({
        Arn: text()
          .meta({
            ...told('The profile by its ARN; or Name', 'arn:aws:iam::123456789012:instance-profile/web'),
            absent: PROFILE,
          })
          .optional(),
        Name: text()
          .meta({ ...told('The profile by its name; or Arn', 'web'), absent: PROFILE })
          .optional(),
      })
      .meta({ ...told('What the instances may do on AWS', { Name: 'web' }), absent: PROFILE })
      .optional(),
    UserData: z
      .string()
      .meta(
        told(
          "Plain text, at most 16,384 bytes; the flavor's boot script replaces it",
          '#!/bin/sh\nsystemctl start nginx',
        ),
      )
      .optional(),
    Monitoring: z
      .strictObject({ Enabled: z.boolean().meta(told('Metrics each minute instead of every five')) })
      .meta(told('Detailed monitoring', { Enabled: true }))
      .optional(),
    EbsOptimized: z.boolean().meta(told('Network capacity of its own for EBS, on older types')).optional(),
    NetworkInterfaces: z
      .array(networkInterface)
      .meta(
        told('Network interfaces, in place of SubnetId and SecurityGroupIds', [
          { DeviceIndex: 0, AssociatePublicIpAddress: true, Groups: ['sg-0abc'] },
        ]),
      )
      .optional(),
    Placement: placement
      .meta(told('Where in the region, and on whose hardware', { GroupName: 'close' }))
      .optional(),
    MetadataOptions: metadataOptions
      .meta(told('How instances ask for their metadata', { HttpPutResponseHopLimit: 2 }))
      .optional(),
    InstanceMarketOptions: instanceMarketOptions
      .meta(told('Spot instances or capacity blocks', { MarketType: 'spot' }))
      .optional(),
    CreditSpecification: z
      .strictObject({
        CpuCredits: z
          .enum(['standard', 'unlimited'])
          .meta(told('What happens when CPU credits run out: slower, or charged', 'unlimited')),
      })
      .meta(told('CPU credits of burstable types', { CpuCredits: 'unlimited' }))
      .optional(),
    CpuOptions: cpuOptions.meta(told('Cores and threads', { ThreadsPerCore: 1 })).optional(),
    LaunchTemplate: launchTemplate
      .meta(
        told("A launch template; what stands in this request is over the template's", {
          LaunchTemplateName: 'web',
          Version: '3',
        }),
      )
      .optional(),
    HibernationOptions: z
      .strictObject({ Configured: z.boolean().meta(told('Whether instances can hibernate')) })
      .meta(told('Hibernation', { Configured: false }))
      .optional(),
    CapacityReservationSpecification: capacityReservation
      .meta(told('Capacity reservations to run in', { CapacityReservationPreference: 'open' }))
      .optional(),
    EnclaveOptions: z
      .strictObject({ Enabled: z.boolean().meta(told('Whether instances can run Nitro enclaves')) })
      .meta(told('AWS Nitro Enclaves', { Enabled: true }))
      .optional(),
    EnablePrimaryIpv6: z
      .boolean()
      .meta(told('Whether the first IPv6 address is the primary one and stays'))
      .optional(),
    LicenseSpecifications: z
      .array(
        z.strictObject({
          LicenseConfigurationArn: text().meta(
            told(
              'A license configuration',
              'arn:aws:license-manager:eu-west-1:123456789012:license-configuration:lic-0abc',
            ),
          ),
        }),
      )
      .meta(
        told('License configurations of AWS License Manager', [
          {
            LicenseConfigurationArn:
              'arn:aws:license-manager:eu-west-1:123456789012:license-configuration:lic-0abc',
          },
        ]),
      )
      .optional(),
    MaintenanceOptions: z
      .strictObject({
        AutoRecovery: z
          .enum(['default', 'disabled'])
          .meta(told('Whether EC2 recovers an instance whose host failed', 'disabled'))
          .optional(),
      })
      .meta(told("EC2's own recovery", { AutoRecovery: 'disabled' }))
      .optional(),
    NetworkPerformanceOptions: z
      .strictObject({
        BandwidthWeighting: z
          .enum(['default', 'vpc-1', 'ebs-1'])
          .meta(told('Which of network and EBS gets more bandwidth', 'vpc-1'))
          .optional(),
      })
      .meta(told('How bandwidth is shared out', { BandwidthWeighting: 'vpc-1' }))
      .optional(),
    PrivateDnsNameOptions: privateDnsNameOptions
      .meta(told('Host names', { HostnameType: 'resource-name' }))
      .optional(),
    InstanceInitiatedShutdownBehavior: z
      .enum(['stop', 'terminate'])
      .meta(told('What a shutdown from within the instance does', 'terminate'))
      .optional(),
    Ipv6AddressCount: z
      .int()
      .min(0)
      .meta(told("How many IPv6 addresses from the subnet's range", 1))
      .optional(),
    KernelId: text().meta(told('Kernel of a paravirtual image', 'aki-0abc')).optional(),
    RamdiskId: text().meta(told('RAM disk of a paravirtual image', 'ari-0abc')).optional(),
    DisableApiStop: z.boolean().meta(told('Whether EC2 refuses to stop the instance')).optional(),

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
  .meta(
    told("EC2's RunInstances request, in EC2's own names", {
      ImageId: 'ami-0abc',
      InstanceType: 't3.small',
      SubnetId: 'subnet-0abc',
    }),
  );
