import type { ConfigHash, InstanceId, Instant, RolloutId } from './ids.js';

/** `paused` waits for a user, after a failure or at a checkpoint; `stopped` was stopped by one. Both can be resumed. */
export type RolloutStatus =
  | 'running'
  | 'paused'
  | 'succeeded'
  | 'failed'
  | 'rolling-back'
  | 'rolled-back'
  | 'superseded'
  | 'stopped';

/** Where a rollout stands. `canary`: the first replacements, alone. `growing`: what is declared beyond what was rolled. */
export type RolloutPhase = 'canary' | 'canary-bake' | 'rolling' | 'checkpoint' | 'growing' | 'bake';

/** What is known of how long something takes: not done after `atLeast`, done by `atMost`. In milliseconds. */
export interface Bounds {
  readonly atLeast: number;
  readonly atMost: number;
}

/** The record of one rolling update: what it leads to and how far it is. Progress itself is recomputed from the members. */
export interface Rollout {
  readonly id: RolloutId;
  /** Counts the group's rollouts, from 1. */
  readonly number: number;
  readonly status: RolloutStatus;
  /** Why its status is what it is, for people. */
  readonly reason: string;
  /** Numbers of the revision it leaves and the one it leads to. */
  readonly from: number;
  readonly to: number;
  readonly configHash: ConfigHash;
  /** The restart that it carries out: everything launched before is outdated. */
  readonly restartBefore?: Instant;
  /** The revision that failed, when this rollout turned back by itself. */
  readonly failedRevision?: number;
  /** Leads back to a revision that had finished: its failure pauses it, whatever `OnFailure` says. */
  readonly isRollback: boolean;
  readonly startedAt: Instant;
  /** The deadline counts from here: the start, or the last resume. */
  readonly resumedAt: Instant;
  readonly endedAt?: Instant;
  readonly phase: RolloutPhase;
  /** When the bake or the checkpoint's wait is over. */
  readonly waitUntil?: Instant;
  /** It is paused at a checkpoint until a user approves. */
  readonly awaitsApproval?: true;
  /** Checkpoints passed. */
  readonly checkpoints: number;
  /** Up-to-date, proved instances, of all that are to be. */
  readonly replaced: number;
  readonly total: number;
  /** Failures counted since the start or the last resume, and the newest instances that they were, at most 100. */
  readonly failures: number;
  readonly failed: readonly InstanceId[];
  /** The last refused launch that was counted. */
  readonly refusedAt?: Instant;
  /** How long a new instance takes until its first healthy check. */
  readonly boot?: Bounds;
  /** When an instance was last replaced, or the phase last changed. */
  readonly progressedAt: Instant;
  /** What it waits for, for people, and until when. */
  readonly waitsFor: string;
  readonly until?: Instant;
  /** Executions of the state machine started so far; a task called with an older number is handed over. */
  readonly execution: number;
  /** What the machine was told last. */
  readonly told?: Pace['next'];
  /** The machine is expected again by then; two minutes later it is dead. 0: none was started. */
  readonly beatBy: Instant;
}

/** What the state machine does next. `check`: ask for the health of the new instances; `end`: the rollout is over or held. */
export interface Pace {
  readonly next: 'wait' | 'check' | 'end';
  /** Until the next step, or the first check. Whole, at least 0. */
  readonly seconds: number;
}

/** It is carried on: instances are replaced. */
export const isRolling = (rollout: Rollout | undefined): rollout is Rollout =>
  rollout !== undefined && (rollout.status === 'running' || rollout.status === 'rolling-back');

/** It stopped short of its end and can be resumed. */
export const isHeld = (rollout: Rollout | undefined): rollout is Rollout =>
  rollout !== undefined &&
  (rollout.status === 'paused' || rollout.status === 'stopped' || rollout.status === 'failed');

/** An execution that has not been heard of for this long after its time is dead (protocol rule 22). */
export const DEAD_AFTER_MS = 120_000;
