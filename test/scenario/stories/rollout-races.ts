import { EC2ServiceException } from '@aws-sdk/client-ec2';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect } from 'vitest';
import type { Json } from '../../../lib/core/json.js';
import { scenario } from '../../support/scenario.js';
import { runTenants, TENANTS } from '../../support/scenario-flavor.js';
import { became, begun, broken, ID, QUICK, versions, web } from '../../support/scenario-rollouts.js';
import { cattle } from '../../support/scenario-specs.js';

const tenants = (version: number, size: number, updating: Readonly<Record<string, Json>> = {}) =>
  cattle(ID, size, {
    plugin: 'tenant',
    flavor: { Tags: { version: `${version}` } },
    properties: { Updating: updating },
  });

const TENANTED = { ...QUICK, flavors: TENANTS };

export const rolloutRaces = () =>
  describe('a rolling update that something crosses', () => {
    scenario(
      'it pauses when the revision to roll back to cannot be read any more',
      async (world) => {
        await begun(world);
        const { steady } = await world.record(ID);
        await world.commit(broken(2, 3, { OnFailure: 'rollback' }));
        const { dynamo } = world.cloud.clients('observer');
        const Key = { pk: `GROUP#${ID}`, sk: `SPEC#${steady?.specHash}` };
        await dynamo.send(new DeleteCommand({ TableName: world.plane.table, Key }));
        world.plane.redeploy();
        await became(world, 'paused');
        expect((await world.record(ID)).rollout?.reason).toContain('cannot be read any more');
      },
      // The invariants read the spec that was taken away.
      { ...QUICK, except: { ceilings: true } },
    );

    scenario(
      'it is not failed by a refused launch that the rollout before it ordered',
      async (world) => {
        await begun(world);
        let how: 'unanswered' | 'refused' = 'unanswered';
        let token: unknown;
        world.before(async ({ function: name, operation, input }) => {
          const { DryRun, ClientToken } = Object(input);
          if (name !== 'reconcile' || operation !== 'RunInstances' || DryRun) return;
          token ??= ClientToken;
          if (ClientToken !== token) return;
          if (how === 'unanswered')
            throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError', $metadata: {} });
          throw new EC2ServiceException({
            name: 'InvalidParameterValue',
            message: 'Invalid IAM Instance Profile name',
            $fault: 'client',
            $metadata: { httpStatusCode: 400 },
          });
        });
        await world.commit(web(2));
        await world.until('an open order', async () => (await world.record(ID)).orders.length > 0, 60);
        await world.commit(web(3, 3, { OnFailure: 'rollback' }));
        await world.until('the next', async () => (await world.record(ID)).rollout?.to === 3, 60);
        how = 'refused';
        await became(world, 'succeeded');
        expect(versions(world)).toBe('3 3 3');
      },
      QUICK,
    );

    scenario(
      'it launches and ends nothing once a freeze was answered while a drain was waited for',
      async (world) => {
        runTenants(world, { seconds: 40 });
        await world.commit(tenants(1, 4, { MaxUnavailable: 2 }));
        await world.settle(ID);
        await world.api('Group.Freeze', { ID, Reason: 'prepare' });
        const [named = '', dying = ''] = world.members(ID).map(({ id }) => id);
        world.others.terminate(dying);
        await world.advance(90);
        await world.api('Group.ReplaceInstances', { ID, Instances: [named] });
        await world.advance(30);
        let isArmed = true;
        let isFrozen = false;
        const after: string[] = [];
        world.before(async ({ function: name, operation }) => {
          if (name !== 'reconcile') return;
          if (isArmed && operation === 'GetCommandInvocation') {
            isArmed = false;
            await world.apiWithin('Group.Freeze', { ID, Reason: 'now' });
            isFrozen = true;
          } else if (isFrozen && ['RunInstances', 'TerminateInstances'].includes(operation))
            after.push(operation);
        });
        await world.api('Group.Thaw', { ID });
        await world.advance(120);
        expect({ isFrozen, after }).toEqual({ isFrozen: true, after: [] });
        await world.api('Group.Thaw', { ID });
        await world.settle(ID);
      },
      TENANTED,
    );

    scenario(
      'it keeps an instance whose drain fails again after a resume',
      async (world) => {
        const drained = runTenants(world, { exitCode: () => 3 });
        await world.commit(tenants(1, 3));
        await world.settle(ID);
        await world.commit(tenants(2, 3));
        await became(world, 'paused');
        await world.api('Group.Resume', { ID });
        await world.until('drained again', () => drained.length > 1, 120);
        await became(world, 'paused');
        expect(world.cloud.ec2.instance(drained[0]?.id ?? '')?.state).toBe('running');
      },
      TENANTED,
    );

    scenario(
      'it keeps what a commit says of the growth, though commands come at every look of a pass',
      async (world) => {
        let looks = 0;
        world.before(async ({ function: name, operation, input }) => {
          const text = JSON.stringify(input);
          if (name !== 'reconcile' || !operation.startsWith('Update') || !text.includes('lookAgainAt'))
            return;
          if (!text.includes('"converged":true')) return;
          looks += 1;
          if (looks <= 2) await world.apiWithin('Group.OverrideBreaker', { ID, For: '1m' });
          if (looks === 3) await world.apiWithin('Group.CommitGroup', { Spec: web(2, 6) });
        });
        await world.commit(web(1, 3));
        await world.until('three looks', () => looks >= 3, 300);
        expect((await world.record(ID)).basis).toEqual({ kind: 'size', size: 3 });
        await became(world, 'succeeded');
        await world.settle(ID);
        expect(versions(world)).toBe('2 2 2 2 2 2');
      },
      QUICK,
    );

    scenario(
      'it abandons a restart for another config, so that going back replaces nothing that is up to date',
      async (world) => {
        await begun(world);
        await world.api('Group.Restart', { ID });
        await world.commit(broken(2, 3, { OnFailure: 'rollback' }));
        await became(world, 'rolled-back');
        await world.settle(ID);
        expect((await world.record(ID)).restartBefore).toBeUndefined();
        expect(versions(world)).toBe('1 1 1');
      },
      QUICK,
    );

    scenario(
      'it says stopped when it is stopped at a checkpoint, and a resume approves it',
      async (world) => {
        await begun(world, 4);
        await world.commit(web(2, 4, { Checkpoints: [{ At: '50%', Wait: 'approval' }] }));
        await became(world, 'paused');
        await world.api('Group.StopUpdate', { ID });
        expect((await world.view(ID)).Rollout).toMatchObject({ Status: 'stopped', AwaitsApproval: false });
        expect(await world.api('Group.Resume', { ID })).toEqual({ ID, Approved: true });
        await became(world, 'succeeded');
      },
      QUICK,
    );
  });
