import type { Allocation } from './group-spec.js';
import type { ConfigHash, GroupId, InstanceId, Instant, SpecHash } from './ids.js';
import type { Json } from './json.js';
import type { ClosedToken, Order } from './order.js';
import type { Rollout, RolloutStatus } from './rollout.js';

/** `freeing` and `destroying` settle open orders first; `destroyed` keeps the counters for a group of the same id. */
export type WatchState = 'watched' | 'freeing' | 'free' | 'destroying' | 'destroyed';

export interface Freeze {
  readonly reason: string;
  readonly since: Instant;
  /** Thaws by itself then. */
  readonly until?: Instant;
}

export interface CommittedRevision {
  readonly number: number;
  readonly specHash: SpecHash;
  readonly configHash: ConfigHash;
  readonly at: Instant;
  /** Who or what committed: `api`, `scale`, `s3:<key>`, `shrink`. */
  readonly origin: string;
}

/** Launches that failed in a row and when the next may be tried. */
export interface Backoff {
  readonly failures: number;
  readonly notBefore: Instant;
  /** When the last one failed. */
  readonly lastAt: Instant;
  /** When EC2 last refused a launch, if one of the failures was a refusal. */
  readonly refusedAt?: Instant;
  /** Of the config that failed: another one starts afresh. */
  readonly configHash?: ConfigHash;
  readonly reason: string;
}

/** A (subnet, type) that had no room, and until when it is left alone. */
export interface NoRoom {
  readonly subnet?: string;
  readonly instanceType?: string;
  readonly until: Instant;
  readonly reason: string;
}

export interface Breaker {
  /** Set while it is tripped. */
  readonly openSince?: Instant;
  readonly reason?: string;
}

/** What the last pass found: counts for `group ls` and the fleet's metrics. */
export interface GroupStatus {
  /** The revision that it was counted against. */
  readonly revision?: number;
  readonly declared: number;
  readonly instances: number;
  readonly healthy: number;
  readonly upToDate: number;
  readonly converged: boolean;
  /** Missing + unhealthy or unknown past grace + surplus + outdated that no rollout explains. */
  readonly divergence: number;
  readonly divergentSince?: Instant;
  /** When it last stopped being divergent. */
  readonly divergentUntil?: Instant;
  /** What is not as declared and why, for people. */
  readonly reasons: readonly string[];
  /** The current rollout's status while it is not over well; `stuck` when an operator should look. */
  readonly rollout?: { readonly status: RolloutStatus; readonly stuck: boolean };
  /** Too few members are left to decide anything, in their own words. */
  readonly quorumLost?: string;
  /** Its flavor asks nodes; the spec by which the sweep asks them. */
  readonly asksNodes?: SpecHash;
  /** Target groups that healthy members are registered with, for the sweep to ask. */
  readonly targetGroups?: readonly string[];
}

/** A revision that can be launched from again. */
export interface SteadyRevision {
  readonly number: number;
  readonly specHash: SpecHash;
  readonly configHash: ConfigHash;
}

/** Destroys that a user named: drained, within budget and quorum. */
export interface NamedDestroy {
  readonly instance: InstanceId;
  readonly reason: string;
}

/**
 * The one item of a group that carries what must change together. Attributes have one owner each:
 * the lease holder's change under its fencing number, the users' under the intent counter.
 */
export interface GroupRecord {
  readonly schemaVersion: number;
  readonly id: GroupId;

  // The users': every command raises `intent`.
  readonly watch: WatchState;
  readonly intent: number;
  readonly revision: number;
  readonly specHash: SpecHash;
  readonly configHash: ConfigHash;
  /** Instances that the revision declares. */
  readonly declared: number;
  /** Newest first, at most ten. */
  readonly history: readonly CommittedRevision[];
  readonly freeze?: Freeze;
  readonly fleetFreeze?: Freeze;
  readonly breakerOverrideUntil?: Instant;
  /** Chosen by the last commit or watch; the pass takes them over. */
  readonly adopting: readonly InstanceId[];
  readonly adoptingSince?: Instant;
  /** Named by destroy-instance; the pass removes those that are gone. */
  readonly destroying: readonly NamedDestroy[];
  /** What was declared when the roll in progress was committed: what is declared beyond it is launched after the roll. */
  readonly basis?: Allocation;
  /** A commit has said that outdated members are replaced. What a first commit adopts stays as it is. */
  readonly rolls?: true;
  /** Everything launched before is outdated, whatever its config (`group restart`). */
  readonly restartBefore?: Instant;
  /** The newest upload and the Allocation that it declared. */
  readonly upload?: { readonly key: string; readonly sequencer: string; readonly allocation: Allocation };
  /** The last 16 answers by request id. */
  readonly answers: readonly { readonly requestId: string; readonly answer: Json }[];

  // The lease holder's.
  readonly fence: number;
  readonly lease?: { readonly holder: string; readonly until: Instant };
  readonly orders: readonly Order[];
  readonly closedTokens: readonly ClosedToken[];
  readonly breaker: Breaker;
  readonly backoff: Backoff;
  readonly noRoom: readonly NoRoom[];
  /** Passes in a row that were throttled or ended early. */
  readonly throttles: number;
  readonly status: GroupStatus;
  /** The earliest timer of any kind; far away for a group at rest. */
  readonly lookAgainAt: Instant;
  /** Of what EC2 showed to the last pass; see `fleetDigest`. */
  readonly digest: string;
  /** When all members were last asked about, by a pass or by the sweep that woke one. */
  readonly askedAt?: Instant;
  /** Members whose status checks were impaired in the last pass, sorted. */
  readonly impaired: readonly InstanceId[];
  /** The current rollout, or the last. Users change its status, under the intent counter; everything else is the lease holder's. */
  readonly rollout?: Rollout;
  /** The last revision that the group was whole under: what a repair launches while a rollout is held, and what is rolled back to. */
  readonly steady?: SteadyRevision;
  /** The group's own alarm exists. */
  readonly alarm: boolean;
  /** Instances with our tags that are no members, as last reported. */
  readonly foreign: readonly InstanceId[];
  /** Since when passes have seen no member of a group that is being destroyed. */
  readonly emptySince?: Instant;

  // Anybody's, by counting up.
  readonly wake: number;
  /** `wake` as it was when the last observation began. */
  readonly seen: number;
}

/** A time that no group reaches: 9999-12-31. */
export const FAR_AWAY: Instant = 253_402_214_400_000;
