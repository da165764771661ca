import type { Allocation } from '../../core/group-spec.js';
import { isIpv4 } from '../../core/ip-range.js';
import type { Issue } from '../../core/issue.js';
import type { Json } from '../../core/json.js';
import { quoted } from '../../core/schema-issues.js';
import type { Flavor, FlavorContext, NodeCommand } from '../../ports/flavor.js';
import { bootScript, clusterPath } from '../node/boot-script.js';
import { propertyIssues } from '../property-issues.js';
import { BOOT, DOCUMENTS, DRAIN, LOOK, RECOVER, TIDY } from './documents.js';
import { judgeMembers, viewOf } from './judge.js';
import { typeKeyOf, withTypeKey, zookeeperProperties, zookeeperSchema } from './properties.js';

export { zookeeperSchema };

/** Server ids go to 254 here; one takes an id for good. */
const MOST_MEMBERS = 254;

/** InfraKit knows one kind of node, and has these words for any other. */
const UNKNOWN_TYPE = 'Unrecognized node Type';

const DELIVERY_SECONDS = 30;

const issuesOf = propertyIssues(zookeeperSchema);

/**
 * A ZooKeeper ensemble of pets, whose private addresses are its LogicalIDs. The first founds it alone; every other joins
 * by dynamic reconfiguration, and votes only once it has all data. Healthy means to serve, and to be in the
 * configuration that another member has; InfraKit's always says healthy.
 */
export const zookeeper: Flavor = {
  name: 'zookeeper',

  documents: DOCUMENTS,

  validate: (properties, allocation) => [
    ...issuesOf(withTypeKey(properties)).map((issue) =>
      issue.path === 'Type' ? { path: typeKeyOf(properties), message: UNKNOWN_TYPE } : issue,
    ),
    ...allocationIssues(allocation),
  ],

  prepare(properties, context) {
    const { TickTime = 2000, HeapMegabytes, DataDir, Archive } = zookeeperProperties(properties);
    const settings = {
      Path: pathOf(properties, context),
      Addresses: addressesOf(context.allocation).join(' '),
      TickTime: String(TickTime),
      Heap: HeapMegabytes === undefined ? '' : String(HeapMegabytes),
      DataDir: DataDir ?? '/var/lib/holdfast/zookeeper/data',
      Archive: Archive?.URL ?? '',
      Sha256: Archive?.SHA256 ?? '',
    };
    return { init: bootScript('zookeeper', settings, ...BOOT), tags: {} };
  },

  probe: (properties, context) => ({ kind: 'each', command: command(LOOK, properties, context) }),

  judge: (_properties, _context, members, answer) => judgeMembers(members, answer),

  members: (_properties, { allocation }, answer) => viewOf(answer, addressesOf(allocation).length),

  drain(properties, context, { id, privateIp, logicalId }, ending) {
    const address = privateIp ?? logicalId;
    if (ending || address === undefined) return undefined;
    const members = String(addressesOf(context.allocation).length);
    const values = { Address: address, Instance: id, Members: members };
    return { on: 'others', command: command(DRAIN, properties, context, values) };
  },

  tidy(properties, context, ghosts) {
    const servers = ghosts.flatMap(({ name, address }) =>
      address === undefined ? [] : [`${name}=${address}`],
    );
    if (servers.length === 0) return undefined;
    return { on: 'others', command: command(TIDY, properties, context, { Servers: servers.join(' ') }) };
  },

  recover: (properties, context) => ({ on: 'itself', command: command(RECOVER, properties, context) }),

  quorum: (_properties, allocation) => ({ majorityOf: addressesOf(allocation).length }),

  cluster: (properties, context) => ({ path: pathOf(properties, context), founds: true }),
};

const pathOf = (properties: Json, { stack, group }: FlavorContext): string =>
  clusterPath(stack, zookeeperProperties(properties).Cluster ?? group);

const command = (
  document: string,
  properties: Json,
  context: FlavorContext,
  more: Readonly<Record<string, string>> = {},
): NodeCommand => ({
  document,
  parameters: { Path: pathOf(properties, context), ...more },
  timeoutSeconds: DELIVERY_SECONDS,
});

const addressesOf = (allocation: Allocation): readonly string[] =>
  allocation.kind === 'logicalIds' ? allocation.logicalIds : [];

/** InfraKit's rule in its words, then ours. */
const allocationIssues = (allocation: Allocation): readonly Issue[] => {
  const addresses = addressesOf(allocation);
  const wrong = addresses.filter((address) => !isIpv4(address));
  if (addresses.length === 0 || wrong.length > 0) {
    const shown = wrong.length === 0 ? '' : `, not ${wrong.slice(0, 3).map(quoted).join(', ')}`;
    return [
      { path: '', message: `IP addresses are required as LogicalIDs for a ZooKeeper ensemble${shown}` },
    ];
  }
  return addresses.length > MOST_MEMBERS
    ? [{ path: '', message: `must have at most ${MOST_MEMBERS} LogicalIDs, not ${addresses.length}` }]
    : [];
};
