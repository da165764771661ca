import type { Instance, Reservation, InstanceState as SdkState, Tag } from '@aws-sdk/client-ec2';
import type { InstanceState } from '../../core/instance.js';
import type { Ec2Context } from './context.js';
import type { LaunchFacts, Sight, Tags } from './instance-item.js';

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

/** One instance in the words of DescribeInstances and RunInstances; built field by field, since fleets are large. */
export function instanceOf({ facts, version }: Sight): Instance {
  const shape: Instance = {
    InstanceId: facts.id,
    ImageId: facts.imageId,
    State: stateOf(version.state),
    StateTransitionReason: version.transition,
    InstanceType: facts.instanceType as NonNullable<Instance['InstanceType']>,
    Architecture: facts.architecture as NonNullable<Instance['Architecture']>,
    AmiLaunchIndex: facts.launchIndex,
    LaunchTime: new Date(version.launchedAt),
    Placement: { AvailabilityZone: facts.zone, Tenancy: 'default' },
    EbsOptimized: facts.ebsOptimized,
    Monitoring: { State: facts.monitoring ? 'enabled' : 'disabled' },
    RootDeviceType: 'ebs',
    VirtualizationType: 'hvm',
    Tags: tagList(version.tags),
    SecurityGroups: [],
    NetworkInterfaces: [],
    BlockDeviceMappings: [],
  };
  const { stateReason } = version;
  if (stateReason) shape.StateReason = { Code: stateReason.code, Message: stateReason.message };
  if (facts.token !== undefined) shape.ClientToken = facts.token;
  if (facts.keyName !== undefined) shape.KeyName = facts.keyName;
  if (facts.instanceProfile !== undefined) shape.IamInstanceProfile = { Arn: facts.instanceProfile };
  if (facts.spotRequest !== undefined) {
    shape.InstanceLifecycle = 'spot';
    shape.SpotInstanceRequestId = facts.spotRequest;
  }
  if (facts.metadataOptions) shape.MetadataOptions = { State: 'applied', ...facts.metadataOptions };
  // A terminated instance has let go of its network and volumes. EC2 API Reference, TerminateInstances.
  if (version.state !== 'terminated') addAttachments(shape, facts);
  return shape;
}

function addAttachments(shape: Instance, facts: LaunchFacts): void {
  const groups = facts.securityGroups.map(({ id, name }) => ({ GroupId: id, GroupName: name }));
  shape.SubnetId = facts.subnet;
  shape.VpcId = facts.vpc;
  shape.PrivateIpAddress = facts.privateIp;
  shape.SecurityGroups = groups;
  shape.NetworkInterfaces = [
    {
      NetworkInterfaceId: facts.networkInterface,
      PrivateIpAddress: facts.privateIp,
      SubnetId: facts.subnet,
      VpcId: facts.vpc,
      Status: 'in-use',
      Groups: groups.map((group) => ({ ...group })),
    },
  ];
  shape.BlockDeviceMappings = facts.volumes.map(({ id, device }) => ({
    DeviceName: device,
    Ebs: { VolumeId: id, Status: 'attached', DeleteOnTermination: true },
  }));
}

export const reservationOf = (context: Ec2Context, id: string, sights: readonly Sight[]): Reservation => ({
  ReservationId: id,
  OwnerId: context.world().account,
  Groups: [],
  Instances: sights.map(instanceOf),
});
