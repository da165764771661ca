import { describe, expect, it } from 'vitest';
import type { NoRoom } from '../../lib/core/group-record.js';
import type { Pool } from '../../lib/core/group-spec.js';
import { instanceId } from '../../lib/core/ids.js';
import type { Plan } from '../../lib/core/plan.js';
import {
  booting,
  count,
  destroyOrder,
  healthy,
  launched,
  launchOrder,
  MINUTE,
  NOON,
  plan,
  reasonsFor,
  SECOND,
  slots,
  unhealthy,
  whys,
  ZONES,
} from './planner-samples.js';

const where = (result: Plan): readonly string[] =>
  result.actions.flatMap((action) =>
    action.kind === 'launch'
      ? [`${action.count} ${action.instanceType ?? ''}@${action.subnet ?? 'anywhere'}`.replace(' @', ' @')]
      : [],
  );
const full = (subnet: string, change: Partial<NoRoom> = {}): NoRoom => ({
  subnet,
  until: NOON + MINUTE,
  reason: `no room in ${subnet}`,
  ...change,
});

describe('launches', () => {
  it('fill the whole group at once, and say with how many it began', () => {
    const result = plan({ size: 10 }, []);
    expect(where(result)).toEqual(['10 @anywhere']);
    expect(reasonsFor(result)).toEqual(['0 of 10 present']);
    expect(plan({ size: 0 }, []).actions).toEqual([]);
  });

  it('count what is on order as booting', () => {
    const result = plan({ size: 5 }, [healthy('i-1')], { orders: [launchOrder('o-1', { count: 3 })] });
    expect(launched(result)).toBe(1);
    expect(reasonsFor(result)).toEqual(['1 of 5 present, 3 on order']);
  });

  it('wait until what leaves is shutting down, since it may still run', () => {
    const members = [healthy('i-1'), healthy('i-2'), healthy('i-3')];
    expect(plan({}, members, { orders: [destroyOrder('i-3')] }).actions).toEqual([]);
    const surge = { updating: { maxSurge: count(1) } };
    expect(launched(plan(surge, members, { orders: [destroyOrder('i-3')] }))).toBe(1);
  });

  it('spread evenly over zones', () => {
    expect(where(plan({ size: 10, pools: ZONES }, []))).toEqual([
      '4 @subnet-a',
      '3 @subnet-b',
      '3 @subnet-c',
    ]);
    const uneven = [
      healthy('i-1', { zone: 'a' }),
      healthy('i-2', { zone: 'a' }),
      booting('i-3', 1, { zone: 'b' }),
    ];
    expect(where(plan({ size: 6, pools: ZONES }, uneven))).toEqual(['1 @subnet-b', '2 @subnet-c']);
    const ordered = { orders: [launchOrder('o-1', { zone: 'c', subnet: 'subnet-c', count: 2 })] };
    expect(where(plan({ size: 6, pools: ZONES }, [], ordered))).toEqual(['2 @subnet-a', '2 @subnet-b']);
  });

  it('share a zone between its subnets', () => {
    const pools: readonly Pool[] = [
      { subnet: 's-1', zone: 'a' },
      { subnet: 's-2', zone: 'a' },
    ];
    expect(where(plan({ size: 5, pools }, []))).toEqual(['3 @s-1', '2 @s-2']);
  });

  it('go to the next zone when one has no room, and back when its time is over', () => {
    const declared = { size: 4, pools: ZONES };
    expect(where(plan(declared, [], { noRoom: [full('subnet-b')] }))).toEqual(['2 @subnet-a', '2 @subnet-c']);
    expect(where(plan(declared, [], { noRoom: [full('subnet-b', { until: NOON })] }))).toHaveLength(3);
  });

  it('go to the next type only when the first has room nowhere', () => {
    const pools = ['m7g', 'm6g'].flatMap((instanceType) =>
      ['a', 'b'].map((zone): Pool => ({ subnet: `subnet-${zone}`, zone, instanceType })),
    );
    const none = (subnet: string, instanceType: string) => full(subnet, { instanceType });
    expect(where(plan({ size: 2, pools }, [], { noRoom: [none('subnet-a', 'm7g')] }))).toEqual([
      '2 m7g@subnet-b',
    ]);
    const both = { noRoom: [none('subnet-a', 'm7g'), none('subnet-b', 'm7g')] };
    expect(where(plan({ size: 2, pools }, [], both))).toEqual(['1 m6g@subnet-a', '1 m6g@subnet-b']);
  });

  it('wait when there is no room anywhere, and are tried again when there may be', () => {
    const noRoom = [
      full('subnet-a', { until: NOON + 30 * SECOND }),
      full('subnet-b'),
      full('subnet-c', { until: NOON + 2 * MINUTE, reason: 'no room in the last' }),
    ];
    const result = plan({ size: 2, pools: ZONES }, [], { noRoom });
    expect(result.actions).toEqual([]);
    expect(whys(result)).toBe('launch 2: no room anywhere: no room in the last');
    expect(result.lookAgainAt).toBe(NOON + 30 * SECOND);
    expect(result.divergence).toBe(2);
  });

  it('order at most 100 at a time, and at most ten times', () => {
    expect(where(plan({ size: 250 }, []))).toEqual(['100 @anywhere', '100 @anywhere', '50 @anywhere']);
    const result = plan({ size: 1234 }, []);
    expect(result.actions).toHaveLength(10);
    expect(whys(result)).toBe('launch 234: at most 10 launch orders may be open');
    const open = { orders: Array.from({ length: 9 }, (_, n) => launchOrder(`o-${n}`, { count: 100 })) };
    expect(plan({ size: 1234 }, [], open).actions).toHaveLength(1);
  });

  it('never exceed the ceiling, also when LaunchFirst and a surge ask for more', () => {
    const members = [healthy('i-1'), ...['x', 'y', 'z'].map((id) => unhealthy(`i-${id}`, 20 * MINUTE))];
    const wide = { kind: 'percent', percent: 100 } as const;
    const result = plan({ size: 4, repair: { launchFirst: true, maxUnhealthy: wide } }, members);
    expect(launched(result)).toBe(1);
    expect(reasonsFor(result)).toEqual(['4 of 4 present, 1 to stand in']);
  });
});

describe('launch back-off', () => {
  const dead = (id: string, change = {}) =>
    booting(id, 20 * SECOND, { state: 'terminated', goneAt: NOON - SECOND, ...change });
  const failedOnce = {
    failures: 1,
    notBefore: NOON - 1,
    lastAt: NOON - MINUTE,
    reason: 'r',
    configHash: 'v1' as never,
  };

  it('counts a launch that ended before it was healthy, with EC2’s reason', () => {
    const stateReason = { code: 'Client.InternalError', message: 'no grant' };
    const result = plan({}, [dead('i-x', { stateReason })]);
    expect(result.actions).toEqual([]);
    expect(result.failuresCounted).toEqual(['i-x']);
    expect(result.backoff).toMatchObject({
      failures: 1,
      notBefore: NOON + 15 * SECOND,
      lastAt: NOON,
      reason: 'i-x was never healthy (Client.InternalError: no grant)',
    });
    expect(whys(result)).toContain('1 failed launch, next at 2026-06-01T12:00:15.000Z: i-x');
    expect(result.lookAgainAt).toBe(NOON + 15 * SECOND);
  });

  it('doubles from 15 seconds to 15 minutes', () => {
    const waits = [0, 1, 2, 5, 6, 20].map((failures) => {
      const backoff = { ...failedOnce, failures };
      return (plan({}, [dead('i-x')], { backoff }).backoff.notBefore - NOON) / SECOND;
    });
    expect(waits).toEqual([15, 30, 60, 480, 900, 900]);
  });

  it('counts several that failed together as one failure of the group, each only once', () => {
    const result = plan({}, [dead('i-y'), dead('i-x'), dead('i-z', { failureCounted: true })]);
    expect(result.backoff.failures).toBe(1);
    expect([...result.failuresCounted].sort()).toEqual(['i-x', 'i-y']);
    const counted = ['i-x', 'i-y', 'i-z'].map((id) => dead(id, { failureCounted: true }));
    const after = plan({}, counted, { backoff: result.backoff });
    expect(after.backoff).toEqual(result.backoff);
    expect(after.failuresCounted).toEqual([]);
  });

  it('counts one that is given up because it was never healthy', () => {
    const result = plan({ size: 1 }, [booting('i-x', 11 * MINUTE)]);
    expect(result.failuresCounted).toEqual(['i-x']);
    expect(result.backoff.failures).toBe(1);
  });

  it('counts none that we ended, that was healthy once, or that still boots', () => {
    const members = [
      dead('i-1', { destroyedByUs: true }),
      dead('i-2', { everHealthy: true, health: 'healthy' }),
      booting('i-3', 5 * MINUTE),
    ];
    expect(plan({}, members)).toMatchObject({ failuresCounted: [], backoff: { failures: 0 } });
  });

  it('goes on carefully after the wait: one until one is healthy', () => {
    expect(launched(plan({ size: 5 }, [], { backoff: failedOnce }))).toBe(1);
    expect(plan({ size: 5 }, [booting('i-1')], { backoff: failedOnce }).actions).toEqual([]);
    expect(plan({ size: 5 }, [], { backoff: { ...failedOnce, notBefore: NOON + 1 } }).actions).toEqual([]);
  });

  it('is reset by a member that turned healthy since, and by nothing else', () => {
    const since = (ms: number, change = {}) =>
      healthy('i-1', { healthSince: failedOnce.lastAt + ms, ...change });
    expect(plan({}, [since(1)], { backoff: failedOnce }).backoff.failures).toBe(0);
    expect(launched(plan({}, [since(1)], { backoff: failedOnce }))).toBe(2);
    for (const before of [since(-1), since(1, { configHash: 'v0' as never }), unhealthy('i-1', 1)])
      expect(plan({}, [before], { backoff: failedOnce }).backoff.failures).toBe(1);
  });

  it('starts afresh for another config, whose own launches have not failed', () => {
    const old = { ...failedOnce, notBefore: NOON + MINUTE, failures: 7, configHash: 'v0' as never };
    expect(launched(plan({}, [], { backoff: old }))).toBe(3);
    const result = plan({ size: 1 }, [dead('i-x', { configHash: 'v0' })], { backoff: old });
    expect(result).toMatchObject({ failuresCounted: ['i-x'], backoff: { failures: 0 } });
    expect(launched(result)).toBe(1);
  });

  it('governs replacement under a trip as well', () => {
    const ended = ['i-2', 'i-3'].map((id) => healthy(id, { state: 'terminated', goneAt: NOON - SECOND }));
    const result = plan({}, [healthy('i-1'), ...ended], { backoff: { ...failedOnce, notBefore: NOON + 1 } });
    expect(result.breaker.openSince).toBe(NOON);
    expect(result.actions).toEqual([]);
  });
});

describe('pets', () => {
  const pets = { pets: ['a', 'b', 'c'] };
  const pet = (slot: string, change = {}) => healthy(`i-${slot}`, { logicalId: slot, ...change });

  it('are launched by name, one an order', () => {
    const result = plan(pets, []);
    expect(slots(result)).toEqual(['a', 'b', 'c']);
    expect(launched(result)).toBe(3);
    expect(reasonsFor(plan(pets, [pet('a'), pet('b')]))).toEqual(['c has no instance']);
  });

  it('keep their place until EC2 says terminated', () => {
    const rest = [pet('a'), pet('b')];
    for (const state of ['pending', 'stopped', 'shutting-down'] as const)
      expect(slots(plan(pets, [...rest, pet('c', { state })]))).toEqual([]);
    expect(slots(plan(pets, [...rest, pet('c', { absentSince: NOON - 1 })]))).toEqual([]);
    expect(slots(plan(pets, [...rest, pet('c')], { orders: [destroyOrder('i-c')] }))).toEqual([]);
    expect(slots(plan(pets, [...rest, pet('c', { state: 'terminated' })]))).toEqual(['c']);
  });

  it('are not ordered twice', () => {
    const orders = [launchOrder('o-1', { slot: 'c' as never })];
    expect(plan(pets, [pet('a'), pet('b')], { orders }).actions).toEqual([]);
  });

  it('with an address go to the subnet that holds it, or wait for it', () => {
    const pools: readonly Pool[] = ['m7g', 'm6g'].flatMap((instanceType) => [
      { subnet: 's-1', zone: 'a', cidr: '10.0.1.0/24', instanceType },
      { subnet: 's-2', zone: 'b', cidr: '10.0.2.0/24', instanceType },
    ]);
    const declared = { pets: ['10.0.2.10', '10.0.1.10'], pools };
    expect(where(plan(declared, []))).toEqual(['1 m7g@s-2', '1 m7g@s-1']);
    const once = [full('s-2', { instanceType: 'm7g' })];
    expect(where(plan(declared, [], { noRoom: once }))).toEqual(['1 m6g@s-2', '1 m7g@s-1']);
    const twice = plan(declared, [], { noRoom: [...once, full('s-2', { instanceType: 'm6g' })] });
    expect(where(twice)).toEqual(['1 m7g@s-1']);
    expect(whys(twice)).toBe('launch 10.0.2.10: no room anywhere: no room in s-2');
    const nowhere = plan({ ...declared, pets: ['10.9.9.9'] }, []);
    expect(nowhere.undone).toEqual([
      { what: 'launch 10.9.9.9', why: 'none of the subnets holds this address', kind: 'blocked' },
    ]);
  });

  it('with other names are spread over zones', () => {
    expect(where(plan({ ...pets, pools: ZONES }, []))).toEqual(['1 @subnet-a', '1 @subnet-b', '1 @subnet-c']);
    const two = [pet('a', { zone: 'a' }), pet('b', { zone: 'c' })];
    expect(where(plan({ ...pets, pools: ZONES }, two))).toEqual(['1 @subnet-b']);
  });

  it('are added beside the others when the declaration grows', () => {
    expect(slots(plan(pets, [pet('a'), pet('b')]))).toEqual(['c']);
  });

  it('that are exchanged are launched when the old one is going, so that never more run than declared', () => {
    const running = [pet('a'), pet('b'), pet('x')];
    const first = plan(pets, running);
    expect(slots(first)).toEqual([]);
    expect(whys(first)).toBe('launch c: what is not declared any more has to go first');
    expect(slots(plan(pets, running, { orders: [destroyOrder('i-x')] }))).toEqual([]);
    expect(slots(plan(pets, [pet('a'), pet('b'), pet('x', { state: 'shutting-down' })]))).toEqual(['c']);
  });

  it('are not held up by an old one that cannot be ended', () => {
    const [a, b] = [pet('a'), pet('b')];
    expect(slots(plan(pets, [a, b, pet('x', { untagged: true })]))).toEqual(['c']);
    const orders = [destroyOrder('i-x', { blocked: 'termination protection' })];
    expect(slots(plan(pets, [a, b, pet('x')], { orders }))).toEqual(['c']);
    const nameless = { ...healthy('i-n'), id: instanceId('i-n') };
    expect(slots(plan(pets, [a, b, nameless]))).toEqual(['c']);
  });
});
