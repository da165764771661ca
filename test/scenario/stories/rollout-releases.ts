import { InvokeCommand } from '@aws-sdk/client-lambda';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect } from 'vitest';
import { PREVIOUS_HEALTH_CHECK, PREVIOUS_ROLLING_UPDATE } from '../../support/previous-release.js';
import { scenario } from '../../support/scenario.js';
import {
  became,
  begun,
  broken,
  executionsOf,
  ID,
  QUICK,
  replaced,
  versions,
  watchBudget,
  web,
} from '../../support/scenario-rollouts.js';
import type { World } from '../../support/world.js';

/** Takes attributes out of the group's item, as a release that did not know them wrote it. */
const strip = async (world: World, ...paths: readonly string[]): Promise<void> => {
  const { dynamo } = world.cloud.clients('observer');
  const names = [...new Set(paths.flatMap((path) => path.split('.')))];
  const nameOf = (part: string) => `#${names.indexOf(part)}`;
  await dynamo.send(
    new UpdateCommand({
      TableName: world.plane.table,
      Key: { pk: `GROUP#${ID}`, sk: 'GROUP' },
      UpdateExpression: `REMOVE ${paths.map((path) => path.split('.').map(nameOf).join('.')).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [nameOf(name), name])),
    }),
  );
};

export const rolloutReleases = () =>
  describe('a rolling update across releases', () => {
    scenario(
      'it finishes on the machines that it was started with, after newer ones were deployed',
      async (world) => {
        world.plane.putMachine('rolling-update', PREVIOUS_ROLLING_UPDATE);
        world.plane.putMachine('health-check', PREVIOUS_HEALTH_CHECK);
        await begun(world);
        const breaches = watchBudget(world, { floor: 2, ceiling: 3 });
        await world.commit(web(2));
        await replaced(world, 1);
        await strip(world, 'rollout.boot', 'rollout.told', 'status.rollout');
        world.plane.putMachine('rolling-update');
        world.plane.putMachine('health-check');
        world.plane.redeploy();
        await became(world, 'succeeded');
        await world.settle(ID);
        expect(versions(world)).toBe('2 2 2');
        expect(breaches).toEqual([]);
        expect((await executionsOf(world, 'rolling-update')).map(({ status }) => status)).toEqual([
          'SUCCEEDED',
        ]);
      },
      QUICK,
    );

    scenario(
      'it rolls a group that the release before wrote, and has no revision to go back to',
      async (world) => {
        await begun(world);
        await strip(world, 'steady', 'rolls', 'basis', 'restartBefore', 'rollout', 'status.rollout');
        world.plane.redeploy();
        await world.commit(broken(2, 3, { OnFailure: 'rollback' }));
        await became(world, 'paused', 2);
        expect((await world.record(ID)).rollout?.reason).toContain('no revision has finished');
        await world.commit(web(3));
        await became(world, 'succeeded', 3);
        await world.settle(ID);
        expect(versions(world)).toBe('3 3 3');
      },
      QUICK,
    );

    scenario(
      'it refuses a step of a release that it does not know, and says so',
      async (world) => {
        await begun(world, 1);
        const { lambda } = world.cloud.clients('somebody');
        for (const [name, input] of [
          ['reconcile', { step: { version: 9, group: ID, rollout: 'r', execution: 1, turn: 1 } }],
          [
            'check-health',
            { version: 9, group: ID, rollout: 'r', execution: 1, startedAt: '2026-01-01T00:00:00Z' },
          ],
        ] as const) {
          const asked = world.clock.run(() =>
            lambda.send(
              new InvokeCommand({
                FunctionName: world.plane.functionName(name),
                Payload: JSON.stringify(input),
              }),
            ),
          );
          await world.advance(5);
          const { FunctionError, Payload } = await asked;
          expect(FunctionError).toBeDefined();
          expect(Payload?.transformToString()).toContain('version 9 is not known to this release');
        }
        expect((await world.record(ID)).lease).toBeUndefined();
      },
      QUICK,
    );

    scenario(
      'it hands a long roll over to fresh executions',
      async (world) => {
        await rolledBySix(world);
        const executions = await executionsOf(world, 'rolling-update');
        expect(executions.length).toBeGreaterThanOrEqual(3);
        for (const { status } of executions) expect(status).toBe('SUCCEEDED');
        expect((await world.record(ID)).rollout?.execution).toBe(executions.length);
      },
      { ...QUICK, mostTurns: 2 },
    );
  });

const rolledBySix = async (world: World): Promise<void> => {
  await begun(world, 6);
  const breaches = watchBudget(world, { floor: 5, ceiling: 6 });
  await world.commit(web(2, 6));
  await became(world, 'succeeded', 2, 1800);
  await world.settle(ID);
  expect(versions(world)).toBe('2 2 2 2 2 2');
  expect(breaches).toEqual([]);
};
