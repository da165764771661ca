import { describe, expect } from 'vitest';
import type { Json } from '../../../lib/core/json.js';
import { scenario } from '../../support/scenario.js';
import { runTenants, TENANTS } from '../../support/scenario-flavor.js';
import { became, ID, QUICK, versions } from '../../support/scenario-rollouts.js';
import { cattle } from '../../support/scenario-specs.js';

const WORLD = { ...QUICK, flavors: TENANTS };

const tenants = (version: number, size = 3, updating: Readonly<Record<string, Json>> = {}) =>
  cattle(ID, size, {
    plugin: 'tenant',
    flavor: { Tags: { version: `${version}` } },
    properties: { Updating: updating },
  });

export const rolloutDrains = () =>
  describe('a rolling update of what is to be drained', () => {
    scenario(
      'it ends an instance only when it is drained',
      async (world) => {
        const drained = runTenants(world, { seconds: 20 });
        await world.commit(tenants(1));
        await world.settle(ID);
        await world.commit(tenants(2));
        await became(world, 'succeeded');
        await world.settle(ID);
        expect(versions(world)).toBe('2 2 2');
        const ended = world.books.all().filter(({ endedAt }) => endedAt !== undefined);
        expect(ended.map(({ id }) => id).sort()).toEqual(drained.map(({ id }) => id).sort());
        for (const { id, endedAt = 0 } of ended)
          expect(endedAt).toBeGreaterThanOrEqual(drained.find((one) => one.id === id)?.at ?? Number.NaN);
        const reasons = (await world.events(ID)).filter(({ event }) => event === 'instance.destroyed');
        expect(reasons).toHaveLength(3);
        for (const { reason } of reasons) expect(reason).toContain('drained');
      },
      WORLD,
    );

    scenario(
      'it is paused by a drain that fails, and keeps the instance',
      async (world) => {
        const drained = runTenants(world, { exitCode: () => 3 });
        await world.commit(tenants(1));
        await world.settle(ID);
        await world.commit(tenants(2));
        await became(world, 'paused');
        const first = drained[0]?.id ?? '';
        expect((await world.record(ID)).rollout?.reason).toBe(
          `1 failed, more than 0 (the last was ${first})`,
        );
        await world.advance(300);
        expect(versions(world)).toBe('1 1 1');
        expect(world.cloud.ec2.instance(first)?.state).toBe('running');
        expect((await world.record(ID)).orders).toEqual([]);
        const kept = (await world.events(ID)).filter(({ event }) => event === 'instance.kept');
        expect(kept).toHaveLength(1);
        expect(kept[0]).toMatchObject({ instance: first, reason: expect.stringContaining('exit code 3') });
        // Mended, it goes on with the same instance.
        runTenants(world);
        await world.api('Group.Resume', { ID });
        await became(world, 'succeeded');
        await world.settle(ID);
        expect(versions(world)).toBe('2 2 2');
      },
      WORLD,
    );

    scenario(
      'TestDestroyTerminateDrainError: a drain that fails when the group shrinks is only noted',
      async (world) => {
        const drained = runTenants(world, { exitCode: () => 3 });
        await world.commit(tenants(1, 2));
        await world.settle(ID);
        await world.api('Group.SetSize', { ID, Size: 1, Confirm: true });
        await world.until('one is left', () => world.members(ID).length === 1, 120);
        await world.settle(ID);
        expect(drained).toHaveLength(1);
        const [ended] = (await world.events(ID)).filter(({ event }) => event === 'instance.destroyed');
        expect(ended?.reason).toContain('exit code 3');
      },
      WORLD,
    );

    scenario(
      'it leaves out the drain where the spec skips it, but not when the group shrinks',
      async (world) => {
        const drained = runTenants(world);
        const SKIPS = { SkipBeforeInstanceDestroy: 'drain' };
        await world.commit(tenants(1, 2, SKIPS));
        await world.settle(ID);
        await world.commit(tenants(2, 2, SKIPS));
        await became(world, 'succeeded');
        await world.settle(ID);
        expect(drained).toEqual([]);
        await world.api('Group.SetSize', { ID, Size: 1, Confirm: true });
        await world.settle(ID);
        expect(drained).toHaveLength(1);
        const ended = world.books.all().find(({ id }) => id === drained[0]?.id);
        expect(ended?.endedAt).toBeGreaterThanOrEqual(drained[0]?.at ?? Number.NaN);
      },
      WORLD,
    );

    scenario(
      'it goes on over a drain that takes too long, as often as it may',
      async (world) => {
        runTenants(world, { seconds: 3_000 });
        await world.commit(tenants(1, 2));
        await world.settle(ID);
        await world.commit(tenants(2, 2, { MaxFailures: 2, DrainTimeout: '30s' }));
        await became(world, 'succeeded');
        await world.settle(ID);
        expect(versions(world)).toBe('2 2');
        expect((await world.record(ID)).rollout?.failures).toBe(2);
      },
      WORLD,
    );
  });
