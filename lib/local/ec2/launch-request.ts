import type { RunInstancesRequest, TagSpecification } from '@aws-sdk/client-ec2';
import { isInside, isReserved, numberOf, rangeOf } from './addresses.js';
import type { Ec2Context } from './context.js';
import { invalidCombination, invalidValue, notFound, refusal } from './errors.js';
import type { Tags } from './instance-item.js';
import { INSTANCE_TYPES, type InstanceTypeFacts } from './instance-types.js';
import { templateVersion, underneath } from './launch-templates.js';
import { checkedTags } from './tag-rules.js';
import type { ImagePlace, SubnetPlace, World } from './world.js';

/** A RunInstances request that names only things that exist. */
export interface LaunchPlan {
  readonly input: RunInstancesRequest;
  readonly least: number;
  readonly most: number;
  readonly image: ImagePlace;
  readonly typeName: string;
  readonly type: InstanceTypeFacts;
  /** Where it may go: one subnet, or in turn those that EC2 may choose from. */
  readonly subnets: readonly SubnetPlace[];
  /** What a client token is bound to: a zone, or `region`. */
  readonly scope: string;
  readonly address?: string;
  readonly securityGroups: readonly { readonly id: string; readonly name: string }[];
  readonly tags: Readonly<Record<'instance' | 'volume' | 'network-interface', Tags>>;
}

/** EC2 User Guide, "Instance user data": 16 KB in raw form, before it is encoded. */
const USER_DATA_BYTES = 16_384;

/** EC2 API Reference, RunInstances: what is taken when no type is given. */
const DEFAULT_TYPE = 'm1.small';

/** Checks a request against the world in EC2's words; nothing is started. */
export async function launchPlan(context: Ec2Context, given: RunInstancesRequest): Promise<LaunchPlan> {
  const world = context.world();
  const input = given.LaunchTemplate
    ? underneath(given, templateVersion(world, given.LaunchTemplate).data)
    : given;
  const { least, most } = counts(given);
  const image = await findImage(context, world, input.ImageId);
  const typeName = input.InstanceType ?? DEFAULT_TYPE;
  const type = INSTANCE_TYPES.get(typeName);
  if (!type) throw refusal('InvalidParameterValue', `Invalid value '${typeName}' for InstanceType.`);
  if (type.architecture !== image.architecture) {
    throw refusal(
      'InvalidParameterValue',
      `The architecture '${type.architecture}' of the specified instance type does not match the architecture '${image.architecture}' of the specified AMI.`,
    );
  }
  const network = networkOf(input);
  const { subnets, scope } = findSubnets(world, input, network.subnet);
  const address = checkedAddress(network.address, subnets, most, network.subnet);
  checkUserData(input.UserData);
  if (input.KeyName !== undefined && !world.keyPairs.includes(input.KeyName)) {
    throw refusal('InvalidKeyPair.NotFound', `The key pair '${input.KeyName}' does not exist`);
  }
  checkProfile(world, input);
  return {
    input,
    least,
    most,
    image,
    typeName,
    type,
    subnets,
    scope,
    ...(address === undefined ? {} : { address }),
    securityGroups: findGroups(world, network.groups, input.SecurityGroups, subnets[0]?.vpc),
    tags: tagsByResource(input.TagSpecifications),
  };
}

function counts({ MinCount, MaxCount }: RunInstancesRequest): { least: number; most: number } {
  if (MinCount === undefined || MaxCount === undefined) {
    throw refusal(
      'MissingParameter',
      `The request must contain the parameter ${MinCount === undefined ? 'MinCount' : 'MaxCount'}`,
    );
  }
  if (!Number.isInteger(MinCount) || MinCount < 1) throw invalidValue('minCount', MinCount);
  if (!Number.isInteger(MaxCount) || MaxCount < MinCount) throw invalidValue('maxCount', MaxCount);
  return { least: MinCount, most: MaxCount };
}

const ALIAS = /^resolve:ssm:(.+)$/;

async function findImage(context: Ec2Context, world: World, wanted: string | undefined): Promise<ImagePlace> {
  if (wanted === undefined) {
    throw refusal('MissingParameter', 'The request must contain the parameter ImageId');
  }
  const [, parameter] = ALIAS.exec(wanted) ?? [];
  const id = parameter === undefined ? wanted : await context.resolveParameter(parameter);
  if (id === undefined) {
    throw invalidValue('ImageId', wanted, 'The Systems Manager parameter does not exist.');
  }
  const image = world.images.find((known) => known.id === id);
  if (image) return image;
  if (!id.startsWith('ami-'))
    throw refusal('InvalidAMIID.Malformed', `Invalid id: "${id}" (expecting "ami-...")`);
  throw refusal('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`);
}

interface Network {
  readonly subnet: string | undefined;
  readonly address: string | undefined;
  readonly groups: readonly string[] | undefined;
}

/** Subnet, address and groups stand on the request or on its one network interface, never on both. */
function networkOf(input: RunInstancesRequest): Network {
  const [first, ...others] = input.NetworkInterfaces ?? [];
  if (!first) {
    return { subnet: input.SubnetId, address: input.PrivateIpAddress, groups: input.SecurityGroupIds };
  }
  if (others.length > 0 || (first.DeviceIndex ?? 0) !== 0) {
    throw refusal('UnsupportedOperation', 'The local EC2 gives an instance one network interface.');
  }
  if (first.NetworkInterfaceId !== undefined) {
    throw notFound('InvalidNetworkInterfaceID.NotFound', 'networkInterface', [first.NetworkInterfaceId]);
  }
  const twice: readonly (readonly [string, unknown])[] = [
    ['subnet ID', input.SubnetId],
    ['private IP address', input.PrivateIpAddress],
    ['security groups', input.SecurityGroupIds ?? input.SecurityGroups],
  ];
  for (const [what, value] of twice) {
    if (value !== undefined) {
      throw invalidCombination(
        `Network interfaces and an instance-level ${what} may not be specified on the same request`,
      );
    }
  }
  return { subnet: first.SubnetId, address: first.PrivateIpAddress, groups: first.Groups };
}

/** EC2 Developer Guide, "RunInstances idempotency": a subnet names its zone. */
function findSubnets(
  world: World,
  input: RunInstancesRequest,
  subnet: string | undefined,
): { subnets: readonly SubnetPlace[]; scope: string } {
  const zone = input.Placement?.AvailabilityZone;
  if (zone !== undefined && !world.zones.some(({ name }) => name === zone)) {
    throw refusal('InvalidParameterValue', `Invalid availability zone: [${zone}]`);
  }
  if (subnet !== undefined) {
    const known = world.subnets.find(({ id }) => id === subnet);
    if (!known) throw notFound('InvalidSubnetID.NotFound', 'subnet', [subnet]);
    if (zone !== undefined && zone !== known.zone) {
      throw invalidValue('availabilityZone', zone, `The subnet '${subnet}' is in ${known.zone}.`);
    }
    return { subnets: [known], scope: known.zone };
  }
  const open = world.subnets.filter(
    (known) => known.defaultForZone && (zone === undefined || known.zone === zone),
  );
  if (open.length === 0)
    throw refusal('MissingInput', 'No subnets found for the default VPC. Please specify a subnet.');
  return { subnets: open, scope: zone ?? 'region' };
}

function checkedAddress(
  address: string | undefined,
  subnets: readonly SubnetPlace[],
  most: number,
  namedSubnet: string | undefined,
): string | undefined {
  if (address === undefined) return undefined;
  // EC2 API Reference, RunInstances, PrivateIpAddress: not when launching more than one instance.
  if (most > 1)
    throw invalidCombination('A private IP address may be specified only when launching one instance');
  const [subnet] = subnets;
  if (namedSubnet === undefined || !subnet) {
    throw invalidCombination('A private IP address may be specified only together with a subnet');
  }
  const number = numberOf(address);
  if (number === undefined) throw invalidValue('privateIpAddress', address, 'It is not an IPv4 address.');
  const range = rangeOf(subnet.cidr);
  if (!isInside(range, number)) {
    throw refusal(
      'InvalidParameterValue',
      `Address ${address} does not fall within the subnet's address range`,
    );
  }
  if (isReserved(range, number)) {
    throw refusal('InvalidParameterValue', `Address ${address} is in subnet's reserved address range`);
  }
  return address;
}

function checkUserData(userData: string | undefined): void {
  if (userData === undefined) return;
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(userData)) {
    throw refusal('InvalidParameterValue', 'Invalid BASE64 encoding of user data.');
  }
  if (Buffer.from(userData, 'base64').length > USER_DATA_BYTES) {
    throw refusal('InvalidParameterValue', `User data is limited to ${USER_DATA_BYTES} bytes`);
  }
}

function checkProfile(world: World, { IamInstanceProfile: profile }: RunInstancesRequest): void {
  if (!profile) return;
  const { Arn: arn, Name: name } = profile;
  if (arn !== undefined && name !== undefined) {
    throw invalidCombination(
      'The parameter iamInstanceProfile.name cannot be used with iamInstanceProfile.arn',
    );
  }
  const called =
    name ?? /^arn:aws[a-z-]*:iam::\d{12}:instance-profile\/(?:.*\/)?([^/]+)$/.exec(arn ?? '')?.[1];
  const known = called !== undefined && (world.instanceProfiles?.includes(called) ?? true);
  if (!known) {
    const field = arn === undefined ? 'name' : 'arn';
    throw invalidValue(
      `iamInstanceProfile.${field}`,
      arn ?? name,
      `Invalid IAM Instance Profile ${field === 'arn' ? 'ARN' : 'name'}`,
    );
  }
}

function findGroups(
  world: World,
  ids: readonly string[] | undefined,
  names: readonly string[] | undefined,
  vpc: string | undefined,
): readonly { id: string; name: string }[] {
  const wanted: readonly (readonly ['id' | 'name', string])[] = [
    ...(ids ?? []).map((id) => ['id', id] as const),
    ...(names ?? []).map((name) => ['name', name] as const),
  ];
  const here = world.securityGroups.filter((group) => group.vpc === vpc);
  if (wanted.length === 0) {
    return here.filter(({ name }) => name === 'default').map(({ id, name }) => ({ id, name }));
  }
  return wanted.map(([by, value]) => {
    const group = here.find((known) => known[by] === value);
    if (!group)
      throw refusal('InvalidGroup.NotFound', `The security group '${value}' does not exist in VPC '${vpc}'`);
    return { id: group.id, name: group.name };
  });
}

function tagsByResource(specifications: readonly TagSpecification[] | undefined): LaunchPlan['tags'] {
  const found: Record<string, Tags> = {};
  for (const { ResourceType: type = '', Tags: tags } of specifications ?? []) {
    if (!['instance', 'volume', 'network-interface', 'spot-instances-request'].includes(type)) {
      throw refusal(
        'InvalidParameterValue',
        `'${type}' is not a valid taggable resource type for this operation.`,
      );
    }
    if (found[type]) {
      throw refusal('InvalidParameterValue', `Tag specification resource type '${type}' must be unique.`);
    }
    found[type] = checkedTags(tags ?? []);
  }
  return {
    instance: found.instance ?? {},
    volume: found.volume ?? {},
    'network-interface': found['network-interface'] ?? {},
  };
}
