import type { RequestLaunchTemplateData } from '@aws-sdk/client-ec2';

export interface SubnetPlace {
  readonly id: string;
  readonly vpc: string;
  readonly zone: string;
  readonly cidr: string;
  /** Taken when a launch names no subnet. */
  readonly defaultForZone: boolean;
}

export interface ImagePlace {
  readonly id: string;
  readonly name: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly rootDevice: string;
  /** Instances of it end their status checks so. @default ok */
  readonly checksEndAs?: 'impaired';
}

export interface LaunchTemplatePlace {
  readonly id: string;
  readonly name: string;
  readonly defaultVersion: number;
  /** Version 1 first. */
  readonly versions: readonly RequestLaunchTemplateData[];
}

/** What the account has before anybody launches anything. Plain JSON. */
export interface World {
  readonly account: string;
  readonly region: string;
  readonly zones: readonly { readonly name: string; readonly id: string }[];
  readonly vpcs: readonly { readonly id: string; readonly cidr: string; readonly isDefault: boolean }[];
  readonly subnets: readonly SubnetPlace[];
  readonly images: readonly ImagePlace[];
  readonly keyPairs: readonly string[];
  /** The one called `default` is taken when a launch names none. */
  readonly securityGroups: readonly { readonly id: string; readonly name: string; readonly vpc: string }[];
  /** Names of instance profiles; any name will do when absent. */
  readonly instanceProfiles?: readonly string[];
  readonly launchTemplates: readonly LaunchTemplatePlace[];
}

const VPC = 'vpc-1';

/** One VPC with a subnet in each of three zones, and the usual things to launch from. */
export const defaultWorld = (): World => ({
  account: '123456789012',
  region: 'eu-west-1',
  zones: ['a', 'b', 'c'].map((letter, index) => ({ name: `eu-west-1${letter}`, id: `euw1-az${index + 1}` })),
  vpcs: [{ id: VPC, cidr: '10.0.0.0/16', isDefault: true }],
  subnets: ['a', 'b', 'c'].map((letter, index) => ({
    id: `subnet-${index + 1}`,
    vpc: VPC,
    zone: `eu-west-1${letter}`,
    cidr: `10.0.${index + 1}.0/24`,
    defaultForZone: true,
  })),
  images: [
    { id: 'ami-0abc', name: 'linux-2026.1-x86_64', architecture: 'x86_64', rootDevice: '/dev/xvda' },
    {
      id: 'ami-0bad',
      name: 'linux-2026.1-x86_64-broken',
      architecture: 'x86_64',
      rootDevice: '/dev/xvda',
      checksEndAs: 'impaired',
    },
    { id: 'ami-0def', name: 'linux-2026.2-x86_64', architecture: 'x86_64', rootDevice: '/dev/xvda' },
    { id: 'ami-0arm', name: 'linux-2026.2-arm64', architecture: 'arm64', rootDevice: '/dev/xvda' },
  ],
  keyPairs: ['holdfast'],
  securityGroups: [
    { id: 'sg-1', name: 'default', vpc: VPC },
    { id: 'sg-2', name: 'cluster', vpc: VPC },
  ],
  launchTemplates: [
    {
      id: 'lt-1',
      name: 'web',
      defaultVersion: 1,
      versions: [
        { ImageId: 'ami-0abc', InstanceType: 't3.micro', SecurityGroupIds: ['sg-2'] },
        { ImageId: 'ami-0def', InstanceType: 't3.small', SecurityGroupIds: ['sg-2'] },
      ],
    },
  ],
});

/** Adds a subnet, such as 192.168.1.0/24 for a classic ensemble; its VPC is made when it is not there. */
export const withSubnet = (world: World, subnet: SubnetPlace): World => {
  const known = world.vpcs.some(({ id }) => id === subnet.vpc);
  return {
    ...world,
    subnets: [...world.subnets, subnet],
    vpcs: known ? world.vpcs : [...world.vpcs, { id: subnet.vpc, cidr: subnet.cidr, isDefault: false }],
    securityGroups: known
      ? world.securityGroups
      : [
          ...world.securityGroups,
          { id: `sg-${subnet.vpc.replace(/^vpc-/, '')}-default`, name: 'default', vpc: subnet.vpc },
        ],
  };
};

/** How long EC2 takes, in milliseconds. Assumptions all: EC2 promises no times; these are what people commonly see. */
export interface Timing {
  readonly bootMs: number;
  /** From running to the end of the status checks. */
  readonly checksMs: number;
  readonly shuttingDownMs: number;
  readonly stoppingMs: number;
  /** From terminated until tags are gone. */
  readonly tagsFadeMs: number;
  /** From terminated until it is not described any more: about an hour (EC2 User Guide, Terminate instances). */
  readonly forgetMs: number;
  /** From terminated until the private address is free. */
  readonly addressReleaseMs: number;
  readonly eventMs: number;
}

export const DEFAULT_TIMING: Timing = {
  bootMs: 8_000,
  checksMs: 60_000,
  shuttingDownMs: 30_000,
  stoppingMs: 20_000,
  tagsFadeMs: 60_000,
  forgetMs: 3_600_000,
  addressReleaseMs: 0,
  eventMs: 0,
};
