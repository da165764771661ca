import { describe, expect } from 'vitest';
import type { Json } from '../../../lib/core/json.js';
import { scenario } from '../../support/scenario.js';
import { cattle } from '../../support/scenario-specs.js';
import type { World } from '../../support/world.js';

/** Quick boots, so that a roll of three is a story of a minute. */
const QUICK = { cloud: { timing: { bootMs: 2_000, checksMs: 3_000, shuttingDownMs: 2_000 } } };

const web = (version: number, size = 3, updating: Readonly<Record<string, Json>> = {}) =>
  cattle('web', size, {
    flavor: { Tags: { version: `${version}` } },
    properties: { Updating: updating },
  });

const versions = (world: World): readonly string[] =>
  world
    .members('web')
    .map(({ tags }) => tags.version ?? '')
    .sort();

const ID = 'web';

const became = (world: World, status: string) =>
  world.until(`rollout ${status}`, async () => (await world.record('web')).rollout?.status === status, 900);

/** Revision 1 is whole and revision 2 is being rolled out. */
const rolling = async (world: World, updating: Readonly<Record<string, Json>> = {}): Promise<void> => {
  await world.commit(web(1));
  await world.settle('web');
  await world.commit(web(2, 3, updating));
  await became(world, 'running');
};

/** What users do to a rollout under way. */
export const steering = () =>
  describe('a user', () => {
    scenario(
      'it stops a rollout and resumes it',
      async (world) => {
        await rolling(world);
        await world.api('Group.StopUpdate', { ID });
        expect((await world.api('Group.DescribeGroup', { ID })).Rollout).toMatchObject({
          Status: 'stopped',
          Reason: 'stopped by a user',
          From: 1,
          To: 2,
        });
        await expect(world.api('Group.StopUpdate', { ID })).rejects.toThrow(
          'group "web" is not being updated',
        );
        expect(await world.api('Group.Resume', { ID })).toEqual({ ID, Approved: false });
        await became(world, 'succeeded');
        await world.settle('web');
        expect(versions(world)).toEqual(['2', '2', '2']);
        await expect(world.api('Group.Resume', { ID })).rejects.toThrow(
          'nothing to resume: the rollout of group "web" from revision 1 to 2 has ended: succeeded',
        );
        const { Revisions } = await world.api('Group.History', { ID });
        expect(Revisions[0]).toMatchObject({ Steady: true, Rollout: { Status: 'succeeded', Total: 3 } });
        expect(Revisions[1]?.Rollout).toBeUndefined();
      },
      QUICK,
    );

    scenario(
      'it approves a checkpoint',
      async (world) => {
        await rolling(world, { Checkpoints: [{ At: '50%', Wait: 'approval' }] });
        await became(world, 'paused');
        const paused = await world.api('Group.DescribeGroup', { ID });
        expect(paused.Rollout).toMatchObject({
          AwaitsApproval: true,
          Checkpoints: [{ AtPercent: 50, Wait: 'approval', Passed: false }],
        });
        expect(paused.Instances.map(({ Bucket }) => Bucket)).toContain('healthy');
        expect(paused.Budget).toMatchObject({ MaxUnhealthy: 1 });
        expect(await world.api('Group.Resume', { ID })).toEqual({ ID, Approved: true });
        await became(world, 'succeeded');
        expect((await world.record('web')).rollout?.checkpoints).toBe(1);
        const { Rollout } = await world.api('Group.DescribeGroup', { ID });
        expect(Rollout?.Checkpoints).toMatchObject([{ Passed: true }]);
      },
      QUICK,
    );

    scenario(
      'it rolls back to the last revision that finished, at the size of now',
      async (world) => {
        await rolling(world);
        await world.api('Group.StopUpdate', { ID });
        await world.api('Group.SetSize', { ID, Size: 4 });
        const { Plan } = await world.api('Group.Rollback', { ID, Pretend: true });
        expect(Plan).toContain('rollback to revision 1\n');
        expect(Plan).toContain('Keeps 4 instances: scaled since revision 1');
        expect(Plan).toMatch(/Supersedes the rollout from revision 1 to \d \(\d of \d replaced\)/);
        const { Changed } = await world.api('Group.Rollback', { ID });
        expect(Changed).toBe(true);
        await world.settle('web');
        expect(versions(world)).toEqual(['1', '1', '1', '1']);
        const { Revisions } = await world.api('Group.History', { ID });
        expect(Revisions[0]).toMatchObject({ Origin: 'rollback', Current: true, Steady: true });
        await expect(world.api('Group.Rollback', { ID })).rejects.toThrow('nothing to roll back to');
        await expect(world.api('Group.Rollback', { ID, Revision: 99 })).rejects.toThrow(
          'no revision 99 of group "web"; known: 4, 3, 2, 1',
        );
      },
      QUICK,
    );

    scenario(
      'it restarts a group of which nothing has changed',
      async (world) => {
        await world.commit(web(1));
        await world.settle('web');
        await expect(world.api('Group.StopUpdate', { ID })).rejects.toThrow('is not being updated');
        const before = world.members('web').map(({ id }) => id);
        const { Plan, Changed } = await world.api('Group.Restart', { ID });
        expect([Plan.split('\n')[0], Changed]).toEqual(['Performing a rolling update on 3 instances', true]);
        await became(world, 'succeeded');
        await world.settle('web');
        const after = world.members('web').map(({ id }) => id);
        expect(after).toHaveLength(3);
        expect(after.filter((id) => before.includes(id))).toEqual([]);
      },
      QUICK,
    );

    scenario(
      'it hears in the plan what becomes of the rollout',
      async (world) => {
        await rolling(world);
        const pretend = async (version: number, size: number, updating = {}) =>
          (await world.api('Group.DescribeUpdate', { Spec: web(version, size, updating) })).Plan;
        expect(await pretend(3, 3)).toMatch(
          /^Supersedes the rollout from revision 1 to 2 \(\d of 3 replaced\)$/m,
        );
        expect(await pretend(2, 5)).toMatch(
          /^The rollout from revision 1 to 2 goes on under this revision$/m,
        );
        const opportunistic = await pretend(3, 3, { Strategy: 'opportunistic' });
        expect(opportunistic).toMatch(/^Strategy is opportunistic: \d instances stay as they are/m);
        expect(opportunistic).not.toContain('rolling update on');
      },
      QUICK,
    );

    scenario(
      'it grows a group while it rolls: last, whatever is committed meanwhile',
      async (world) => {
        await world.commit(web(1));
        await world.settle('web');
        await world.commit(web(2, 5));
        expect((await world.record('web')).basis).toEqual({ kind: 'size', size: 3 });
        await became(world, 'running');
        await world.commit(web(3, 6));
        expect((await world.record('web')).basis).toEqual({ kind: 'size', size: 3 });
        await world.until('rollout to 3 succeeded', async () => {
          const { rollout } = await world.record('web');
          return rollout?.to === 3 && rollout.status === 'succeeded';
        });
        await world.settle('web');
        expect(versions(world)).toEqual(['3', '3', '3', '3', '3', '3']);
        await world.api('Group.SetSize', { ID, Size: 7 });
        expect((await world.record('web')).basis).toBeUndefined();
      },
      QUICK,
    );

    scenario(
      'it is refused a roll while an alarm of the rollout is in ALARM, but no rollback',
      async (world) => {
        const { cloudwatch } = world.cloud;
        const watching = { Alarms: ['web-errors', 'web-latency'] };
        await world.commit(web(1));
        await world.settle('web');
        cloudwatch.setAlarm('web-latency', 'ALARM');
        const refused = world.api('Group.CommitGroup', { Spec: web(2, 3, watching) });
        await expect(refused).rejects.toMatchObject({
          data: { issues: [{ path: 'groups.web.Properties.Updating.Alarms[1]' }] },
        });
        expect((await world.commit(web(1, 3, watching))).Changed).toBe(true);
        cloudwatch.setAlarm('web-latency', 'OK');
        const { Warnings } = await world.commit(web(2, 3, watching));
        expect(Warnings).toEqual([
          'alarm "web-errors" does not exist: the rollout would be held until it is OK',
        ]);
        cloudwatch.setAlarm('web-latency', 'ALARM');
        expect((await world.api('Group.Rollback', { ID, Revision: 2 })).Changed).toBe(true);
        await world.settle('web');
        expect(versions(world)).toEqual(['1', '1', '1']);
      },
      QUICK,
    );
  });
