import { describe, expect, it } from 'vitest';
import { classify } from '../../lib/core/classify.js';
import type { Allocation } from '../../lib/core/group-spec.js';
import { logicalId } from '../../lib/core/ids.js';
import type { InstanceRecord } from '../../lib/core/instance.js';
import type { Order } from '../../lib/core/order.js';
import type { Rollout } from '../../lib/core/rollout.js';
import { effectiveAllocation, rolloutFacts } from '../../lib/core/rollout-facts.js';
import {
  booting,
  destroyOrder,
  healthy,
  launchOrder,
  NOON,
  rolloutOf,
  SECOND,
  shuttingDown,
  specOf,
  terminated,
  unhealthy,
  V1,
  V2,
} from './planner-samples.js';

const sorted = (members: readonly InstanceRecord[], orders: readonly Order[] = []) =>
  classify(
    { members, foreign: [] },
    {
      orders,
      configHash: V2,
      graceSeconds: 600,
      now: NOON,
      rollout: { id: rolloutOf().id, healthTimeoutSeconds: 900 },
    },
  );
const facts = (members: readonly InstanceRecord[], orders: readonly Order[] = []) =>
  rolloutFacts(sorted(members, orders), { orders, configHash: V2 });

const old = (id: string) => healthy(id, { configHash: V1 });
const fresh = (id: string) => healthy(id, { configHash: V2 });
const proving = (id: string) => booting(id, 30 * SECOND, { configHash: V2, proving: rolloutOf().id });

describe('rolloutFacts', () => {
  it('counts outdated and up-to-date members that hold a place, and the proved ones', () => {
    const ill = unhealthy('i-5', SECOND, { configHash: V2 });
    const over = [terminated('i-6', SECOND, { configHash: V1 }), shuttingDown('i-7', { configHash: V1 })];
    expect(facts([old('i-1'), old('i-2'), fresh('i-3'), proving('i-4'), ill, ...over])).toEqual({
      outdated: 2,
      outdatedUnderWay: 0,
      fresh: 3,
      proved: 1,
    });
  });

  it('counts what is on its way: outdated ones that leave or are on order, and fresh ones on order', () => {
    const orders = [
      destroyOrder('i-1'),
      launchOrder('o-1', { configHash: V1, count: 2 }),
      launchOrder('o-2', { configHash: V2, count: 3 }),
    ];
    expect(facts([old('i-1'), old('i-2')], orders)).toEqual({
      outdated: 1,
      outdatedUnderWay: 3,
      fresh: 3,
      proved: 0,
    });
  });
});

const sizes = (size: number): Allocation => ({ kind: 'size', size });
const named = (...ids: readonly string[]): Allocation => ({
  kind: 'logicalIds',
  logicalIds: ids.map(logicalId),
});

const effective = (
  declared: { readonly size?: number; readonly pets?: readonly string[] },
  basis: Allocation | undefined,
  rollout: Rollout | undefined,
  members: readonly InstanceRecord[],
): Allocation =>
  effectiveAllocation(
    specOf(declared),
    { orders: [], ...(basis === undefined ? {} : { basis }) },
    rollout,
    sorted(members),
  );

describe('effectiveAllocation', () => {
  const three = [old('i-1'), old('i-2'), old('i-3')];

  it('is what was declared before the roll, until all of that is rolled', () => {
    expect(effective({ size: 5 }, sizes(3), rolloutOf(), three)).toEqual(sizes(3));
    expect(effective({ size: 5 }, sizes(3), rolloutOf({ status: 'paused' }), three)).toEqual(sizes(3));
    expect(effective({ size: 5 }, sizes(3), rolloutOf({ phase: 'growing' }), three)).toEqual(sizes(5));
    expect(effective({ size: 5 }, sizes(3), rolloutOf({ status: 'succeeded' }), three)).toEqual(sizes(5));
    expect(effective({ size: 5 }, undefined, rolloutOf(), three)).toEqual(sizes(5));
    expect(effective({ pets: ['a', 'b'] }, sizes(3), rolloutOf(), three)).toEqual(named('a', 'b'));
  });

  it('shrinks at once', () => {
    expect(effective({ size: 2 }, sizes(3), rolloutOf(), three)).toEqual(sizes(2));
  });

  it('takes no stand-in for growth, and never gives back what has grown', () => {
    expect(effective({ size: 5 }, sizes(3), rolloutOf(), [...three, proving('i-4')])).toEqual(sizes(3));
    const grown = [...three, fresh('i-4'), fresh('i-5')];
    const held = rolloutOf({ status: 'paused', phase: 'growing', total: 5 });
    expect(effective({ size: 6 }, sizes(3), held, grown)).toEqual(sizes(5));
  });

  it('adds a pet only in the place of one that goes', () => {
    const pets = ['a', 'b', 'c'].map((slot, index) =>
      healthy(`i-${index}`, { logicalId: slot, configHash: V1 }),
    );
    const basis = named('a', 'b', 'c');
    expect(effective({ pets: ['a', 'b', 'c', 'd'] }, basis, rolloutOf(), pets)).toEqual(basis);
    expect(effective({ pets: ['a', 'b'] }, basis, rolloutOf(), pets)).toEqual(named('a', 'b'));
    expect(effective({ pets: ['a', 'd', 'e'] }, basis, rolloutOf(), pets)).toEqual(named('a', 'd', 'e'));
    expect(effective({ pets: ['d', 'a', 'e', 'f', 'g'] }, basis, rolloutOf(), pets)).toEqual(
      named('d', 'a', 'e'),
    );
  });
});
