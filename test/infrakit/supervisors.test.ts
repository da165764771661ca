import { describe, expect, it } from 'vitest';
import type { HealthChecks, HealthReport } from '../../lib/core/instance.js';
import { afterCheck, isProved } from '../../lib/core/prove.js';
import { destroyed, healthy, launched, MINUTE, NOON, plan, SECOND, slots } from '../core/planner-samples.js';

const WELL: HealthReport = { health: 'healthy', reason: 'checks pass' };
const ILL: HealthReport = { health: 'unhealthy', reason: 'impaired' };

/** How many checks, ten seconds apart, it takes to prove an instance that answers these in turn and then is well. */
const checksUntilProved = (
  updating: Parameters<typeof isProved>[1],
  ...reports: readonly HealthReport[]
): number => {
  let checks: HealthChecks | undefined;
  for (let asked = 1; asked <= 20; asked += 1) {
    checks = afterCheck(checks, reports[asked - 1] ?? WELL, NOON + asked * 10 * SECOND);
    if (isProved(checks, updating)) return asked;
  }
  return Number.POSITIVE_INFINITY;
};

describe("InfraKit's scaler", () => {
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id, place) =>
    healthy(id, { launchedAt: NOON - (9 - place) * MINUTE }),
  ) as [ReturnType<typeof healthy>, ...ReturnType<typeof healthy>[]];
  const four = [c, a, d, b].flatMap((one) => one ?? []);

  it('TestScaleUp: of three with two there, it launches one', () => {
    expect(launched(plan({ size: 3 }, [a, ...four.slice(3)]))).toBe(1);
  });

  it('TestBufferScaleUp: no batch limits launches; the whole deficit is one plan', () => {
    expect(launched(plan({ size: 8 }, [a]))).toBe(7);
  });

  // InfraKit ends the lowest instance ids, which is an accident; of members alike the newest goes.
  it('TestScaleDown: of four to two, it ends the newest instead of the lowest ids', () => {
    const first = destroyed(
      plan({ size: 2, updating: { maxUnavailable: { kind: 'count', count: 2 } } }, four),
    );
    expect([...first].sort()).toEqual(['c', 'd']);
  });

  it('TestBufferScaleDown: the order in which members are read changes nothing', () => {
    const orders = [four, [...four].reverse(), [...four].sort((x, y) => (x.id < y.id ? -1 : 1))];
    const ended = orders.map((members) => [...destroyed(plan({ size: 2 }, members))].sort());
    expect(ended).toEqual([ended[0], ended[0], ended[0]]);
    expect(ended[0]).not.toEqual([]);
  });
});

describe("InfraKit's quorum", () => {
  const declared = { pets: ['one', 'two', 'three'] };
  const pet = (slot: string) => healthy(`i-${slot}`, { logicalId: slot });
  const [one, two, three] = [pet('one'), pet('two'), pet('three')];

  it('TestQuorumOK: nothing is to be done', () => {
    expect(plan(declared, [one, two, three]).actions).toEqual([]);
  });

  it('TestRestoreQuorum: it launches the one that is missing under its name', () => {
    expect(slots(plan(declared, [one, two]))).toEqual(['three']);
  });

  it('TestRemoveUnknown: it ends the one that is not declared', () => {
    expect(destroyed(plan(declared, [one, two, three, pet('four')]))).toEqual(['i-four']);
  });
});

describe("InfraKit's healthy threshold", () => {
  it('TestExceedsHealthyThresholdNoNewInsts: with nothing new to check nothing waits', () => {
    expect(
      plan(
        {},
        ['x', 'y', 'z'].map((id) => healthy(id)),
      ),
    ).toMatchObject({
      actions: [],
      converged: true,
    });
  });

  it('TestExceedsHealthyThresholdDefaults: the first healthy check passes', () => {
    expect(checksUntilProved({})).toBe(1);
  });

  it('TestExceedsHealthyThresholdCount: the third check passes Count 3', () => {
    expect(checksUntilProved({ count: 3 })).toBe(3);
  });

  it('TestExceedsHealthyThresholdDuration: three seconds of health need the second check', () => {
    expect(checksUntilProved({ durationSeconds: 3 })).toBe(2);
  });

  it('TestRollingUpdateUpdatingDuration: no instance passes at its first check', () => {
    expect(checksUntilProved({ durationSeconds: 100 })).toBe(11);
  });

  // InfraKit asks all new members at each poll (8, 6 and 4 times); here only the one that is being proved is asked.
  it('TestRollingUpdateUpdatingCount: one unhealthy check begins the row of two anew', () => {
    expect(checksUntilProved({ count: 2 })).toBe(2);
    expect(checksUntilProved({ count: 2 }, WELL, ILL)).toBe(4);
  });

  it('TestUpdateFailsWhenInstanceIsUnhealthy: unhealthy once, then healthy, is proved', () => {
    expect(checksUntilProved({}, ILL)).toBe(2);
  });
});
