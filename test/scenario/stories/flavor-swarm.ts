import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { describe, expect } from 'vitest';
import type { SpecDocument } from '../../../lib/app/api-types.js';
import type { Json } from '../../../lib/core/json.js';
import { scenario } from '../../support/scenario.js';
import {
  clusterOf,
  idsOf,
  instancesIn,
  leaderIn,
  told,
  watchMajority,
} from '../../support/scenario-clusters.js';
import { cattle } from '../../support/scenario-specs.js';
import type { World } from '../../support/world.js';

const PATH = '/holdfast/holdfast-a/demo';

interface More {
  readonly image?: string;
  readonly properties?: Readonly<Record<string, Json>>;
}

const nodes =
  (role: 'manager' | 'worker', id: string) =>
  (size: number, { image = 'ami-0abc', properties }: More = {}): SpecDocument =>
    cattle(id, size, {
      plugin: `swarm/${role}`,
      flavor: { Cluster: 'demo' },
      run: { ImageId: image },
      properties: { Repair: { Grace: '2m' }, ...properties },
    });
const managers = nodes('manager', 'managers');
const workers = nodes('worker', 'workers');

const formed = async (world: World, workerCount = 2) => {
  await world.commit(managers(3));
  await world.commit(workers(workerCount));
  await world.settle('managers');
  await world.settle('workers');
};
const truth = (world: World) => clusterOf(world, 'swarm');
const everybody = (world: World) => [...idsOf(world, 'managers'), ...idsOf(world, 'workers')].sort();
const first = ([id]: readonly string[]): string => {
  if (id === undefined) throw new Error('no member');
  return id;
};
const isGone = (world: World, group: string, id: string) => () => !idsOf(world, group).includes(id);
/** Healed: nobody of before is left in the list who has no instance. */
const hasNoGhosts = async (world: World) => {
  await world.settle('managers');
  await world.settle('workers');
  await world.advance(180);
  expect(instancesIn(truth(world))).toEqual(everybody(world));
};

export const swarmScenarios = () =>
  describe('a swarm of two groups', () => {
    scenario(
      'it forms when its workers came long before its managers',
      async (world) => {
        await world.commit(workers(2));
        await world.until('workers run', () => idsOf(world, 'workers').length === 2);
        await world.advance(60);
        expect(world.software().clusters()).toEqual([]);
        await world.commit(managers(3));
        await world.settle('managers');
        await world.settle('workers');
        expect(world.software().clusters()).toHaveLength(1);
        expect(instancesIn(truth(world))).toEqual(everybody(world));
      },
      { models: true, alone: true },
    );

    scenario(
      'it replaces a worker whose engine died, and leaves no ghost',
      async (world) => {
        await formed(world);
        const victim = first(idsOf(world, 'workers'));
        world.software().kill(victim);
        await world.until('it is gone', isGone(world, 'workers', victim));
        await hasNoGhosts(world);
      },
      { models: true, alone: true },
    );

    scenario(
      'it replaces a worker whose instance was terminated',
      async (world) => {
        await formed(world);
        const victim = first(idsOf(world, 'workers'));
        world.others.terminate(victim);
        await world.until('it is gone', isGone(world, 'workers', victim));
        await world.settle('workers');
        await hasNoGhosts(world);
      },
      { models: true, alone: true },
    );

    scenario(
      'it replaces a worker that is cut off, which its managers call down while the instance runs',
      async (world) => {
        await formed(world);
        const victim = first(idsOf(world, 'workers'));
        world.software().cutOff(victim);
        await world.until('it is unhealthy', async () =>
          (await told(world, 'workers', 'instance.unhealthy')).includes('is down in the swarm'),
        );
        expect(world.cloud.ec2.instance(victim)?.state).toBe('running');
        await world.until('it is gone', isGone(world, 'workers', victim));
        await hasNoGhosts(world);
      },
      { models: true, alone: true },
    );

    scenario(
      'it replaces a dead leader, without a moment in which most managers are not there',
      async (world) => {
        await formed(world);
        const leader = leaderIn(truth(world));
        world.others.terminate(leader);
        await world.until('another leads', () => truth(world).decides, 60);
        const wrong = watchMajority(world, 'swarm', 3);
        await world.until('it is gone', isGone(world, 'managers', leader));
        await hasNoGhosts(world);
        expect(wrong).toEqual([]);
      },
      { models: true, alone: true },
    );

    scenario(
      'it rolls its managers with a majority there at every moment, the leader last',
      async (world) => {
        await formed(world);
        const before = idsOf(world, 'managers');
        const leader = leaderIn(truth(world));
        const wrong = watchMajority(world, 'swarm', 3);
        await world.commit(managers(3, { image: 'ami-0def' }));
        await world.settle('managers', 3_600);
        await hasNoGhosts(world);
        expect(idsOf(world, 'managers').filter((id) => before.includes(id))).toEqual([]);
        expect(wrong).toEqual([]);
        const ended = (await world.events('managers'))
          .filter(({ event }) => event === 'instance.destroyed')
          .sort((one, other) => one.time - other.time)
          .map(({ instance }) => String(instance));
        expect(ended.at(-1)).toBe(leader);
      },
      { models: true, alone: true },
    );

    scenario(
      'it ends nobody while the quorum is lost, says so, and goes on when it is back',
      async (world) => {
        await formed(world);
        const before = everybody(world);
        const [one = '', other = ''] = idsOf(world, 'managers');
        world.software().cutOff(one);
        world.software().cutOff(other);
        await world.until(
          'it is told',
          async () => (await told(world, 'managers', 'cluster.quorum-lost')).length > 0,
        );
        await world.commit(managers(3, { image: 'ami-0def' }));
        await world.advance(1_200);
        expect(everybody(world)).toEqual(before);
        world.software().reconnect(one);
        world.software().reconnect(other);
        await world.settle('managers', 3_600);
        await hasNoGhosts(world);
        expect(await told(world, 'managers', 'cluster.quorum-regained')).not.toEqual([]);
      },
      { models: true, alone: true },
    );

    scenario(
      'it never counts a worker with a bad token as healthy, and the rollout pauses',
      async (world) => {
        await formed(world);
        const before = idsOf(world, 'workers');
        const { ssm } = world.cloud.clients('somebody');
        await ssm.send(
          new PutParameterCommand({ Name: `${PATH}/worker-token`, Value: 'SWMTKN-1-bad', Overwrite: true }),
        );
        await world.commit(workers(2, { image: 'ami-0def' }));
        await world.until(
          'the rollout pauses',
          async () => (await told(world, 'workers', 'rollout.paused')).length > 0,
          3_600,
        );
        const newOnes = (await world.events('workers'))
          .filter(({ event }) => event === 'instance.healthy')
          .map(({ instance }) => String(instance))
          .filter((id) => !before.includes(id));
        expect(newOnes).toEqual([]);
        expect(instancesIn(truth(world)).filter((id) => before.includes(id))).toHaveLength(1);
      },
      { models: true, alone: true },
    );

    scenario(
      'it waits for a slow join, and replaces nobody for it',
      async (world) => {
        world.faults.add({ kind: 'slow-join', ms: 60_000 });
        await formed(world);
        const launched = await told(world, 'workers', 'instance.launched');
        expect(launched).toHaveLength(2);
        expect(instancesIn(truth(world))).toEqual(everybody(world));
      },
      { models: true, alone: true },
    );

    scenario(
      'it heals though one command in four is lost',
      async (world) => {
        await formed(world);
        world.faults.add({ kind: 'command-lost', chance: 0.25 });
        const victim = first(idsOf(world, 'workers'));
        world.software().kill(victim);
        await world.until('it is gone', isGone(world, 'workers', victim));
        await world.settle('workers', 1_800);
        await world.until(
          'no ghost is left',
          () => instancesIn(truth(world)).join() === everybody(world).join(),
          1_800,
        );
      },
      { models: true, alone: true },
    );
  });
