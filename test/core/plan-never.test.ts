import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAR_AWAY, type GroupRecord } from '../../lib/core/group-record.js';
import type { LogicalId } from '../../lib/core/ids.js';
import type { InstanceRecord } from '../../lib/core/instance.js';
import type { Order } from '../../lib/core/order.js';
import type { Plan } from '../../lib/core/plan.js';
import { thoroughly } from '../support/thorough.js';
import { herd, type Scene, scene, sceneOf } from './arbitrary-group.js';
import {
  destroyed,
  destroyOrder,
  HOUR,
  launched,
  launchOrder,
  MINUTE,
  NOON,
  plan,
  SECOND,
  slots,
} from './planner-samples.js';

/** `PLAN_RUNS=20000` looks longer. */
const RUNS = Number(process.env.PLAN_RUNS ?? thoroughly(400, 200));

const planOf = ({ declared, members, group }: Scene): Plan => plan(declared, members, group);
const sizeOf = ({ declared }: Scene): number => declared.pets?.length ?? declared.size ?? 0;
const surgeOf = ({ declared }: Scene): number => {
  const surge = declared.updating?.maxSurge?.kind === 'count' ? declared.updating.maxSurge.count : 0;
  return declared.pets ? 0 : surge;
};
/** Rule 24 in the words of this test. */
const ceilingOf = (s: Scene): number =>
  sizeOf(s) + (s.declared.repair?.launchFirst && surgeOf(s) === 0 ? 1 : surgeOf(s));
const floorOf = (s: Scene): number => {
  const allowed =
    s.declared.updating?.maxUnavailable?.kind === 'count' ? s.declared.updating.maxUnavailable.count : 0;
  return sizeOf(s) - (allowed === 0 && surgeOf(s) === 0 ? 1 : allowed);
};
const isOver = (member: InstanceRecord): boolean =>
  member.goneAt !== undefined || member.state === 'terminated' || member.state === 'shutting-down';
const mayRun = (s: Scene): number =>
  s.members.filter((member) => !isOver(member)).length +
  (s.group.orders ?? []).reduce((sum, order) => sum + (order.kind === 'launch' ? order.count : 0), 0);
const leaving = (s: Scene): ReadonlySet<string> =>
  new Set((s.group.orders ?? []).flatMap((order) => (order.kind === 'launch' ? [] : [order.instance])));
const serves = (s: Scene) => (member: InstanceRecord) =>
  !isOver(member) &&
  !leaving(s).has(member.id) &&
  member.absentSince === undefined &&
  member.health === 'healthy' &&
  member.everHealthy &&
  (member.state === 'running' || member.state === 'pending');
const namedIn = (s: Scene): ReadonlySet<string> =>
  new Set((s.group.destroying ?? []).map(({ instance }) => instance));
const recordOf = (s: Scene, id: string): InstanceRecord => {
  const record = s.members.find((member) => member.id === id);
  if (record === undefined) throw new Error(`${id} is no member`);
  return record;
};
const check = (arbitrary: fc.Arbitrary<Scene>, law: (s: Scene) => void): void =>
  fc.assert(fc.property(arbitrary, law), { numRuns: RUNS });

describe('planGroup never', () => {
  it('depends on the order of members, orders or full pools', () => {
    fc.assert(
      fc.property(scene, fc.integer(), (s, seed) => {
        const mix = <T>(items: readonly T[] = []): readonly T[] => {
          const turn = items.length === 0 ? 0 : Math.abs(seed) % items.length;
          return [...items.slice(turn), ...items.slice(0, turn)].reverse();
        };
        const { orders, noRoom } = s.group;
        const mixed = { ...s.group, orders: mix(orders), noRoom: mix(noRoom) };
        expect(plan(s.declared, mix(s.members), mixed)).toEqual(planOf(s));
        expect(planOf(s)).toEqual(planOf(s));
      }),
      { numRuns: RUNS },
    );
  });

  it('launches beyond the ceiling, counting what EC2 may have', () => {
    check(herd, (s) => {
      const number = launched(planOf(s));
      if (number > 0) expect(mayRun(s) + number).toBeLessThanOrEqual(ceilingOf(s));
    });
  });

  it('ends a healthy one below the floor, whatever asks for it', () => {
    check(scene, (s) => {
      const ended = new Set(destroyed(planOf(s)));
      const spot = (member: InstanceRecord) => member.leavingBy?.kind === 'interruption';
      const places = (members: readonly InstanceRecord[]) =>
        s.declared.pets ? new Set(members.map((member) => member.logicalId)).size : members.length;
      const before = s.members.filter(serves(s)).filter((member) => !(spot(member) && ended.has(member.id)));
      const after = before.filter((member) => !ended.has(member.id));
      if (places(after) < places(before)) expect(places(after)).toBeGreaterThanOrEqual(floorOf(s));
    });
  });

  it('ends what is absent, untagged, gone, ending, leaving already, or no member, nor anything twice', () => {
    const watch = fc.constantFrom('watched' as const, 'destroying' as const);
    fc.assert(
      fc.property(scene, watch, (s, state) => {
        const ended = destroyed(plan(s.declared, s.members, { ...s.group, watch: state }));
        expect(new Set(ended).size).toBe(ended.length);
        for (const id of ended) {
          const record = recordOf(s, id);
          expect(
            isOver(record) || record.untagged || record.absentSince !== undefined || leaving(s).has(id),
          ).toBe(false);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('ends an unknown or booting one that nobody named, announced or made surplus', () => {
    check(herd, (s) => {
      if (s.members.filter((member) => !isOver(member)).length > sizeOf(s)) return;
      for (const id of destroyed(planOf(s))) {
        const record = recordOf(s, id);
        if (namedIn(s).has(id) || record.leavingBy !== undefined) continue;
        expect(record.health === 'unhealthy' || record.launchedAt <= NOON - MINUTE).toBe(true);
        expect(record.everHealthy && record.health === 'unknown').toBe(false);
        expect(serves(s)(record)).toBe(false);
      }
    });
  });

  it('puts two into one pet’s place, or one into a place that nobody declared', () => {
    check(sceneOf(true), (s) => {
      const filled = slots(planOf(s)) as LogicalId[];
      expect(new Set(filled).size).toBe(filled.length);
      for (const slot of filled) {
        expect(s.declared.pets).toContain(slot);
        const holders = s.members.filter(
          (member) =>
            member.logicalId === slot && member.goneAt === undefined && member.state !== 'terminated',
        );
        expect(holders).toEqual([]);
        expect(
          (s.group.orders ?? []).filter((order) => order.kind === 'launch' && order.slot === slot),
        ).toEqual([]);
      }
    });
  });

  it('acts on a group that is frozen, free, freed or destroyed', () => {
    check(scene, (s) => {
      const freeze = { reason: 'gala', since: NOON - HOUR };
      for (const change of [{ freeze }, { fleetFreeze: freeze }, { watch: 'destroying', freeze } as const])
        expect(plan(s.declared, s.members, { ...s.group, ...change }).actions).toEqual([]);
      for (const watch of ['free', 'freeing', 'destroyed'] as const)
        expect(plan(s.declared, s.members, { ...s.group, watch }).actions).toEqual([]);
    });
  });

  it('orders anything more once its orders are written', () => {
    check(scene, (s) => {
      const first = planOf(s);
      const ended = new Set(destroyed(first));
      const written = first.actions.map(
        (action, index): Order =>
          action.kind === 'destroy'
            ? destroyOrder(action.instance, { at: NOON })
            : launchOrder(`n-${index}`, {
                count: action.count,
                at: NOON,
                ...(action.slot === undefined ? {} : { slot: action.slot }),
                ...(action.zone === undefined ? {} : { zone: action.zone }),
              }),
      );
      const counted = new Set<string>(first.failuresCounted);
      const members = s.members.map((member) =>
        counted.has(member.id) ? { ...member, failureCounted: true } : member,
      );
      const group: Partial<GroupRecord> = {
        ...s.group,
        breaker: first.breaker,
        backoff: first.backoff,
        orders: [...(s.group.orders ?? []), ...written],
        destroying: (s.group.destroying ?? []).filter(({ instance }) => !ended.has(instance)),
      };
      expect(plan(s.declared, members, group).actions).toEqual([]);
    });
  });

  it('repairs while the breaker holds, nor replaces more than its pace', () => {
    check(herd, (s) => {
      const result = planOf(s);
      if (result.breaker.openSince === undefined || s.group.breakerOverrideUntil !== undefined) return;
      expect(launched(result)).toBeLessThanOrEqual(1);
      if (s.members.filter((member) => !isOver(member)).length > sizeOf(s)) return;
      for (const id of destroyed(result))
        expect(namedIn(s).has(id) || recordOf(s, id).leavingBy?.kind === 'interruption').toBe(true);
    });
  });

  it('ends more because something is absent', () => {
    fc.assert(
      fc.property(scene, fc.array(fc.integer({ min: 0, max: 11 }), { minLength: 1 }), (s, hidden) => {
        const members = s.members.map((member, index) =>
          hidden.includes(index) && !isOver(member)
            ? { ...member, absentSince: member.absentSince ?? NOON - SECOND }
            : member,
        );
        const seen = destroyed(planOf(s)).length;
        expect(destroyed(planOf({ ...s, members })).length).toBeLessThanOrEqual(seen);
      }),
      { numRuns: 2 * RUNS },
    );
  });

  it('looks again at once without anything to do, or sleeps for ever over what is not as declared', () => {
    check(scene, (s) => {
      const result = planOf(s);
      if (result.actions.length > 0) expect(result.lookAgainAt).toBe(NOON);
      else expect(result.lookAgainAt).toBeGreaterThan(NOON);
      const timed =
        result.undone.some((entry) => entry.kind === 'deferred') ||
        (s.group.orders ?? []).length > 0 ||
        s.members.some(
          (member) => !isOver(member) && (member.health !== 'healthy' || member.absentSince !== undefined),
        );
      if (timed) expect(result.lookAgainAt).toBeLessThan(FAR_AWAY);
    });
  });

  it('calls a group converged that is not exactly what was declared', () => {
    check(scene, (s) => {
      const result = planOf(s);
      if (!result.converged) return;
      const present = s.members.filter((member) => !isOver(member));
      expect(present).toHaveLength(sizeOf(s));
      expect(present.every(serves(s))).toBe(true);
      expect(present.every((member) => member.configHash === s.declared.hash)).toBe(true);
      expect(s.group.orders).toEqual([]);
      if (s.declared.pets)
        expect(present.map((member) => member.logicalId).sort()).toEqual([...s.declared.pets].sort());
    });
  });
});
