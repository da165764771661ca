import type { Instance, Reservation, InstanceState as SdkState, Tag } from '@aws-sdk/client-ec2';
import type { InstanceState } from '../../core/instance.js';
import type { Ec2Context } from './context.js';
import type { Sight, Tags } from './instance-item.js';

/** EC2 API Reference, InstanceState: the codes of the states. */
const CODES: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

export const stateOf = (name: InstanceState): SdkState => ({ Code: CODES[name], Name: name });

export const tagList = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** One instance in the words of DescribeInstances and RunInstances. */
export function instanceOf({ facts, version }: Sight): Instance {
  const { metadataOptions } = facts;
  const ended = version.state === 'terminated';
  const groups = facts.securityGroups.map(({ id, name }) => ({ GroupId: id, GroupName: name }));
  return {
    InstanceId: facts.id,
    ImageId: facts.imageId,
    State: stateOf(version.state),
    StateTransitionReason: version.transition,
    ...(version.stateReason
      ? { StateReason: { Code: version.stateReason.code, Message: version.stateReason.message } }
      : {}),
    InstanceType: facts.instanceType as NonNullable<Instance['InstanceType']>,
    Architecture: facts.architecture as NonNullable<Instance['Architecture']>,
    AmiLaunchIndex: facts.launchIndex,
    ...(facts.token === undefined ? {} : { ClientToken: facts.token }),
    LaunchTime: new Date(version.launchedAt),
    Placement: { AvailabilityZone: facts.zone, Tenancy: 'default' },
    ...(facts.keyName === undefined ? {} : { KeyName: facts.keyName }),
    ...(facts.spotRequest === undefined
      ? {}
      : { InstanceLifecycle: 'spot', SpotInstanceRequestId: facts.spotRequest }),
    ...(facts.instanceProfile === undefined ? {} : { IamInstanceProfile: { Arn: facts.instanceProfile } }),
    EbsOptimized: facts.ebsOptimized,
    Monitoring: { State: facts.monitoring ? 'enabled' : 'disabled' },
    ...(metadataOptions
      ? {
          MetadataOptions: {
            State: 'applied',
            HttpTokens: metadataOptions.HttpTokens,
            HttpEndpoint: metadataOptions.HttpEndpoint,
            HttpPutResponseHopLimit: metadataOptions.HttpPutResponseHopLimit,
            InstanceMetadataTags: metadataOptions.InstanceMetadataTags,
          },
        }
      : {}),
    RootDeviceType: 'ebs',
    VirtualizationType: 'hvm',
    Tags: tagList(version.tags),
    // A terminated instance has let go of its network and volumes. EC2 API Reference, TerminateInstances.
    ...(ended
      ? { BlockDeviceMappings: [], NetworkInterfaces: [], SecurityGroups: [] }
      : {
          SubnetId: facts.subnet,
          VpcId: facts.vpc,
          PrivateIpAddress: facts.privateIp,
          SecurityGroups: groups,
          NetworkInterfaces: [
            {
              NetworkInterfaceId: facts.networkInterface,
              PrivateIpAddress: facts.privateIp,
              SubnetId: facts.subnet,
              VpcId: facts.vpc,
              Status: 'in-use',
              Groups: groups,
            },
          ],
          BlockDeviceMappings: facts.volumes.map(({ id, device }) => ({
            DeviceName: device,
            Ebs: { VolumeId: id, Status: 'attached', DeleteOnTermination: true },
          })),
        }),
  };
}

export const reservationOf = (context: Ec2Context, id: string, sights: readonly Sight[]): Reservation => ({
  ReservationId: id,
  OwnerId: context.world().account,
  Groups: [],
  Instances: sights.map(instanceOf),
});
