import { describe, expect, it } from 'vitest';
import { budgetOf, resolveAmount } from '../../lib/core/amount.js';
import { count, type Declared, percent, specOf } from './planner-samples.js';

const budget = (declared: Declared) => budgetOf(specOf(declared));

describe('the budget', () => {
  it('rounds MaxUnavailable down and MaxSurge up', () => {
    expect(budget({ size: 10, updating: { maxUnavailable: percent(25), maxSurge: percent(25) } })).toEqual({
      floor: 8,
      ceiling: 13,
      maxUnavailable: 2,
    });
  });

  it('lets one be unavailable when there is no surge, whatever rounds to nothing', () => {
    expect(budget({ size: 3, updating: { maxUnavailable: percent(20) } })).toMatchObject({
      floor: 2,
      ceiling: 3,
    });
    expect(budget({ size: 3, updating: { maxUnavailable: count(0) } })).toMatchObject({ floor: 2 });
  });

  it('lets none be unavailable when there is a surge instead', () => {
    expect(budget({ size: 3, updating: { maxUnavailable: percent(20), maxSurge: count(1) } })).toEqual({
      floor: 3,
      ceiling: 4,
      maxUnavailable: 0,
    });
  });

  it('raises the ceiling by one for LaunchFirst, or by the surge when that is more', () => {
    expect(budget({ size: 5, repair: { launchFirst: true } })).toMatchObject({ floor: 4, ceiling: 6 });
    expect(
      budget({ size: 5, repair: { launchFirst: true }, updating: { maxSurge: count(3) } }),
    ).toMatchObject({ ceiling: 8 });
  });

  it('gives pets no surge: no identity can run twice', () => {
    const pets = { pets: ['a', 'b', 'c'], updating: { maxSurge: count(2) }, repair: { launchFirst: true } };
    expect(budget(pets)).toEqual({ floor: 2, ceiling: 3, maxUnavailable: 1 });
  });

  it('never has a floor below zero', () => {
    expect(budget({ size: 0 })).toMatchObject({ floor: 0, ceiling: 0 });
    expect(budget({ size: 2, updating: { maxUnavailable: count(5) } })).toMatchObject({ floor: 0 });
  });

  it('resolves a share exactly, also one of three decimals', () => {
    expect(resolveAmount(percent(33.3), 1000, 'down')).toBe(333);
    expect(resolveAmount(percent(0.1), 3000, 'up')).toBe(3);
    expect(resolveAmount(percent(20), 6, 'up')).toBe(2);
    expect(resolveAmount(percent(20), 6, 'down')).toBe(1);
    expect(resolveAmount(count(7), 2, 'down')).toBe(7);
  });
});
