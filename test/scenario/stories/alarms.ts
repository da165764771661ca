import { describe, expect } from 'vitest';
import { EXECUTION_DUE } from '../../../lib/core/deployment.js';
import { scenario } from '../../support/scenario.js';
import { cattle } from '../../support/scenario-specs.js';
import type { World } from '../../support/world.js';

const stateOf = (world: World, part: string) => {
  const found = world.cloud.cloudwatch
    .alarms()
    .filter(({ definition }) => definition.AlarmName === `holdfast-a-alarms${part}`);
  expect(found, part).toHaveLength(1);
  return found[0]?.state;
};

/** ALARM by `cause`, OK again after `cure`; the topic hears of both. */
const thereAndBack = async (
  world: World,
  part: string,
  cause: () => Promise<unknown> | unknown,
  cure: () => Promise<unknown> | unknown,
  limitSeconds = 1800,
): Promise<void> => {
  expect(stateOf(world, part)).not.toBe('ALARM');
  await cause();
  await world.until(`alarm ${part}`, () => stateOf(world, part) === 'ALARM', limitSeconds);
  await cure();
  await world.until(`the end of alarm ${part}`, () => stateOf(world, part) === 'OK', limitSeconds);
  const told = world.cloud.topics.published(world.plane.topic).map(({ subject }) => subject ?? '');
  expect(
    told.filter((subject) => subject.includes(`alarms${part}"`)).map((subject) => subject.split(':')[0]),
  ).toEqual(expect.arrayContaining(['ALARM', 'OK']));
};

/** Nothing of a service works for a function while it lasts. */
const outage = (world: World, service: string): (() => void) => {
  const id = world.faults.add({ kind: 'outage', service });
  return () => void world.faults.remove(id);
};

export const alarms = () =>
  describe('alarms', () => {
    scenario(
      'it alarms while a group is not as declared for a quarter of an hour, and names it',
      async (world) => {
        await world.commit(cattle('web', 1));
        await world.settle('web');
        await world.advance(60);
        await thereAndBack(
          world,
          'groupsdivergent',
          async () => {
            await world.api('Group.Freeze', { ID: 'web', Reason: 'audit' });
            world.others.terminate(world.members('web')[0]?.id ?? '');
          },
          () => world.api('Group.Thaw', { ID: 'web' }),
        );
        const told = world.cloud.topics.published(world.plane.topic).map(({ message }) => message);
        expect(told.some((message) => message.includes('group.diverged') && message.includes('web'))).toBe(
          true,
        );
        await world.settle('web');
      },
    );

    scenario('it alarms while a breaker is open', async (world) => {
      await world.commit(cattle('web', 4, { properties: { Repair: { Grace: '1h' } } }));
      await world.settle('web');
      const ids = world
        .members('web')
        .slice(0, 3)
        .map(({ id }) => id);
      await thereAndBack(
        world,
        'breakersopen',
        () => {
          for (const id of ids) world.others.impair(id);
        },
        () => {
          for (const id of ids) world.others.heal(id);
        },
      );
      await world.settle('web');
    });

    scenario('it alarms when the sweep fails, and when it does not run', async (world) => {
      await world.commit(cattle('web', 1));
      await world.settle('web');
      let heal = () => {};
      await thereAndBack(
        world,
        'sweeperrors',
        () => {
          heal = outage(world, 'DynamoDB');
        },
        () => heal(),
      );
      await thereAndBack(
        world,
        'sweepmissing',
        () => world.plane.runSchedules(false),
        () => world.plane.runSchedules(true),
      );
      await world.settle('web');
    });

    for (const [part, kind, send] of [
      [
        'groupapierrors',
        'group-api',
        async (world: World) =>
          world.cloud.lambda.invoke('holdfast-a-group-api', {
            jsonrpc: '2.0',
            id: 1,
            method: 'Group.List',
            params: {},
          }),
      ],
      [
        'instancechangederrors',
        'instance-changed',
        async (world: World) =>
          world.cloud.emit({
            source: 'aws.ec2',
            'detail-type': 'EC2 Instance State-change Notification',
            detail: { 'instance-id': 'i-0123', state: 'running' },
          }),
      ],
      [
        'configuploadederrors',
        'config-uploaded',
        async (world: World) => world.upload('groups/x.json', '{}'),
      ],
      [
        'reconcileerrors',
        'reconcile',
        async (world: World) =>
          world.cloud.sqs.find('holdfast-a-wakesqueue').send(JSON.stringify({ group: 'web' }), {}),
      ],
      [
        'checkhealtherrors',
        'check-health',
        async (world: World) =>
          world.cloud.lambda.invoke('holdfast-a-check-health', {
            version: 1,
            group: 'web',
            rollout: 'r-1',
            execution: 1,
            startedAt: '2026-01-01T00:00:00Z',
          }),
      ],
      [
        'startrollouterrors',
        'start-rollout',
        async (world: World) =>
          world.cloud.emit({
            source: 'holdfast',
            'detail-type': EXECUTION_DUE,
            detail: { stack: 'holdfast-a', group: 'web', rollout: 'r-1', execution: 1, name: 'x-1' },
          }),
      ],
    ] as const) {
      scenario(
        `it alarms when ${kind} keeps failing`,
        async (world) => {
          await world.commit(cattle('web', 1));
          await world.settle('web');
          await thereAndBack(
            world,
            part,
            async () => {
              // Every run dies at its first call.
              for (let index = 0; index < 30; index += 1)
                world.crash({ function: kind, call: 1, when: 'before' });
              for (let index = 0; index < 5; index += 1) await send(world);
            },
            () => world.interruptions.clear(),
          );
        },
        { except: { deadLetters: true } },
      );
    }

    for (const part of [
      'wakesdeadletters',
      'configuploadeddeadletters',
      'instancechangeddeadletters',
      'sweepdeadletters',
      'startrolloutdeadletters',
      'groupdivergeddeadletters',
    ]) {
      scenario(
        `it alarms while messages lie in ${part}`,
        async (world) => {
          const queues = world.plane.deadLetters;
          expect(queues).toHaveLength(6);
          const name = queues.find((queue) =>
            queue.includes(
              part.replace('groupdiverged', 'alarms').replace('deadletters', 'deadlettersqueue'),
            ),
          );
          const queue = world.cloud.sqs.find(name ?? '');
          await thereAndBack(
            world,
            part,
            () => queue.send('{}', {}),
            () => {
              const [message] = queue.receive(1);
              queue.remove(message?.receipt ?? '');
            },
          );
        },
        { alone: true },
      );
    }

    scenario(
      'it names every alarm of the template in these scenarios',
      async (world) => {
        expect(
          world.plane.template
            .alarms()
            .map(({ AlarmName }) => AlarmName?.replace('holdfast-a-alarms', ''))
            .sort(),
        ).toEqual(
          [
            'groupsdivergent',
            'uploadsrefused',
            'breakersopen',
            'sweepmissing',
            'sweeperrors',
            'groupapierrors',
            'configuploadederrors',
            'instancechangederrors',
            'reconcileerrors',
            'checkhealtherrors',
            'startrollouterrors',
            'wakesdeadletters',
            'configuploadeddeadletters',
            'instancechangeddeadletters',
            'sweepdeadletters',
            'startrolloutdeadletters',
            'groupdivergeddeadletters',
            // Raised by the failures of rolling updates.
            'rolloutsstuck',
            // Raised by the loss of a quorum, see the recovery.
            'quorumslost',
          ].sort(),
        );
      },
      { alone: true },
    );
  });
