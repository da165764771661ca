import type { ClusterMember, ClusterView } from '../core/cluster.js';
import type { Allocation } from '../core/group-spec.js';
import type { GroupId, InstanceId, LogicalId } from '../core/ids.js';
import type { HealthReport } from '../core/instance.js';
import type { Issue } from '../core/issue.js';
import type { Json } from '../core/json.js';
import type { StatusChecks } from './instance-provider.js';

/** The group that a flavor is asked about. */
export interface FlavorContext {
  /** The control plane's name, which no other in the account and region has. */
  readonly stack: string;
  readonly group: GroupId;
  readonly allocation: Allocation;
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

/** A fixed script that runs on nodes; an SSM document on AWS. */
export interface NodeDocument {
  /** Such as `swarm-look`. On AWS the document has a name of its own, by which the shell sends it. */
  readonly name: string;
  /** One that only looks may be sent by every function that asks for health; one that acts by `reconcile` alone. */
  readonly kind: 'look' | 'act';
  readonly description: string;
  /** The shell variables that the script begins with, and the pattern that each value must match as a whole. */
  readonly parameters: Readonly<Record<string, { readonly description: string; readonly pattern: string }>>;
  /** Killed after this long. */
  readonly timeoutSeconds: number;
  /** For bash, without its first line. Idempotent: a command may be delivered twice. */
  readonly script: string;
}

/** A document with values for all its parameters. */
export interface NodeCommand {
  readonly document: string;
  /** One value each. Kept readable by AWS for 30 days: never a secret. */
  readonly parameters: Readonly<Record<string, string>>;
  /** How long it may take to reach the node. */
  readonly timeoutSeconds: number;
}

/** A command, and the nodes of which one runs it. */
export interface NodeTask {
  /** `itself`: the member that it is about. `others`: another member of its group. Else one of the cluster's speakers. */
  readonly on: 'itself' | 'others' | Speakers;
  readonly command: NodeCommand;
}

/** Nodes that can speak for a whole cluster, and say so in its parameters: `<path>/managers/<instance id>`. */
export interface Speakers {
  /** Such as `/holdfast/prod/shop`. */
  readonly path: string;
}

/** The exit code of a clean-up that would break its cluster's quorum: nothing was changed, and the member has to stay. */
export const QUORUM_REFUSED = 65;

/** The exit code of a command whose node cannot say or do it: it is in no cluster, or in another; another node may. */
export const CANNOT_SAY = 66;

/** How a flavor learns which members are healthy: one question for many instances. */
export type Probe =
  /** EC2's status checks. */
  | { readonly kind: 'status-checks' }
  /** A command on each member. */
  | { readonly kind: 'each'; readonly command: NodeCommand }
  /** A command on up to three nodes that can speak for all. */
  | { readonly kind: 'speakers'; readonly speakers: Speakers; readonly command: NodeCommand }
  /** Several questions, answered in their order. */
  | { readonly kind: 'several'; readonly probes: readonly Probe[] };

/** What came back. An instance or node that could not be asked is missing. */
export type ProbeAnswer =
  | { readonly kind: 'status-checks'; readonly checks: ReadonlyMap<InstanceId, StatusChecks> }
  /** By the node that answered. */
  | { readonly kind: 'output'; readonly byInstance: ReadonlyMap<InstanceId, NodeOutput> }
  | { readonly kind: 'several'; readonly answers: readonly ProbeAnswer[] };

/** Standard output is cut at 24,000 characters on the way. */
export interface NodeOutput {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a flavor's members form together. */
export interface QuorumRule {
  /** Fewest members that must stay reachable are a majority of this many. */
  readonly majorityOf: number;
}

/** The cluster that a group's members belong to. */
export interface ClusterPlace extends Speakers {
  /** They can found it: its parameters go with the last such group. */
  readonly founds: boolean;
}

/**
 * What a group's instances are for and when they are healthy. Pure: builds boot scripts and commands, judges answers;
 * the shell runs them. Properties are as the user wrote them and have passed `validate`.
 */
export interface Flavor {
  /** Canonical name, such as `vanilla` or `swarm/manager`. */
  readonly name: string;
  /** Why it is not to be trusted like the others: what of it has run on no real system. */
  readonly experimental?: string;
  /** The scripts that its commands run. */
  readonly documents: readonly NodeDocument[];
  /** Every mistake, with paths relative to the properties. */
  validate(properties: Json, allocation: Allocation): readonly Issue[];
  /** `slot` is the pet's identity; cattle are all prepared alike, so that they launch in one call. No secret in it. */
  prepare(properties: Json, context: FlavorContext, slot?: LogicalId): Prepared;
  /** The question that tells which of these are healthy. */
  probe(properties: Json, context: FlavorContext, members: readonly FlavorMember[]): Probe;
  /** A report for every member asked about; `unknown` for one that the answer does not cover. */
  judge(
    properties: Json,
    context: FlavorContext,
    members: readonly FlavorMember[],
    answer: ProbeAnswer,
  ): ReadonlyMap<InstanceId, HealthReport>;
  /** The cluster's own member list, from the same answer; `undefined` when members form no cluster, or none was founded yet. */
  members(properties: Json, context: FlavorContext, answer: ProbeAnswer): ClusterView | undefined;
  /**
   * Clean-up before a member is destroyed, dead or alive; `undefined` when there is none. `ending`: the whole group is
   * being destroyed. It checks the quorum again, right before it takes the member out: see `QUORUM_REFUSED`.
   */
  drain(
    properties: Json,
    context: FlavorContext,
    member: FlavorMember,
    ending: boolean,
  ): NodeTask | undefined;
  /** Takes members out of the list whose instance is gone; before their replacement joins. */
  tidy?(properties: Json, context: FlavorContext, ghosts: readonly ClusterMember[]): NodeTask | undefined;
  /** Makes a new cluster from one survivor of a lost quorum. Runs on the survivor itself. */
  recover?(properties: Json, context: FlavorContext, survivor: FlavorMember): NodeTask;
  /** Makes new join tokens; the old ones are worth nothing then. */
  rotate?(properties: Json, context: FlavorContext): NodeTask;
  /** `undefined` when members are independent of each other. */
  quorum(properties: Json, allocation: Allocation): QuorumRule | undefined;
  /** Where the cluster keeps what its nodes tell each other; `undefined` when they need no such place. */
  cluster?(properties: Json, context: FlavorContext): ClusterPlace | undefined;
}

/** The flavors that are here, by canonical name and by InfraKit's other spellings. */
export interface FlavorRegistry {
  /** Canonical names, sorted. */
  readonly known: readonly string[];
  find(name: string): Flavor | undefined;
}
