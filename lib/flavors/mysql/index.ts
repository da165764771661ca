import { declaredSize } from '../../core/group-spec.js';
import { isIpv4 } from '../../core/ip-range.js';
import type { Issue } from '../../core/issue.js';
import type { Json } from '../../core/json.js';
import { majorityOf } from '../../core/quorum.js';
import type { Flavor, FlavorContext } from '../../ports/flavor.js';
import { bootScript, clusterPath } from '../node/boot-script.js';
import { propertyIssues } from '../property-issues.js';
import { BOOT, DOCUMENTS, DRAIN, LOOK, RECOVER } from './documents.js';
import { judgeMembers, viewOf } from './judge.js';
import { mysqlSchema } from './schema.js';

export { mysqlSchema };

const DELIVERY_SECONDS = 60;

const pathOf = (properties: Json, { stack }: FlavorContext): string =>
  clusterPath(stack, mysqlSchema.parse(properties).Cluster);

const ownIssues = propertyIssues(mysqlSchema);

/** Galera decides by majority: two members stop when one dies, and one alone has nobody to copy from. */
const allocationIssues = (allocation: FlavorContext['allocation']): readonly Issue[] => {
  if (allocation.kind !== 'logicalIds')
    return [{ path: '', message: "must have the members' private IPv4 addresses as LogicalIDs" }];
  const { logicalIds } = allocation;
  const wrong = logicalIds
    .filter((id) => !isIpv4(id))
    .map((id) => `must have private IPv4 addresses as LogicalIDs, not "${id}"`);
  const few =
    logicalIds.length < 3 || logicalIds.length % 2 === 0
      ? [`must have an odd number of members for quorum, 3 or more, not ${logicalIds.length}`]
      : [];
  return [...wrong, ...few].map((message) => ({ path: '', message }));
};

/**
 * Members of a MariaDB Galera cluster, pets by address. Who claims it first founds it, and the others copy a member's
 * data (rsync over the private network). Healthy is who is in the primary component, in sync, and ready; feeding a
 * joining member is no illness. Galera forgets its dead by itself.
 */
export const mysql: Flavor = {
  name: 'mysql',

  documents: DOCUMENTS,

  validate: (properties, allocation) => [...ownIssues(properties), ...allocationIssues(allocation)],

  prepare: (properties, context) => {
    const { allocation } = context;
    const peers = allocation.kind === 'logicalIds' ? allocation.logicalIds : [];
    const settings = { Path: pathOf(properties, context), Peers: peers.join(',') };
    return { init: bootScript('mysql', settings, ...BOOT), tags: {} };
  },

  probe: (properties, context) => ({
    kind: 'each',
    command: {
      document: LOOK,
      parameters: { Path: pathOf(properties, context) },
      timeoutSeconds: DELIVERY_SECONDS,
    },
  }),

  judge: (_properties, _context, members, answer) => judgeMembers(members, answer),

  members: (_properties, _context, answer) => viewOf(answer),

  drain: (_properties, { allocation }, _member, ending) =>
    ending
      ? undefined
      : {
          on: 'itself',
          command: {
            document: DRAIN,
            parameters: { Majority: String(majorityOf(declaredSize(allocation))) },
            timeoutSeconds: DELIVERY_SECONDS,
          },
        },

  recover: (properties, context) => ({
    on: 'itself',
    command: {
      document: RECOVER,
      parameters: { Path: pathOf(properties, context) },
      timeoutSeconds: DELIVERY_SECONDS,
    },
  }),

  quorum: (_properties, allocation) => ({ majorityOf: declaredSize(allocation) }),

  cluster: (properties, context) => ({ path: pathOf(properties, context), founds: true }),
};
