import { describe, expect } from 'vitest';
import { groupId } from '../../../lib/core/ids.js';
import { scenario } from '../../support/scenario.js';
import { runTenants, TENANTS } from '../../support/scenario-flavor.js';
import { became, begun, executionsOf, ID, QUICK, versions, web } from '../../support/scenario-rollouts.js';
import { cattle, PET_ADDRESSES, pets } from '../../support/scenario-specs.js';
import type { World } from '../../support/world.js';
import { isOrder, launchedByUs, once } from './at-a-call.js';

const WITH_DRAINS = { ...QUICK, flavors: TENANTS };

const tenants = (size: number) => cattle(ID, size, { plugin: 'tenant' });

const shrunk = async (world: World): Promise<void> => {
  await world.api('Group.SetSize', { ID, Size: 1, Confirm: true });
  await world.settle(ID);
};

export const endInterleavings = () =>
  describe('the interleavings of an end', () => {
    scenario(
      'it keeps the order to end an instance that EC2 says it does not know',
      async (world) => {
        await world.commit(cattle(ID, 2));
        await world.settle(ID);
        world.faults.add({
          kind: 'read-lag',
          ms: 600_000,
          operation: 'TerminateInstances',
          forMs: 40_000,
        });
        await world.api('Group.SetSize', { ID, Size: 1, Confirm: true });
        await world.advance(20);
        expect((await world.record(ID)).orders).toMatchObject([{ kind: 'destroy' }]);
        expect(world.members(ID)).toHaveLength(2);
        await world.settle(ID);
        expect(launchedByUs(world)).toHaveLength(2);
        expect((await world.events(ID)).map(({ event }) => event)).not.toContain('instance.blocked');
      },
      QUICK,
    );

    scenario(
      'it fills the place of cattle that hang in shutting-down, and that of a pet only when it is terminated',
      async (world) => {
        await world.commit(cattle('herd', 2));
        await world.commit(pets('zoo', [PET_ADDRESSES[0]]));
        await world.settle('herd');
        await world.settle('zoo');
        world.faults.add({ kind: 'slow-shutdown', ms: 180_000 });
        for (const group of ['herd', 'zoo']) world.others.terminate(world.members(group)[0]?.id ?? '');
        await world.advance(60);
        expect(world.members('herd')).toHaveLength(2);
        expect(world.members('zoo')).toEqual([]);
        await world.settle('zoo');
      },
      QUICK,
    );

    scenario(
      'it starts a drain again when its pass dies before the command is on record',
      async (world) => {
        const drained = runTenants(world);
        await world.commit(tenants(2));
        await world.settle(ID);
        const happened = once(
          world,
          ({ function: name, operation, input }) =>
            name === 'reconcile' && operation === 'SendCommand' && JSON.stringify(input).includes('leave'),
          () => world.crash({ function: 'reconcile', group: ID, call: 1, when: 'after' }),
        );
        await shrunk(world);
        expect(happened()).toBe(true);
        expect(drained).toHaveLength(2);
        expect(new Set(drained.map(({ id }) => id)).size).toBe(1);
      },
      WITH_DRAINS,
    );

    scenario(
      'it goes on with a drain that outlasts the lease of the pass that began it',
      async (world) => {
        const drained = runTenants(world, { seconds: 150 });
        await world.commit(tenants(2));
        await world.settle(ID);
        await shrunk(world);
        expect(drained).toHaveLength(1);
        const ended = world.books.all().find(({ id }) => id === drained[0]?.id);
        expect(ended?.endedAt).toBeGreaterThanOrEqual(drained[0]?.at ?? Number.NaN);
      },
      WITH_DRAINS,
    );

    scenario(
      'it ends no further instance once a stop was answered',
      async (world) => {
        await begun(world);
        const happened = once(world, isOrder('destroy'), () => world.apiWithin('Group.StopUpdate', { ID }));
        await world.commit(web(2));
        await became(world, 'stopped');
        await world.advance(180);
        expect(happened()).toBe(true);
        expect(world.books.all().filter(({ endedAt }) => endedAt !== undefined)).toEqual([]);
        expect(versions(world)).toBe('1 1 1');
      },
      QUICK,
    );

    scenario(
      'it waits while another pass has the lease, and its machine does not fail',
      async (world) => {
        await begun(world);
        await world.commit(web(2));
        const isFree = async () => {
          const { lease, rollout } = await world.record(ID);
          return lease === undefined && rollout?.execution === 1;
        };
        await world.until('no pass', isFree, 60);
        const lease = { holder: 'another', until: world.now() + 25_000 };
        expect(await world.plane.store.takeLease(groupId(ID), lease, world.now())).toBeDefined();
        await world.advance(24);
        expect((await world.record(ID)).lease?.holder).toBe('another');
        await became(world, 'succeeded');
        await world.settle(ID);
        const executions = await executionsOf(world, 'rolling-update');
        expect(executions.map(({ status }) => status)).toEqual(['SUCCEEDED']);
      },
      QUICK,
    );
  });
