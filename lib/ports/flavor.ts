import type { Allocation } from '../core/group-spec.js';
import type { GroupId, InstanceId, LogicalId } from '../core/ids.js';
import type { HealthReport } from '../core/instance.js';
import type { Issue } from '../core/issue.js';
import type { Json } from '../core/json.js';
import type { StatusChecks } from './instance-provider.js';

/** What a flavor is told of the instance, or of all cattle alike, that it prepares. */
export interface PrepareContext {
  readonly group: GroupId;
  readonly allocation: Allocation;
  /** The pet's identity; absent for cattle, which are all prepared alike so that they launch in one call. */
  readonly slot?: LogicalId;
}

export interface Prepared {
  /** Boot script, plain text; empty for none. */
  readonly init: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A member as its flavor sees it. */
export interface FlavorMember {
  readonly id: InstanceId;
  readonly logicalId?: LogicalId;
  readonly privateIp?: string;
}

/** A command of one of our fixed documents, to run on nodes. */
export interface NodeCommand {
  readonly document: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly timeoutSeconds: number;
}

/** How a flavor learns which members are healthy: one question for many instances. */
export type Probe =
  /** EC2's status checks. */
  | { readonly kind: 'status-checks' }
  /** A command on each member. */
  | { readonly kind: 'each'; readonly command: NodeCommand }
  /** A command on one member that can speak for all; the first that is Online answers. */
  | { readonly kind: 'any'; readonly command: NodeCommand; readonly askFirst: readonly InstanceId[] };

/** What came back. An instance or node that could not be asked is missing. */
export type ProbeAnswer =
  | { readonly kind: 'status-checks'; readonly checks: ReadonlyMap<InstanceId, StatusChecks> }
  | { readonly kind: 'output'; readonly byInstance: ReadonlyMap<InstanceId, NodeOutput> };

export interface NodeOutput {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a flavor's members form together. */
export interface QuorumRule {
  /** Fewest members that must stay reachable, of the member list. */
  readonly majorityOf: number;
}

/**
 * What a group's instances are for and when they are healthy. Pure: builds boot scripts and commands, judges answers;
 * the shell runs them. Properties are as the user wrote them and have passed `validate`.
 */
export interface Flavor {
  /** Canonical name, such as `vanilla` or `swarm/manager`. */
  readonly name: string;
  /** Every mistake, with paths relative to the properties. */
  validate(properties: Json, allocation: Allocation): readonly Issue[];
  prepare(properties: Json, context: PrepareContext): Prepared;
  /** The question that tells which of these are healthy. */
  probe(properties: Json, members: readonly FlavorMember[]): Probe;
  /** A report for every member asked about; `unknown` for one that the answer does not cover. */
  judge(
    properties: Json,
    members: readonly FlavorMember[],
    answer: ProbeAnswer,
  ): ReadonlyMap<InstanceId, HealthReport>;
  /** Clean-up on the node before it is destroyed; `undefined` when there is none. */
  drain(properties: Json, member: FlavorMember): NodeCommand | undefined;
  /** `undefined` when members are independent of each other. */
  quorum(properties: Json, allocation: Allocation): QuorumRule | undefined;
}

/** The flavors that are here, by canonical name and by InfraKit's other spellings. */
export interface FlavorRegistry {
  /** Canonical names, sorted. */
  readonly known: readonly string[];
  find(name: string): Flavor | undefined;
}
