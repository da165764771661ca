import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GroupRecord } from '../../lib/core/group-record.js';
import type { InstanceRecord } from '../../lib/core/instance.js';
import type { Order } from '../../lib/core/order.js';
import type { Plan } from '../../lib/core/plan.js';
import { planGroup } from '../../lib/core/plan-group.js';
import { isRolling } from '../../lib/core/rollout.js';
import { thoroughly } from '../support/thorough.js';
import { type RollingScene, rollingScene, rollingSceneOf } from './arbitrary-rollout.js';
import {
  destroyed,
  destroyOrder,
  groupOf,
  launched,
  launchOrder,
  NOON,
  revisionOf,
  V1,
  V2,
} from './planner-samples.js';

/** `PLAN_RUNS=20000` looks longer. */
const RUNS = Number(process.env.PLAN_RUNS ?? thoroughly(600, 200));

const planOf = ({ declared, members, group, observed, steady }: RollingScene): Plan =>
  planGroup(
    groupOf(group),
    { ...revisionOf(declared), number: 2 },
    { members, foreign: [], ...observed, ...(steady === undefined ? {} : { steady: revisionOf(steady) }) },
    NOON,
  );
const check = (arbitrary: fc.Arbitrary<RollingScene>, law: (s: RollingScene, plan: Plan) => void): void =>
  fc.assert(
    fc.property(arbitrary, (s) => law(s, planOf(s))),
    { numRuns: RUNS },
  );

const sizeOf = ({ declared }: RollingScene): number => declared.pets?.length ?? declared.size ?? 0;
const amountOf = (s: RollingScene, which: 'maxSurge' | 'maxUnavailable'): number => {
  const amount = s.declared.updating?.[which];
  return amount?.kind === 'count' ? amount.count : 0;
};
const surgeOf = (s: RollingScene): number => (s.declared.pets ? 0 : amountOf(s, 'maxSurge'));
const ceilingOf = (s: RollingScene): number =>
  sizeOf(s) + (s.declared.repair?.launchFirst && surgeOf(s) === 0 ? 1 : surgeOf(s));
const basisOf = ({ group: { basis } }: RollingScene): number =>
  basis === undefined
    ? Number.POSITIVE_INFINITY
    : basis.kind === 'size'
      ? basis.size
      : basis.logicalIds.length;
/** What is rolled is never more than was there before, nor more than is declared. */
const floorOf = (s: RollingScene): number => {
  const allowed = amountOf(s, 'maxUnavailable');
  return Math.min(sizeOf(s), basisOf(s)) - (allowed === 0 && surgeOf(s) === 0 ? 1 : allowed);
};
const isOver = (member: InstanceRecord): boolean =>
  member.goneAt !== undefined || member.state === 'terminated' || member.state === 'shutting-down';
const leaving = ({ group }: RollingScene): ReadonlySet<string> =>
  new Set((group.orders ?? []).flatMap((order) => (order.kind === 'launch' ? [] : [order.instance])));
const isThere = (s: RollingScene) => (member: InstanceRecord) =>
  !isOver(member) && !leaving(s).has(member.id);
const serves = (s: RollingScene) => (member: InstanceRecord) =>
  isThere(s)(member) &&
  member.absentSince === undefined &&
  member.health === 'healthy' &&
  member.everHealthy &&
  member.state === 'running';
const onOrder = (s: RollingScene): number =>
  (s.group.orders ?? []).reduce((sum, order) => sum + (order.kind === 'launch' ? order.count : 0), 0);
const places = (s: RollingScene, members: readonly InstanceRecord[]): number =>
  s.declared.pets ? new Set(members.map((member) => member.logicalId)).size : members.length;
const rolledBy = (plan: Plan): readonly string[] =>
  plan.actions.flatMap((action) =>
    action.kind === 'destroy' && action.context === 'rolling_update' ? [action.instance] : [],
  );
const isUpToDate = (s: RollingScene) => (member: InstanceRecord) =>
  member.configHash === V2 && member.launchedAt >= (s.group.restartBefore ?? 0);

describe('a plan with a rollout never', () => {
  it('depends on the order of its input', () => {
    check(rollingScene, (s, plan) => {
      const group = { ...s.group, orders: [...(s.group.orders ?? [])].reverse() };
      expect(planOf({ ...s, group, members: [...s.members].reverse() })).toEqual(plan);
    });
  });

  it('launches beyond the ceiling, from whatever revision', () => {
    check(rollingSceneOf(false), (s, plan) => {
      const alive = s.members.filter((member) => !isOver(member)).length + onOrder(s);
      if (launched(plan) > 0) expect(alive + launched(plan)).toBeLessThanOrEqual(ceilingOf(s));
    });
  });

  it('ends a healthy one below the floor, by rollout, repair and removal together', () => {
    check(rollingScene, (s, plan) => {
      const ended = new Set(destroyed(plan));
      const spot = (member: InstanceRecord) =>
        member.leavingBy?.kind === 'interruption' && ended.has(member.id);
      const before = s.members.filter(serves(s)).filter((member) => !spot(member));
      const after = before.filter((member) => !ended.has(member.id));
      if (places(s, after) < places(s, before)) expect(places(s, after)).toBeGreaterThanOrEqual(floorOf(s));
    });
  });

  it('rolls while it is frozen, outside its window, held or over', () => {
    check(rollingScene, (s, plan) => {
      if (s.group.freeze !== undefined) expect(plan.actions).toEqual([]);
      const isHeld = s.observed.window?.open === false || !isRolling(plan.rollout);
      if (isHeld) expect(rolledBy(plan)).toEqual([]);
      const { alarms } = s.observed;
      const isKnown = alarms !== undefined && alarms !== 'unreadable' && alarms.get('errors') === 'OK';
      const watches = (s.declared.updating?.alarms ?? []).length > 0;
      if (plan.rollout?.status === 'running' && watches && !isKnown) expect(rolledBy(plan)).toEqual([]);
    });
  });

  it('ends an up-to-date one for a rollout, nor one that is not there', () => {
    check(rollingScene, (s, plan) => {
      for (const id of rolledBy(plan)) {
        const member = s.members.find((candidate) => candidate.id === id);
        expect(member && isThere(s)(member) && !isUpToDate(s)(member)).toBe(true);
        expect(member?.absentSince).toBeUndefined();
      }
    });
  });

  it('replaces more than one before the first is proved', () => {
    check(rollingSceneOf(false), (s, plan) => {
      if (plan.rollout?.status !== 'running' || plan.rollout.phase !== 'canary') return;
      if (s.members.some((member) => serves(s)(member) && isUpToDate(s)(member))) return;
      const there = s.members.filter(isThere(s));
      const fresh =
        there.filter(isUpToDate(s)).length +
        (s.group.orders ?? []).reduce(
          (sum, order) => sum + (order.kind === 'launch' && order.configHash === V2 ? order.count : 0),
          0,
        );
      const more = plan.actions.reduce(
        (sum, action) => sum + (action.kind === 'launch' && !action.steady ? action.count : 0),
        0,
      );
      if (more > 0) expect(fresh + more).toBeLessThanOrEqual(1);
      if (there.length + onOrder(s) <= Math.min(sizeOf(s), basisOf(s)))
        expect(rolledBy(plan).length).toBeLessThanOrEqual(1);
    });
  });

  it('takes the majority from a quorum', () => {
    check(rollingSceneOf(true), (s, plan) => {
      const { quorum } = s.declared;
      if (quorum === undefined || (quorum <= 2 && s.declared.updating?.allowQuorumLoss)) return;
      const ended = new Set(destroyed(plan));
      const spot = (member: InstanceRecord) =>
        member.leavingBy?.kind === 'interruption' && ended.has(member.id);
      const before = s.members.filter(serves(s)).filter((member) => !spot(member));
      const after = before.filter((member) => !ended.has(member.id));
      if (places(s, after) < places(s, before)) expect(places(s, after) * 2).toBeGreaterThan(quorum);
    });
  });

  it('launches another than the steady revision while it is held and that one is known', () => {
    check(rollingScene, (s, plan) => {
      const { rollout } = plan;
      const isHeld = rollout !== undefined && ['paused', 'stopped', 'failed'].includes(rollout.status);
      if (!isHeld || s.steady === undefined) return;
      for (const action of plan.actions) if (action.kind === 'launch') expect(action.steady).toBe(true);
    });
  });

  it('is converged while it rolls, or with outdated members that shall be replaced', () => {
    check(rollingScene, (s, plan) => {
      if (!plan.converged) return;
      expect(isRolling(plan.rollout)).toBe(false);
      const there = s.members.filter((member) => !isOver(member));
      expect(there.every(serves(s))).toBe(true);
      expect(there).toHaveLength(sizeOf(s));
      if (s.declared.updating?.strategy !== 'opportunistic')
        expect(there.every((member) => member.configHash === V2)).toBe(true);
    });
  });

  it('ends well before all that is declared is up to date, healthy and proved', () => {
    check(rollingScene, (s, plan) => {
      const ended = ['succeeded', 'rolled-back'].includes(plan.rollout?.status ?? '');
      if (!ended || plan.rollout?.status === s.rollout.status) return;
      const well = s.members.filter((member) => serves(s)(member) && isUpToDate(s)(member));
      expect(well.length).toBeGreaterThanOrEqual(sizeOf(s));
      expect(s.members.filter((member) => isThere(s)(member) && !isUpToDate(s)(member))).toEqual([]);
    });
  });

  it('looks again at once without anything to do', () => {
    check(rollingScene, (_, plan) => {
      if (plan.actions.length === 0) expect(plan.lookAgainAt).toBeGreaterThan(NOON);
      if (isRolling(plan.rollout)) expect(plan.pace?.seconds).toBeGreaterThanOrEqual(0);
      if (isRolling(plan.rollout)) expect(plan.pace?.next).not.toBe('end');
    });
  });

  it('goes on ordering for more than four rounds, nor beyond its limits in all of them', () => {
    check(rollingSceneOf(false), (s) => {
      let now = s;
      let rounds = 0;
      for (let plan = planOf(now); plan.actions.length > 0; plan = planOf(now)) {
        rounds += 1;
        expect(rounds).toBeLessThanOrEqual(4);
        now = written(now, plan, rounds);
      }
      const ended = leaving(now);
      const spot = (member: InstanceRecord) =>
        member.leavingBy?.kind === 'interruption' && ended.has(member.id);
      const before = s.members.filter(serves(s)).filter((member) => !spot(member));
      const after = before.filter((member) => !ended.has(member.id));
      if (after.length < before.length) expect(after.length).toBeGreaterThanOrEqual(floorOf(s));
      if (onOrder(now) > onOrder(s))
        expect(s.members.filter((member) => !isOver(member)).length + onOrder(now)).toBeLessThanOrEqual(
          ceilingOf(s),
        );
    });
  });
});

/** The scene once a plan's orders are on record. */
const written = (s: RollingScene, plan: Plan, round: number): RollingScene => {
  const orders = plan.actions.map(
    (action, index): Order =>
      action.kind === 'destroy'
        ? destroyOrder(action.instance, { at: NOON })
        : launchOrder(`n-${round}-${index}`, {
            count: action.count,
            at: NOON,
            configHash: action.steady ? V1 : V2,
            ...(action.slot === undefined ? {} : { slot: action.slot }),
            ...(action.zone === undefined ? {} : { zone: action.zone }),
          }),
  );
  const counted = new Set<string>(plan.failuresCounted);
  const ended = new Set(destroyed(plan));
  const group: Partial<GroupRecord> = {
    ...s.group,
    breaker: plan.breaker,
    backoff: plan.backoff,
    orders: [...(s.group.orders ?? []), ...orders],
    destroying: (s.group.destroying ?? []).filter(({ instance }) => !ended.has(instance)),
    ...(plan.rollout === undefined ? {} : { rollout: plan.rollout }),
  };
  return {
    ...s,
    group,
    members: s.members.map((member) =>
      counted.has(member.id) ? { ...member, failureCounted: true } : member,
    ),
  };
};
