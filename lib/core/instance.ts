import type { ConfigHash, InstanceId, Instant, LogicalId, OrderId, RolloutId } from './ids.js';

/** EC2's life cycle. `shutting-down` and `terminated` never go back. */
export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';

export const LIVE_STATES: readonly InstanceState[] = ['pending', 'running', 'stopping', 'stopped'];

export const isLive = (state: InstanceState): boolean => LIVE_STATES.includes(state);

/** What EC2 says of one instance, in our words. */
export interface InstanceDescription {
  readonly id: InstanceId;
  readonly state: InstanceState;
  readonly tags: Readonly<Record<string, string>>;
  readonly launchedAt: Instant;
  /** The client token of the launch; the id of our order when we launched it. */
  readonly token?: OrderId;
  /** Position in its launch call, from 0. */
  readonly launchIndex?: number;
  readonly zone?: string;
  readonly subnet?: string;
  readonly instanceType?: string;
  readonly privateIp?: string;
  readonly imageId?: string;
  /** EC2's code and words for the last change of state, such as `Client.VolumeLimitExceeded`. */
  readonly stateReason?: { readonly code: string; readonly message: string };
}

/** EC2's words for the end of an instance; they often begin with the code themselves. */
export const stateReasonText = ({
  code,
  message,
}: {
  readonly code: string;
  readonly message: string;
}): string => (message.startsWith(code) ? message : `${code}: ${message}`);

export type Health = 'healthy' | 'unhealthy' | 'unknown';

/** A flavor's answer for one instance. `unknown` when it cannot be asked; every answer says why. */
export interface HealthReport {
  readonly health: Health;
  readonly reason: string;
  /** It leads what its flavor's members form together. */
  readonly leader?: true;
  /** The question itself failed, so that nothing was learned: never a ground for ending an instance. */
  readonly unanswered?: true;
}

/** EC2 announced that it will take an instance (`interruption`, at a time), or advises to move it (`advice`). */
export interface Leaving {
  readonly kind: 'interruption' | 'advice';
  readonly at: Instant;
  readonly reason: string;
}

/**
 * What the health checks of a rollout have found of one new instance, in a row. Written by the health-check task alone;
 * a check counts only when it comes at least its interval after the last counted one.
 */
export interface HealthChecks {
  /** When the last counted check was. */
  readonly at: Instant;
  readonly health: Health;
  readonly reason: string;
  /** Healthy checks in a row, up to the last; 0 when that was not healthy. */
  readonly healthy: number;
  /** The first of the healthy ones in a row. */
  readonly healthySince?: Instant;
  /** The last check that was not healthy, before these. */
  readonly notHealthyAt?: Instant;
}

/**
 * What is on record for one member, from its launch or adoption until two hours after it is gone.
 * Written only when state or health changes. For a known member the record beats its tags.
 */
export interface InstanceRecord {
  readonly id: InstanceId;
  readonly state: InstanceState;
  readonly logicalId?: LogicalId;
  readonly configHash?: ConfigHash;
  readonly launchedAt: Instant;
  readonly token?: OrderId;
  readonly launchIndex?: number;
  readonly zone?: string;
  readonly subnet?: string;
  readonly instanceType?: string;
  readonly privateIp?: string;
  readonly health: Health;
  /** Why, in the flavor's words. */
  readonly healthReason: string;
  /** Since when health has been what it is. */
  readonly healthSince: Instant;
  /** Set by the first healthy answer. An instance that ends before was a failed launch. */
  readonly everHealthy: boolean;
  /** Nobody has asked about its health yet, or the last question failed. */
  readonly unanswered?: true;
  readonly stateReason?: { readonly code: string; readonly message: string };
  /** First read in which EC2 showed it neither by tags nor by id. */
  readonly absentSince?: Instant;
  /** When it was found gone: terminated, or absent twice, at least 60 s apart. */
  readonly goneAt?: Instant;
  /** We asked for its end; so it is no failure of its own. */
  readonly destroyedByUs: boolean;
  /** EC2 announced that it will take the instance then (spot interruption, retirement). */
  readonly leavingBy?: Leaving;
  /** Live but without our tags. */
  readonly untagged: boolean;
  /** A failed launch that has been counted; it is counted once. */
  readonly failureCounted: boolean;
  /** The rollout that launched it, and whose health checks have yet to prove it. */
  readonly proving?: RolloutId;
  /** What these checks have found so far. */
  readonly checks?: HealthChecks;
  /** It led its ensemble when it was last asked. */
  readonly leader?: true;
}
