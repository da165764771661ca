import type { Backoff, Breaker } from './group-record.js';
import type { InstanceId, Instant, LogicalId } from './ids.js';
import type { DestroyContext } from './order.js';
import type { Pace, Rollout } from './rollout.js';

/** One thing to do, and why, with numbers. */
export type Action =
  | {
      readonly kind: 'launch';
      readonly count: number;
      readonly slot?: LogicalId;
      readonly subnet?: string;
      readonly zone?: string;
      readonly instanceType?: string;
      /** From the last revision that the group was whole under, not from the declared one. */
      readonly steady?: true;
      readonly reason: string;
    }
  | {
      /** Drained first, when its flavor has anything to drain. */
      readonly kind: 'destroy';
      readonly instance: InstanceId;
      readonly context: DestroyContext;
      readonly reason: string;
    };

/** Something that should be done and is not, and why. `deferred` is tried again; `blocked` needs an operator. */
export interface Undone {
  readonly what: string;
  readonly why: string;
  readonly kind: 'deferred' | 'blocked';
}

/** What the world is compared with what was declared. */
export interface Counts {
  readonly declared: number;
  /** Members that EC2 shows alive, or that may be. */
  readonly instances: number;
  readonly healthy: number;
  readonly upToDate: number;
  readonly missing: number;
  /** Unhealthy or unknown past grace, or without our tags. */
  readonly unwell: number;
  readonly surplus: number;
  /** Outdated that no rollout explains. */
  readonly outdated: number;
}

/** The decision of one pass. A value: nothing has happened yet. */
export interface Plan {
  readonly actions: readonly Action[];
  readonly undone: readonly Undone[];
  readonly counts: Counts;
  /** Missing + unwell + surplus + outdated. */
  readonly divergence: number;
  readonly converged: boolean;
  readonly breaker: Breaker;
  readonly backoff: Backoff;
  /** Gone or failed instances whose failure this plan has counted. */
  readonly failuresCounted: readonly InstanceId[];
  /** The earliest timer that could change the decision. */
  readonly lookAgainAt: Instant;
  /** What is not as declared, for people. */
  readonly reasons: readonly string[];
  /** The rollout as it is now; differs from the record's when something about it was decided. */
  readonly rollout?: Rollout;
  /** The rollout on record is over and another one takes its place: as it ended. */
  readonly superseded?: Rollout;
  /** The rollout failed and the steady revision is to be committed again. */
  readonly rollBack?: { readonly reason: string };
  /** What the state machine of the rollout does next. */
  readonly pace?: Pace;
}
