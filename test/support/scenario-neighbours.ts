import type { InstanceSight } from '../../lib/local/ec2/index.js';
import { cattle } from './scenario-specs.js';
import type { Plane, World } from './world.js';

/** The group id that a scenario's own group, the other control plane's and the old cluster's may share. */
export const SHARED_GROUP = 'web';

/** Others in the same account; whatever a scenario does, they stay as they are. */
export interface Neighbours {
  readonly plane: Plane;
  /** Every instance of theirs, as it was when they had settled in. */
  readonly instances: readonly Pick<InstanceSight, 'id' | 'tags'>[];
  /** Two instances that an old InfraKit runs under a group's name; they come only once our group of that name is watched, for a commit would adopt them. */
  infrakit(group: string): readonly string[];
  /** Those that `infrakit` launched, so far. */
  readonly infrakitInstances: readonly Pick<InstanceSight, 'id' | 'tags'>[];
}

/** An Auto Scaling group, an old InfraKit cluster and a second control plane that runs a group of the same id. */
export async function settleIn(world: World, plane: Plane): Promise<Neighbours> {
  const { others, cloud } = world;
  const autoScaled = [1, 2].map(() =>
    others.launchForeign({ tags: { 'aws:autoscaling:groupName': SHARED_GROUP, Name: SHARED_GROUP } }),
  );
  const old = [1, 2].map(() =>
    others.launchForeign({
      tags: { 'infrakit.group': 'old-workers', 'infrakit.config.hash': 'abc', Name: 'old' },
    }),
  );
  await world.api(
    'Group.CommitGroup',
    { Spec: cattle(SHARED_GROUP, 2, { run: { SubnetId: 'subnet-2' } }) },
    { plane },
  );
  const ofTheirs = () =>
    cloud.ec2
      .instances()
      .filter(
        ({ tags }) => tags['holdfast.stack'] === plane.stack && tags['infrakit.group'] === SHARED_GROUP,
      );
  // They are launched at once; whether they are healthy yet is nobody's business here.
  await world.until('the neighbour launches', () => ofTheirs().length === 2, 60);
  // The same sweep as ours, but not each minute: it is the neighbour's, and every one costs our tests time.
  plane.runSchedules(true, 'rate(10 minutes)');
  const ids = new Set([...autoScaled, ...old, ...ofTheirs().map(({ id }) => id)]);
  const infrakitInstances: Pick<InstanceSight, 'id' | 'tags'>[] = [];
  return {
    plane,
    instances: cloud.ec2
      .instances()
      .filter(({ id }) => ids.has(id))
      .map(({ id, tags }) => ({ id, tags })),
    infrakitInstances,
    infrakit: (group) => {
      const tags = { 'infrakit.group': group, 'infrakit.config.hash': 'abc' };
      const launched = [1, 2].map(() => others.launchForeign({ tags }));
      infrakitInstances.push(...launched.map((id) => ({ id, tags })));
      return launched;
    },
  };
}
