import { describe, expect } from 'vitest';
import { scenario } from '../../support/scenario.js';
import {
  became,
  begun,
  ID,
  isHealthy,
  metricValues,
  QUICK,
  replaced,
  versions,
  watchBudget,
  web,
} from '../../support/scenario-rollouts.js';
import type { World } from '../../support/world.js';

const oneOf = (world: World, version: string): string =>
  world.members(ID).find(({ tags }) => tags.version === version)?.id ?? '';

export const rolloutCommands = () =>
  describe('a rolling update under way', () => {
    scenario(
      'it is stopped at a steady group that heals from the revision before, and resumed to its end',
      async (world) => {
        await begun(world, 4);
        const breaches = watchBudget(world, { floor: 2, ceiling: 4 });
        await world.commit(web(2, 4));
        await replaced(world, 1);
        await world.api('Group.StopUpdate', { ID });
        await world.until('it is whole', () => world.members(ID).filter(isHealthy).length === 4, 120);
        const stopped = versions(world);
        await world.advance(300);
        expect(versions(world)).toBe(stopped);
        const before = world.now();
        world.others.terminate(oneOf(world, '2'));
        await world.until('it is healed', () => world.members(ID).filter(isHealthy).length === 4, 300);
        const [healed] = world.books.all().filter(({ launchedAt }) => launchedAt > before);
        expect(healed?.tagsAtLaunch.version).toBe('1');
        const order = (await world.events(ID)).findLast(({ event }) => event === 'launch.ordered');
        expect(order?.reason).toContain('revision 1');
        await world.api('Group.Resume', { ID });
        await became(world, 'succeeded');
        await world.settle(ID);
        expect(versions(world)).toBe('2 2 2 2');
        expect(breaches).toEqual([]);
        const detected = metricValues(world, 'DetectionSeconds');
        expect(detected.length).toBeGreaterThan(0);
        for (const seconds of detected) expect(seconds).toBeLessThan(10);
      },
      QUICK,
    );

    for (const [name, updating, limits] of [
      ['without a surge', { MaxUnavailable: 2 }, { floor: 3, ceiling: 5 }],
      ['with a surge', { MaxUnavailable: 0, MaxSurge: 2 }, { floor: 5, ceiling: 7 }],
    ] as const) {
      scenario(
        `it is superseded in the middle, ${name}, and never goes beyond its limits`,
        async (world) => {
          await begun(world, 5);
          const breaches = watchBudget(world, limits);
          await world.commit(web(2, 5, updating));
          await replaced(world, 2);
          await world.advance(3);
          await world.commit(web(3, 5, updating));
          await became(world, 'succeeded', 3);
          await world.settle(ID);
          expect(versions(world)).toBe('3 3 3 3 3');
          expect(breaches).toEqual([]);
          const { id, rollout } = await world.record(ID);
          const past = await world.plane.store.rollouts(id, 10);
          expect(past.map(({ status, to }) => `${to} ${status}`)).toEqual(['3 succeeded', '2 superseded']);
          expect(past[1]?.reason).toMatch(/^revision 3 was committed; \d of 5 were replaced$/);
          expect(rollout?.number).toBe(2);
        },
        QUICK,
      );
    }

    scenario(
      'it replaces nothing where it is opportunistic, but launches the new revision',
      async (world) => {
        await begun(world);
        await world.commit(web(2, 3, { Strategy: 'opportunistic' }));
        await world.advance(300);
        expect(versions(world)).toBe('1 1 1');
        expect((await world.record(ID)).rollout).toBeUndefined();
        world.others.terminate(oneOf(world, '1'));
        await world.until('it is healed', () => world.members(ID).filter(isHealthy).length === 3, 300);
        expect(versions(world)).toBe('1 1 2');
        const { status, steady } = await world.record(ID);
        expect(status.divergence).toBe(0);
        // What not everybody runs has not been found whole.
        expect(steady?.number).toBe(1);
      },
      QUICK,
    );

    scenario(
      'it stands still while the group is frozen, and goes on after',
      async (world) => {
        await begun(world);
        await world.commit(web(2));
        await replaced(world, 1);
        await world.api('Group.Freeze', { ID, Reason: 'an audit' });
        await world.advance(5);
        const known = world.books.all().length;
        const there = world.members(ID).map(({ id }) => id);
        await world.advance(1200);
        expect(world.books.all()).toHaveLength(known);
        expect(world.members(ID).map(({ id }) => id)).toEqual(there);
        const { rollout } = await world.record(ID);
        expect([rollout?.status, rollout?.waitsFor]).toEqual([
          'running',
          expect.stringContaining('an audit'),
        ]);
        await world.api('Group.Thaw', { ID });
        await became(world, 'succeeded');
        await world.settle(ID);
        expect(versions(world)).toBe('2 2 2');
      },
      QUICK,
    );
  });
