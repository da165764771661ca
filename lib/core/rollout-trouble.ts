import type { GroupRecord } from './group-record.js';
import type { GroupSpec } from './group-spec.js';
import type { Instant } from './ids.js';
import type { Observation } from './observation.js';
import type { Rollout } from './rollout.js';

/** Why a rollout cannot go on as it is: `hold` for now, or `fail`. */
export interface Trouble {
  readonly kind: 'hold' | 'fail';
  readonly why: string;
}

/**
 * What stands against a rollout now. A rollback watches no alarms: it leads away from what raised them. An alarm that
 * is missing, without data or unreadable holds, since it is not known to be OK.
 */
export const troubleOf = (
  rollout: Rollout,
  { updating }: Pick<GroupSpec, 'updating'>,
  observed: Pick<Observation, 'alarms'>,
  now: Instant,
): Trouble | undefined => {
  const { deadlineSeconds, maxFailures } = updating;
  if (rollout.failures > maxFailures && (updating.onFailure !== 'continue' || rollout.isRollback)) {
    const which = rollout.failed.at(-1);
    const last = which === undefined ? 'a launch was refused' : `the last was ${which}`;
    return { kind: 'fail', why: `${rollout.failures} failed, more than ${maxFailures} (${last})` };
  }
  if (deadlineSeconds !== undefined && now >= rollout.resumedAt + deadlineSeconds * 1000)
    return { kind: 'fail', why: `not done within its deadline of ${deadlineSeconds} s` };
  return rollout.status === 'rolling-back' || rollout.isRollback
    ? undefined
    : alarmTrouble(updating.alarms, observed.alarms);
};

const alarmTrouble = (
  names: readonly string[],
  states: Observation['alarms'] = 'unreadable',
): Trouble | undefined => {
  if (names.length === 0) return undefined;
  if (states === 'unreadable') return { kind: 'hold', why: 'its alarms cannot be read' };
  const raised = names.find((name) => states.get(name) === 'ALARM');
  if (raised !== undefined) return { kind: 'fail', why: `alarm "${raised}" is in ALARM` };
  const unsure = names.find((name) => states.get(name) !== 'OK');
  if (unsure === undefined) return undefined;
  const what = states.get(unsure) === undefined ? 'does not exist' : 'has no data';
  return { kind: 'hold', why: `alarm "${unsure}" ${what}` };
};

export interface Outcome {
  readonly rollout: Rollout;
  /** The steady revision is to be committed again. */
  readonly rollBack?: { readonly reason: string };
}

/** What a failure does to a rollout, as `OnFailure` says; a rollback that fails is never rolled back. */
export const failRollout = (
  rollout: Rollout,
  { updating }: Pick<GroupSpec, 'updating'>,
  { steady, configHash }: Pick<GroupRecord, 'steady' | 'configHash'>,
  observed: Pick<Observation, 'steady'>,
  why: string,
  now: Instant,
): Outcome => {
  const still = { ...rollout, waitsFor: '', progressedAt: now };
  if (rollout.status === 'rolling-back')
    return { rollout: { ...still, status: 'failed', reason: `the rollback failed: ${why}`, endedAt: now } };
  const paused = (reason: string): Outcome => ({ rollout: { ...still, status: 'paused', reason } });
  if (rollout.isRollback || updating.onFailure === 'pause') return paused(why);
  if (updating.onFailure === 'continue')
    return { rollout: { ...still, status: 'failed', reason: why, endedAt: now } };
  if (steady === undefined) return paused(`${why}; no revision has finished that could be rolled back to`);
  if (steady.configHash === configHash)
    return paused(`${why}; the last revision that finished has the same config`);
  if (observed.steady === undefined)
    return paused(`${why}; revision ${steady.number}, the last that finished, cannot be read any more`);
  return { rollout, rollBack: { reason: why } };
};
