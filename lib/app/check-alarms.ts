import { ThrottledError, UnansweredError } from '../core/errors.js';
import type { Issue } from '../core/issue.js';
import type { AlarmState } from '../core/observation.js';
import type { Runtime } from './runtime.js';

export interface AlarmCheck {
  readonly issues: readonly Issue[];
  readonly warnings: readonly string[];
}

/**
 * Asks for the alarms that a rollout would watch before it begins. One in ALARM refuses the commit: the rollout would
 * fail for what it has not done. One that is not known to be OK would hold the rollout, which is only a warning.
 */
export const checkAlarms = async (
  { alarmReader }: Pick<Runtime, 'alarmReader'>,
  names: readonly string[],
): Promise<AlarmCheck> => {
  if (names.length === 0) return { issues: [], warnings: [] };
  try {
    const states = await alarmReader.states(names);
    return { issues: raised(names, states), warnings: names.flatMap((name) => unsure(name, states)) };
  } catch (error) {
    if (!(error instanceof ThrottledError || error instanceof UnansweredError)) throw error;
    return {
      issues: [],
      warnings: [`the alarms cannot be read, which would hold the rollout: ${error.message}`],
    };
  }
};

const raised = (names: readonly string[], states: ReadonlyMap<string, AlarmState>): readonly Issue[] =>
  names.flatMap((name, index) =>
    states.get(name) === 'ALARM'
      ? [
          {
            path: `Properties.Updating.Alarms[${index}]`,
            message: `alarm "${name}" is in ALARM: wait until it is OK, or take it out`,
          },
        ]
      : [],
  );

const unsure = (name: string, states: ReadonlyMap<string, AlarmState>): readonly string[] => {
  const state = states.get(name);
  if (state === 'OK' || state === 'ALARM') return [];
  const what = state === undefined ? 'does not exist' : 'has no data';
  return [`alarm "${name}" ${what}: the rollout would be held until it is OK`];
};
