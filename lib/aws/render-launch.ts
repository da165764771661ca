import { isIpv4 } from '../core/ip-range.js';
import { isJsonObject, type Json, type JsonObject } from '../core/json.js';
import { CONFIG_HASH_TAG, GROUP_TAG, LOGICAL_ID_TAG, STACK_TAG } from '../core/tags.js';
import type { LaunchDescription, LaunchRequest } from '../ports/instance-provider.js';

export interface LaunchDefaults {
  /** The control plane's name. */
  readonly stack: string;
  /** Given to instances whose properties name no profile and no launch template. */
  readonly instanceProfileArn?: string;
}

/** What a launch creates and what therefore must carry our tags, for IAM as well as for us. */
const TAGGED = ['instance', 'network-interface', 'volume'] as const;

/**
 * The RunInstances request of such an instance: pure, the same bytes for the same description. Properties are EC2's
 * own words; what is added is the tags, the boot script, the pet's address, what the commit pinned, IMDSv2, and the
 * stack's instance profile. Boot script and `UserData` are plain text, as for InfraKit, and are encoded here.
 */
export function renderLaunch(launch: LaunchDescription, defaults: LaunchDefaults): LaunchRequest {
  const properties = isJsonObject(launch.properties) ? launch.properties : {};
  const input = asObject(properties.RunInstancesInput);
  const template = input.LaunchTemplate;
  const request: JsonObject = {
    ...input,
    ...image(input, launch),
    ...(isJsonObject(template) ? { LaunchTemplate: pinnedTemplate(template, launch) } : {}),
    ...userData(input, launch),
    ...address(input, launch),
    ...metadataOptions(input),
    ...profile(input, template !== undefined, defaults),
    TagSpecifications: tagSpecifications(input.TagSpecifications, tagsOf(properties, launch, defaults)),
  };
  return asObject(sorted(request));
}

const asObject = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});
const asList = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

const image = (input: JsonObject, { pins }: LaunchDescription): JsonObject =>
  typeof input.ImageId === 'string' ? { ImageId: pins.images[input.ImageId] ?? input.ImageId } : {};

const pinnedTemplate = (template: JsonObject, { pins }: LaunchDescription): JsonObject =>
  pins.launchTemplateVersion === undefined ? template : { ...template, Version: pins.launchTemplateVersion };

const userData = (input: JsonObject, { init }: LaunchDescription): JsonObject => {
  const text = init === '' ? input.UserData : init;
  return typeof text === 'string' ? { UserData: Buffer.from(text, 'utf8').toString('base64') } : {};
};

/** A pet's address goes to its first interface when interfaces are declared: EC2 takes it in one place only. */
const address = (input: JsonObject, { slot }: LaunchDescription): JsonObject => {
  if (slot === undefined || !isIpv4(slot)) return {};
  const [first, ...others] = asList(input.NetworkInterfaces);
  if (first === undefined) return { PrivateIpAddress: slot };
  return { NetworkInterfaces: [{ ...asObject(first), PrivateIpAddress: slot }, ...others] };
};

/** IMDSv2 unless the user says otherwise; with the endpoint off there is nothing to ask a token for. */
const metadataOptions = (input: JsonObject): JsonObject => {
  const options = asObject(input.MetadataOptions);
  return options.HttpEndpoint === 'disabled'
    ? {}
    : { MetadataOptions: { HttpTokens: 'required', ...options } };
};

/** A launch template may name a profile that we cannot see; ours in the request would override it. */
const profile = (input: JsonObject, fromTemplate: boolean, defaults: LaunchDefaults): JsonObject =>
  input.IamInstanceProfile !== undefined || fromTemplate || defaults.instanceProfileArn === undefined
    ? {}
    : { IamInstanceProfile: { Arn: defaults.instanceProfileArn } };

/** The user's, then the flavor's, then ours: InfraKit's precedence. */
const tagsOf = (
  properties: JsonObject,
  launch: LaunchDescription,
  { stack }: LaunchDefaults,
): Readonly<Record<string, Json>> => ({
  ...definedTags(asObject(properties.Tags)),
  ...launch.tags,
  [STACK_TAG]: stack,
  [GROUP_TAG]: launch.group,
  [CONFIG_HASH_TAG]: launch.configHash,
  ...(launch.slot === undefined ? {} : { [LOGICAL_ID_TAG]: launch.slot }),
});

const definedTags = (tags: JsonObject): Record<string, Json> =>
  Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );

/** Each type once, as EC2 wants; the user's own specifications of other types stay. */
function tagSpecifications(
  declared: Json | undefined,
  tags: Readonly<Record<string, Json>>,
): readonly Json[] {
  const users = new Map<string, Record<string, Json>>();
  for (const specification of asList(declared).map(asObject)) {
    const type = String(specification.ResourceType);
    const given = asList(specification.Tags)
      .map(asObject)
      .map(({ Key, Value }) => [String(Key), Value ?? '']);
    users.set(type, { ...users.get(type), ...Object.fromEntries(given) });
  }
  return [...new Set([...TAGGED, ...users.keys()])].sort().map((type) => {
    const own = TAGGED.some((tagged) => tagged === type) ? tags : {};
    const merged = Object.entries({ ...users.get(type), ...own }).sort(([a], [b]) => (a < b ? -1 : 1));
    return { ResourceType: type, Tags: merged.map(([Key, Value]) => ({ Key, Value })) };
  });
}

/** Keys in the order of their names, so that equal requests are equal texts; nothing undefined. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).flatMap(([key, inner]): [string, Json][] =>
    inner === undefined ? [] : [[key, sorted(inner)]],
  );
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
