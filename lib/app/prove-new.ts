import { ThrottledError, UnansweredError } from '../core/errors.js';
import { groupEvent } from '../core/group-event.js';
import { proveMembers } from '../core/prove.js';
import { isRolling, type Rollout } from '../core/rollout.js';
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
  const seconds = (id: (typeof proved.changed)[number]['id']) =>
    Math.round((proved.times.get(id) ?? 0) / 1000);
  await tell(
    state,
    proved.changed.map(({ id, healthReason }) =>
      groupEvent(
        now,
        'instance.healthy',
        state.group.id,
        `${healthReason}, ${seconds(id)} s after its launch`,
        {
          instance: id,
        },
      ),
    ),
  );
  state.runtime.metrics.publish(
    proved.changed.map(({ id }) => ({
      name: 'TimeToHealthySeconds',
      value: seconds(id),
      unit: 'Seconds' as const,
    })),
    now,
  );
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
