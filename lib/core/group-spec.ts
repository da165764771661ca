import type { ConfigHash, GroupId, LogicalId, SpecHash } from './ids.js';
import type { Json } from './json.js';

/** How many (cattle) or which (pets). */
export type Allocation =
  | { readonly kind: 'size'; readonly size: number }
  | { readonly kind: 'logicalIds'; readonly logicalIds: readonly LogicalId[] };

/** A plugin with its properties, as the user wrote them; the plugin's name is canonical. */
export interface PluginSpec {
  readonly plugin: string;
  readonly properties: Json;
}

/** A number of instances, or a share of the declared size. */
export type Amount =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'percent'; readonly percent: number };

/** What happens when a member vanishes or turns unhealthy. */
export interface Repair {
  readonly enabled: boolean;
  /** How long an instance may be unhealthy before it is replaced; also how long a new one has to become healthy. */
  readonly graceSeconds: number;
  /** More than this many unhealthy or gone at once trips the breaker. */
  readonly maxUnhealthy: Amount;
  /** Launch the replacement first, destroy the unhealthy one when it is healthy. */
  readonly launchFirst: boolean;
}

/** How a change of config is rolled out. Parsed whole; acted on by the rolling update. */
export interface Updating {
  readonly maxUnavailable: Amount;
  readonly maxSurge: Amount;
  /** InfraKit's: how long a new instance must be healthy. */
  readonly durationSeconds?: number;
  /** InfraKit's: for how many checks in a row a new instance must be healthy. */
  readonly count?: number;
  readonly skipDrain: boolean;
  readonly drainTimeoutSeconds: number;
  readonly healthTimeoutSeconds: number;
  readonly canary?: { readonly size: Amount; readonly bakeSeconds: number };
  readonly checkpoints: readonly Checkpoint[];
  readonly bakeSeconds: number;
  readonly maxFailures: number;
  readonly onFailure: 'pause' | 'rollback' | 'continue';
  readonly alarms: readonly string[];
  readonly deadlineSeconds?: number;
  readonly maintenanceWindows: readonly MaintenanceWindow[];
  readonly allowQuorumLoss: boolean;
  readonly strategy: 'rolling' | 'opportunistic';
}

export interface Checkpoint {
  readonly atPercent: number;
  readonly wait: { readonly kind: 'seconds'; readonly seconds: number } | { readonly kind: 'approval' };
}

export interface MaintenanceWindow {
  /** Five fields. */
  readonly cron: string;
  readonly durationSeconds: number;
  /** IANA name, such as `Europe/Berlin`. */
  readonly timeZone: string;
}

/** One declared group, parsed. What the user left out carries its default; plugin properties stay as written. */
export interface GroupSpec {
  readonly id: GroupId;
  readonly allocation: Allocation;
  readonly instance: PluginSpec;
  readonly flavor: PluginSpec;
  readonly updating: Updating;
  readonly repair: Repair;
  /** Refuses destroy and shrink. */
  readonly protect: boolean;
  /** Adds one CloudWatch alarm of the group's own. */
  readonly alarm: boolean;
  /** What an upload may do beyond growing: `shrink`. */
  readonly allow: readonly 'shrink'[];
  readonly configHash: ConfigHash;
}

/** One subnet that instances may be placed in; facts pinned at commit. */
export interface Subnet {
  readonly id: string;
  readonly zone: string;
  /** IPv4 range, such as `10.0.1.0/24`. */
  readonly cidr: string;
}

/** What was resolved when the revision was committed, so that every instance of it is launched alike. */
export interface Pins {
  /** AMI alias (`resolve:ssm:…`) → image id. */
  readonly images: Readonly<Record<string, string>>;
  /** `$Latest` or `$Default` of the launch template → its number. */
  readonly launchTemplateVersion?: string;
  /** Facts of the declared subnets; empty when the spec names at most one and needs none of them. */
  readonly subnets: readonly Subnet[];
}

/** What a stored, immutable spec consists of: the user's words and what was resolved for them. */
export interface StoredSpec {
  readonly id: GroupId;
  /** The group's Properties exactly as the user wrote them. */
  readonly properties: Json;
  readonly pins: Pins;
}

/** A place to launch into. Both absent: EC2 chooses. */
export interface Pool {
  readonly subnet?: string;
  readonly zone?: string;
  readonly cidr?: string;
  readonly instanceType?: string;
}

/** A committed spec with everything that a plan and a launch need. */
export interface Revision {
  readonly number: number;
  readonly specHash: SpecHash;
  readonly spec: GroupSpec;
  /** What it was parsed from: the group's Properties as the user wrote them. */
  readonly properties: Json;
  readonly pins: Pins;
  /** In the order of preference: for each type, each subnet. Never empty. */
  readonly pools: readonly Pool[];
  /** Members form a quorum; absent when they are independent of each other. */
  readonly quorum?: { readonly majorityOf: number };
  /** ARNs of the target groups that healthy members are registered with. */
  readonly targetGroups?: readonly string[];
}

/** How many instances are declared. */
export const declaredSize = (allocation: Allocation): number =>
  allocation.kind === 'size' ? allocation.size : allocation.logicalIds.length;
