import { contentHash } from '../core/content-hash.js';
import { groupEvent } from '../core/group-event.js';
import type { GroupRecord } from '../core/group-record.js';
import type { Plan } from '../core/plan.js';
import { DEAD_AFTER_MS, isRolling, type Rollout } from '../core/rollout.js';
import { CHECKS_LAST_MS } from './check-health.js';
import type { Runtime } from './runtime.js';

/** The step of a state machine's execution that this pass was asked for. */
export interface Step {
  readonly execution: number;
  /** Counts the steps of this execution, from 1. */
  readonly turn: number;
}

/** A fresh execution goes on after this many steps: each is at most about 25 of the 25,000 events that one may have. */
export const MOST_TURNS = 700;

/** What an execution needs to start, to hand over or to wait. */
const MARGIN_MS = 30_000;
/** A machine that waits longer than this is not waited for when there are new instances to check. */
const ASLEEP_MS = 60_000;

export interface Paced {
  readonly rollout: Rollout;
  /** An execution with the rollout's number is to be started once the rollout is written. */
  readonly starts: boolean;
}

/**
 * When the state machine is expected again, and whether a fresh execution has to take over: when none was started, when
 * the last one is dead, long asleep while new instances wait for their checks, or has come to its last step.
 */
export const paceMachine = (
  group: GroupRecord,
  plan: Plan,
  step: Step | undefined,
  { clock, mostTurns }: Pick<Runtime, 'clock' | 'mostTurns'>,
): Paced | undefined => {
  const now = clock.now();
  const { rollout, pace } = plan;
  if (rollout === undefined || pace === undefined) return undefined;
  if (!isRolling(rollout)) return { rollout, starts: false };
  const lasts = pace.seconds * 1000 + (pace.next === 'check' ? CHECKS_LAST_MS : 0);
  const told = { ...rollout, told: pace.next, beatBy: now + lasts + MARGIN_MS };
  if (step !== undefined && step.execution === rollout.execution && step.turn < mostTurns)
    return { rollout: told, starts: false };
  const isHandedOver = step !== undefined && step.execution === rollout.execution;
  const isDead = now >= rollout.beatBy + DEAD_AFTER_MS;
  const sleepsOn =
    pace.next === 'check' && group.rollout?.told === 'wait' && rollout.beatBy - MARGIN_MS - now > ASLEEP_MS;
  if (!isHandedOver && rollout.execution > 0 && !isDead && !sleepsOn) return { rollout, starts: false };
  const { told: _, ...rest } = rollout;
  return {
    rollout: { ...rest, execution: rollout.execution + 1, beatBy: now + MARGIN_MS },
    starts: true,
  };
};

/** Whether the check that the machine was told to make cannot have asked anybody yet: it comes back before its time. */
export const isRushed = ({ told, beatBy }: Rollout, now: number): boolean =>
  told === 'check' && now < beatBy - MARGIN_MS - CHECKS_LAST_MS;

/** Deterministic: the same execution is never started twice (names are unique for 90 days, 80 characters). */
export const executionName = (stack: string, group: string, rollout: Rollout, about = ''): string =>
  `${contentHash([stack, group, rollout.id, about]).slice(0, 48)}-${rollout.execution}`;

/** Asks for the execution; one that does not come is dead two minutes after it was expected, and another is asked for. */
export const startExecution = async (
  runtime: Runtime,
  group: GroupRecord,
  rollout: Rollout,
): Promise<void> => {
  const name = executionName(runtime.stack, group.id, rollout);
  if (rollout.execution > 1) await tellHandOver(runtime, group, rollout);
  try {
    await runtime.executions.start({
      group: group.id,
      rollout: rollout.id,
      execution: rollout.execution,
      name,
    });
  } catch (error) {
    runtime.log.warn('the execution of a rollout was not asked for; it will be', {
      group: group.id,
      error: error instanceof Error ? error.message : String(error),
    });
  }
};

const tellHandOver = async (
  { clock, store, bus }: Pick<Runtime, 'clock' | 'store' | 'bus'>,
  group: GroupRecord,
  { number, execution }: Rollout,
): Promise<void> => {
  const words = `execution ${execution} goes on`;
  const event = groupEvent(clock.now(), 'rollout.handed-over', group.id, words, {
    what: `rollout-${number}`,
  });
  await store.putEvents([event]);
  await bus.publish([event]);
};
