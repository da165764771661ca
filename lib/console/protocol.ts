/**
 * What the console's server and its page say to each other, as JSON. All times are milliseconds since 1970 on the clock
 * of the control plane, which in the local cloud may stand or run fast.
 *
 * The page listens at `STREAM_PATH` (server-sent events, one `Message` each as `data`), with `?group=ID` while it looks
 * at a group; to look at another it opens another stream. Every stream begins with everything, so to connect again is
 * enough to catch up. The page acts by POSTing an `Action` to `ACT_PATH`, with the content type `application/json` and
 * the header `TOKEN_HEADER`, and gets an `Answer`.
 */
export const STREAM_PATH = '/console/stream';
export const ACT_PATH = '/console/act';
/** Carries the `token` of the last `hello`. */
export const TOKEN_HEADER = 'x-holdfast-token';

/* ---- what the server tells ---- */

export type Message =
  | Hello
  | { readonly kind: 'clock'; readonly clock: ClockView }
  /** The groups that changed or are new, whole, and the ids of those that are gone. The first one tells of all. */
  | {
      readonly kind: 'groups';
      readonly changed: readonly GroupSummary[];
      readonly gone: readonly string[];
      /** This is all there is: forget what is not in `changed`. */
      readonly all: boolean;
    }
  /** The group that the stream is asked for, whole, whenever it changed. */
  | { readonly kind: 'group'; readonly group: GroupDetail }
  /** The stream is asked for a group that is not known (any more). */
  | { readonly kind: 'no-group'; readonly id: string; readonly message: string }
  /** Newer events of that group, oldest first; `reset`: these are all that are told, forget others. */
  | {
      readonly kind: 'events';
      readonly group: string;
      readonly events: readonly TimelineEvent[];
      readonly reset: boolean;
    }
  /** Newer points of a chart, of that group or, without, of the whole fleet; `reset` as above. */
  | {
      readonly kind: 'divergence';
      readonly group?: string;
      readonly points: readonly DivergencePoint[];
      readonly reset: boolean;
    }
  /** Local cloud only: the fault panel, whole, whenever it changed. */
  | { readonly kind: 'faults'; readonly faults: FaultsView }
  /** The control plane did not answer; without a message it answers again. What was told before may be old. */
  | { readonly kind: 'trouble'; readonly message?: string };

/** First on every stream. */
export interface Hello {
  readonly kind: 'hello';
  /** Of this process; another one means that the server was started anew, perhaps as a newer one: reload. */
  readonly token: string;
  readonly version: string;
  /** Where the control plane is. The fault panel is for `local`. */
  readonly where: 'local' | 'aws';
  /** Name of the stack; `local` for the local cloud. */
  readonly stack: string;
  /** For people: `local cloud at http://127.0.0.1:4580`, `stack prod on AWS in eu-west-1`. */
  readonly target: string;
  /** Set when the server was started to look only; actions but `plan` are then refused with this reason. */
  readonly readOnly?: string;
}

export interface ClockView {
  readonly now: number;
  /** 1 is real time, 0 stands still. Until the next message the clock is `now + speed × real time since`. */
  readonly speed: number;
}

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
  | 'missing';

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
  readonly rollout?: string;
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
  /** What is not as declared, and why. */
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

/** Of a fleet the sum of its groups. Points are there only for times at which somebody looked. */
export interface DivergencePoint {
  readonly time: number;
  readonly divergence: number;
  readonly healthy: number;
  readonly declared: number;
}

export interface FaultsView {
  /** Every zone of the local cloud. */
  readonly zones: readonly string[];
  /** Oldest first. */
  readonly active: readonly {
    readonly id: number;
    /** For people, such as `no room in local-1a`. */
    readonly text: string;
    readonly usesLeft?: number;
    readonly until?: number;
  }[];
  /** Instances that are cut off now: `reconnect` is for these. */
  readonly cutOff: readonly string[];
}

/* ---- what the page asks for ---- */

export type Action =
  /** What committing this document (JSON or YAML) would do; changes nothing. */
  | { readonly kind: 'plan'; readonly text: string }
  | { readonly kind: 'commit'; readonly text: string; readonly confirm?: boolean }
  /** The committed spec, to be shown or edited. */
  | { readonly kind: 'spec'; readonly group: string }
  | {
      readonly kind: 'scale';
      readonly group: string;
      readonly size: number;
      readonly confirm?: boolean;
    }
  /** Approves the checkpoint, or goes on with a rollout that is held. */
  | { readonly kind: 'resume'; readonly group: string }
  | { readonly kind: 'stop-update'; readonly group: string }
  /** Without a revision to the last that finished. `pretend` says what it would do. */
  | {
      readonly kind: 'rollback';
      readonly group: string;
      readonly revision?: number;
      readonly pretend?: boolean;
      readonly confirm?: boolean;
    }
  | { readonly kind: 'restart'; readonly group: string; readonly confirm?: boolean }
  /** Drained, within budget and quorum, and replaced. */
  | {
      readonly kind: 'replace';
      readonly group: string;
      readonly instances: readonly string[];
      readonly confirm?: boolean;
    }
  /** Without a group the whole fleet. `for` is a duration such as `2h`. */
  | { readonly kind: 'freeze'; readonly group?: string; readonly reason: string; readonly for?: string }
  | { readonly kind: 'thaw'; readonly group?: string }
  | { readonly kind: 'override-breaker'; readonly group: string; readonly for: string }
  | FaultAction;

/** Local cloud only. */
export type FaultAction =
  /** Its software dies, the machine lives on. */
  | { readonly kind: 'kill'; readonly instance: string }
  /** As somebody else would at the EC2 console. */
  | { readonly kind: 'terminate'; readonly instance: string }
  | { readonly kind: 'stop'; readonly instance: string }
  | { readonly kind: 'cut-off'; readonly instance: string }
  | { readonly kind: 'reconnect'; readonly instance: string }
  /** No room for launches in that zone, until the fault is removed. */
  | { readonly kind: 'fill-zone'; readonly zone: string }
  /** EC2's events never come. */
  | { readonly kind: 'lose-events' }
  /** EC2 refuses calls for so long. */
  | { readonly kind: 'throttle'; readonly seconds: number }
  | { readonly kind: 'remove-fault'; readonly id: number }
  | { readonly kind: 'clear-faults' }
  /** 0 stops the clock, 1 is real time; at most `FASTEST`. */
  | { readonly kind: 'clock'; readonly speed: number };

/** How fast the local cloud's clock can run. */
export const FASTEST = 60;

export type Answer =
  | { readonly ok: true; readonly result: Result }
  | {
      readonly ok: false;
      readonly error: {
        /** The API's name of the error, such as `Refused`. `ConfirmationNeeded`: ask, and repeat with `confirm: true`. */
        readonly code: string;
        readonly message: string;
        /** Every mistake of a document, with its place in the text, from 1. */
        readonly issues: readonly {
          readonly path: string;
          readonly message: string;
          readonly line?: number;
          readonly column?: number;
        }[];
      };
    };

export type Result =
  /** Of `plan`, `commit`, `scale`, `rollback`, `restart`, `replace`. */
  | { readonly kind: 'plans'; readonly plans: readonly PlanView[] }
  /** Of `spec`: readable JSON. */
  | { readonly kind: 'spec'; readonly text: string }
  | { readonly kind: 'done'; readonly message: string };

export interface PlanView {
  readonly group: string;
  /** InfraKit's plan string; further lines say what InfraKit has no words for. */
  readonly plan: string;
  readonly changed: boolean;
  /** Instances that it ends at once beyond the budget: then `confirm` is needed. */
  readonly destroys: number;
  readonly warnings: readonly string[];
  /** The group's Properties as readable JSON, keys in one order, now and as planned; only of `plan`. */
  readonly before?: string;
  readonly after?: string;
}
