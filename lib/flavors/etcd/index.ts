import type { Allocation } from '../../core/group-spec.js';
import { isIpv4 } from '../../core/ip-range.js';
import type { Issue } from '../../core/issue.js';
import type { Json } from '../../core/json.js';
import { majorityOf } from '../../core/quorum.js';
import { quoted } from '../../core/schema-issues.js';
import type { Flavor, FlavorContext, NodeCommand } from '../../ports/flavor.js';
import { bootScript, clusterPath } from '../node/boot-script.js';
import { propertyIssues } from '../property-issues.js';
import { BOOT, DOCUMENTS, DRAIN, LOOK, RECOVER, TIDY } from './documents.js';
import { judgeMembers } from './judge.js';
import { etcdProperties, etcdSchema } from './properties.js';
import { viewOf } from './witnesses.js';

export { etcdSchema };

/** More voters only make writes slower; etcd's own advice ends at seven. */
const MOST_MEMBERS = 15;

const DELIVERY_SECONDS = 30;

const issuesOf = propertyIssues(etcdSchema);

/**
 * An etcd cluster of pets, whose private addresses are its LogicalIDs. The first founds it alone; every other joins as a
 * learner and is promoted once it has all data. Healthy means a linearizable read, by a voter that another one lists.
 */
export const etcd: Flavor = {
  name: 'etcd',

  documents: DOCUMENTS,

  validate: (properties, allocation) => [...issuesOf(properties), ...allocationIssues(allocation)],

  prepare(properties, context) {
    const { DataDir, Archive } = etcdProperties(properties);
    const settings = {
      Path: pathOf(properties, context),
      Members: addressesOf(context.allocation).join(' '),
      DataDir: DataDir ?? '/var/lib/etcd',
      Archive: Archive?.URL ?? '',
      Sha256: Archive?.SHA256 ?? '',
    };
    return { init: bootScript('etcd', settings, ...BOOT), tags: {} };
  },

  probe: (properties, context) => ({ kind: 'each', command: command(LOOK, properties, context) }),

  judge: (_properties, _context, members, answer) => judgeMembers(members, answer),

  members: (_properties, _context, answer) => viewOf(answer),

  drain(properties, context, { id }, ending) {
    if (ending) return undefined;
    const more = { Instance: id, Least: String(leastOf(context.allocation)) };
    return { on: 'others', command: command(DRAIN, properties, context, more) };
  },

  tidy(properties, context, ghosts) {
    if (ghosts.length === 0) return undefined;
    const Members = ghosts.map(({ name }) => name).join(' ');
    return { on: 'others', command: command(TIDY, properties, context, { Members }) };
  },

  recover: (properties, context) => ({ on: 'itself', command: command(RECOVER, properties, context) }),

  quorum: (_properties, allocation) => ({ majorityOf: addressesOf(allocation).length }),

  cluster: (properties, context) => ({ path: pathOf(properties, context), founds: true }),
};

const pathOf = (properties: Json, { stack, group }: FlavorContext): string =>
  clusterPath(stack, etcdProperties(properties).Cluster ?? group);

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

/** A majority of what is declared, so that two drains at once cannot shrink the cluster to one; one or two can only go so. */
const leastOf = (allocation: Allocation): number => {
  const declared = addressesOf(allocation).length;
  return declared <= 2 ? 1 : majorityOf(declared);
};

const allocationIssues = (allocation: Allocation): readonly Issue[] => {
  const addresses = addressesOf(allocation);
  const wrong = addresses.filter((address) => !isIpv4(address));
  if (addresses.length === 0 || wrong.length > 0) {
    const shown = wrong.length === 0 ? '' : `, not ${wrong.slice(0, 3).map(quoted).join(', ')}`;
    return [
      { path: '', message: `private IPv4 addresses are required as LogicalIDs for an etcd cluster${shown}` },
    ];
  }
  return addresses.length > MOST_MEMBERS
    ? [{ path: '', message: `must have at most ${MOST_MEMBERS} LogicalIDs, not ${addresses.length}` }]
    : [];
};
