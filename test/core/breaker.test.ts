import { describe, expect, it } from 'vitest';
import { instanceId } from '../../lib/core/ids.js';
import type { InstanceRecord } from '../../lib/core/instance.js';
import {
  booting,
  destroyed,
  destroyOrder,
  HOUR,
  healthy,
  launched,
  launchOrder,
  MINUTE,
  NOON,
  percent,
  plan,
  SECOND,
  shuttingDown,
  slots,
  terminated,
  unhealthy,
  unknown,
  V2,
  vanished,
  whys,
} from './planner-samples.js';

const many = (n: number, make: (id: string) => InstanceRecord, name = 'h'): readonly InstanceRecord[] =>
  Array.from({ length: n }, (_, index) => make(`i-${name}${index}`));
const ill = (n: number, forMs = MINUTE) => many(n, (id) => unhealthy(id, forMs), 'u');
const isOpen = (size: number, members: readonly InstanceRecord[]): boolean =>
  plan({ size }, members).breaker.openSince !== undefined;

describe('the breaker', () => {
  it('trips on more than 20 % rounded up, not on as many', () => {
    expect(isOpen(10, [...many(8, healthy), ...ill(2)])).toBe(false);
    expect(isOpen(10, [...many(7, healthy), ...ill(3)])).toBe(true);
    expect(isOpen(11, [...many(8, healthy), ...ill(3)])).toBe(false);
    expect(isOpen(11, [...many(7, healthy), ...ill(4)])).toBe(true);
  });

  it('always lets one fail', () => {
    expect(isOpen(1, ill(1))).toBe(false);
    expect(isOpen(3, [...many(2, healthy), ...ill(1)])).toBe(false);
    expect(isOpen(3, [...many(1, healthy), ...ill(2)])).toBe(true);
  });

  it('says why with numbers, and since when it is open', () => {
    const result = plan({ size: 10 }, [...many(7, healthy), ...ill(3)], {
      breaker: { openSince: NOON - MINUTE },
    });
    expect(result.breaker).toEqual({
      openSince: NOON - MINUTE,
      reason: '3 of 10 unhealthy or gone within 10 minutes, more than 2',
    });
    expect(result.reasons.join('\n')).toContain('breaker open: 3 of 10');
  });

  it('counts what ended by itself within ten minutes, and no longer', () => {
    expect(isOpen(3, [healthy('i-1'), terminated('i-2', 9 * MINUTE), vanished('i-3', MINUTE)])).toBe(true);
    expect(isOpen(3, [healthy('i-1'), shuttingDown('i-2'), terminated('i-3', MINUTE)])).toBe(true);
    expect(isOpen(3, [healthy('i-1'), terminated('i-2', 10 * MINUTE), vanished('i-3', MINUTE)])).toBe(false);
  });

  it('counts one that was unhealthy for long when it ends at last', () => {
    const ended = terminated('i-2', MINUTE, { health: 'unhealthy', healthSince: NOON - HOUR });
    expect(isOpen(3, [healthy('i-1'), ended, terminated('i-3', MINUTE)])).toBe(true);
  });

  it('counts what is unhealthy now for as long as that lasts', () => {
    expect(isOpen(3, [healthy('i-1'), ...ill(2, 5 * HOUR)])).toBe(true);
  });

  it('counts one that repair is ending while it is still unhealthy', () => {
    const result = plan({}, [healthy('i-1'), ...ill(2, HOUR)], { orders: [destroyOrder('i-u0')] });
    expect(result.breaker.openSince).toBe(NOON);
    expect(destroyed(result)).toEqual([]);
  });

  it('never counts the unknown, the booting, the never healthy, the outdated, and what we ended', () => {
    const innocent = [
      ...many(2, unknown, 'k'),
      ...many(2, booting, 'b'),
      ...many(2, (id) => booting(id, HOUR), 'n'),
      ...many(2, (id) => terminated(id, MINUTE, { everHealthy: false }), 't'),
      ...many(2, (id) => unhealthy(id, HOUR, { configHash: V2 }), 'o'),
      ...many(2, (id) => terminated(id, MINUTE, { destroyedByUs: true }), 'd'),
    ];
    expect(isOpen(3, [...many(3, healthy), ...innocent])).toBe(false);
  });

  it('holds repair back while open', () => {
    const result = plan({}, [healthy('i-1'), ...ill(2, HOUR)]);
    expect(result.actions).toEqual([]);
    expect(whys(result)).toMatch(/replace i-u0 .*breaker: 2 of 3/);
  });

  it('closes when what ended has left the window', () => {
    const result = plan(
      {},
      [healthy('i-1'), terminated('i-2', 10 * MINUTE), terminated('i-3', 11 * MINUTE)],
      {
        breaker: { openSince: NOON - 10 * MINUTE, reason: 'before' },
      },
    );
    expect(result.breaker).toEqual({});
    expect(launched(result)).toBe(2);
  });

  it('replaces what EC2 says has ended, a tenth at a time and at least one', () => {
    const ended = many(7, terminated, 't');
    expect(launched(plan({ size: 29 }, [...many(22, healthy), ...ended]))).toBe(2);
    expect(launched(plan({ size: 5 }, [...many(3, healthy), ...many(2, terminated, 't')]))).toBe(1);
    expect(launched(plan({ size: 5 }, [...many(3, healthy), ...many(2, shuttingDown, 't')]))).toBe(1);
  });

  it('starts no other while one is on order or booting', () => {
    const members = [...many(3, healthy), ...many(2, terminated, 't')];
    expect(plan({ size: 5 }, members, { orders: [launchOrder('o-1')] }).actions).toEqual([]);
    const result = plan({ size: 5 }, [...members, booting('i-n')]);
    expect(result.actions).toEqual([]);
    expect(whys(result)).toMatch(/^launch 1: breaker: .*; 1 at a time$/);
  });

  it('does not replace what is gone only for being absent', () => {
    const result = plan({}, [healthy('i-1'), vanished('i-2'), vanished('i-3')]);
    expect(result.actions).toEqual([]);
    expect(launched(plan({}, [healthy('i-1'), vanished('i-2'), terminated('i-3')]))).toBe(1);
  });

  it('does not replace it after ten minutes either, while it stays open', () => {
    const members = [
      ...many(5, healthy),
      ...ill(3, HOUR),
      ...many(2, (id) => vanished(id, 20 * MINUTE), 'v'),
    ];
    const result = plan({ size: 10 }, members, { breaker: { openSince: NOON - 21 * MINUTE } });
    expect(result.breaker.openSince).toBe(NOON - 21 * MINUTE);
    expect(result.actions).toEqual([]);
  });

  it('believes one that EC2 showed shutting down before it vanished', () => {
    const ended = vanished('i-3', MINUTE, { state: 'shutting-down' });
    expect(launched(plan({}, [healthy('i-1'), terminated('i-2'), ended]))).toBe(1);
  });

  it('does not hold against the group what was replaced before it tripped', () => {
    const members = [
      ...many(2, healthy),
      vanished('i-v', 8 * MINUTE),
      healthy('i-new', { launchedAt: NOON - 7 * MINUTE }),
      terminated('i-t', MINUTE),
    ];
    const result = plan({ size: 4 }, members);
    expect(result.breaker.openSince).toBe(NOON);
    expect(launched(result)).toBe(1);
  });

  it('fills only the pet places that EC2 says are free', () => {
    const result = plan({ pets: ['a', 'b', 'c'] }, [
      vanished('i-a', MINUTE, { logicalId: 'a' }),
      terminated('i-b', MINUTE, { logicalId: 'b' }),
      healthy('i-c', { logicalId: 'c' }),
    ]);
    expect(slots(result)).toEqual(['b']);
    expect(whys(result)).toMatch(/^launch a: breaker/);
  });

  it('lets repair go on while a user overrides it, and not after', () => {
    const members = [healthy('i-1'), ...ill(2, HOUR)];
    const overridden = plan({}, members, { breakerOverrideUntil: NOON + 1 });
    expect(destroyed(overridden)).toEqual(['i-u0', 'i-u1']);
    expect(overridden.breaker.openSince).toBe(NOON);
    expect(plan({}, members, { breakerOverrideUntil: NOON }).actions).toEqual([]);
  });

  it('is looked at again when a failure leaves its window, or an override ends', () => {
    const gone = [healthy('i-1'), vanished('i-2', MINUTE), vanished('i-3', 9 * MINUTE + 50 * SECOND)];
    expect(plan({}, gone).lookAgainAt).toBe(NOON + 10 * SECOND);
    expect(plan({}, gone, { breakerOverrideUntil: NOON + 5 * SECOND }).breaker.openSince).toBe(NOON);
    const ended = [healthy('i-1'), ...ill(2, HOUR)];
    expect(plan({}, ended, { breakerOverrideUntil: NOON - 1 }).lookAgainAt).toBe(NOON + MINUTE);
  });

  it('follows MaxUnhealthy as declared', () => {
    const half = { size: 10, repair: { maxUnhealthy: percent(50) } };
    expect(plan(half, [...many(5, healthy), ...ill(5)]).breaker).toEqual({});
    expect(plan(half, [...many(4, healthy), ...ill(6)]).breaker.openSince).toBe(NOON);
  });

  it('does not keep a user from shrinking the group or naming an instance', () => {
    const members = [healthy('i-1'), ...ill(2, HOUR)];
    expect(destroyed(plan({ size: 2 }, members))).toHaveLength(1);
    const named = plan({}, members, {
      destroying: [{ instance: instanceId('i-u0'), reason: 'named' }],
    });
    expect(destroyed(named)).toEqual(['i-u0']);
  });
});
