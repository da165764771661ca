import type { Json } from '../core/json.js';

/** What the API shows of groups, instances, rollouts and events: in PascalCase like the config. */

export interface Committed {
  readonly ID: string;
  /** InfraKit's plan string; further lines say what InfraKit has no words for. */
  readonly Plan: string;
  /** Whether the commit changes, or would change, anything. */
  readonly Changed: boolean;
  /** Instances that the plan ends at once, beyond the group's budget: such a plan needs `Confirm`. */
  readonly Destroys: number;
  readonly Warnings: readonly string[];
}

export interface InstanceView {
  readonly ID: string;
  readonly LogicalID?: string;
  /** EC2's state, or `missing` while EC2 shows it nowhere. */
  readonly State: string;
  readonly Health: 'healthy' | 'unhealthy' | 'unknown';
  readonly ConfigHash?: string;
  readonly UpToDate: boolean;
  /** Where a plan would see it now: `healthy`, `booting`, `unhealthy`, `unknown`, `absent`, `leaving`, `ending` or `gone`. */
  readonly Bucket: string;
  /** Why its health is what it is, or what is being done to it. */
  readonly Reason?: string;
  readonly Zone?: string;
  readonly PrivateIP?: string;
  readonly InstanceType?: string;
  readonly LaunchedAt?: string;
  /** New in the rollout under way, and not proved to be healthy yet. */
  readonly Proving?: true;
  /** It led its cluster when that was last asked. */
  readonly Leader?: true;
}

/** The rollout under way, or the last. */
export interface RolloutView {
  /** `running`, `paused`, `succeeded`, `failed`, `rolling-back`, `rolled-back`, `superseded` or `stopped`. */
  readonly Status: string;
  /** Numbers of the revision that it leaves and the one that it leads to. */
  readonly From: number;
  readonly To: number;
  /** Up-to-date, healthy and proved instances, of all that are to be. */
  readonly Replaced: number;
  readonly Total: number;
  /** Why its status is what it is. */
  readonly Reason: string;
  /** `canary`, `canary-bake`, `rolling`, `checkpoint`, `growing` or `bake`. */
  readonly Phase: string;
  /** New instances that failed since the start, or since it was resumed. */
  readonly Failures: number;
  readonly WaitsFor?: string;
  /** When what it waits for is over at the latest. */
  readonly Until?: string;
  readonly StartedAt: string;
  readonly EndedAt?: string;
  /** It is paused at a checkpoint until `Group.Resume`. */
  readonly AwaitsApproval: boolean;
  /** The revision that failed, when the rollout turned back by itself. */
  readonly FailedRevision?: number;
  /** Leads back to a revision that had finished. */
  readonly IsRollback: boolean;
  /** Executions of the state machine started so far. */
  readonly Execution: number;
  /** Where it halts on its way, in order. */
  readonly Checkpoints: readonly {
    readonly AtPercent: number;
    /** `approval`, or seconds. */
    readonly Wait: 'approval' | number;
    readonly Passed: boolean;
  }[];
}

/** What may be taken from a group at once, in instances; counted from what is filled and rolled now. */
export interface BudgetView {
  readonly MaxUnavailable: number;
  /** Healthy instances that voluntary disruption must leave. */
  readonly Floor: number;
  /** Instances that may exist at once. */
  readonly Ceiling: number;
  /** More than so many unhealthy or gone within ten minutes open the breaker. */
  readonly MaxUnhealthy: number;
}

export interface GroupView {
  readonly ID: string;
  /** `watched`, `freeing`, `free`, `destroying` or `destroyed`. */
  readonly Watch: string;
  readonly Revision: number;
  readonly ConfigHash: string;
  /** Name of the flavor plugin. */
  readonly Flavor: string;
  readonly Declared: number;
  readonly LogicalIDs?: readonly string[];
  readonly Converged: boolean;
  readonly Divergence: number;
  readonly DivergentSince?: string;
  /** What is not as declared, and why. */
  readonly Reasons: readonly string[];
  readonly Instances: readonly InstanceView[];
  readonly Foreign: readonly string[];
  readonly Freeze?: { readonly Reason: string; readonly Until?: string; readonly Fleet: boolean };
  readonly Breaker?: { readonly Since: string; readonly Reason: string };
  /** Until then repair goes on although the breaker may be open. */
  readonly BreakerOverrideUntil?: string;
  readonly Budget: BudgetView;
  /** Places that the group grows by once its rollout is over; present while there are any. */
  readonly GrowsLater?: { readonly Count: number; readonly LogicalIDs?: readonly string[] };
  readonly OpenOrders: readonly {
    readonly Kind: string;
    readonly Reason: string;
    readonly Since: string;
    readonly Instance?: string;
    readonly Count?: number;
  }[];
  readonly Rollout?: RolloutView;
  /** Too few members of its cluster are left to decide anything, in their own words. */
  readonly QuorumLost?: string;
  /** The last revision that the group was whole under: what `Group.Rollback` goes back to. */
  readonly Steady?: number;
}

export interface GroupLine {
  readonly ID: string;
  readonly Watch: string;
  readonly Declared: number;
  readonly Instances: number;
  readonly Healthy: number;
  readonly UpToDate: number;
  readonly Converged: boolean;
  readonly Divergence: number;
  readonly Frozen: boolean;
  readonly BreakerOpen: boolean;
  readonly QuorumLost?: true;
  /** The status of a rollout that is not over well. */
  readonly Rollout?: string;
}

export interface RevisionView {
  readonly Revision: number;
  readonly ConfigHash: string;
  readonly At: string;
  readonly Origin: string;
  readonly Current: boolean;
  /** The group was whole under it last. */
  readonly Steady: boolean;
  /** The newest rollout that led to it. */
  readonly Rollout?: {
    readonly Status: string;
    readonly Reason: string;
    readonly From: number;
    readonly Replaced: number;
    readonly Total: number;
    readonly StartedAt: string;
    readonly EndedAt?: string;
  };
}

export interface EventView {
  /** Cursor for `After`. */
  readonly Key: string;
  readonly Time: string;
  readonly Event: string;
  readonly Group: string;
  readonly Instance?: string;
  readonly Reason: string;
}

export interface InstanceDescriptionView {
  readonly ID: string;
  readonly LogicalID?: string;
  readonly State: string;
  readonly Tags: Readonly<Record<string, string>>;
  readonly Properties?: Json;
}
