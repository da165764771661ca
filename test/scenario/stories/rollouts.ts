import { describe, expect } from 'vitest';
import { scenario } from '../../support/scenario.js';
import {
  became,
  begun,
  executionsOf,
  ID,
  metricValues,
  QUICK,
  replaced,
  versions,
  watchBudget,
  web,
} from '../../support/scenario-rollouts.js';
import { cattle, PET_ADDRESSES, pets } from '../../support/scenario-specs.js';
import type { World } from '../../support/world.js';

const planOf = async (world: World, spec: ReturnType<typeof web>): Promise<string | undefined> =>
  (await world.commit(spec, { Confirm: true })).Plan.split('\n')[0];

/** Alarms that were raised, by the topic that people read. */
const raised = (world: World): readonly string[] =>
  world.cloud.topics
    .published(world.plane.topic)
    .flatMap(({ subject = '' }) => (subject.startsWith('ALARM') ? [subject] : []));

export const rollouts = () =>
  describe('a rolling update', () => {
    scenario(
      'it replaces every instance, one at a time, and ends as succeeded, measured and without an alarm',
      async (world) => {
        await begun(world);
        const breaches = watchBudget(world, { floor: 2, ceiling: 3 });
        expect(await planOf(world, web(2))).toBe('Performing a rolling update on 3 instances');
        await became(world, 'succeeded');
        await world.settle(ID);
        expect(versions(world)).toBe('2 2 2');
        expect(breaches).toEqual([]);
        const [execution, ...others] = await executionsOf(world, 'rolling-update');
        expect([execution?.status, others]).toEqual(['SUCCEEDED', []]);
        expect(metricValues(world, 'InstancesReplaced')).toEqual([3]);
        expect(metricValues(world, 'RolloutSeconds')[0]).toBeGreaterThan(15);
        const times = metricValues(world, 'TimeToHealthySeconds');
        expect(times).toHaveLength(3);
        for (const seconds of times) expect(seconds).toBeGreaterThanOrEqual(5);
        expect(raised(world)).toEqual([]);
        expect(metricValues(world, 'GroupsDivergent').every((value) => value === 0)).toBe(true);
        expect(metricValues(world, 'RolloutsStuck')).toEqual([]);
        const told = (await world.events(ID)).filter(({ event }) => event.startsWith('rollout.'));
        expect(told.map(({ event }) => event).sort()).toEqual([
          'rollout.progressed',
          'rollout.progressed',
          'rollout.started',
          'rollout.succeeded',
        ]);
      },
      { ...QUICK, wire: true },
    );

    scenario(
      'it launches first where it may surge and not be short',
      async (world) => {
        await begun(world);
        const breaches = watchBudget(world, { floor: 3, ceiling: 4 });
        await world.commit(web(2, 3, { MaxSurge: 1, MaxUnavailable: 0 }));
        await became(world, 'succeeded');
        await world.settle(ID);
        expect(versions(world)).toBe('2 2 2');
        expect(breaches).toEqual([]);
      },
      QUICK,
    );

    scenario(
      'it replaces two at a time after a first one alone',
      async (world) => {
        await begun(world, 5);
        const breaches = watchBudget(world, { floor: 3, ceiling: 5 });
        const at = world.now();
        await world.commit(web(2, 5, { MaxUnavailable: 2 }));
        await became(world, 'succeeded');
        expect(breaches).toEqual([]);
        const launches = world.books.all().filter(({ launchedAt }) => launchedAt >= at);
        expect(new Set(launches.map(({ launchedAt }) => launchedAt)).size).toBe(3);
        await world.settle(ID);
      },
      QUICK,
    );

    scenario(
      'it replaces pets in place, one after another, each once the old one is terminated',
      async (world) => {
        const ensemble = (version: string) => pets('zoo', PET_ADDRESSES, { flavor: { Tags: { version } } });
        await world.commit(ensemble('1'));
        await world.settle('zoo');
        world.faults.add({ kind: 'slow-shutdown', ms: 20_000 });
        await world.commit(ensemble('2'));
        await world.until(
          'rollout succeeded',
          async () => (await world.record('zoo')).rollout?.status === 'succeeded',
        );
        await world.settle('zoo');
        expect(versions(world, 'zoo')).toBe('2 2 2');
        expect(
          world
            .members('zoo')
            .map(({ privateIp }) => privateIp)
            .sort(),
        ).toEqual([...PET_ADDRESSES]);
        // Never two of them away: the next goes only when the one before is back.
        const lives = world.books.all();
        for (const { endedAt = Number.POSITIVE_INFINITY } of lives) {
          const there = lives.filter(
            (life) => life.launchedAt < endedAt && (life.endedAt ?? Number.POSITIVE_INFINITY) > endedAt,
          );
          if (Number.isFinite(endedAt)) expect(there).toHaveLength(2);
        }
      },
      QUICK,
    );

    scenario(
      'it shrinks first and grows last',
      async (world) => {
        await begun(world);
        expect(await planOf(world, web(2, 2))).toBe(
          'Terminating 1 instances to reduce the group size to 2, then performing a rolling update on 2 instances',
        );
        await became(world, 'succeeded', 2);
        await world.settle(ID);
        expect(versions(world)).toBe('2 2');
        const breaches = watchBudget(world, { floor: 1, ceiling: 3 });
        expect(await planOf(world, web(3, 3))).toBe(
          'Performing a rolling update on 2 instances, then adding 1 instances to increase the group size to 3',
        );
        const at = world.now();
        await became(world, 'succeeded', 3);
        await world.settle(ID);
        expect(versions(world)).toBe('3 3 3');
        expect(breaches).toEqual([]);
        const old = world.books.all().filter(({ endedAt = 0 }) => endedAt >= at);
        const last = world.books.all().at(-1);
        expect(old).toHaveLength(2);
        for (const { endedAt = 0 } of old) expect(endedAt).toBeLessThan(last?.launchedAt ?? 0);
      },
      QUICK,
    );

    for (const [how, watch] of [
      ['Group.Unwatch', 'free'],
      ['Group.Destroy', 'destroyed'],
    ] as const) {
      scenario(
        `it ends as stopped when ${how} comes in the middle`,
        async (world) => {
          await begun(world);
          await world.commit(web(2));
          await replaced(world, 1);
          await world.api(how, { ID });
          const there = world.members(ID).length;
          await world.until(`it is ${watch}`, async () => (await world.record(ID)).watch === watch, 600);
          expect((await world.record(ID)).rollout).toMatchObject({
            status: 'stopped',
            reason: expect.stringContaining('the group is'),
          });
          await world.advance(300);
          const left = world.members(ID).length;
          if (watch === 'free') expect(left).toBeGreaterThanOrEqual(there - 1);
          else expect(left).toBe(0);
          for (const { status } of await executionsOf(world, 'rolling-update'))
            expect(status).toBe('SUCCEEDED');
        },
        QUICK,
      );
    }

    scenario(
      'it rolls beside another control plane that rolls a group of the same id, and an old cluster of that name',
      async (world) => {
        const { plane, infrakit } = world.neighbours ?? {};
        if (plane === undefined || infrakit === undefined) throw new Error('the neighbours are away');
        await begun(world, 2);
        const theirs = (version: string) =>
          cattle(ID, 2, { run: { SubnetId: 'subnet-2' }, flavor: { Tags: { version } } });
        await world.api('Group.CommitGroup', { Spec: theirs('7') }, { plane });
        await world.commit(web(2, 2));
        infrakit(ID);
        const isOver = async () =>
          (await plane.store.read((await world.record(ID)).id))?.rollout?.status === 'succeeded';
        await became(world, 'succeeded');
        await world.until('theirs succeeded', isOver, 1200);
        await world.settle(ID);
        expect(versions(world)).toBe('2 2');
        const running = world.cloud.ec2
          .instances()
          .filter(({ tags, state }) => tags['holdfast.stack'] === plane.stack && state === 'running');
        expect(running.map(({ tags }) => tags.version)).toEqual(['7', '7']);
      },
      { cloud: QUICK.cloud, except: { neighboursRoll: true } },
    );
  });
