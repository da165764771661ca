import type { Pins, Pool, Subnet } from '../core/group-spec.js';
import type { ConfigHash, GroupId, InstanceId, Instant, LogicalId, OrderId } from '../core/ids.js';
import type { InstanceDescription } from '../core/instance.js';
import type { Json, JsonObject } from '../core/json.js';

/** A launch request, rendered once and stored; every issue of an order sends these bytes. JSON of RunInstancesInput without count, token, subnet and type. */
export type LaunchRequest = JsonObject;

/** What one instance, or all cattle of a group alike, are launched from. */
export interface LaunchDescription {
  readonly group: GroupId;
  /** The instance plugin's properties as the user wrote them. */
  readonly properties: Json;
  readonly pins: Pins;
  readonly configHash: string;
  /** Tags beside Holdfast's own, the flavor's over the user's. */
  readonly tags: Readonly<Record<string, string>>;
  /** Boot script, plain text; empty for none. Replaces `UserData` of the properties when not empty. */
  readonly init: string;
  /** The pet's identity; when it is an IPv4 address it becomes the private address. */
  readonly slot?: LogicalId;
}

export interface LaunchCall {
  readonly token: OrderId;
  readonly request: LaunchRequest;
  readonly count: number;
  readonly subnet?: string;
  readonly instanceType?: string;
}

/** Per instance: `ending` when EC2 shows it shutting-down or terminated, or the refusal in its words. */
export type TerminateOutcome =
  | { readonly id: InstanceId; readonly kind: 'ending'; readonly state: 'shutting-down' | 'terminated' }
  | { readonly id: InstanceId; readonly kind: 'blocked'; readonly reason: string }
  | { readonly id: InstanceId; readonly kind: 'not-found' }
  | { readonly id: InstanceId; readonly kind: 'later'; readonly reason: string };

export type CheckStatus = 'ok' | 'impaired' | 'initializing' | 'insufficient-data' | 'not-applicable';

/** EC2's two status checks of one running instance. */
export interface StatusChecks {
  readonly instance: CheckStatus;
  readonly system: CheckStatus;
}

/**
 * Where instances come from: EC2, for one control plane. Reads lag behind writes and may go backwards.
 * Every method throws `ThrottledError` when the account's request limit is reached and `UnansweredError` when the
 * answer is lost or proves nothing.
 */
export interface InstanceProvider {
  /** Live instances that carry both our stack tag and this group's tag. */
  members(group: GroupId): Promise<readonly InstanceDescription[]>;
  /** Instances in any state by the `instance-id` filter; unknown ones are missing from the answer, which is no error. */
  byIds(ids: readonly InstanceId[]): Promise<readonly InstanceDescription[]>;
  /** Instances in any state that these client tokens launched. */
  byTokens(tokens: readonly OrderId[]): Promise<readonly InstanceDescription[]>;
  /** Live instances of this group that carry our stack tag or no stack tag at all. */
  candidates(group: GroupId): Promise<readonly InstanceDescription[]>;
  /** Every live instance with our stack tag, for the sweep. */
  fleet(): Promise<readonly InstanceDescription[]>;
  /**
   * Adds our stack tag, and `configHash` in the place of InfraKit's `bootstrap`. @throws {RefusedError} when one of them
   * carries another owner by now; none was changed.
   */
  adopt(ids: readonly InstanceId[], configHash?: ConfigHash): Promise<void>;
  /**
   * Starts up to `count` instances and returns those that started. The same token never starts others: it answers
   * with the same instances again.
   * @throws {InsufficientCapacityError} no room for even one there; nothing was started.
   * @throws {AddressInUseError} the private address is still taken; nothing was started.
   * @throws {LaunchRefusedError} EC2 refuses it as it stands; nothing was started.
   * @throws {TokenMismatchError} the token was used otherwise or its instances have ended; ask `byTokens`.
   */
  launch(call: LaunchCall): Promise<readonly InstanceDescription[]>;
  /** Terminates; one bad id does not keep the others alive. Answers for each id; `later` when throttled or unanswered. */
  terminate(ids: readonly InstanceId[]): Promise<readonly TerminateOutcome[]>;
  /** Status checks of those that run; others are missing from the answer. */
  statusChecks(ids: readonly InstanceId[]): Promise<ReadonlyMap<InstanceId, StatusChecks>>;
  /** Instances of the account whose instance or system status check is impaired. */
  impaired(): Promise<ReadonlySet<InstanceId>>;
  /** Renders the request that launches such an instance: deterministic, no call. */
  render(launch: LaunchDescription): LaunchRequest;
  /**
   * Asks EC2 whether it would accept this launch, without address and token.
   * @returns `undefined` when it would; else what is wrong, in EC2's words with its code.
   */
  dryRun(request: LaunchRequest, pool: Pool): Promise<DryRunFailure | undefined>;
}

export interface DryRunFailure {
  readonly code: string;
  readonly message: string;
  /** Throttled or unanswered: nothing is known, a warning at most. */
  readonly inconclusive: boolean;
}

/** Facts that a commit pins. */
export interface PinResolver {
  /**
   * Of a group's Properties, or of an instance plugin's alone; paths of issues are relative to what was given.
   * @throws {InvalidInputError} naming the alias, the template or the subnet that does not exist.
   */
  resolve(properties: Json): Promise<Pins>;
  subnets(ids: readonly string[]): Promise<readonly Subnet[]>;
}

/** When a handler is killed; no call is sent that could outlive it. */
export interface Deadline {
  readonly at: Instant;
}
