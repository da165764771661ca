import { describe, expect } from 'vitest';
import { EXECUTION_DUE } from '../../../lib/core/deployment.js';
import { scenario } from '../../support/scenario.js';
import {
  alarmState,
  became,
  begun,
  executionsOf,
  ID,
  QUICK,
  replaced,
  stopExecutions,
  versions,
  watchBudget,
  web,
} from '../../support/scenario-rollouts.js';
import type { World } from '../../support/world.js';

const statusesOf = async (world: World): Promise<string> =>
  (await executionsOf(world, 'rolling-update')).map(({ status }) => status).join(' ');

/** Version 2 is rolled out in the end, within the limits, whatever happens to it. */
const rolls = async (
  world: World,
  disturb: () => Promise<unknown> | unknown,
  {
    updating = {},
    limitSeconds = 1200,
  }: { updating?: Parameters<typeof web>[2]; limitSeconds?: number } = {},
): Promise<void> => {
  await begun(world);
  const breaches = watchBudget(world, { floor: 2, ceiling: 3 });
  await world.commit(web(2, 3, updating));
  await disturb();
  await became(world, 'succeeded', 2, limitSeconds);
  await world.settle(ID);
  expect(versions(world)).toBe('2 2 2');
  expect(breaches).toEqual([]);
};

const runs = (world: World, machine: 'rolling-update' | 'health-check') => async () =>
  (await executionsOf(world, machine)).some(({ status }) => status === 'RUNNING');

export const rolloutDeaths = () =>
  describe('a rolling update whose machine fails it', () => {
    scenario(
      'it goes on by another execution when one is stopped in the middle of a check',
      async (world) => {
        await rolls(world, async () => {
          await world.until('a check', runs(world, 'health-check'), 120);
          expect(await stopExecutions(world, 'rolling-update')).toBe(1);
          await stopExecutions(world, 'health-check');
        });
        expect(await statusesOf(world)).toBe('SUCCEEDED ABORTED');
        expect((await world.record(ID)).rollout?.execution).toBe(2);
        const told = (await world.events(ID)).find(({ event }) => event === 'rollout.handed-over');
        expect(told?.reason).toBe('execution 2 goes on');
      },
      QUICK,
    );

    scenario(
      'it goes on by another execution when one is stopped while it waits, soon after the wait',
      async (world) => {
        let stoppedAt = 0;
        await rolls(
          world,
          async () => {
            const bakes = async () => (await world.record(ID)).rollout?.phase === 'canary-bake';
            await world.until('the bake', bakes, 300);
            await world.advance(30);
            expect(await stopExecutions(world, 'rolling-update')).toBe(1);
            stoppedAt = world.now();
          },
          { updating: { Canary: { Size: 1, Bake: '5m' } } },
        );
        expect(await statusesOf(world)).toBe('SUCCEEDED ABORTED');
        expect(world.now() - stoppedAt).toBeLessThan(9 * 60_000);
      },
      QUICK,
    );

    scenario(
      'it needs no event of EC2',
      async (world) => {
        world.faults.add({
          kind: 'events',
          how: 'never',
          detailType: 'EC2 Instance State-change Notification',
        });
        await rolls(world, () => undefined);
      },
      QUICK,
    );

    scenario(
      'it asks again for an execution whose event was lost',
      async (world) => {
        world.faults.add({ kind: 'events', how: 'never', detailType: EXECUTION_DUE, times: 1 });
        await rolls(world, () => undefined);
        expect((await world.record(ID)).rollout?.execution).toBe(2);
        expect(await statusesOf(world)).toBe('SUCCEEDED');
      },
      QUICK,
    );

    scenario(
      'it starts one execution for an event that comes twice, even after its end',
      async (world) => {
        world.faults.add({ kind: 'events', how: 'twice', ms: 240_000, detailType: EXECUTION_DUE });
        await rolls(world, () => undefined);
        await world.advance(300);
        expect(await statusesOf(world)).toBe('SUCCEEDED');
      },
      QUICK,
    );

    scenario(
      'it goes on when its checks are killed at every call',
      async (world) => {
        for (const call of [1, 2, 3, 4])
          for (const when of ['before', 'after'] as const)
            world.crash({ function: 'check-health', group: ID, call, when });
        await rolls(world, () => undefined);
        expect(world.interruptions.left).toEqual([]);
      },
      QUICK,
    );

    scenario(
      'it does not end again what ended long ago when a pass dies between the end and the word for it',
      async (world) => {
        let dies = false;
        const EC2_TOLD = 'EC2 Instance State-change Notification';
        world.before(({ function: name, operation }) => {
          if (!dies || name !== 'reconcile' || operation !== 'TerminateInstances') return;
          dies = false;
          // A step is the first to look again.
          world.faults.add({ kind: 'events', how: 'never', detailType: EC2_TOLD });
          world.plane.runSchedules(false);
          // The end itself is the first call from here, the record of the instance the second, the order the third.
          world.crash({ function: 'reconcile', group: ID, call: 2, when: 'after' });
        });
        await rolls(world, async () => {
          await replaced(world, 1);
          dies = true;
        });
        expect((await world.events(ID)).map(({ event }) => event)).not.toContain('instance.blocked');
      },
      QUICK,
    );

    scenario(
      'it stops at its first replacement when nothing checks the health of that',
      async (world) => {
        const settled = { Settled: { Type: 'Succeed' } };
        world.plane.putMachine(
          'health-check',
          JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'Settled', States: settled }),
        );
        await begun(world);
        await world.commit(web(2, 3, { HealthTimeout: '90s', DrainTimeout: '30s' }));
        await world.until('the alarm', () => alarmState(world, 'rolloutsstuck') === 'ALARM', 900);
        const { rollout, status } = await world.record(ID);
        expect([rollout?.status, rollout?.replaced, status.rollout?.stuck]).toEqual(['running', 0, true]);
        expect(versions(world)).toBe('1 1 2');
        // What comes back at once is not asked for again at once.
        expect((await executionsOf(world, 'health-check')).length).toBeLessThan(60);
        world.plane.putMachine('health-check');
        await became(world, 'succeeded');
        await world.settle(ID);
      },
      QUICK,
    );
  });
