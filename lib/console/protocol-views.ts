/** Where one instance stands; each is in exactly one bucket. */
export type Bucket =
  | 'healthy'
  /** Healthy, of an older config (or launched before a restart was asked for). */
  | 'outdated'
  /** Healthy, but in no declared place. */
  | 'surplus'
  /** Never healthy yet, within its grace; also a launch that was ordered. */
  | 'booting'
  | 'unhealthy'
  /** Cannot be asked, or EC2 shows it nowhere, not long enough to call it gone. */
  | 'unknown'
  /** We are taking it down: draining, or about to be destroyed. */
  | 'draining'
  /** EC2 is taking it down. */
  | 'ending'
  /** Declared and not there. A cell without an instance. */
  | 'missing'
  /** The group grows by it once its rollout is over. A cell without an instance. */
  | 'later';

export type BucketCounts = Readonly<Partial<Record<Bucket, number>>>;

/** One group in the list of all. */
export interface GroupSummary {
  readonly id: string;
  /** `watched`, `freeing`, `free`, `destroying` or `destroyed`. */
  readonly watch: string;
  readonly declared: number;
  readonly instances: number;
  readonly healthy: number;
  readonly upToDate: number;
  readonly converged: boolean;
  /** Missing + unhealthy or unknown past grace + surplus + outdated that no rollout explains. */
  readonly divergence: number;
  readonly frozen: boolean;
  readonly breakerOpen: boolean;
  readonly quorumLost: boolean;
  /** Status of a rollout that is not over well. */
  readonly rolloutStatus?: string;
  /** Cells by zone; absent while nobody has looked at the group. */
  readonly picture?: readonly ZonePicture[];
}

/** Small enough for a list: one bucket a cell, the same order as `GroupDetail.cells` has within the zone. */
export interface ZonePicture {
  /** Empty for cells that are in no zone (yet). */
  readonly zone: string;
  readonly cells: readonly Bucket[];
}

export interface GroupDetail extends GroupSummary {
  readonly revision: number;
  readonly configHash: string;
  /** Absent when it could not be read. */
  readonly flavor?: string;
  readonly counts: BucketCounts;
  /** Sorted by zone, then logical id or age; missing ones last. */
  readonly cells: readonly Cell[];
  /** What is not as declared, and why; but rollout and breaker, which have their own views. */
  readonly reasons: readonly string[];
  readonly divergentSince?: number;
  readonly freeze?: { readonly reason: string; readonly until?: number; readonly fleet: boolean };
  readonly breaker: BreakerView;
  readonly budget: BudgetView;
  /** Why the quorum is lost, in the cluster's own words. */
  readonly quorumReason?: string;
  /** Absent when its members form none. */
  readonly cluster?: ClusterView;
  /** Orders of ours that are open. */
  readonly orders: readonly OrderView[];
  /** The rollout under way, or the last. */
  readonly rollout?: RolloutView;
  /** Newest first. */
  readonly revisions: readonly RevisionView[];
  /** What `rollback` without a revision goes back to. */
  readonly steady?: number;
  /** Instances with our tags that are no members; reported, never touched. */
  readonly foreign: readonly string[];
}

export interface Cell {
  /** Absent for what is missing or only ordered. */
  readonly instance?: string;
  readonly logicalId?: string;
  readonly bucket: Bucket;
  /** For people, one line: why it is in that bucket. */
  readonly reason: string;
  readonly zone?: string;
  readonly type?: string;
  readonly privateIp?: string;
  /** EC2's state, or `missing` while EC2 shows it nowhere. */
  readonly state?: string;
  readonly health?: 'healthy' | 'unhealthy' | 'unknown';
  readonly upToDate?: boolean;
  /** New in the rollout under way, and not proved to be healthy yet. */
  readonly proving?: true;
  readonly configHash?: string;
  readonly launchedAt?: number;
  /** In its cluster's words, such as `manager`, `follower`; absent when the flavor has no cluster. */
  readonly role?: string;
  readonly leader?: true;
}

export interface BreakerView {
  readonly open: boolean;
  readonly since?: number;
  readonly reason?: string;
  /** Until then repair goes on although it may be open. */
  readonly overrideUntil?: number;
  /** More than so many unhealthy or gone within ten minutes open it. */
  readonly limit?: number;
}

/** How much may be taken at once, whatever the reason. */
export interface BudgetView {
  readonly maxUnavailable: number;
  /** Healthy instances that voluntary disruption must leave. */
  readonly floor: number;
  /** Instances that may exist at once. */
  readonly ceiling: number;
  readonly healthy: number;
}

/** What the cluster says of itself. Asked seldom, so it may be a little older than the cells. */
export interface ClusterView {
  readonly quorum: 'kept' | 'lost' | 'unknown';
  readonly reason?: string;
  readonly askedAt: number;
  readonly members: readonly {
    readonly name: string;
    readonly instance?: string;
    readonly address?: string;
    readonly role: string;
    readonly votes: boolean;
    readonly reachable: boolean;
    readonly leader: boolean;
  }[];
}

export interface OrderView {
  /** `launch`, `drain` or `destroy`. */
  readonly kind: string;
  readonly reason: string;
  readonly since: number;
  readonly instance?: string;
  readonly count?: number;
}

export interface RolloutView {
  /** `running`, `paused`, `succeeded`, `failed`, `rolling-back`, `rolled-back`, `superseded` or `stopped`. */
  readonly status: string;
  /** `canary`, `canary-bake`, `rolling`, `checkpoint`, `growing` or `bake`. */
  readonly phase: string;
  readonly from: number;
  readonly to: number;
  readonly replaced: number;
  readonly total: number;
  /** New instances that are there and not proved yet. */
  readonly batch: number;
  readonly failures: number;
  readonly reason: string;
  readonly waitsFor?: string;
  readonly until?: number;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly isRollback: boolean;
  readonly failedRevision?: number;
  readonly checkpoints: readonly CheckpointView[];
  /** Waits at a checkpoint: `resume` approves. */
  readonly approvable: boolean;
  /** Paused, stopped or failed: `resume` goes on with it. */
  readonly resumable: boolean;
  /** `stop-update` would stop it. */
  readonly stoppable: boolean;
}

export interface CheckpointView {
  readonly atPercent: number;
  /** `approval`, or for how long it waits. */
  readonly wait: 'approval' | number;
  readonly passed: boolean;
}

export interface RevisionView {
  readonly revision: number;
  readonly configHash: string;
  readonly at: number;
  /** Who or what committed: `api`, `scale`, `s3:<key>`, `shrink`, … */
  readonly origin: string;
  readonly current: boolean;
  /** The last that the group was whole under. */
  readonly steady: boolean;
  /** What became of the newest rollout to it. */
  readonly rollout?: { readonly status: string; readonly reason: string };
}

export interface TimelineEvent {
  /** Unique within its group, in the order of time. */
  readonly key: string;
  readonly time: number;
  /** `noun.past-tense`, such as `instance.destroyed`. */
  readonly event: string;
  readonly instance?: string;
  readonly reason: string;
}

/** Of a fleet the sum of its groups. It holds until the next point; there are none while nobody looks. */
export interface DivergencePoint {
  readonly time: number;
  readonly divergence: number;
  readonly healthy: number;
  readonly declared: number;
}

/** A fault that is there until it is removed, so that the panel can switch it on and off. */
export type FaultSwitch =
  | { readonly kind: 'fill-zone'; readonly zone: string }
  | { readonly kind: 'lose-events' };

export interface FaultsView {
  /** Every zone of the local cloud. */
  readonly zones: readonly string[];
  /** Oldest first. */
  readonly active: readonly {
    readonly id: number;
    /** For people, such as `no room in local-1a`. */
    readonly text: string;
    /** What the panel does to make one; absent when it makes none such. */
    readonly by?: FaultSwitch;
    readonly usesLeft?: number;
    readonly until?: number;
  }[];
  /** Instances that are cut off now: `reconnect` is for these. */
  readonly cutOff: readonly string[];
  /** The clock runs on the time of real nodes: it can neither stop nor run faster. */
  readonly clockIsReal?: true;
}
