import { describe, expect, it } from 'vitest';
import type { Updating } from '../../lib/core/group-spec.js';
import type { AlarmState, Observation } from '../../lib/core/observation.js';
import type { Rollout } from '../../lib/core/rollout.js';
import { failRollout, troubleOf } from '../../lib/core/rollout-trouble.js';
import { groupOf, MINUTE, NOON, revisionOf, rolloutOf, specOf, V1, V2 } from './planner-samples.js';

const trouble = (
  updating: Partial<Updating>,
  rollout: Partial<Rollout> = {},
  alarms?: Readonly<Record<string, AlarmState>> | 'unreadable',
) => {
  const states = alarms === undefined || alarms === 'unreadable' ? alarms : new Map(Object.entries(alarms));
  return troubleOf(
    rolloutOf(rollout),
    specOf({ updating }),
    states === undefined ? {} : { alarms: states },
    NOON,
  );
};

describe('troubleOf', () => {
  it('fails when more than MaxFailures failed, naming the last', () => {
    expect(trouble({ maxFailures: 1 }, { failures: 1 })).toBeUndefined();
    const failed = ['i-1', 'i-2'] as never;
    const why = '2 failed, more than 1 (the last was i-2)';
    expect(trouble({ maxFailures: 1 }, { failures: 2, failed })).toEqual({ kind: 'fail', why });
    expect(trouble({}, { failures: 1 })?.why).toBe('1 failed, more than 0 (a launch was refused)');
  });

  it('tolerates failures with OnFailure: continue, but never those of a rollback', () => {
    expect(trouble({ onFailure: 'continue' }, { failures: 9 })).toBeUndefined();
    expect(trouble({ onFailure: 'continue' }, { failures: 9, isRollback: true })?.kind).toBe('fail');
  });

  it('fails at its deadline, counted from the last resume', () => {
    const resumedAt = NOON - 10 * MINUTE;
    expect(trouble({ deadlineSeconds: 601 }, { resumedAt })).toBeUndefined();
    const why = 'not done within its deadline of 600 s';
    expect(trouble({ deadlineSeconds: 600 }, { resumedAt })).toEqual({ kind: 'fail', why });
  });

  it.each([
    ['OK', { a: 'OK', b: 'OK' }, undefined, undefined],
    ['raised', { a: 'INSUFFICIENT_DATA', b: 'ALARM' }, 'fail', 'alarm "b" is in ALARM'],
    ['without data', { a: 'OK', b: 'INSUFFICIENT_DATA' }, 'hold', 'alarm "b" has no data'],
    ['missing', { a: 'OK' }, 'hold', 'alarm "b" does not exist'],
    ['unreadable', 'unreadable', 'hold', 'its alarms cannot be read'],
    ['not asked', undefined, 'hold', 'its alarms cannot be read'],
  ] as const)('takes alarms that are %s for what they are', (_, states, kind, why) => {
    const found = trouble({ alarms: ['a', 'b'] }, {}, states);
    expect(found).toEqual(kind === undefined ? undefined : { kind, why });
  });

  it('watches no alarms of a rollback, nor states of alarms that nobody named', () => {
    expect(trouble({ alarms: ['a'] }, { status: 'rolling-back' }, { a: 'ALARM' })).toBeUndefined();
    expect(trouble({ alarms: ['a'] }, { isRollback: true }, { a: 'ALARM' })).toBeUndefined();
    expect(trouble({}, {}, { a: 'ALARM' })).toBeUndefined();
  });
});

describe('failRollout', () => {
  const steady = { number: 1, specHash: 's1' as never, configHash: V1 };
  const fail = (
    onFailure: Updating['onFailure'],
    rollout: Partial<Rollout> = {},
    whole: object = { steady },
    observed: Pick<Observation, 'steady'> = { steady: revisionOf() },
  ) =>
    failRollout(
      rolloutOf(rollout),
      specOf({ updating: { onFailure } }),
      groupOf({ configHash: V2, ...whole }),
      observed,
      'it broke',
      NOON,
    );

  it('pauses, rolls back or fails, as OnFailure says', () => {
    expect(fail('pause').rollout).toMatchObject({ status: 'paused', reason: 'it broke' });
    expect(fail('pause').rollout).not.toHaveProperty('endedAt');
    expect(fail('rollback')).toEqual({ rollout: rolloutOf(), rollBack: { reason: 'it broke' } });
    expect(fail('continue').rollout).toMatchObject({ status: 'failed', reason: 'it broke', endedAt: NOON });
  });

  it('pauses when there is nothing to roll back to', () => {
    const never = fail('rollback', {}, {});
    expect(never.rollout.reason).toBe('it broke; no revision has finished that could be rolled back to');
    expect(never).not.toHaveProperty('rollBack');
    const same = fail('rollback', {}, { steady: { ...steady, configHash: V2 } });
    expect(same.rollout.reason).toBe('it broke; the last revision that finished has the same config');
    const unread = fail('rollback', {}, { steady }, {});
    expect(unread.rollout.status).toBe('paused');
    expect(unread.rollout.reason).toBe(
      'it broke; revision 1, the last that finished, cannot be read any more',
    );
    expect(unread).not.toHaveProperty('rollBack');
  });

  it('never rolls back a rollback', () => {
    expect(fail('rollback', { isRollback: true })).not.toHaveProperty('rollBack');
    expect(fail('rollback', { isRollback: true }).rollout.status).toBe('paused');
    const back = fail('rollback', { isRollback: true, status: 'rolling-back' }).rollout;
    expect(back).toMatchObject({ status: 'failed', reason: 'the rollback failed: it broke', endedAt: NOON });
  });
});
