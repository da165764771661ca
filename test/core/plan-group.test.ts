import { describe, expect, it } from 'vitest';
import { FAR_AWAY, type GroupRecord } from '../../lib/core/group-record.js';
import { instanceId } from '../../lib/core/ids.js';
import type { InstanceRecord } from '../../lib/core/instance.js';
import {
  absent,
  booting,
  type Declared,
  destroyed,
  destroyOrder,
  HOUR,
  healthy,
  launched,
  launchOrder,
  MINUTE,
  NOON,
  plan,
  SECOND,
  shuttingDown,
  terminated,
  unhealthy,
  unknown,
  V2,
  whys,
} from './planner-samples.js';

const abc = ['i-a', 'i-b', 'i-c'].map((id) => healthy(id));
const [A, B] = [healthy('i-a'), healthy('i-b')];
const pet = (id: string, slot: string, change = {}) => healthy(id, { logicalId: slot, ...change });

describe('converged', () => {
  const is = (
    members: readonly InstanceRecord[],
    group: Partial<GroupRecord> = {},
    declared: Declared = {},
  ) => plan(declared, members, group).converged;

  it('is what was declared, running, up to date and healthy', () => {
    const result = plan({}, [
      ...abc,
      terminated('i-old', HOUR),
      shuttingDown('i-end', { destroyedByUs: true }),
    ]);
    expect(result).toMatchObject({ converged: true, divergence: 0, actions: [], undone: [], reasons: [] });
    expect(result.counts).toEqual({
      declared: 3,
      instances: 3,
      healthy: 3,
      upToDate: 3,
      missing: 0,
      unwell: 0,
      surplus: 0,
      outdated: 0,
    });
    expect(is([], {}, { size: 0 })).toBe(true);
  });

  it('is not one less, one more, or one that is not healthy', () => {
    for (const other of [booting('i-c'), unhealthy('i-c', 1), unknown('i-c', 1), absent('i-c', 1)])
      expect(is([A, B, other])).toBe(false);
    expect(is([A, B])).toBe(false);
    expect(is([...abc, healthy('i-d')])).toBe(false);
  });

  it('is not one that is outdated', () => {
    const result = plan({}, [A, B, healthy('i-c', { configHash: V2 })]);
    expect(result).toMatchObject({ converged: false, divergence: 1, counts: { outdated: 1, upToDate: 2 } });
  });

  it('is not while an order is open, or a named member is still there', () => {
    expect(is(abc, { orders: [launchOrder('o-1')] })).toBe(false);
    expect(is([...abc, healthy('i-d')], { orders: [destroyOrder('i-d')] })).toBe(false);
    expect(is(abc, { destroying: [{ instance: A.id, reason: 'named' }] })).toBe(false);
    expect(is(abc, { destroying: [{ instance: instanceId('i-gone'), reason: 'named' }] })).toBe(true);
  });

  it('is not two in one pet’s place while another is empty or full', () => {
    const pets = { pets: ['a', 'b'] };
    expect(is([pet('i-1', 'a'), pet('i-2', 'b')], {}, pets)).toBe(true);
    expect(is([pet('i-1', 'a'), pet('i-2', 'a')], {}, pets)).toBe(false);
    const stray = pet('i-3', 'a', { untagged: true });
    const result = plan(pets, [pet('i-1', 'a'), pet('i-2', 'b'), stray]);
    // One too many, and one without our tags.
    expect(result).toMatchObject({ converged: false, divergence: 2, counts: { surplus: 1, unwell: 1 } });
  });

  it('is nothing for a group that is not watched', () => {
    for (const watch of ['free', 'freeing', 'destroying', 'destroyed'] as const)
      expect(is(abc, { watch })).toBe(false);
  });
});

describe('divergence', () => {
  it('is a member without our tags, healthy as it may be', () => {
    const result = plan({ size: 1 }, [healthy('i-u', { untagged: true })]);
    expect(result).toMatchObject({ converged: false, divergence: 1, counts: { healthy: 1, unwell: 1 } });
  });

  it('is missing, unwell past grace, surplus and outdated', () => {
    const result = plan({ size: 6 }, [
      A,
      unhealthy('i-u', HOUR),
      unknown('i-k', HOUR),
      unhealthy('i-v', 1),
      healthy('i-o', { configHash: V2 }),
    ]);
    expect(result.counts).toMatchObject({ missing: 1, unwell: 2, outdated: 1, surplus: 0 });
    expect(result.divergence).toBe(4);
    expect(plan({ size: 2 }, abc)).toMatchObject({ divergence: 1, counts: { surplus: 1 } });
  });

  it('does not count what boots, was just ordered, or is absent for a moment', () => {
    const orders = [launchOrder('o-1')];
    expect(plan({}, [A, booting('i-n')], { orders }).divergence).toBe(0);
    expect(plan({}, [A, B, absent('i-x')]).divergence).toBe(0);
  });

  it('counts an order that stays open past the grace as missing', () => {
    const orders = [launchOrder('o-1', { at: NOON - 10 * MINUTE })];
    expect(plan({}, [A, B], { orders })).toMatchObject({ divergence: 1, actions: [] });
    const slot = { orders: [launchOrder('o-1', { at: NOON - HOUR, slot: 'a' as never })] };
    expect(plan({ pets: ['a'] }, [], slot)).toMatchObject({ divergence: 1, actions: [] });
  });

  it('is explained in words', () => {
    const result = plan({ size: 6 }, [A, unhealthy('i-u', 1), absent('i-x')], {
      orders: [launchOrder('o-1', { count: 2 })],
    });
    expect(result.reasons).toEqual([
      '1 of 6 missing',
      '2 being launched',
      '1 unhealthy (i-u: impaired)',
      '1 absent (i-x: status checks pass)',
    ]);
  });
});

describe('a freeze', () => {
  const since = NOON - MINUTE;
  const broken = [
    A,
    unhealthy('i-u', HOUR),
    healthy('i-s', { leavingBy: { kind: 'advice', at: NOON, reason: 'r' } }),
  ];

  it('launches and destroys nothing, and says what would be done', () => {
    for (const frozen of [
      { freeze: { reason: 'gala', since } },
      { fleetFreeze: { reason: 'gala', since } },
    ]) {
      const result = plan({ size: 5 }, broken, frozen);
      expect(result.actions).toEqual([]);
      expect(whys(result)).toContain('destroy i-u: frozen: gala');
      expect(whys(result)).toContain('launch 2: frozen: gala');
      expect(result).toMatchObject({ divergence: 3, converged: false });
    }
    expect(plan({}, abc, { watch: 'destroying', freeze: { reason: 'gala', since } }).actions).toEqual([]);
  });

  it('ends by itself, and is looked at then', () => {
    const freeze = { reason: 'gala', since, until: NOON + 30 * SECOND };
    expect(plan({ size: 5 }, [A], { freeze }).lookAgainAt).toBe(NOON + 30 * SECOND);
    expect(launched(plan({ size: 5 }, [A], { freeze: { ...freeze, until: NOON } }))).toBe(4);
  });

  it('of the fleet outlasts that of the group', () => {
    const both = {
      fleetFreeze: { reason: 'fleet', since },
      freeze: { reason: 'own', since, until: NOON - 1 },
    };
    expect(whys(plan({ size: 2 }, [A], both))).toBe('launch 1: frozen: fleet');
  });

  it('without an end costs no look by itself', () => {
    const freeze = { reason: 'gala', since };
    expect(plan({ size: 5 }, [A], { freeze }).lookAgainAt).toBe(FAR_AWAY);
    expect(plan({}, [A, B], { freeze, orders: [launchOrder('o-1')] }).lookAgainAt).toBe(NOON + MINUTE);
  });
});

describe('a group that is destroyed', () => {
  const destroying = (members: readonly InstanceRecord[], group: Partial<GroupRecord> = {}) =>
    plan({}, members, { watch: 'destroying', ...group });

  it('ends every member at once, whatever its health', () => {
    const members = [A, booting('i-n'), unhealthy('i-u', 1), unknown('i-k', 1)];
    const result = destroying(members);
    expect([...destroyed(result)].sort()).toEqual(['i-a', 'i-k', 'i-n', 'i-u']);
    expect(launched(result)).toBe(0);
    expect(result.divergence).toBe(0);
  });

  it('ends nothing that is absent, untagged, ending or ended twice', () => {
    const members = [
      absent('i-x'),
      healthy('i-y', { untagged: true }),
      shuttingDown('i-e'),
      terminated('i-g'),
      A,
    ];
    const result = destroying(members, { orders: [destroyOrder('i-a')] });
    expect(result.actions).toEqual([]);
    expect(result.undone.map((entry) => entry.kind)).toEqual(['deferred', 'blocked']);
  });

  it('is looked at until it is empty', () => {
    expect(destroying([]).lookAgainAt).toBe(NOON + MINUTE);
    expect(destroying([A], { orders: [destroyOrder('i-a')] }).lookAgainAt).toBe(NOON + 5 * SECOND);
  });

  it('is left alone once it is free or destroyed, and while it is freed', () => {
    for (const watch of ['free', 'destroyed', 'freeing'] as const)
      expect(plan({ size: 1 }, [A, unhealthy('i-u', HOUR)], { watch }).actions).toEqual([]);
    expect(plan({}, [A, booting('i-n')], { watch: 'free' }).lookAgainAt).toBe(FAR_AWAY);
  });
});

describe('lookAgainAt', () => {
  const at = (
    members: readonly InstanceRecord[],
    group: Partial<GroupRecord> = {},
    declared: Declared = {},
  ) => plan(declared, members, group).lookAgainAt - NOON;

  it('is far away for a group at rest', () => {
    expect(plan({}, [...abc, terminated('i-old', HOUR)]).lookAgainAt).toBe(FAR_AWAY);
    const noRoom = [{ subnet: 's', until: NOON + MINUTE, reason: 'full' }];
    const backoff = {
      failures: 1,
      notBefore: NOON + MINUTE,
      lastAt: NOON,
      reason: 'r',
      configHash: A.configHash,
    };
    expect(plan({}, abc, { noRoom, backoff } as Partial<GroupRecord>).lookAgainAt).toBe(FAR_AWAY);
  });

  it('is now when there is something to do', () => {
    expect(at([A, B])).toBe(0);
  });

  it('asks a new instance often at first, then ever less often, and when its grace ends', () => {
    const look = (age: number) => at([A, B, booting('i-n', age)]);
    expect(look(0)).toBe(2 * SECOND);
    expect(look(20 * SECOND)).toBe(10 * SECOND);
    expect(look(5 * MINUTE)).toBe(30 * SECOND);
    expect(look(10 * MINUTE - 3 * SECOND)).toBe(3 * SECOND);
  });

  it('is the end of an unhealthy member’s grace, and a minute when it cannot be replaced', () => {
    expect(at([A, B, unhealthy('i-u', 9 * MINUTE)])).toBe(MINUTE);
    expect(at([A, B, unhealthy('i-u', MINUTE)])).toBe(9 * MINUTE);
    expect(at([A, B, unhealthy('i-u', HOUR, { untagged: true })])).toBe(MINUTE);
  });

  it('is when an absent member may be gone: after a minute, and when it is older than any read', () => {
    expect(at([A, B, absent('i-x', 20 * SECOND)])).toBe(40 * SECOND);
    expect(at([A, B, absent('i-x', 2 * MINUTE, { launchedAt: NOON - 3 * MINUTE })])).toBe(2 * MINUTE);
    expect(at([A, B, absent('i-x', 5 * MINUTE)])).toBe(5 * SECOND);
  });

  it('is a minute for one that cannot be asked', () => {
    expect(at([A, B, unknown('i-k', 1)])).toBe(MINUTE);
  });

  it('is soon while an order is open, and a minute while EC2 refuses it', () => {
    expect(at(abc, { orders: [launchOrder('o-1')] })).toBe(5 * SECOND);
    const orders = [destroyOrder('i-c', { blocked: 'termination protection' })];
    const result = plan({}, abc, { orders });
    expect(result.lookAgainAt - NOON).toBe(MINUTE);
    expect(result.reasons).toContain('not done: destroy i-c: termination protection (an operator is needed)');
  });

  it('is soon while a pet ends, whose place is waited for', () => {
    const pets = { pets: ['a', 'b'] };
    const ending = pet('i-2', 'b', { state: 'shutting-down' });
    expect(at([pet('i-1', 'a'), ending], {}, pets)).toBe(5 * SECOND);
    expect(at([...abc, shuttingDown('i-d', { destroyedByUs: true })])).toBe(MINUTE);
  });

  it('is a minute while the budget keeps a named instance', () => {
    const named = { destroying: [{ instance: A.id, reason: 'named' }] };
    expect(at([A, B, unhealthy('i-u', MINUTE)], named)).toBe(MINUTE);
    expect(plan({}, abc, { destroying: [{ instance: instanceId('i-gone'), reason: 'x' }] }).lookAgainAt).toBe(
      FAR_AWAY,
    );
  });

  it('is the end of the back-off, also for a pet beside others that are too many', () => {
    const backoff = {
      failures: 2,
      notBefore: NOON + 20 * SECOND,
      lastAt: NOON,
      reason: 'r',
      configHash: A.configHash,
    };
    const group = { backoff } as Partial<GroupRecord>;
    expect(at([A, B], group)).toBe(20 * SECOND);
    const nameless = [pet('i-1', 'a'), healthy('i-n')];
    expect(at(nameless, group, { pets: ['a', 'b'] })).toBe(20 * SECOND);
  });
});
