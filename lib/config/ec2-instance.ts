import { z } from 'zod';
import type { Pins, Pool } from '../core/group-spec.js';
import type { Path } from '../core/issue-path.js';
import { isJsonObject, type Json, type JsonObject } from '../core/json.js';
import { type Mistake, quoted, schemaMistakes } from '../core/schema-issues.js';
import { OWN_TAGS } from '../core/tags.js';
import { runInstancesInputSchema } from './run-instances-input.js';
import { refused, told } from './values.js';

export const EC2_INSTANCE = 'aws/ec2-instance';

/** Every name that InfraKit's users know it by, ours first. */
export const EC2_INSTANCE_NAMES = [EC2_INSTANCE, 'instance-aws', 'instance-aws/ec2-instance'] as const;

/** Canonical names of the instance plugins that are here. */
export const INSTANCE_PLUGINS: readonly string[] = [EC2_INSTANCE];

/** The canonical name of an instance plugin; `undefined` when there is no such plugin here. */
export const instancePlugin = (name: string): string | undefined =>
  EC2_INSTANCE_NAMES.some((known) => known === name) ? EC2_INSTANCE : undefined;

const subnet = z.string().regex(/^subnet-[0-9a-zA-Z-]+$/, { error: 'must be an id such as "subnet-0abc"' });
const instanceType = z
  .string()
  .regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, { error: 'must be an instance type such as "t3.small"' });

/** Source: ELB API Reference, "Amazon resource names": `arn:<partition>:elasticloadbalancing:<region>:<account>:targetgroup/<name>/<id>`. */
const targetGroup = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:targetgroup\/[A-Za-z0-9-]{1,32}\/[0-9a-f]+$/,
    {
      error:
        'must be the ARN of a target group such as "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/73e2d6bc24d8a067"',
    },
  );

/** Properties of `aws/ec2-instance`: InfraKit's, and what Holdfast adds to them. */
export const ec2PropertiesSchema = z
  .strictObject({
    RunInstancesInput: runInstancesInputSchema,
    Tags: z
      .record(z.string(), z.string())
      .meta({
        ...told('Tags of each instance, its volumes and interfaces; at most 46', { Name: 'web' }),
        absent: 'none',
      })
      .optional(),
    Subnets: z
      .array(subnet)
      .min(1)
      .max(16)
      .meta({
        ...told('Spread evenly over their zones; the next one when there is no room', [
          'subnet-0abc',
          'subnet-0def',
        ]),
        absent: 'none',
      })
      .optional(),
    InstanceTypes: z
      .array(instanceType)
      .min(1)
      .max(10)
      .meta({ ...told('The first that has room, in this order', ['t3.small', 't3a.small']), absent: 'none' })
      .optional(),
    TargetGroupARNs: z
      .array(targetGroup)
      .max(5)
      .meta({
        ...told('Target groups of load balancers that healthy instances are registered with', [
          'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/73e2d6bc24d8a067',
        ]),
        absent: 'none',
      })
      .optional(),
    AttachVolumeInputs: refused(
      'is not supported yet; use BlockDeviceMappings for volumes that live with the instance',
    ),
  })
  .meta(told('Instances on EC2', { RunInstancesInput: { ImageId: 'ami-0abc', InstanceType: 't3.small' } }));

export type Ec2Properties = z.infer<typeof ec2PropertiesSchema>;

let jsonSchema: Json | undefined;
const ec2JsonSchema = (): Json => {
  jsonSchema ??= JSON.parse(JSON.stringify(z.toJSONSchema(ec2PropertiesSchema))) as Json;
  return jsonSchema;
};

/** Every mistake in the properties of `aws/ec2-instance`, with paths relative to them. */
export const ec2Mistakes = (properties: Json): readonly Mistake[] => {
  if (properties === null) return [{ path: [], message: 'Properties must be set' }];
  const parsed = ec2PropertiesSchema.safeParse(properties);
  const shape = parsed.success ? [] : schemaMistakes(parsed.error.issues, properties, ec2JsonSchema);
  return isJsonObject(properties) ? [...shape, ...ruleMistakes(properties)] : shape;
};

/** Rules between keys; read defensively, so that they are told together with mistakes of shape. */
const ruleMistakes = (properties: JsonObject): readonly Mistake[] => {
  const mistakes: Mistake[] = [];
  const input = isJsonObject(properties.RunInstancesInput) ? properties.RunInstancesInput : undefined;
  const wrong = (message: string, ...path: Path) => mistakes.push({ path, message });
  if (input !== undefined) {
    const inside = (message: string, ...path: Path) => wrong(message, 'RunInstancesInput', ...path);
    if (input.ImageId === undefined && input.LaunchTemplate === undefined) {
      inside('is missing; give an image id such as "ami-0abc", or a LaunchTemplate', 'ImageId');
    }
    launchTemplateRules(input, inside);
    placeRules(properties, input, inside);
    const { UserData } = input;
    if (typeof UserData === 'string') {
      if (looksEncoded(UserData)) inside('must be plain text: it is encoded for you', 'UserData');
      const problem = userDataIssue(Buffer.byteLength(UserData));
      if (problem !== undefined) inside(problem, 'UserData');
    }
    if (properties.InstanceTypes !== undefined && input.InstanceType !== undefined) {
      inside('cannot be set together with InstanceTypes; keep one of them', 'InstanceType');
    }
  }
  for (const key of ['Subnets', 'InstanceTypes', 'TargetGroupARNs']) {
    const list = properties[key];
    if (!Array.isArray(list)) continue;
    list.forEach((item: Json, index) => {
      if (list.indexOf(item) < index) wrong(`${quoted(item)} specified more than once`, key, index);
    });
  }
  return [...mistakes, ...tagMistakes(properties.Tags)];
};

type Report = (message: string, ...path: Path) => void;

const launchTemplateRules = (input: JsonObject, inside: Report): void => {
  const template = input.LaunchTemplate;
  if (!isJsonObject(template)) return;
  const ways = [template.LaunchTemplateId, template.LaunchTemplateName].filter((way) => way !== undefined);
  if (ways.length !== 1) inside('must have one of LaunchTemplateId and LaunchTemplateName', 'LaunchTemplate');
};

const placeRules = (properties: JsonObject, input: JsonObject, inside: Report): void => {
  const interfaces = Array.isArray(input.NetworkInterfaces) ? input.NetworkInterfaces : [];
  const zone = isJsonObject(input.Placement)
    ? (input.Placement.AvailabilityZone ?? input.Placement.AvailabilityZoneId)
    : undefined;
  if (properties.Subnets !== undefined) {
    const message = 'cannot be set together with Subnets; keep one of them';
    if (input.SubnetId !== undefined) inside(message, 'SubnetId');
    if (zone !== undefined) inside(message, 'Placement', 'AvailabilityZone');
    interfaces.forEach((item: Json, index) => {
      // EC2 takes the subnet from each interface; only the first one's is filled in at the launch.
      if (index > 0)
        inside(
          'must be the only one while Subnets is set: all must be in one zone',
          'NetworkInterfaces',
          index,
        );
      else if (isJsonObject(item) && item.SubnetId !== undefined) {
        inside(message, 'NetworkInterfaces', index, 'SubnetId');
      }
    });
  } else if (input.SubnetId !== undefined && zone !== undefined) {
    inside(
      'cannot be set together with SubnetId, which has a zone; keep one of them',
      'Placement',
      'AvailabilityZone',
    );
  }
  if (interfaces.length > 0) {
    // EC2: "Network interfaces and an instance-level subnet ID / security groups may not be specified on the same request".
    for (const key of ['SubnetId', 'SecurityGroupIds', 'SecurityGroups', 'Ipv6AddressCount']) {
      if (input[key] !== undefined)
        inside('cannot be set together with NetworkInterfaces; set it on the interface', key);
    }
  }
};

/** A user's tags on EC2: 50 less our own four, keys to 128 and values to 256 characters. Source: EC2 user guide, tag restrictions. */
export const MAX_TAGS = 50 - OWN_TAGS.length;

/** Why these tags cannot be put on an instance, with paths from `Tags` on; for plugins that add tags. */
export const tagMistakes = (tags: Json | undefined): readonly Mistake[] => {
  if (!isJsonObject(tags)) return [];
  const mistakes: Mistake[] = [];
  const keys = Object.keys(tags);
  if (keys.length > MAX_TAGS) {
    mistakes.push({ path: ['Tags'], message: `must have at most ${MAX_TAGS} tags, not ${keys.length}` });
  }
  for (const key of keys) {
    const path = ['Tags', key];
    const value = tags[key];
    if (OWN_TAGS.includes(key))
      mistakes.push({ path, message: `tag ${quoted(key)} is written by Holdfast; remove it` });
    else if (key.toLowerCase().startsWith('aws:')) {
      mistakes.push({ path, message: `tag ${quoted(key)} is reserved by AWS; remove it` });
    } else if (key.length === 0 || key.length > 128) {
      mistakes.push({ path, message: 'must have a key of 1 to 128 characters' });
    }
    if (typeof value === 'string' && value.length > 256) {
      mistakes.push({ path, message: `must have at most 256 characters, not ${value.length}` });
    }
  }
  return mistakes;
};

/** EC2's limit of user data before it is encoded. Source: EC2 user guide, "Run commands at launch". */
export const MAX_USER_DATA_BYTES = 16_384;

/** What is wrong with user data of so many bytes, before base64; `undefined` when nothing is. */
export const userDataIssue = (bytes: number): string | undefined =>
  bytes > MAX_USER_DATA_BYTES
    ? `user data must be at most ${MAX_USER_DATA_BYTES} bytes, not ${bytes}; fetch the rest from elsewhere at boot`
    : undefined;

/** Whether it is the base64 of something that boots: a script, or cloud-init's own forms. */
const looksEncoded = (userData: string): boolean =>
  /^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(userData) &&
  /^(?:#!|#cloud-config|#include|Content-Type:|MIME-Version:)/.test(
    Buffer.from(userData, 'base64').toString('latin1'),
  );

const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

const textsOf = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((item: Json) => typeof item === 'string') : [];

/**
 * Where instances of valid properties can be launched, most wanted first: for each type, each subnet, be it
 * named by itself or by the first network interface.
 */
export const ec2Pools = (properties: Json, pins: Pins): readonly Pool[] => {
  const object = isJsonObject(properties) ? properties : {};
  const input = isJsonObject(object.RunInstancesInput) ? object.RunInstancesInput : {};
  const types = textsOf(object.InstanceTypes);
  const typed: readonly Pool[] = types.length === 0 ? [{}] : types.map((type) => ({ instanceType: type }));
  const places = placesOf(object, input, pins);
  return typed.flatMap((pool) => places.map((place) => ({ ...pool, ...place })));
};

/** ARNs of the target groups that valid properties name. */
export const ec2TargetGroups = (properties: Json): readonly string[] =>
  isJsonObject(properties) ? textsOf(properties.TargetGroupARNs) : [];

const placesOf = (properties: JsonObject, input: JsonObject, pins: Pins): readonly Pool[] => {
  const facts = (id: string): Pool => {
    const found = pins.subnets.find((candidate) => candidate.id === id);
    return found === undefined ? {} : { zone: found.zone, cidr: found.cidr };
  };
  const first = Array.isArray(input.NetworkInterfaces)
    ? (input.NetworkInterfaces[0] as Json | undefined)
    : undefined;
  const named = [
    ...textsOf(properties.Subnets),
    textOf(input.SubnetId) ?? textOf(isJsonObject(first) ? first.SubnetId : undefined),
  ].filter((id) => id !== undefined);
  if (named.length > 0) return named.map((id) => ({ subnet: id, ...facts(id) }));
  const zone = textOf(isJsonObject(input.Placement) ? input.Placement.AvailabilityZone : undefined);
  return [zone === undefined ? {} : { zone }];
};
