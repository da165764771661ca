import type { Json } from '../core/json.js';
import type {
  Committed,
  EventView,
  GroupLine,
  GroupView,
  InstanceDescriptionView,
  RevisionView,
} from './api-views.js';
import type { ClusterReport } from './cluster-report.js';

export type * from './api-views.js';

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
