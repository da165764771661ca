import { describe, expect, it } from 'vitest';
import type { Amount } from '../../lib/core/group-spec.js';
import { seededShuffle } from '../golden/seeded-shuffle.js';
import { plannerWorld } from '../support/planner-world.js';
import { count, HOUR, percent, SECOND, V2 } from './planner-samples.js';

/** Rolls a whole group in virtual time and counts what that took. */
const roll = (size: number, maxUnavailable: Amount, bootMs: number, drainMs: number) => {
  const world = plannerWorld(seededShuffle(0));
  const limits = { atMost: size, atLeast: 0 };
  world.launchesAre({ bootMs });
  world.drainsTake(drainMs);
  world.declare({ size, updating: { maxUnavailable } }, limits);
  world.settle();
  const from = { at: world.now(), ...world.count };
  world.declare({ size, updating: { maxUnavailable }, hash: V2 }, limits);
  world.until((plan) => plan.rollout?.status === 'succeeded', 12 * HOUR);
  expect(world.group().rollout?.status).toBe('succeeded');
  return {
    seconds: (world.now() - from.at) / SECOND,
    passes: world.count.passes - from.passes,
    checks: world.count.checks - from.checks,
  };
};

describe('the time of a roll', () => {
  // The floor by hand: batches × (10 s drain + 60 s boot), the first batch being one.
  it.each([
    [10, count(1), 1, 700],
    [10, percent(10), 1, 700],
    [10, percent(25), 2, 420],
    [100, count(1), 1, 7000],
    [100, percent(10), 10, 770],
    [100, percent(25), 25, 350],
    [300, percent(10), 30, 770],
    [300, percent(25), 75, 350],
  ])('is at most 1.1 × its floor: %i instances, %o, %i at once', (size, amount, _, floor) => {
    expect(roll(size, amount, 60 * SECOND, 10 * SECOND).seconds).toBeLessThanOrEqual(1.1 * floor);
  });

  it('is at most 2.5 s for each on a cloud that boots at once', () => {
    expect(roll(10, count(1), 0, 0).seconds).toBeLessThanOrEqual(25);
    expect(roll(100, count(1), 0, 0).seconds).toBeLessThanOrEqual(250);
  });

  it('takes few looks: at each one’s start, its launch, its end and the end of its predecessor', () => {
    const { passes, checks } = roll(100, count(1), 60 * SECOND, 0);
    expect(passes).toBeLessThanOrEqual(4 * 100);
    expect(checks).toBeLessThanOrEqual(2.3 * 100);
  });

  it('needs no more than two looks an hour through a long bake', () => {
    const world = plannerWorld(seededShuffle(0));
    const limits = { atMost: 3, atLeast: 2 };
    const updating = { bakeSeconds: 86_400 };
    world.declare({ size: 3, updating }, limits);
    world.settle();
    world.declare({ size: 3, updating, hash: V2 }, limits);
    world.until((plan) => plan.rollout?.phase === 'bake');
    world.run(HOUR);
    const before = world.count.passes;
    world.run(20 * HOUR);
    expect(world.count.passes - before).toBeLessThanOrEqual(2 * 20);
  });
});
