import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GroupRecord } from '../../lib/core/group-record.js';
import { configHash, instanceId } from '../../lib/core/ids.js';
import { isHeld, isRolling } from '../../lib/core/rollout.js';
import { seededShuffle } from '../golden/seeded-shuffle.js';
import { type PlannerWorld, plannerWorld } from '../support/planner-world.js';
import { thoroughly } from '../support/thorough.js';
import { count, type Declared, HOUR, MINUTE, SECOND, V1, ZONES } from './planner-samples.js';

/** `PLAN_RUNS=5000` looks longer. */
const RUNS = Number(process.env.PLAN_RUNS ?? thoroughly(150, 60));

type Happening = (world: PlannerWorld, declared: Declared, round: number) => void;

/** What befalls a rolling group; `declare` is what commits. */
const HAPPENINGS: readonly Happening[] = [
  (world, declared, round) => commit(world, { ...declared, hash: configHash(`v${round + 10}`) }),
  (world, declared, round) => commit(world, { ...declared, hash: configHash(`v${round + 10}`) }),
  (world, declared) => commit(world, { ...declared, hash: V1 }, 'rollback'),
  (world, declared, round) =>
    commit(
      world,
      declared.pets
        ? declared
        : { ...declared, size: Math.max(0, (declared.size ?? 3) + (round % 2 ? 2 : -1)) },
    ),
  (world, _, round) => withAny(world, round, (id) => world.kill(id)),
  (world, _, round) => withAny(world, round, (id) => world.sicken(id)),
  (world, _, round) =>
    withAny(world, round, (id) =>
      world.command({ destroying: [{ instance: instanceId(id), reason: 'named' }] }),
    ),
  (world, _, round) => withAny(world, round, (id) => world.warn(id, 'interruption', 'spot interruption')),
  (world) => world.command({ restartBefore: world.now(), rolls: true }),
  (world) => {
    if (isRolling(world.group().rollout))
      world.rollout((before) => ({ ...before, status: 'stopped', reason: 'stopped by a user' }));
  },
  (world) => {
    if (isHeld(world.group().rollout)) world.resume();
  },
  (world) => world.stopExecution(),
  (world) => world.launchesAre({ neverHealthy: true }),
  (world) => world.launchesAre({ dieAfterMs: 5 * SECOND }),
  (world) => world.launchesAre({ bootMs: 3 * MINUTE }),
  (world) => world.launchesAre({}),
  (world) => world.fill('subnet-a', 'subnet-b', 'subnet-c'),
  (world) => world.fill(),
  (world) => world.alarmsAre({ errors: 'ALARM' }),
  (world) => world.alarmsAre('unreadable'),
  (world) => world.windowIs({ open: false, changesAt: world.now() + 20 * MINUTE }),
  (world) =>
    world.command({ freeze: { reason: 'gala', since: world.now(), until: world.now() + 10 * MINUTE } }),
];

const latest = new WeakMap<PlannerWorld, Declared>();
const sizes = new WeakMap<PlannerWorld, readonly number[]>();
const commit = (world: PlannerWorld, declared: Declared, origin?: string): void => {
  const all = [...(sizes.get(world) ?? []), declared.pets?.length ?? declared.size ?? 0];
  latest.set(world, declared);
  sizes.set(world, all);
  world.declare(declared, limitsOf(declared, all), origin);
};
const withAny = (world: PlannerWorld, round: number, act: (id: string) => void): void => {
  const ids = world.alive();
  const id = ids[(round * 7) % Math.max(1, ids.length)];
  if (id !== undefined) act(id);
};

/** A roll keeps to what was before it, and a rollback leads there: the smallest and the largest `sizes` so far count. */
const limitsOf = ({ pets, repair, updating }: Declared, sizes: readonly number[]) => {
  const surge = pets || updating?.maxSurge?.kind !== 'count' ? 0 : updating.maxSurge.count;
  const allowed = updating?.maxUnavailable?.kind === 'count' ? updating.maxUnavailable.count : 1;
  const unavailable = surge === 0 ? Math.max(1, allowed) : allowed;
  return {
    atMost: Math.max(...sizes) + Math.max(surge, repair?.launchFirst ? 1 : 0),
    atLeast: Math.max(0, Math.min(...sizes) - unavailable),
  };
};

const declared: fc.Arbitrary<Declared> = fc
  .record({
    size: fc.integer({ min: 1, max: 6 }),
    pets: fc.boolean(),
    maxUnavailable: fc.integer({ min: 0, max: 2 }),
    maxSurge: fc.integer({ min: 0, max: 2 }),
    onFailure: fc.constantFrom('pause' as const, 'rollback' as const, 'continue' as const),
    bakeSeconds: fc.constantFrom(0, 60),
    canary: fc.boolean(),
    checkpoint: fc.boolean(),
    launchFirst: fc.boolean(),
    proof: fc.constantFrom({}, { count: 3 }, { durationSeconds: 45 }),
    alarms: fc.constantFrom([], ['errors']),
  })
  .map(
    ({
      size,
      pets,
      maxUnavailable,
      maxSurge,
      onFailure,
      bakeSeconds,
      canary,
      checkpoint,
      launchFirst,
      proof,
      alarms,
    }) => ({
      ...(pets ? { pets: ['a', 'b', 'c', 'd'].slice(0, Math.max(2, size - 2)) } : { size }),
      pools: ZONES,
      hash: V1,
      repair: { graceSeconds: 300, launchFirst: launchFirst && !pets },
      updating: {
        maxUnavailable: count(maxUnavailable),
        maxSurge: count(pets ? 0 : maxSurge),
        healthTimeoutSeconds: 300,
        onFailure,
        bakeSeconds,
        alarms,
        ...proof,
        ...(canary ? { canary: { size: count(2), bakeSeconds: 60 } } : {}),
        ...(checkpoint
          ? { checkpoints: [{ atPercent: 50, wait: { kind: 'seconds' as const, seconds: 60 } }] }
          : {}),
      },
    }),
  );

describe('a rollout', () => {
  it('ends, whatever befalls it, once nothing does any more and a user resumes what is held', () => {
    const happening = fc.record({
      what: fc.integer({ min: 0, max: HAPPENINGS.length - 1 }),
      after: fc.integer({ min: 1, max: 240 }),
    });
    fc.assert(
      fc.property(
        declared,
        fc.array(happening, { maxLength: 8 }),
        fc.integer({ min: 0, max: 99 }),
        (spec, story, seed) => {
          const world = plannerWorld(seededShuffle(seed));
          world.alarmsAre({ errors: 'OK' });
          commit(world, spec);
          world.settle();
          commit(world, { ...spec, hash: configHash('v2') });
          for (const [round, { what, after }] of story.entries()) {
            world.run(after * SECOND);
            HAPPENINGS[what]?.(world, latest.get(world) ?? spec, round);
          }
          calm(world);
          for (let tries = 0; tries < 3; tries += 1) {
            if (isHeld(world.group().rollout)) world.resume();
            world.until((plan) => plan.converged || isHeld(plan.rollout), 6 * HOUR);
          }
          const { rollout } = world.group();
          expect(world.converged(), world.lines.slice(-30).join('\n')).toBe(true);
          expect(isRolling(rollout) || isHeld(rollout)).toBe(false);
        },
      ),
      { numRuns: RUNS },
    );
  }, 120_000);
});

/** Nothing is wrong any more. */
const calm = (world: PlannerWorld): void => {
  const unfrozen: Partial<GroupRecord> = { freeze: undefined, breakerOverrideUntil: world.now() + 48 * HOUR };
  world.launchesAre({});
  world.fill();
  world.alarmsAre({ errors: 'OK' });
  world.windowIs(undefined);
  world.heal(...world.alive());
  world.command(unfrozen);
};
