import type { Reservation, RunInstancesRequest } from '@aws-sdk/client-ec2';
import { rangeOf } from './addresses.js';
import { canonical } from './client-tokens.js';
import type { Ec2Context } from './context.js';
import { refusal, wouldSucceed } from './errors.js';
import { type InstanceItem, truth } from './instance-item.js';
import { reservationOf } from './instance-shape.js';
import { INSTANCE_TYPES } from './instance-types.js';
import { launch } from './launch.js';
import { type LaunchPlan, launchPlan } from './launch-request.js';
import type { SubnetPlace } from './world.js';

/**
 * Starts between MinCount and MaxCount instances, or none and says why. EC2 API Reference, RunInstances: if fewer than
 * MaxCount are possible it launches the largest possible number above MinCount.
 * Assumption: a dry run checks the request, not room or addresses, and neither knows nor binds its token.
 */
export const runInstances =
  (context: Ec2Context) =>
  async (input: RunInstancesRequest): Promise<Reservation> => {
    const plan = await launchPlan(context, input);
    if (input.DryRun) throw wouldSucceed();
    const token = input.ClientToken || undefined;
    const parameters = canonical({ ...input, ClientToken: undefined });
    if (token !== undefined) {
      const earlier = context.tokens().repeated(token, plan.scope, parameters);
      if (earlier) return repeatedAnswer(context, earlier.instances, earlier.reservation);
    }
    const { subnet, count } = choose(context, plan);
    const reservation = context.newId('r');
    const items = Array.from({ length: count }, (_none, index) =>
      start(context, plan, subnet, { reservation, token, index }),
    );
    if (token !== undefined) {
      const instances = items.map(({ facts }) => facts.id);
      context.tokens().bind({ token, scope: plan.scope, parameters, reservation, instances });
    }
    return reservationOf(context, reservation, items.map(sightOf));
  };

const sightOf = (item: InstanceItem) => ({ item, facts: item.facts, version: truth(item) });

/**
 * EC2 API Reference, Error codes: `IdempotentInstanceTerminated`. Assumption: it comes once every instance of the
 * launch is terminated; before that the same reservation is answered with the states of now.
 */
function repeatedAnswer(context: Ec2Context, instances: readonly string[], reservation: string): Reservation {
  const items = instances.flatMap((id) => context.state.get(id) ?? []);
  if (items.every((item) => truth(item).state === 'terminated')) {
    throw refusal(
      'IdempotentInstanceTerminated',
      'The client token you have provided is associated with a previous request for which the instance has been terminated.',
    );
  }
  return reservationOf(context, reservation, items.map(sightOf));
}

/** The first subnet with room for the least, and how many it takes; else the last reason that stood against it. */
function choose(context: Ec2Context, plan: LaunchPlan): { subnet: SubnetPlace; count: number } {
  const quota = withinQuota(context, plan);
  let reason: Error | undefined;
  for (const subnet of plan.subnets) {
    const room = roomIn(context, plan, subnet, quota);
    if (typeof room === 'number') return { subnet, count: room };
    reason = room;
  }
  throw reason ?? refusal('MissingInput', 'No subnet to launch in.');
}

/**
 * EC2 User Guide, "On-Demand Instance limits": counted in vCPUs of pending and running instances, per region.
 * Assumption: a launch takes what is left above its MinCount, as with capacity.
 */
function withinQuota({ faults, state }: Ec2Context, plan: LaunchPlan): number {
  const quota = faults.vcpuQuota();
  if (quota === undefined) return plan.most;
  let used = 0;
  for (const item of state.all()) {
    const { state: now } = truth(item);
    if (now === 'pending' || now === 'running')
      used += INSTANCE_TYPES.get(item.facts.instanceType)?.vcpus ?? 0;
  }
  const possible = Math.min(plan.most, Math.floor((quota - used) / plan.type.vcpus));
  if (possible >= plan.least) return possible;
  throw refusal(
    'VcpuLimitExceeded',
    `You have requested more vCPU capacity than your current vCPU limit of ${quota} allows for the instance bucket that the specified instance type belongs to.`,
  );
}

/** How many can start there, or why not even the least can. */
function roomIn(
  { faults, state }: Ec2Context,
  plan: LaunchPlan,
  subnet: SubnetPlace,
  quota: number,
): number | Error {
  const place = { zone: subnet.zone, subnet: subnet.id, instanceType: plan.typeName };
  if (plan.address !== undefined && state.addresses.isTaken(subnet.id, plan.address)) {
    return refusal('InvalidIPAddress.InUse', `Address ${plan.address} is in use.`);
  }
  const free = state.addresses.free(subnet.id, rangeOf(subnet.cidr));
  if (free < plan.least) {
    return refusal(
      'InsufficientFreeAddressesInSubnet',
      `There are not enough free addresses in subnet '${subnet.id}' to satisfy the requested number of instances.`,
    );
  }
  const possible = Math.min(quota, free);
  const room = faults.noCapacity(place) ? 0 : Math.min(possible, faults.atMost() ?? possible);
  if (room >= plan.least) return room;
  return refusal(
    'InsufficientInstanceCapacity',
    `We currently do not have sufficient ${plan.typeName} capacity in the Availability Zone you requested (${subnet.zone}).`,
    500,
  );
}

function start(
  context: Ec2Context,
  plan: LaunchPlan,
  subnet: SubnetPlace,
  by: { readonly reservation: string; readonly token: string | undefined; readonly index: number },
): InstanceItem {
  const { input, image } = plan;
  const { addresses } = context.state;
  const privateIp = plan.address ?? addresses.next(subnet.id, rangeOf(subnet.cidr));
  if (privateIp === undefined) throw new Error(`no free address in ${subnet.id}, though one was counted`);
  const profile = input.IamInstanceProfile;
  const instanceProfile =
    profile && (profile.Arn ?? `arn:aws:iam::${context.world().account}:instance-profile/${profile.Name}`);
  const extraDevices = (input.BlockDeviceMappings ?? []).flatMap(({ DeviceName, NoDevice, Ebs }) =>
    DeviceName && DeviceName !== image.rootDevice && NoDevice === undefined && Ebs ? [DeviceName] : [],
  );
  return launch(context, {
    reservation: by.reservation,
    ...(by.token === undefined ? {} : { token: by.token }),
    launchIndex: by.index,
    zone: subnet.zone,
    subnet: subnet.id,
    vpc: subnet.vpc,
    instanceType: plan.typeName,
    architecture: plan.type.architecture,
    imageId: image.id,
    ...(input.InstanceMarketOptions?.MarketType === 'spot' ? { spotRequest: context.newId('sir') } : {}),
    privateIp,
    devices: [image.rootDevice, ...extraDevices],
    ...(input.KeyName === undefined ? {} : { keyName: input.KeyName }),
    securityGroups: plan.securityGroups,
    ...(instanceProfile === undefined ? {} : { instanceProfile }),
    ...(input.UserData === undefined ? {} : { userData: input.UserData }),
    ...(input.MetadataOptions === undefined ? {} : { metadataOptions: input.MetadataOptions }),
    ...(input.CpuOptions === undefined ? {} : { cpuOptions: input.CpuOptions }),
    ebsOptimized: input.EbsOptimized ?? false,
    monitoring: input.Monitoring?.Enabled ?? false,
    tags: plan.tags.instance,
    volumeTags: plan.tags.volume,
    interfaceTags: plan.tags['network-interface'],
    protected: input.DisableApiTermination ?? false,
    foreign: false,
  });
}
