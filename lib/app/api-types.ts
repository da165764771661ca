import type { Json } from '../core/json.js';
import type { ClusterReport } from './cluster-report.js';

/**
 * The group API as JSON: JSON-RPC 2.0, results in PascalCase like the config. What changes something takes a
 * `RequestId`: the same id again answers as it did the first time and changes nothing.
 */

/** A group as InfraKit's `group.Spec`. */
export interface SpecDocument {
  readonly ID: string;
  /** Exactly as the user wrote them. */
  readonly Properties: Json;
}

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

/** What may be taken from a group at once, in instances. */
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

interface Asking {
  readonly RequestId?: string;
}

/** Every method: its parameters and its result. */
export interface Api {
  /** All or nothing; `Pretend` changes nothing. `Confirm` accepts a plan that destroys more than the budget at once. */
  'Group.CommitGroups': {
    params: Asking & { Specs: readonly SpecDocument[]; Pretend?: boolean; Confirm?: boolean };
    result: { Groups: readonly Committed[] };
  };
  'Group.CommitGroup': {
    params: Asking & { Spec: SpecDocument; Pretend?: boolean; Confirm?: boolean };
    result: Committed;
  };
  'Group.DescribeUpdate': { params: { Spec: SpecDocument }; result: Committed };
  'Group.Update': { params: Asking & { Spec: SpecDocument; Confirm?: boolean }; result: Committed };
  /** With `Spec` a commit; with `ID` a known group is watched again, its instances adopted. */
  'Group.Watch': {
    params: Asking & { Spec?: SpecDocument; ID?: string; Confirm?: boolean };
    result: Committed;
  };
  'Group.Unwatch': { params: Asking & { ID: string }; result: { ID: string } };
  /** InfraKit's later name of Unwatch. */
  'Group.FreeGroup': { params: Asking & { ID: string }; result: { ID: string } };
  'Group.Inspect': { params: { ID: string }; result: { ID: string; Revision: number; Spec: SpecDocument } };
  'Group.InspectGroups': {
    params: Record<string, never>;
    result: { Groups: readonly { ID: string; Revision: number; Spec: SpecDocument }[] };
  };
  'Group.DescribeGroup': { params: { ID: string }; result: GroupView };
  'Group.List': { params: { ID?: string }; result: { Groups: readonly GroupLine[] } };
  'Group.History': { params: { ID: string }; result: { ID: string; Revisions: readonly RevisionView[] } };
  /** Oldest first; the newest `Limit` (100) without `After`. */
  'Group.Events': {
    params: { ID: string; After?: string; Limit?: number };
    result: { Events: readonly EventView[] };
  };
  'Group.Size': { params: { ID: string }; result: { ID: string; Size: number } };
  'Group.SetSize': { params: Asking & { ID: string; Size: number; Confirm?: boolean }; result: Committed };
  'Group.Destroy': { params: Asking & { ID: string }; result: { ID: string; Instances: number } };
  'Group.StopUpdate': { params: Asking & { ID: string }; result: { ID: string } };
  /** Goes on with a rollout that is paused, stopped or failed; `Approved` when it waited for that. */
  'Group.Resume': { params: Asking & { ID: string }; result: { ID: string; Approved: boolean } };
  /** Without `Revision` the last that finished. */
  'Group.Rollback': {
    params: Asking & { ID: string; Revision?: number; Confirm?: boolean; Pretend?: boolean };
    result: Committed;
  };
  /** Replaces everything launched before now. */
  'Group.Restart': { params: Asking & { ID: string; Confirm?: boolean }; result: Committed };
  /** InfraKit's: shrinks the group by these, and refuses ids that are not members. */
  'Group.DestroyInstances': {
    params: Asking & { ID: string; Instances: readonly string[]; Confirm?: boolean };
    result: Committed;
  };
  /** Drained, within budget and quorum, and replaced, unless `Shrink`. */
  'Group.ReplaceInstances': {
    params: Asking & { ID: string; Instances: readonly string[]; Shrink?: boolean; Confirm?: boolean };
    result: Committed;
  };
  /** Without `ID` the whole fleet. `For` is a duration such as `2h`. */
  'Group.Freeze': {
    params: Asking & { ID?: string; Reason: string; For?: string };
    result: { Groups: readonly string[]; Until?: string };
  };
  'Group.Thaw': { params: Asking & { ID?: string }; result: { Groups: readonly string[] } };
  'Group.OverrideBreaker': {
    params: Asking & { ID: string; For: string };
    result: { ID: string; Until: string };
  };
  'Instance.Validate': { params: { Properties: Json }; result: { Valid: true; Warnings: readonly string[] } };
  /** Needs the tag of a group that is not watched. */
  'Instance.Provision': {
    params: Asking & {
      Properties: Json;
      Tags: Readonly<Record<string, string>>;
      Init?: string;
      LogicalID?: string;
    };
    result: { ID: string };
  };
  /** Refuses members of watched groups. */
  'Instance.Destroy': {
    params: Asking & { IDs: readonly string[]; Reason?: string };
    result: { Destroyed: readonly string[] };
  };
  'Instance.DescribeInstances': {
    params: { Tags?: Readonly<Record<string, string>>; Properties?: boolean };
    result: { Instances: readonly InstanceDescriptionView[] };
  };
  'Flavor.Validate': {
    params: { Plugin: string; Properties: Json; Allocation: Json };
    /** `Experimental`: why the flavor is not to be trusted like the others. */
    result: { Valid: true; Experimental?: string };
  };
  'Flavor.Prepare': {
    params: { Plugin: string; Properties: Json; Allocation: Json; LogicalID?: string; Group?: string };
    result: { Init: string; Tags: Readonly<Record<string, string>> };
  };
  /** Of members of a known group. */
  'Flavor.Healthy': {
    params: { ID: string; Instances?: readonly string[] };
    result: {
      Instances: readonly { ID: string; Health: string; Reason: string }[];
      Cluster?: ClusterReport;
    };
  };
  /** Makes a new cluster from one running member of a lost quorum. `Confirm` repeats the group's id. */
  'Flavor.Recover': {
    params: { ID: string; Instance: string; Confirm: string };
    result: { ID: string; Instance: string; Reason: string };
  };
  /** Makes new join tokens; the old ones let nobody in. */
  'Flavor.RotateTokens': { params: { ID: string }; result: { ID: string } };
}

export interface InstanceDescriptionView {
  readonly ID: string;
  readonly LogicalID?: string;
  readonly State: string;
  readonly Tags: Readonly<Record<string, string>>;
  readonly Properties?: Json;
}

export type Method = keyof Api;
export type Params<M extends Method> = Api[M]['params'];
export type Result<M extends Method> = Api[M]['result'];

export interface RpcRequest {
  readonly jsonrpc: '2.0';
  readonly id?: string | number | null;
  readonly method: string;
  readonly params?: unknown;
}

/** `data.name` is the error's name (`InvalidInput`, `NotFound`, `Refused`, …); `data.issues` all mistakes. */
export interface RpcFailure {
  readonly code: number;
  readonly message: string;
  readonly data?: { readonly name: string; readonly issues?: readonly { path: string; message: string }[] };
}

export type RpcResponse =
  | { readonly jsonrpc: '2.0'; readonly id: string | number | null; readonly result: unknown }
  | { readonly jsonrpc: '2.0'; readonly id: string | number | null; readonly error: RpcFailure };

/** JSON-RPC's own codes, and ours from -32000 down. */
export const RPC_CODES: Readonly<Record<string, number>> = {
  ParseError: -32700,
  InvalidRequest: -32600,
  MethodNotFound: -32601,
  InvalidParams: -32602,
  Internal: -32603,
  InvalidInput: -32001,
  NotFound: -32002,
  Refused: -32003,
  Conflict: -32004,
  Throttled: -32005,
  Unanswered: -32006,
  NotAllowed: -32007,
  NewerSchema: -32008,
  ConfirmationNeeded: -32009,
  LaunchRefused: -32010,
  InsufficientCapacity: -32011,
  AddressInUse: -32012,
  TokenMismatch: -32013,
};

/** Methods that change nothing; all that the function's alias `read` serves. */
export const READING: readonly Method[] = [
  'Group.DescribeUpdate',
  'Group.Inspect',
  'Group.InspectGroups',
  'Group.DescribeGroup',
  'Group.List',
  'Group.History',
  'Group.Events',
  'Group.Size',
  'Instance.Validate',
  'Instance.DescribeInstances',
  'Flavor.Validate',
  'Flavor.Prepare',
  'Flavor.Healthy',
];
