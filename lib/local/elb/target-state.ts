import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Instant } from '../../core/ids.js';
import type { InstanceSight } from '../ec2/index.js';

/** A target group as it was made. Plain JSON. */
export interface TargetGroup {
  readonly name: string;
  readonly arn: string;
  readonly vpc: string;
  /** From deregistering until the last connection is closed. ELB's default is 300; 0 to 3,600. */
  readonly deregistrationDelaySeconds: number;
  /** From registering until enough health checks have passed. */
  readonly healthyAfterMs: number;
  /** A load balancer uses it; otherwise its targets are `unused` and have no connections. */
  readonly attached: boolean;
}

/** One registered instance. Plain JSON. */
export interface Target {
  readonly id: string;
  readonly registeredAt: Instant;
  readonly deregisteredAt?: Instant;
  /** Answers no health check, whatever the instance does. */
  readonly failing?: string;
}

/**
 * The health of a target now; `undefined` when it is not registered any more. States and reasons after "Elastic Load
 * Balancing API Reference, TargetHealth". Assumptions: a terminated target leaves by itself; one that is shutting down
 * is in an invalid state already; connections last for the whole delay; an instance whose status check is impaired answers no
 * health check.
 */
export function targetHealth(
  group: TargetGroup,
  target: Target,
  instance: InstanceSight | undefined,
  now: Instant,
): TargetHealth | undefined {
  if (instance === undefined || instance.state === 'terminated') return undefined;
  if (target.deregisteredAt !== undefined) {
    const until = target.deregisteredAt + group.deregistrationDelaySeconds * 1000;
    if (!group.attached || now >= until) return undefined;
    return said('draining', 'Target.DeregistrationInProgress', 'Target deregistration is in progress');
  }
  if (!group.attached)
    return said('unused', 'Target.NotInUse', 'Target group is not configured to receive traffic');
  if (instance.state !== 'running' && instance.state !== 'pending')
    return said('unused', 'Target.InvalidState', 'Target is in the stopped or terminated state');
  if (target.failing !== undefined) return said('unhealthy', 'Target.FailedHealthChecks', target.failing);
  if (instance.checks.instance === 'impaired')
    return said('unhealthy', 'Target.Timeout', 'Request timed out');
  // A stopped instance that was started again is checked from the beginning.
  const checkedSince = Math.max(target.registeredAt, instance.launchedAt);
  if (instance.state === 'pending' || now < checkedSince + group.healthyAfterMs)
    return said('initial', 'Elb.InitialHealthChecking', 'Initial health checks in progress');
  return { State: 'healthy' };
}

const said = (
  State: NonNullable<TargetHealth['State']>,
  Reason: NonNullable<TargetHealth['Reason']>,
  Description: string,
): TargetHealth => ({ State, Reason, Description });
