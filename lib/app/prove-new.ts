import { ThrottledError, UnansweredError } from '../core/errors.js';
import { groupEvent } from '../core/group-event.js';
import { proveMembers } from '../core/prove.js';
import { isRolling, type Rollout } from '../core/rollout.js';
import type { Metric } from '../ports/outbox.js';
import { type PassState, saveRecords, tell } from './pass-state.js';

/** The rollout under way; `undefined` when there is none. */
export const rollingOf = ({ group }: Pick<PassState, 'group'>): Rollout | undefined =>
  isRolling(group.rollout) ? group.rollout : undefined;

/** Makes members of the new instances that the health checks have proved. */
export const proveNew = async (state: PassState): Promise<void> => {
  const rollout = rollingOf(state);
  if (rollout === undefined) return;
  const now = state.runtime.clock.now();
  const proved = proveMembers(state.records, rollout, state.revision.spec.updating, now);
  state.records = proved.records;
  if (proved.changed.length === 0) return;
  if (proved.boot !== undefined) state.group = { ...state.group, rollout: { ...rollout, boot: proved.boot } };
  await saveRecords(state, proved.changed);
  // Those that passes have found healthy meanwhile were told of then.
  const fresh = proved.changed.flatMap(({ id, healthReason }) => {
    const took = proved.times.get(id);
    return took === undefined ? [] : [{ id, healthReason, seconds: Math.round(took / 1000) }];
  });
  if (fresh.length === 0) return;
  await tell(
    state,
    fresh.map(({ id, healthReason, seconds }) =>
      groupEvent(now, 'instance.healthy', state.group.id, `${healthReason}, ${seconds} s after its launch`, {
        instance: id,
      }),
    ),
  );
  const metrics = fresh.map(
    ({ seconds }): Metric => ({ name: 'TimeToHealthySeconds', value: seconds, unit: 'Seconds' }),
  );
  state.runtime.metrics.publish(metrics, now);
};

/** The alarms that a rollout of this spec watches; not asked when it watches none. */
export const readAlarms = async ({ runtime, revision }: PassState): Promise<PassState['alarms']> => {
  const { alarms } = revision.spec.updating;
  if (alarms.length === 0) return undefined;
  try {
    return await runtime.alarmReader.states(alarms);
  } catch (error) {
    if (!(error instanceof ThrottledError || error instanceof UnansweredError)) throw error;
    return 'unreadable';
  }
};
