import { type EventName, type GroupEvent, groupEvent } from '../core/group-event.js';
import type { Plan } from '../core/plan.js';
import { isRolling, type Rollout, type RolloutStatus } from '../core/rollout.js';
import { type PassState, saveGroup, tell } from './pass-state.js';

/**
 * Writes down what a plan decided about the rollout, before anything that follows from it is ordered, and tells of it.
 * One that is over is kept beside the group. @throws {ConflictError} when a user has commanded otherwise meanwhile.
 */
export const keepRollout = async (state: PassState, plan: Plan): Promise<void> => {
  const before = state.group.rollout;
  const { rollout, superseded } = plan;
  if (rollout === undefined || isSame(before, rollout)) return;
  const { store, clock, metrics } = state.runtime;
  const now = clock.now();
  if (superseded !== undefined) await store.putRollout(state.group.id, superseded);
  if (isOver(rollout) && rollout.status !== before?.status) await store.putRollout(state.group.id, rollout);
  await saveGroup(state, { rollout }, true);
  const events = [
    ...(superseded === undefined ? [] : [eventOf(state, 'rollout.superseded', superseded, now)]),
    ...newsOf(state, before, rollout, now),
  ];
  await tell(state, events);
  if (isOver(rollout) && before?.endedAt === undefined)
    metrics.publish(
      [
        { name: 'RolloutSeconds', value: Math.round((now - rollout.startedAt) / 1000), unit: 'Seconds' },
        { name: 'InstancesReplaced', value: rollout.replaced, unit: 'Count' },
      ],
      now,
    );
};

const isOver = (rollout: Rollout): boolean => rollout.endedAt !== undefined;

/** What it waits for and when its machine is expected changes with every pass, and is written by its end. */
const isSame = (before: Rollout | undefined, after: Rollout): boolean =>
  before !== undefined && JSON.stringify(decided(before)) === JSON.stringify(decided(after));

const decided = ({ waitsFor: _, until: __, beatBy: ___, told: ____, boot: _____, ...rest }: Rollout) => rest;

const EVENTS: Readonly<Record<RolloutStatus, EventName>> = {
  running: 'rollout.started',
  paused: 'rollout.paused',
  succeeded: 'rollout.succeeded',
  failed: 'rollout.failed',
  'rolling-back': 'rollout.rolling-back',
  'rolled-back': 'rollout.rolled-back',
  superseded: 'rollout.superseded',
  stopped: 'rollout.stopped',
};

const newsOf = (
  state: PassState,
  before: Rollout | undefined,
  rollout: Rollout,
  now: number,
): readonly GroupEvent[] => {
  if (before?.id !== rollout.id || before.status !== rollout.status)
    return [eventOf(state, EVENTS[rollout.status], rollout, now)];
  const moved = before.phase !== rollout.phase || before.replaced !== rollout.replaced;
  const failed = before.failures !== rollout.failures;
  return moved || failed ? [eventOf(state, 'rollout.progressed', rollout, now)] : [];
};

const eventOf = (state: PassState, name: EventName, rollout: Rollout, now: number): GroupEvent => {
  const { from, to, replaced, total, failures, phase, reason } = rollout;
  const failed = failures > 0 ? `, ${failures} failed` : '';
  const where = isRolling(rollout) ? `, ${phase}` : '';
  const why = name === 'rollout.progressed' ? '' : `: ${reason}`;
  const words = `revision ${from} to ${to}: ${replaced} of ${total} replaced${failed}${where}${why}`;
  return groupEvent(now, name, state.group.id, words, { what: `rollout-${rollout.number}` });
};
