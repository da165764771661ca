import type { GroupRecord } from '../core/group-record.js';
import type { GroupId, RolloutId } from '../core/ids.js';
import { isRolling, type Rollout } from '../core/rollout.js';
import { executionName, isRushed, type Step } from './pace-machine.js';
import { passOver } from './run-pass.js';
import type { Invocation, Runtime } from './runtime.js';

export interface RolloutStep extends Step {
  readonly group: GroupId;
  readonly rollout: RolloutId;
}

/** What the state machine does next. `hand-over`: another execution goes on, so this one ends. */
export interface StepAnswer {
  readonly next: 'wait' | 'check' | 'hand-over' | 'end';
  readonly seconds: number;
  readonly status: string;
  readonly reason: string;
  /** The name of the execution that checks the health of the new instances. */
  readonly checkName: string;
}

/** Another pass holds the group: its end is soon. */
const BUSY_SECONDS = 2;
const LATER_SECONDS = 10;
/** Checks that come back at once, whyever they do, are not asked for again at once: that would be a loop without a pause. */
const RUSHED_SECONDS = 10;

/**
 * One step of a rollout: a pass over its group, and what its machine does next. A machine whose number is not the
 * rollout's any more is handed over; one that finds the lease taken waits.
 */
export const stepRollout = async (
  runtime: Runtime,
  step: RolloutStep,
  invocation: Invocation,
): Promise<StepAnswer> => {
  const before = await runtime.store.read(step.group);
  const refused = endOf(before, step);
  if (refused !== undefined) return refused;
  const rushed = before?.rollout !== undefined && isRushed(before.rollout, runtime.clock.now());
  const pass = await passOver(runtime, { group: step.group }, invocation, step);
  if (pass.outcome === 'busy') return wait(BUSY_SECONDS, before?.rollout);
  const group = pass.outcome === 'done' ? pass.group : await runtime.store.read(step.group);
  const over = endOf(group, step);
  if (over !== undefined) return over;
  const { pace } = pass;
  if (pass.outcome !== 'done' || pace === undefined) return wait(LATER_SECONDS, group?.rollout);
  if (rushed && pace.next === 'check') return wait(RUSHED_SECONDS, group?.rollout);
  const checkName =
    group?.rollout === undefined
      ? ''
      : `${executionName(runtime.stack, step.group, group.rollout, 'check')}-${step.turn}`;
  return { ...wait(pace.seconds, group?.rollout), next: pace.next, checkName };
};

const wait = (seconds: number, rollout: Rollout | undefined): StepAnswer => ({
  next: 'wait',
  seconds,
  status: rollout?.status ?? '',
  reason: rollout?.reason ?? '',
  checkName: '',
});

/** Why this execution is to end; `undefined` when it goes on. */
const endOf = (group: GroupRecord | undefined, step: RolloutStep): StepAnswer | undefined => {
  const rollout = group?.rollout;
  const isOther = rollout === undefined || rollout.id !== step.rollout;
  if (isOther)
    return {
      ...wait(0, undefined),
      next: 'end',
      status: 'superseded',
      reason: 'another rollout took its place',
    };
  if (!isRolling(rollout)) return { ...wait(0, rollout), next: 'end' };
  return rollout.execution === step.execution ? undefined : { ...wait(0, rollout), next: 'hand-over' };
};
