import type { CpuOptionsRequest, InstanceMetadataOptionsRequest } from '@aws-sdk/client-ec2';
import type { Instant } from '../../core/ids.js';
import type { InstanceState } from '../../core/instance.js';

export type CheckStatus = 'ok' | 'impaired' | 'initializing' | 'insufficient-data' | 'not-applicable';

export type Tags = Readonly<Record<string, string>>;

/** What an instance is launched with and keeps for life. Plain JSON. */
export interface LaunchFacts {
  readonly id: string;
  /** Counts launches of the whole cloud; the order of descriptions. */
  readonly sequence: number;
  readonly reservation: string;
  readonly zone: string;
  readonly subnet: string;
  readonly vpc: string;
  readonly instanceType: string;
  readonly architecture: string;
  readonly imageId: string;
  readonly token?: string;
  readonly launchIndex: number;
  readonly spotRequest?: string;
  readonly privateIp: string;
  readonly networkInterface: string;
  readonly volumes: readonly { readonly id: string; readonly device: string }[];
  readonly keyName?: string;
  readonly securityGroups: readonly { readonly id: string; readonly name: string }[];
  readonly instanceProfile?: string;
  /** Base64, as given. */
  readonly userData?: string;
  readonly metadataOptions?: InstanceMetadataOptionsRequest;
  readonly cpuOptions?: CpuOptionsRequest;
  readonly ebsOptimized: boolean;
  readonly monitoring: boolean;
  /** What the status checks come to once they are done; faults and the image decide it at launch. */
  readonly checksEndAs: 'ok' | 'impaired' | 'initializing' | 'insufficient-data';
}

/** What changes in an instance's life; each change makes a new one. Plain JSON. */
export interface InstanceVersion {
  readonly since: Instant;
  readonly state: InstanceState;
  readonly launchedAt: Instant;
  readonly tags: Tags;
  readonly volumeTags: Tags;
  readonly interfaceTags: Tags;
  readonly checks: { readonly instance: CheckStatus; readonly system: CheckStatus };
  readonly impairedSince?: Instant;
  readonly protected: boolean;
  readonly stateReason?: { readonly code: string; readonly message: string };
  /** EC2's `StateTransitionReason`; empty for none. */
  readonly transition: string;
}

/** One instance with its recent past. */
export interface InstanceItem {
  readonly facts: LaunchFacts;
  /** Oldest first, never empty; the last one is the truth. */
  versions: InstanceVersion[];
  /** Its private address is not free for others. */
  holdsAddress: boolean;
  /** Raised by every change of state; what was planned for an earlier one is void. */
  epoch: number;
}

/** The instance as it truly is. */
export const truth = ({ versions }: InstanceItem): InstanceVersion => {
  const last = versions.at(-1);
  if (!last) throw new Error('an instance without a version');
  return last;
};

/** The instance as it was at a time; `undefined` before it was launched. */
export const asOf = ({ versions }: InstanceItem, time: Instant): InstanceVersion | undefined => {
  for (let index = versions.length - 1; index >= 0; index--) {
    const version = versions[index];
    if (version && version.since <= time) return version;
  }
  return undefined;
};

/** One consistent sight of an instance: what a read is answered from. */
export interface Sight {
  readonly item: InstanceItem;
  readonly facts: LaunchFacts;
  readonly version: InstanceVersion;
}
