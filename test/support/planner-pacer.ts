import type { Pace, Rollout } from '../../lib/core/rollout.js';
import { DEAD_AFTER_MS, isRolling } from '../../lib/core/rollout.js';

/** An execution comes up, and a step takes, so long. */
const START_MS = 1_000;
const STEP_MS = 200;
const MARGIN_MS = 30_000;
/** A run of health checks ends after so long, so that the planner looks. */
const CHECKS_LAST_MS = 110_000;

interface Execution {
  readonly rollout: string;
  readonly number: number;
  /** When it steps or checks next. */
  at: number;
  checksSince: number | undefined;
}

/**
 * The state machine of rollouts: at most one execution that is heard. Each pass tells it what its plan says; a dead one
 * is noticed by any pass, which starts the next.
 */
export const plannerPacer = () => {
  let execution: Execution | undefined;
  return {
    at: (): number => execution?.at ?? Number.POSITIVE_INFINITY,
    checks: (): boolean => execution?.checksSince !== undefined,
    /** Nobody steps any more, and nobody is told. */
    stop: () => {
      execution = undefined;
    },
    checkAgain: (now: number, seconds: number) => {
      if (execution !== undefined) execution.at = now + seconds * 1000;
    },
    checkedLong: (now: number): boolean =>
      execution?.checksSince !== undefined && now - execution.checksSince >= CHECKS_LAST_MS,
    /** The rollout as a pass writes it down. `stepping`: the execution itself asked for the pass. */
    pace: (rollout: Rollout, pace: Pace, stepping: boolean, now: number): Rollout => {
      const isHeard = execution?.rollout === rollout.id && execution.number === rollout.execution;
      if (!isRolling(rollout)) {
        if (stepping) execution = undefined;
        return rollout;
      }
      if (stepping && isHeard && execution !== undefined) {
        execution.at = now + Math.max(STEP_MS, pace.seconds * 1000);
        execution.checksSince = pace.next === 'check' ? now : undefined;
        const lasts = pace.seconds * 1000 + (pace.next === 'check' ? CHECKS_LAST_MS : 0);
        return { ...rollout, told: pace.next, beatBy: now + lasts + MARGIN_MS };
      }
      if (stepping) execution = undefined;
      const sleepsOn =
        pace.next === 'check' && rollout.told === 'wait' && rollout.beatBy - MARGIN_MS - now > 60_000;
      if (rollout.execution > 0 && now < rollout.beatBy + DEAD_AFTER_MS && !sleepsOn) return rollout;
      const number = rollout.execution + 1;
      execution = { rollout: rollout.id, number, at: now + START_MS, checksSince: undefined };
      const { told: _, ...rest } = rollout;
      return { ...rest, execution: number, beatBy: now + MARGIN_MS };
    },
  };
};
