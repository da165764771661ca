import type { ClusterTruth } from '../../lib/local/models/index.js';
import { majorityOf } from '../../lib/local/models/leadership.js';
import type { World } from './world.js';

/** The one cluster of this software that decides, or the last that there was. */
export const clusterOf = (world: World, software: string): ClusterTruth => {
  const all = world
    .software()
    .clusters()
    .filter((cluster) => cluster.software === software);
  const found = all.findLast(({ decides }) => decides) ?? all.at(-1);
  if (found === undefined) throw new Error(`no ${software}`);
  return found;
};

export const instancesIn = ({ members }: ClusterTruth): readonly string[] =>
  members.map(({ instance }) => instance).sort();

export const leaderIn = ({ members }: ClusterTruth): string => {
  const leader = members.find((member) => member.leader);
  if (leader === undefined) throw new Error('no leader');
  return leader.instance;
};

export const idsOf = (world: World, group: string): readonly string[] =>
  world
    .members(group)
    .map(({ id }) => id)
    .sort();

/** Looks at the truth twice a second from now on. @returns what was wrong, with the time; empty when nothing was. */
export const watchMajority = (world: World, software: string, declared: number): readonly string[] => {
  const wrong: string[] = [];
  const tick = () => {
    const { members, decides } = clusterOf(world, software);
    const voters = members.filter(({ votes, reachable }) => votes && reachable).length;
    if (!decides || voters < majorityOf(declared))
      wrong.push(
        `${new Date(world.now()).toISOString()}: ${voters} of ${declared}, ${decides ? '' : 'un'}decided`,
      );
    world.clock.at(world.now() + 500, tick);
  };
  tick();
  return wrong;
};

/** Reasons of a group's events of one kind, oldest first. */
export const told = async (world: World, group: string, event: string): Promise<readonly string[]> =>
  (await world.events(group))
    .filter((one) => one.event === event)
    .sort((one, other) => one.time - other.time)
    .map(({ reason }) => reason);
