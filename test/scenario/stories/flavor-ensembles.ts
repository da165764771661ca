import { describe, expect } from 'vitest';
import type { SpecDocument } from '../../../lib/app/api-types.js';
import { scenario } from '../../support/scenario.js';
import {
  clusterOf,
  idsOf,
  instancesIn,
  leaderIn,
  told,
  watchMajority,
} from '../../support/scenario-clusters.js';
import { PET_ADDRESSES, pets } from '../../support/scenario-specs.js';
import type { World } from '../../support/world.js';

interface Software {
  readonly name: 'zookeeper' | 'etcd';
  /** Event reasons of healthy members. */
  readonly leads: RegExp;
}

const ensemble = ({ name }: Software, image = 'ami-0abc'): SpecDocument =>
  pets(name, PET_ADDRESSES, {
    plugin: name,
    run: { ImageId: image },
    properties: { Repair: { Grace: '2m' } },
  });

const formed = async (world: World, software: Software): Promise<readonly string[]> => {
  await world.commit(ensemble(software));
  await world.settle(software.name);
  return idsOf(world, software.name);
};

/** What holds of every ensemble whose members are pets by address. */
export const ensembleScenarios = (software: Software) => {
  const { name } = software;
  const truth = (world: World) => clusterOf(world, name);

  describe(`a group of ${name} members`, () => {
    scenario(
      'it forms one ensemble of all',
      async (world) => {
        const ids = await formed(world, software);
        expect(world.software().clusters()).toHaveLength(1);
        expect(instancesIn(truth(world))).toEqual(ids);
        const reasons = await told(world, name, 'instance.healthy');
        expect(reasons.filter((reason) => software.leads.test(reason))).toHaveLength(1);
      },
      { models: true, alone: true },
    );

    scenario(
      'it replaces the leader when its software dies, at its address, and leaves no ghost',
      async (world) => {
        const ids = await formed(world, software);
        const leader = leaderIn(truth(world));
        const address = world.cloud.ec2.instance(leader)?.privateIp;
        world.software().kill(leader);
        await world.until('another has its address', () =>
          world.members(name).some(({ id, privateIp }) => id !== leader && privateIp === address),
        );
        await world.settle(name);
        expect(instancesIn(truth(world))).toEqual(idsOf(world, name));
        expect(idsOf(world, name).filter((id) => ids.includes(id))).toHaveLength(2);
        expect(truth(world).members.every(({ votes }) => votes)).toBe(true);
      },
      { models: true, alone: true },
    );

    scenario(
      'it rolls all of them with a majority there at every moment',
      async (world) => {
        const before = await formed(world, software);
        const wrong = watchMajority(world, name, PET_ADDRESSES.length);
        await world.commit(ensemble(software, 'ami-0def'));
        await world.settle(name, 3_600);
        expect(idsOf(world, name).filter((id) => before.includes(id))).toEqual([]);
        expect(instancesIn(truth(world))).toEqual(idsOf(world, name));
        expect(wrong).toEqual([]);
      },
      { models: true, alone: true },
    );

    scenario(
      'it ends nobody while the quorum is lost, says so, and goes on when it is back',
      async (world) => {
        const ids = await formed(world, software);
        const [first = '', second = ''] = ids;
        world.software().cutOff(first);
        world.software().cutOff(second);
        await world.until(
          'it is told',
          async () => (await told(world, name, 'cluster.quorum-lost')).length > 0,
        );
        await world.commit(ensemble(software, 'ami-0def'));
        await world.advance(1_200);
        expect(idsOf(world, name)).toEqual(ids);
        world.software().reconnect(first);
        world.software().reconnect(second);
        await world.settle(name, 3_600);
        expect(await told(world, name, 'cluster.quorum-regained')).not.toEqual([]);
        expect(idsOf(world, name).filter((id) => ids.includes(id))).toEqual([]);
      },
      { models: true, alone: true },
    );
  });
};
