import { describe, expect } from 'vitest';
import { scenario } from '../../support/scenario.js';
import {
  alarmState,
  became,
  begun,
  broken,
  executionsOf,
  ID,
  isHealthy,
  metricValues,
  QUICK,
  versions,
  watchBudget,
  web,
} from '../../support/scenario-rollouts.js';

export const rolloutFailures = () =>
  describe('a rolling update to instances that never get healthy', () => {
    scenario(
      'it pauses after the first one, the group heals from the last good revision, and a fix supersedes it',
      async (world) => {
        await begun(world);
        const breaches = watchBudget(world, { floor: 2, ceiling: 3 });
        await world.commit(broken(2));
        await became(world, 'paused', 2);
        const { rollout } = await world.view(ID).then(({ Rollout }) => ({ rollout: Rollout }));
        expect(rollout).toMatchObject({
          Status: 'paused',
          Reason: expect.stringMatching(/^1 failed, more than 0/),
        });
        await world.until('the alarm', () => alarmState(world, 'rolloutsstuck') === 'ALARM', 180);
        expect(Math.max(...metricValues(world, 'RolloutsStuck'))).toBe(1);
        expect((await executionsOf(world, 'rolling-update')).map(({ status }) => status)).toEqual([
          'SUCCEEDED',
        ]);
        // One that dies meanwhile comes back as what is known to work, and nothing else of the failed one is launched.
        const died = world.members(ID).find(({ tags }) => tags.version === '1');
        world.others.terminate(died?.id ?? '');
        await world.until('it is healed', () => world.members(ID).filter(isHealthy).length === 2, 300);
        await world.advance(120);
        expect(world.books.all().filter(({ imageId }) => imageId === 'ami-0bad')).toHaveLength(1);
        const { Plan } = await world.commit(web(3));
        expect(Plan).toContain('Supersedes the rollout from revision 1 to 2 (0 of 3 replaced)');
        await became(world, 'succeeded', 3);
        await world.settle(ID);
        expect(versions(world)).toBe('3 3 3');
        expect(breaches).toEqual([]);
        await world.until('the end of the alarm', () => alarmState(world, 'rolloutsstuck') === 'OK', 300);
        const past = await world.plane.store.rollouts((await world.record(ID)).id, 10);
        expect(past.map(({ status }) => status)).toEqual(['succeeded', 'superseded']);
      },
      QUICK,
    );

    scenario(
      'it rolls back by itself to the revision before, for good',
      async (world) => {
        await begun(world);
        const breaches = watchBudget(world, { floor: 2, ceiling: 3 });
        await world.commit(broken(2, 3, { OnFailure: 'rollback' }));
        await became(world, 'rolled-back');
        await world.settle(ID);
        expect(versions(world)).toBe('1 1 1');
        expect(breaches).toEqual([]);
        const { rollout, steady, history, revision } = await world.record(ID);
        expect([rollout?.from, rollout?.to, revision]).toEqual([1, 3, 3]);
        expect(history[0]?.origin).toBe('rollback');
        expect(steady?.specHash).toBe(history[0]?.specHash);
        expect(world.books.all().filter(({ imageId }) => imageId === 'ami-0bad')).toHaveLength(1);
        expect((await world.events(ID)).map(({ event }) => event)).toEqual(
          expect.arrayContaining(['rollout.rolling-back', 'rollout.rolled-back']),
        );
        await world.advance(600);
        expect(versions(world)).toBe('1 1 1');
      },
      QUICK,
    );

    scenario(
      'it goes on over failures for as many as it may, and with OnFailure continue to the end',
      async (world) => {
        await begun(world);
        world.faults.add({ kind: 'checks-never-pass', status: 'impaired', times: 2 });
        await world.commit(web(2, 3, { OnFailure: 'continue', HealthTimeout: '30s' }));
        await became(world, 'succeeded');
        await world.settle(ID);
        expect(versions(world)).toBe('2 2 2');
        expect((await world.record(ID)).rollout?.failures).toBe(2);
        expect(metricValues(world, 'RolloutsStuck')).toEqual([]);
        world.faults.add({ kind: 'checks-never-pass', status: 'initializing', times: 1 });
        await world.commit(web(3, 3, { MaxFailures: 1, HealthTimeout: '30s' }));
        await became(world, 'succeeded', 3, 1200);
        await world.settle(ID);
        expect((await world.record(ID)).rollout?.failures).toBe(1);
      },
      QUICK,
    );

    scenario(
      'it rolls a fix out to a group that was never whole',
      async (world) => {
        await world.commit(broken(1, 2));
        await world.advance(60);
        expect(world.members(ID).filter(isHealthy)).toHaveLength(0);
        await world.commit(web(2, 2));
        await became(world, 'succeeded', 2);
        await world.settle(ID);
        expect(versions(world)).toBe('2 2');
      },
      QUICK,
    );
  });
