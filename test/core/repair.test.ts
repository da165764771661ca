import { describe, expect, it } from 'vitest';
import {
  absent,
  booting,
  destroyed,
  destroyOrder,
  healthy,
  launched,
  MINUTE,
  member,
  NOON,
  plan,
  reasonsFor,
  SECOND,
  shuttingDown,
  terminated,
  unhealthy,
  unknown,
  V2,
  vanished,
  whys,
} from './planner-samples.js';

const [A, B] = [healthy('i-a'), healthy('i-b')];

describe('repair', () => {
  it('replaces one that vanished, and says what ended', () => {
    const result = plan({}, [A, B, vanished('i-x')]);
    expect(launched(result)).toBe(1);
    expect(destroyed(result)).toEqual([]);
    expect(reasonsFor(result)).toEqual(['2 of 3 present; last ended: i-x (running)']);
  });

  it('replaces one that EC2 takes down as soon as it is shutting down', () => {
    expect(launched(plan({}, [A, B, shuttingDown('i-x')]))).toBe(1);
    expect(launched(plan({}, [A, B, terminated('i-x')]))).toBe(1);
  });

  it('ends one that is unhealthy past its grace, with the numbers, and replaces it when it is going', () => {
    const result = plan({}, [A, B, unhealthy('i-x', 11 * MINUTE)]);
    expect(destroyed(result)).toEqual(['i-x']);
    expect(launched(result)).toBe(0);
    expect(reasonsFor(result)).toEqual([
      'unhealthy since 2026-06-01T11:49:00.000Z, longer than 600 s (impaired); 2 of 3 healthy',
    ]);
    const after = plan({}, [A, B, unhealthy('i-x')], { orders: [destroyOrder('i-x')] });
    expect(after.actions).toEqual([]);
    expect(launched(plan({}, [A, B, shuttingDown('i-x', { destroyedByUs: true })]))).toBe(1);
  });

  it('leaves one alone that is unhealthy within its grace', () => {
    expect(plan({}, [A, B, unhealthy('i-x', 9 * MINUTE)]).actions).toEqual([]);
  });

  it('ends a stopped one past its grace', () => {
    const stopped = member('i-x', {
      state: 'stopped',
      health: 'unhealthy',
      healthReason: 'stopped',
      healthSince: NOON - 11 * MINUTE,
    });
    const result = plan({}, [A, B, stopped]);
    expect(destroyed(result)).toEqual(['i-x']);
    expect(reasonsFor(result)[0]).toContain('(stopped, stopped)');
  });

  it('ends one that was never healthy when its grace is over, not before', () => {
    expect(plan({}, [A, B, booting('i-x', 9 * MINUTE)]).actions).toEqual([]);
    const result = plan({}, [A, B, booting('i-x', 10 * MINUTE)]);
    expect(destroyed(result)).toEqual(['i-x']);
    expect(reasonsFor(result)[0]).toMatch(/^never healthy since its launch at 2026-06-01T11:50:00/);
  });

  it('never ends one whose health is unknown, however long, and tells', () => {
    const result = plan({}, [A, B, unknown('i-x', 24 * 60 * MINUTE)]);
    expect(result.actions).toEqual([]);
    expect(result).toMatchObject({ divergence: 1, converged: false });
    expect(result.reasons).toContain('1 unknown (i-x: could not ask)');
  });

  it('never ends or replaces one that is absent', () => {
    const result = plan({}, [A, B, absent('i-x', 50 * SECOND)]);
    expect(result.actions).toEqual([]);
    expect(result.converged).toBe(false);
    expect(plan({}, [A, B, absent('i-x', 50 * SECOND, { health: 'unhealthy' })]).actions).toEqual([]);
  });

  it('never ends one that lost its tags: an operator is needed', () => {
    const result = plan({}, [A, B, unhealthy('i-x', 11 * MINUTE, { untagged: true })]);
    expect(result.actions).toEqual([]);
    expect(result.undone).toMatchObject([{ kind: 'blocked', why: expect.stringContaining('tag') }]);
    expect(result.reasons.join('\n')).toContain('1 without our tags (i-x)');
  });

  it('ends none when Repair.Enabled is false, and says so', () => {
    const result = plan({ repair: { enabled: false } }, [A, B, unhealthy('i-x')]);
    expect(result.actions).toEqual([]);
    expect(whys(result)).toContain('Repair.Enabled is false');
  });

  it('replaces an unhealthy outdated one too', () => {
    expect(destroyed(plan({}, [A, B, unhealthy('i-x', 11 * MINUTE, { configHash: V2 })]))).toEqual(['i-x']);
  });

  it('ends what is unhealthy even when too few are healthy: it serves nobody', () => {
    const result = plan({ repair: { maxUnhealthy: { kind: 'percent', percent: 100 } } }, [
      A,
      unhealthy('i-x'),
      unhealthy('i-y'),
    ]);
    expect(destroyed(result)).toEqual(['i-x', 'i-y']);
  });
});

describe('repair with LaunchFirst', () => {
  const first = { repair: { launchFirst: true } };
  const X = unhealthy('i-x', 20 * MINUTE);

  it('launches the stand-in, and ends nobody yet', () => {
    const result = plan(first, [A, B, X]);
    expect(launched(result)).toBe(1);
    expect(destroyed(result)).toEqual([]);
    expect(whys(result)).toBe('replace i-x: its replacement is not healthy yet');
  });

  it('waits while the stand-in boots, and launches no other', () => {
    expect(plan(first, [A, B, X, booting('i-n')]).actions).toEqual([]);
  });

  it('ends the failed one when the stand-in is healthy', () => {
    const result = plan(first, [A, B, X, healthy('i-n', { launchedAt: NOON - 5 * MINUTE })]);
    expect(destroyed(result)).toEqual(['i-x']);
    expect(launched(result)).toBe(0);
  });

  it('ends it also while another member cannot be asked', () => {
    const result = plan(first, [A, unknown('i-b'), X, healthy('i-n', { launchedAt: NOON - 5 * MINUTE })]);
    expect(destroyed(result)).toEqual(['i-x']);
  });

  it('launches one stand-in at a time for two that failed', () => {
    const two = [...Array(8).keys()].map((n) => healthy(`i-${n}`));
    const result = plan({ ...first, size: 10 }, [...two, X, unhealthy('i-y')]);
    expect(launched(result)).toBe(1);
    expect(destroyed(result)).toEqual([]);
  });

  it('removes the stand-in when the failed one recovers', () => {
    const result = plan(first, [A, B, healthy('i-x'), healthy('i-n', { launchedAt: NOON - 5 * MINUTE })]);
    expect(destroyed(result)).toEqual(['i-n']);
  });

  it('launches no stand-in for one that it would not end', () => {
    const untagged = unhealthy('i-x', 20 * MINUTE, { untagged: true });
    expect(plan(first, [A, B, untagged]).actions).toEqual([]);
    expect(plan({ repair: { launchFirst: true, enabled: false } }, [A, B, X]).actions).toEqual([]);
  });

  it('launches no stand-in while the breaker holds', () => {
    const result = plan(first, [A, unhealthy('i-y', 20 * MINUTE), X]);
    expect(result.breaker.openSince).toBe(NOON);
    expect(result.actions).toEqual([]);
  });

  it('does not let an untagged failure use up the turn of one that can be ended', () => {
    const result = plan({ size: 10, repair: { launchFirst: true } }, [
      ...[...Array(9).keys()].map((n) => healthy(`i-${n}`)),
      unhealthy('i-u', 30 * MINUTE, { untagged: true, launchedAt: NOON - 9 * 60 * MINUTE }),
      X,
    ]);
    expect(destroyed(result)).toEqual(['i-x']);
  });

  it('still ends what is too many after a shrink when repair is off', () => {
    const result = plan({ size: 1, repair: { launchFirst: true, enabled: false } }, [A, X]);
    expect(destroyed(result)).toEqual(['i-x']);
  });
});

describe('a spot instance that EC2 will take', () => {
  const leavingBy = { kind: 'interruption', at: NOON + 90 * SECOND, reason: 'spot interruption' } as const;

  it('goes at once, over the budget, while there is time to drain it', () => {
    const result = plan({}, [A, unknown('i-b'), healthy('i-x', { leavingBy })]);
    expect(destroyed(result)).toEqual(['i-x']);
    expect(reasonsFor(result)).toEqual(['spot interruption']);
  });

  it('is not destroyed while it is absent, or untagged, or when its time has passed', () => {
    for (const change of [
      { absentSince: NOON - 5 * SECOND },
      { untagged: true },
      { leavingBy: { ...leavingBy, at: NOON - 1 } },
    ])
      expect(destroyed(plan({}, [A, B, healthy('i-x', { leavingBy, ...change })]))).toEqual([]);
  });

  it('is not counted upon by a removal of the same plan', () => {
    const named = { destroying: [{ instance: A.id, reason: 'named' }] };
    const result = plan({}, [A, B, healthy('i-x', { leavingBy })], named);
    expect(destroyed(result)).toEqual(['i-x']);
    expect(whys(result)).toBe('destroy i-a: 1 would be healthy, fewer than 2');
  });
});
