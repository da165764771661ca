import type { InstanceId } from '../core/ids.js';

/** Elastic Load Balancing's words for the health of one target; `absent` when it is not registered. */
export type TargetState =
  | 'initial'
  | 'healthy'
  | 'unhealthy'
  | 'unused'
  | 'draining'
  | 'unavailable'
  | 'absent';

export interface TargetHealth {
  readonly state: TargetState;
  /** Its code and words for why. */
  readonly reason: string;
}

/**
 * Target groups of load balancers, by ARN. Every method throws `ThrottledError` and `UnansweredError`, and
 * `NotFoundError` for a target group that does not exist.
 */
export interface TargetGroups {
  /** Registering again changes nothing. @returns those that were refused, with the reason: gone, not running, in another VPC. */
  register(targetGroup: string, ids: readonly InstanceId[]): Promise<ReadonlyMap<InstanceId, string>>;
  /** Ends new connections at once; the target is `draining` for its deregistration delay. Again, it changes nothing. */
  deregister(targetGroup: string, ids: readonly InstanceId[]): Promise<void>;
  /** Of every registered target. */
  health(targetGroup: string): Promise<ReadonlyMap<InstanceId, TargetHealth>>;
}
