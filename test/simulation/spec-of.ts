import type { SpecDocument } from '../../lib/app/api-types.js';
import type { Json } from '../../lib/core/json.js';
import type { PlaneName, Wanted } from './story.js';

/** The last number of the first pet's address: the planes' pets live in one subnet, beyond what EC2 gives to others. */
const FIRST_ADDRESS: Readonly<Record<PlaneName, number>> = { one: 100, two: 160 };

const FLAVORS: Readonly<Record<Wanted['kind'], string>> = {
  cattle: 'vanilla',
  spread: 'vanilla',
  pets: 'vanilla',
  swarm: 'swarm/manager',
  etcd: 'etcd',
  zookeeper: 'zookeeper',
};

/** Groups of these kinds form a quorum. */
export const hasQuorum = ({ kind }: Pick<Wanted, 'kind'>): boolean =>
  kind === 'swarm' || kind === 'etcd' || kind === 'zookeeper';

const isPets = ({ kind }: Wanted): boolean => kind === 'pets' || kind === 'etcd' || kind === 'zookeeper';

const placesOf = (plane: PlaneName, group: string, size: number): string[] => {
  const first = FIRST_ADDRESS[plane] + 10 * (group.length % 4);
  return Array.from({ length: size }, (_, index) => `10.0.1.${first + index}`);
};

/** The document that a user would have written. */
export const specOf = (plane: PlaneName, group: string, wanted: Wanted): SpecDocument => {
  const { kind, size, version, bad, spot, updating, repair } = wanted;
  const run: Record<string, Json> = {
    ImageId: bad ? 'ami-0bad' : 'ami-0abc',
    InstanceType: ['t3.small', 't3.medium', 't3.large', 't3.micro'][version % 4] ?? 't3.small',
    ...(kind === 'spread' ? {} : { SubnetId: 'subnet-1' }),
    ...(spot ? { InstanceMarketOptions: { MarketType: 'spot' } } : {}),
    ...(hasQuorum(wanted) ? { IamInstanceProfile: { Name: group } } : {}),
  };
  return {
    ID: group,
    Properties: {
      Allocation: isPets(wanted) ? { LogicalIDs: placesOf(plane, group, size) } : { Size: size },
      Instance: {
        Plugin: 'aws/ec2-instance',
        Properties: {
          RunInstancesInput: run,
          ...(kind === 'spread' ? { Subnets: ['subnet-1', 'subnet-2', 'subnet-3'] } : {}),
          Tags: { Version: String(version) },
        },
      },
      Flavor: {
        Plugin: FLAVORS[kind],
        Properties: kind === 'swarm' || kind === 'etcd' ? { Cluster: group } : {},
      },
      ...(updating === undefined ? {} : { Updating: updating }),
      ...(repair === undefined ? {} : { Repair: repair }),
    },
  };
};
