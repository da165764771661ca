import { describe, expect, it } from 'vitest';
import type { InstanceRecord } from '../../lib/core/instance.js';
import {
  absent,
  booting,
  count,
  destroyed,
  destroyOrder,
  healthy,
  launched,
  MINUTE,
  NOON,
  plan,
  reasonsFor,
  SECOND,
  unhealthy,
  unknown,
  V2,
  whys,
} from './planner-samples.js';

const named = (...members: readonly InstanceRecord[]) => ({
  destroying: members.map(({ id }) => ({ instance: id, reason: 'named by a user' })),
});
const zoned = (id: string, minutes: number) =>
  healthy(id, { zone: 'a', launchedAt: NOON - minutes * MINUTE });
const [A, B, C] = [healthy('i-a'), healthy('i-b'), healthy('i-c')];

describe('scale-in', () => {
  it('takes the unhealthy first, then the outdated, then from the fullest zone, then the newest', () => {
    const at = (minutes: number, zone: string, change = {}) => ({
      launchedAt: NOON - minutes * MINUTE,
      zone,
      ...change,
    });
    const members = [
      healthy('i-0', at(900, 'a')),
      healthy('i-1', at(800, 'a')),
      healthy('i-2', at(700, 'b')),
      healthy('i-3', at(100, 'c')),
      healthy('i-4', at(990, 'b', { configHash: V2 })),
      unhealthy('i-5', 2 * MINUTE, at(999, 'c')),
    ];
    const gone = (size: number) => destroyed(plan({ size }, members));
    expect(gone(5)).toEqual(['i-5']);
    expect(gone(4)).toEqual(['i-5', 'i-4']);
    expect(gone(3)).toEqual(['i-5', 'i-4', 'i-1']);
    expect(gone(2)).toEqual(['i-5', 'i-4', 'i-1', 'i-3']);
    expect(gone(1)).toEqual(['i-5', 'i-4', 'i-1', 'i-3', 'i-2']);
  });

  it('takes an unhealthy outdated one before an unhealthy one, and an unknown before a healthy one alike', () => {
    const members = [A, B, unhealthy('i-u', MINUTE), unhealthy('i-v', MINUTE, { configHash: V2 })];
    expect(destroyed(plan({ size: 3 }, members))).toEqual(['i-v']);
    expect(destroyed(plan({ size: 2 }, [unknown('i-k'), A, C]))).toEqual(['i-k']);
    const outdated = healthy('i-o', { configHash: V2 });
    expect(destroyed(plan({ size: 2 }, [unknown('i-k'), outdated, A]))).toEqual(['i-o']);
  });

  it('never chooses by the accident of an id', () => {
    const pair = (older: string, newer: string) =>
      destroyed(
        plan({ size: 1 }, [
          healthy(older, { launchedAt: NOON - 60 * MINUTE }),
          healthy(newer, { launchedAt: NOON - 50 * MINUTE }),
        ]),
      );
    expect(pair('i-a', 'i-z')).toEqual(['i-z']);
    expect(pair('i-z', 'i-a')).toEqual(['i-a']);
  });

  it('says how many are present and declared, and what stays healthy', () => {
    expect(reasonsFor(plan({ size: 2 }, [zoned('i-a', 30), zoned('i-b', 20), zoned('i-c', 10)]))).toEqual([
      '3 present, 2 declared (up to date, healthy, a); 2 healthy, floor 1',
    ]);
  });

  it('leaves the floor healthy, and goes on when more are', () => {
    const members = [A, B, unknown('i-k', 0), unknown('i-l', 0), unknown('i-m', 0)];
    expect(destroyed(plan({ size: 3 }, members))).toEqual(['i-k', 'i-l']);
    const low = plan({ size: 3 }, [A, unknown('i-k', 0), unknown('i-l', 0), unknown('i-m', 0)]);
    expect(low.actions).toEqual([]);
    expect(whys(low)).toMatch(/1 would be healthy, fewer than 2/);
  });

  it('can end all when none is declared', () => {
    expect(destroyed(plan({ size: 0 }, [A, B, booting('i-n')]))).toHaveLength(3);
  });

  it('does not end a healthy one in place of one that is absent', () => {
    const result = plan({ size: 2 }, [A, B, absent('i-x')]);
    expect(result.actions).toEqual([]);
    expect(whys(result)).toContain('absent is not gone');
  });

  it('passes over those without our tags', () => {
    const stray = healthy('i-x', { untagged: true, launchedAt: NOON - MINUTE });
    expect(
      destroyed(plan({ size: 2 }, [zoned('i-a', 30), zoned('i-c', 20), { ...stray, zone: 'a' }])),
    ).toEqual(['i-c']);
    const all = [A, B].map((entry) => ({ ...entry, untagged: true }));
    expect(plan({ size: 1 }, all)).toMatchObject({ actions: [] });
    expect(destroyed(plan({ size: 0 }, [...all, C]))).toEqual(['i-c']);
    expect(plan({ size: 0 }, all).undone).toMatchObject([{ kind: 'blocked', what: 'destroy 2 more' }]);
  });

  it('counts those that leave already', () => {
    expect(plan({ size: 2 }, [A, B, C], { orders: [destroyOrder('i-c')] }).actions).toEqual([]);
  });
});

describe('instances that a user names', () => {
  it('go within the budget, one after the other, and are replaced', () => {
    const first = plan({}, [A, B, C], named(A, B));
    expect(destroyed(first)).toEqual(['i-a']);
    expect(reasonsFor(first)).toEqual(['named by a user; 2 healthy, floor 2']);
    expect(whys(first)).toBe('destroy i-b: 1 would be healthy, fewer than 2');
    const ending = { ...A, state: 'shutting-down' as const, destroyedByUs: true };
    expect(launched(plan({}, [ending, B, C], named(B)))).toBe(1);
    const replaced = plan({}, [ending, B, C, booting('i-n')], named(B));
    expect(replaced.actions).toEqual([]);
    expect(destroyed(plan({}, [ending, B, C, healthy('i-n')], named(B)))).toEqual(['i-b']);
  });

  it('go at once when they serve nobody', () => {
    const members = [A, B, booting('i-n'), unhealthy('i-u', MINUTE)];
    const [, , fresh, ill] = members;
    if (!fresh || !ill) throw new Error('samples');
    expect(destroyed(plan({ size: 4 }, members, named(fresh, ill)))).toEqual(['i-n', 'i-u']);
  });

  it('end and no others when the group shrinks by them', () => {
    const newest = healthy('i-d', { launchedAt: NOON - MINUTE });
    expect(destroyed(plan({ size: 3 }, [A, B, C, newest], named(A)))).toEqual(['i-a']);
    const blocked = plan({ size: 2 }, [unknown('i-k', 0), A, unknown('i-l', 0)], named(A));
    expect(blocked.actions).toEqual([]);
    const later = plan({ size: 3 }, [B, C, newest], named(A));
    expect(later.actions).toEqual([]);
    expect(later.converged).toBe(true);
  });

  it('wait for a stand-in when a surge leaves none to spare', () => {
    const surge = { updating: { maxUnavailable: count(0), maxSurge: count(1) } };
    const first = plan(surge, [A, B, C], named(A));
    expect(destroyed(first)).toEqual([]);
    expect(launched(first)).toBe(1);
    expect(reasonsFor(first)).toEqual(['3 of 3 present, 1 to stand in']);
    expect(plan(surge, [A, B, C, booting('i-n')], named(A)).actions).toEqual([]);
    const second = plan(surge, [A, B, C, healthy('i-n')], named(A));
    expect(destroyed(second)).toEqual(['i-a']);
    expect(launched(second)).toBe(0);
  });

  it('are not destroyed while absent, nor without our tags', () => {
    const gone = absent('i-x');
    const stray = healthy('i-y', { untagged: true });
    const result = plan({ size: 4 }, [A, B, gone, stray], named(gone, stray));
    expect(result.actions).toEqual([]);
    expect(result.undone.map((entry) => entry.kind)).toEqual(['deferred', 'blocked']);
  });
});

describe('instances that EC2 advises to move', () => {
  const leavingBy = { kind: 'advice', at: NOON, reason: 'rebalance recommendation' } as const;
  const moving = (id: string) => healthy(id, { leavingBy });

  it('go within the budget', () => {
    const result = plan({}, [moving('i-x'), moving('i-y'), A]);
    expect(destroyed(result)).toEqual(['i-x']);
    expect(reasonsFor(result)).toEqual(['rebalance recommendation']);
    expect(plan({}, [moving('i-x'), A, unhealthy('i-u', MINUTE)]).actions).toEqual([]);
  });

  it('stay while the breaker holds', () => {
    const wide = { size: 4, updating: { maxUnavailable: count(4) } };
    const members = [A, moving('i-x'), unhealthy('i-u', SECOND), unhealthy('i-v', SECOND)];
    expect(plan(wide, members).actions).toEqual([]);
    expect(whys(plan(wide, members))).toContain('replace i-x (rebalance recommendation): breaker');
  });
});

describe('pets that are too many', () => {
  const pets = { pets: ['a', 'b', 'c'] };
  const pet = (slot: string, change = {}) => healthy(`i-${slot}`, { logicalId: slot, ...change });
  const abc = [pet('a'), pet('b'), pet('c')];

  it('go when their logical ID is not declared any more', () => {
    const result = plan(pets, [...abc, pet('x')]);
    expect(destroyed(result)).toEqual(['i-x']);
    expect(reasonsFor(result)).toEqual(['x is not declared any more; 3 healthy, floor 2']);
  });

  it('go within the budget when all are exchanged', () => {
    const others = ['x', 'y', 'z'].map((slot) => pet(slot));
    const result = plan(pets, others);
    expect(destroyed(result)).toEqual(['i-x']);
    expect(launched(result)).toBe(0);
    expect(whys(result)).toContain('destroy i-y: 1 would be healthy, fewer than 2');
  });

  it('are ended down to the one that serves when several hold a place', () => {
    const twin = healthy('i-a2', { logicalId: 'a', launchedAt: NOON - MINUTE });
    expect(destroyed(plan(pets, [...abc, twin]))).toEqual(['i-a2']);
    const old = unhealthy('i-a2', MINUTE, { logicalId: 'a', launchedAt: NOON - 900 * MINUTE });
    expect(destroyed(plan(pets, [...abc, old]))).toEqual(['i-a2']);
    const unseen = absent('i-a2', SECOND, { logicalId: 'a', launchedAt: NOON - 900 * MINUTE });
    const young = booting('i-a', SECOND, { logicalId: 'a' });
    expect(destroyed(plan(pets, [young, pet('b'), pet('c'), unseen]))).toEqual([]);
  });

  it('count once for the budget however many hold a place', () => {
    const twin = healthy('i-a2', { logicalId: 'a', untagged: true });
    const b = pet('b');
    const result = plan(pets, [pet('a'), twin, b], named(b));
    expect(destroyed(result)).not.toContain('i-b');
    const extra = healthy('i-a2', { logicalId: 'a', launchedAt: NOON - MINUTE });
    expect(destroyed(plan(pets, [pet('a'), extra, pet('b')]))).toEqual(['i-a2']);
  });

  it('without a logical ID are left alone, and an operator is told', () => {
    const result = plan(pets, [...abc, healthy('i-n')]);
    expect(result.actions).toEqual([]);
    expect(result).toMatchObject({ divergence: 1, converged: false });
    expect(result.undone).toMatchObject([{ kind: 'blocked', what: 'place i-n' }]);
  });
});
