import {
  DescribeLaunchTemplateVersionsCommand,
  DescribeSubnetsCommand,
  type EC2Client,
  EC2ServiceException,
} from '@aws-sdk/client-ec2';
import { GetParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { InvalidInputError, RefusedError, ThrottledError, UnansweredError } from '../core/errors.js';
import type { Pins, Subnet } from '../core/group-spec.js';
import { chunks } from '../core/in-flight.js';
import { isIpv4 } from '../core/ip-range.js';
import { isJsonObject, type Json, type JsonObject } from '../core/json.js';
import type { PinResolver } from '../ports/instance-provider.js';
import { ec2Error, ec2Meaning, ec2Words } from './ec2-errors.js';

const ALIAS = 'resolve:ssm:';
/** Values of one filter: EC2's limit. */
const FILTER_VALUES = 200;

/**
 * Looks up what a commit pins, and asks only for what the properties need. They are a group's (`Instance`, `Allocation`,
 * …) or an instance plugin's alone; paths of mistakes are relative to what was given.
 */
export function pinResolver({ ec2, ssm }: { readonly ec2: EC2Client; readonly ssm: SSMClient }): PinResolver {
  const subnets = (ids: readonly string[]) => describeSubnets(ec2, ids, 'Subnets');
  return {
    resolve: async (given) => {
      const { properties, path, addresses } = asked(given);
      const input = asObject(properties.RunInstancesInput);
      const declared = declaredSubnets(properties, input);
      const wanted = declared.ids.length > 1 || addresses ? declared.ids : [];
      const template = asObject(input.LaunchTemplate);
      const [images, version, facts] = await Promise.all([
        pinnedImages(ssm, input.ImageId, `${path}RunInstancesInput.ImageId`),
        templateVersion(ec2, template, `${path}RunInstancesInput.LaunchTemplate`),
        describeSubnets(ec2, wanted, `${path}${declared.path}`),
      ]);
      const pins: Pins = { images, subnets: facts };
      return version === undefined ? pins : { ...pins, launchTemplateVersion: version };
    },
    subnets,
  };
}

interface Asked {
  /** The instance plugin's. */
  readonly properties: JsonObject;
  /** Where they stand in what was given, with its dot. */
  readonly path: string;
  /** Whether a pet's logical ID is an address, whose subnet is picked by range. */
  readonly addresses: boolean;
}

const asked = (given: Json): Asked => {
  const document = asObject(given);
  if (document.Instance === undefined) return { properties: document, path: '', addresses: false };
  return {
    properties: asObject(asObject(document.Instance).Properties),
    path: 'Instance.Properties.',
    addresses: strings(asObject(document.Allocation).LogicalIDs).some(isIpv4),
  };
};

/** The same places that launches are spread over. */
const declaredSubnets = (properties: JsonObject, input: JsonObject) => {
  const several = strings(properties.Subnets);
  if (several.length > 0) return { ids: several, path: 'Subnets' };
  const first = Array.isArray(input.NetworkInterfaces) ? asObject(input.NetworkInterfaces[0]) : {};
  const single = [input.SubnetId ?? first.SubnetId].filter((id) => typeof id === 'string');
  return {
    ids: single,
    path: `RunInstancesInput.${input.SubnetId === undefined ? 'NetworkInterfaces[0].' : ''}SubnetId`,
  };
};

const asObject = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});
const strings = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((item: Json) => typeof item === 'string') : [];

const invalid = (path: string, message: string) => new InvalidInputError([{ path, message }]);

const pinnedImages = async (
  ssm: SSMClient,
  image: Json | undefined,
  path: string,
): Promise<Pins['images']> => {
  if (typeof image !== 'string' || !image.startsWith(ALIAS)) return {};
  const name = image.slice(ALIAS.length);
  const value = await parameter(ssm, name, path);
  if (value === undefined) {
    throw invalid(path, `no SSM parameter "${name}" for "${image}"; create it, or name an image (ami-…)`);
  }
  if (!/^ami-[0-9a-z]+$/.test(value)) {
    throw invalid(path, `SSM parameter "${name}" holds "${value.slice(0, 40)}", not an image (ami-…)`);
  }
  return { [image]: value };
};

const parameter = async (ssm: SSMClient, name: string, path: string): Promise<string | undefined> => {
  try {
    return (await ssm.send(new GetParametersCommand({ Names: [name] }))).Parameters?.[0]?.Value;
  } catch (error) {
    const known = ec2Error(error);
    if (known instanceof ThrottledError || known instanceof UnansweredError) throw known;
    if (!(error instanceof Error) || !('$fault' in error)) throw error;
    if (error.name === 'AccessDeniedException') {
      throw new RefusedError(`cannot read SSM parameter "${name}": allow it in the control plane's props`);
    }
    throw invalid(path, `SSM refuses "${name}": ${error.message}`);
  }
};

/** A number stays as it is; `$Latest`, `$Default` or nothing becomes the number that it means now. */
const templateVersion = async (
  ec2: EC2Client,
  template: JsonObject,
  path: string,
): Promise<string | undefined> => {
  const { LaunchTemplateId: id, LaunchTemplateName: name, Version: version = '$Default' } = template;
  if (typeof id !== 'string' && typeof name !== 'string') return undefined;
  if (version !== '$Default' && version !== '$Latest') return undefined;
  const which = typeof id === 'string' ? { LaunchTemplateId: id } : { LaunchTemplateName: String(name) };
  try {
    const { LaunchTemplateVersions } = await ec2.send(
      new DescribeLaunchTemplateVersionsCommand({ ...which, Versions: [version] }),
    );
    const number = LaunchTemplateVersions?.[0]?.VersionNumber;
    if (number !== undefined) return String(number);
  } catch (error) {
    if (!(error instanceof EC2ServiceException) || ec2Meaning(error) !== undefined) throw refusedOr(error);
    throw invalid(path, `${ec2Words(error)}; name a template that exists`);
  }
  throw invalid(
    path,
    `launch template "${String(id ?? name)}" has no version ${version}; name one that exists`,
  );
};

const describeSubnets = async (
  ec2: EC2Client,
  ids: readonly string[],
  path: string,
): Promise<readonly Subnet[]> => {
  const found = new Map<string, Subnet>();
  for (const some of chunks([...new Set(ids)], FILTER_VALUES)) {
    let token: string | undefined;
    do {
      const page = await subnetPage(ec2, some, token);
      for (const { SubnetId: id, AvailabilityZone: zone, CidrBlock: cidr } of page.Subnets ?? []) {
        if (id && zone && cidr) found.set(id, { id, zone, cidr });
      }
      token = page.NextToken || undefined;
    } while (token !== undefined);
  }
  const issues = ids.flatMap((id, index) =>
    found.has(id)
      ? []
      : [
          {
            path: path.endsWith('Subnets') ? `${path}[${index}]` : path,
            message: `no subnet "${id}" in this region; name one that exists`,
          },
        ],
  );
  if (issues.length > 0) throw new InvalidInputError(issues);
  return ids.flatMap((id) => found.get(id) ?? []);
};

/** By filter: by id, one unknown subnet would hide the mistakes of the others. */
const subnetPage = async (ec2: EC2Client, ids: readonly string[], token: string | undefined) => {
  const Filters = [{ Name: 'subnet-id', Values: [...ids] }];
  try {
    return await ec2.send(new DescribeSubnetsCommand({ Filters, ...(token ? { NextToken: token } : {}) }));
  } catch (error) {
    throw refusedOr(error);
  }
};

const refusedOr = (error: unknown): unknown =>
  ec2Meaning(error) === 'unauthorised' ? new RefusedError(ec2Words(error)) : ec2Error(error);
