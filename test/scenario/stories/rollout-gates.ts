import { describe, expect } from 'vitest';
import { scenario } from '../../support/scenario.js';
import {
  became,
  begun,
  ID,
  QUICK,
  replaced,
  versions,
  watchBudget,
  web,
} from '../../support/scenario-rollouts.js';
import type { World } from '../../support/world.js';

/** When version 2 was launched, in seconds from the first of them. */
const launchTimes = (world: World): readonly number[] => {
  const times = world.books
    .all()
    .filter(({ tagsAtLaunch }) => tagsAtLaunch.version === '2')
    .map(({ launchedAt }) => launchedAt / 1000);
  return times.map((time) => Math.round(time - (times[0] ?? 0)));
};

export const rolloutGates = () =>
  describe('a rolling update with something to wait for', () => {
    scenario(
      'it stops at a checkpoint until a user approves, and at another for its time',
      async (world) => {
        await begun(world, 4);
        const Checkpoints = [
          { At: '50%', Wait: 'approval' },
          { At: '75%', Wait: '10m' },
        ];
        await world.commit(web(2, 4, { Checkpoints }));
        await became(world, 'paused');
        expect((await world.view(ID)).Rollout?.AwaitsApproval).toBe(true);
        await world.advance(1200);
        expect(versions(world)).toBe('1 1 2 2');
        expect(world.cloud.cloudwatch.alarm('holdfast-a-alarmsrolloutsstuck')?.state).not.toBe('ALARM');
        await world.api('Group.Resume', { ID });
        await became(world, 'succeeded', 2, 1200);
        const [, , third = 0, fourth = 0] = launchTimes(world);
        expect(fourth - third).toBeGreaterThan(600);
        expect(fourth - third).toBeLessThan(660);
        await world.settle(ID);
      },
      QUICK,
    );

    scenario(
      'it watches its canary, and all of them at the end',
      async (world) => {
        await begun(world, 4);
        await world.commit(web(2, 4, { Canary: { Size: 2, Bake: '15m' }, Bake: '5m', MaxUnavailable: 2 }));
        await became(world, 'succeeded', 2, 2400);
        const [, second = 0, third = 0, fourth = 0] = launchTimes(world);
        expect(second).toBeLessThan(60);
        expect(third - second).toBeGreaterThan(900);
        expect(fourth).toBe(third);
        const { startedAt = 0, endedAt = 0 } = (await world.record(ID)).rollout ?? {};
        expect((endedAt - startedAt) / 1000 - third).toBeGreaterThan(300);
        await world.settle(ID);
      },
      QUICK,
    );

    scenario(
      'it rolls back when its alarm is raised while it bakes, and does not ask that alarm again',
      async (world) => {
        world.cloud.cloudwatch.setAlarm('errors', 'OK');
        await begun(world);
        const breaches = watchBudget(world, { floor: 2, ceiling: 3 });
        await world.commit(web(2, 3, { Alarms: ['errors'], OnFailure: 'rollback', Bake: '30m' }));
        await replaced(world, 3);
        world.cloud.cloudwatch.setAlarm('errors', 'ALARM');
        await became(world, 'rolled-back');
        await world.settle(ID);
        expect(versions(world)).toBe('1 1 1');
        expect((await world.record(ID)).rollout?.reason).toContain('alarm "errors" is in ALARM');
        expect(breaches).toEqual([]);
      },
      QUICK,
    );

    scenario(
      'it is held by an alarm that is away, and goes on when there is one that is OK',
      async (world) => {
        await begun(world);
        await world.commit(web(2, 3, { Alarms: ['errors'] })).catch(() => undefined);
        await world.advance(600);
        expect(versions(world)).toBe('1 1 1');
        world.cloud.cloudwatch.setAlarm('errors', 'OK');
        await world.commit(web(2, 3, { Alarms: ['errors'] }));
        await replaced(world, 1);
        world.cloud.cloudwatch.setAlarm('errors', 'INSUFFICIENT_DATA');
        const { replaced: before } = (await world.record(ID)).rollout ?? {};
        await world.advance(900);
        const { rollout } = await world.record(ID);
        expect(rollout?.status).toBe('running');
        expect(rollout?.waitsFor).toContain('alarm "errors" has no data');
        expect(rollout?.replaced).toBeLessThanOrEqual((before ?? 0) + 1);
        world.cloud.cloudwatch.setAlarm('errors', 'OK');
        await became(world, 'succeeded');
        await world.settle(ID);
      },
      QUICK,
    );

    scenario(
      'it waits for its window, and goes on when that opens',
      async (world) => {
        await begun(world);
        // The story begins at midnight UTC: the window opens three quarters of an hour later.
        const MaintenanceWindows = [{ Cron: '45 1 * * *', Duration: '1h', TimeZone: 'Europe/Berlin' }];
        await world.commit(web(2, 3, { MaintenanceWindows }));
        await became(world, 'running');
        await world.advance(1200);
        expect(versions(world)).toBe('1 1 1');
        expect((await world.record(ID)).rollout).toMatchObject({
          waitsFor: expect.stringContaining('window'),
          until: Date.UTC(2026, 0, 1, 0, 45),
        });
        // A repair is no update: it goes on, from what the rollout's phase allows: the first of the new ones.
        world.others.terminate(world.members(ID)[0]?.id ?? '');
        await world.until('it is healed', () => world.members(ID).length === 3, 120);
        await world.advance(300);
        expect(versions(world)).toBe('1 1 2');
        await became(world, 'succeeded', 2, 3600);
        expect(world.now()).toBeGreaterThan(Date.UTC(2026, 0, 1, 0, 45));
        expect(world.now()).toBeLessThan(Date.UTC(2026, 0, 1, 0, 55));
        await world.settle(ID);
        expect(versions(world)).toBe('2 2 2');
      },
      QUICK,
    );
  });
