import type {
  DescribeLaunchTemplateVersionsRequest,
  DescribeLaunchTemplateVersionsResult,
  LaunchTemplateSpecification,
  RequestLaunchTemplateData,
  RunInstancesRequest,
} from '@aws-sdk/client-ec2';
import type { Ec2Context } from './context.js';
import { invalidCombination, refusal } from './errors.js';
import { page } from './paging.js';
import type { LaunchTemplatePlace, World } from './world.js';

/** The template that is meant and its version. EC2 API Reference, LaunchTemplateSpecification: the default version unless given. */
export function templateVersion(
  world: World,
  wanted: LaunchTemplateSpecification,
): {
  readonly template: LaunchTemplatePlace;
  readonly version: number;
  readonly data: RequestLaunchTemplateData;
} {
  const template = findTemplate(world, wanted);
  const version = versionNumber(template, wanted.Version);
  const data = template.versions[version - 1];
  if (!data) {
    throw refusal(
      'InvalidLaunchTemplateId.VersionNotFound',
      `Could not find the specified version ${wanted.Version} for the launch template with ID ${template.id}.`,
    );
  }
  return { template, version, data };
}

function findTemplate(
  world: World,
  wanted: {
    readonly LaunchTemplateId?: string | undefined;
    readonly LaunchTemplateName?: string | undefined;
  },
): LaunchTemplatePlace {
  const { LaunchTemplateId: id, LaunchTemplateName: name } = wanted;
  if ((id === undefined) === (name === undefined)) {
    throw invalidCombination(
      'Either a launch template ID or a launch template name must be specified, not both.',
    );
  }
  const template = world.launchTemplates.find((known) =>
    id === undefined ? known.name === name : known.id === id,
  );
  if (template) return template;
  throw id === undefined
    ? refusal(
        'InvalidLaunchTemplateName.NotFoundException',
        `The specified launch template, with template name ${name}, does not exist.`,
      )
    : refusal(
        'InvalidLaunchTemplateId.NotFound',
        `The specified launch template, with template ID ${id}, does not exist.`,
      );
}

const versionNumber = (template: LaunchTemplatePlace, wanted: string | undefined): number => {
  if (wanted === undefined || wanted === '$Default') return template.defaultVersion;
  if (wanted === '$Latest') return template.versions.length;
  return Number(wanted);
};

/** Parameters of the request win over those of the template. EC2 User Guide, "Launch from a launch template". */
export const underneath = (
  input: RunInstancesRequest,
  data: RequestLaunchTemplateData,
): RunInstancesRequest => {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  // A template's data are RunInstances' own parameters, typed apart.
  return { ...data, ...given } as RunInstancesRequest;
};

export const describeLaunchTemplateVersions =
  ({ world, pages, faults }: Ec2Context) =>
  async (input: DescribeLaunchTemplateVersionsRequest): Promise<DescribeLaunchTemplateVersionsResult> => {
    const template = findTemplate(world(), input);
    const wanted = input.Versions?.map(
      (version) => templateVersion(world(), { ...named(template), Version: version }).version,
    );
    const numbers = template.versions.map((_data, index) => index + 1);
    const { things, next } = page(
      numbers,
      (number) => number,
      (number) => wanted?.includes(number) ?? true,
      input,
      pages,
      faults.emptyPage('DescribeLaunchTemplateVersions'),
    );
    return {
      LaunchTemplateVersions: things.map((number) => ({
        LaunchTemplateId: template.id,
        LaunchTemplateName: template.name,
        VersionNumber: number,
        DefaultVersion: number === template.defaultVersion,
        LaunchTemplateData: structuredClone(template.versions[number - 1]),
      })) as NonNullable<DescribeLaunchTemplateVersionsResult['LaunchTemplateVersions']>,
      ...(next === undefined ? {} : { NextToken: next }),
    };
  };

const named = (template: LaunchTemplatePlace) => ({ LaunchTemplateId: template.id });
