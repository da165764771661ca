import { type Allocation, declaredSize } from '../../core/group-spec.js';
import type { Issue } from '../../core/issue.js';
import type { Json } from '../../core/json.js';
import type { Flavor, FlavorContext, NodeCommand, NodeTask } from '../../ports/flavor.js';
import { bootScript, clusterPath } from '../node/boot-script.js';
import { propertyIssues } from '../property-issues.js';
import type { SwarmRole } from './answer.js';
import { BOOT, DOCUMENTS, DRAIN, LOOK, MOST_GHOSTS, RECOVER, ROTATE, TIDY } from './documents.js';
import { judgeNodes, viewOf } from './judge.js';
import { swarmManagerSchema, swarmProperties, swarmWorkerSchema } from './properties.js';

export { swarmManagerSchema, swarmWorkerSchema };

const DELIVERY_SECONDS = 60;

const pathOf = (properties: Json, { stack }: FlavorContext): string =>
  clusterPath(stack, swarmProperties(properties).cluster);

const command = (
  document: string,
  properties: Json,
  context: FlavorContext,
  parameters: Readonly<Record<string, string>> = {},
): NodeCommand => ({
  document,
  parameters: { Path: pathOf(properties, context), ...parameters },
  timeoutSeconds: DELIVERY_SECONDS,
});

const init = (role: SwarmRole, properties: Json, context: FlavorContext): string => {
  const { engineLabels, heartbeatMs } = swarmProperties(properties);
  const settings = {
    Path: pathOf(properties, context),
    Role: role,
    Group: context.group,
    Labels: Object.entries(engineLabels)
      .map(([key, value]) => JSON.stringify(`${key}=${value}`))
      .join(','),
    Heartbeat: heartbeatMs === undefined ? '' : `${heartbeatMs}ms`,
  };
  return bootScript(`swarm/${role}`, settings, ...BOOT);
};

/** What both flavors do alike; `on` are the nodes that act for a member. */
const node = (
  role: SwarmRole,
  on: (properties: Json, context: FlavorContext) => NodeTask['on'],
): Pick<Flavor, 'documents' | 'prepare' | 'judge' | 'members' | 'drain' | 'tidy'> => ({
  documents: DOCUMENTS,

  prepare: (properties, context) => ({ init: init(role, properties, context), tags: {} }),

  judge: (_properties, _context, members, answer) => judgeNodes(role, members, answer),

  members: (_properties, _context, answer) => viewOf(answer),

  drain: (properties, context, { id }) => ({
    on: on(properties, context),
    command: command(DRAIN, properties, context, { Instance: id }),
  }),

  tidy: (properties, context, ghosts) => {
    const names = ghosts.map(({ name }) => name).slice(0, MOST_GHOSTS);
    if (names.length === 0) return undefined;
    return {
      on: on(properties, context),
      command: command(TIDY, properties, context, { Nodes: names.join(' ') }),
    };
  },
});

const manager = node('manager', () => 'others');

const worker = node('worker', (properties, context) => ({ path: pathOf(properties, context) }));

const managerIssues = propertyIssues(swarmManagerSchema);

/** In InfraKit's words. */
const quorumIssues = (allocation: Allocation): readonly Issue[] => {
  const size = declaredSize(allocation);
  return size % 2 === 0 ? [{ path: '', message: `must have odd number for quorum, not ${size}` }] : [];
};

/**
 * Managers of a Docker swarm. Who boots first founds it, and the others join with tokens that nodes alone read and
 * write. Healthy is who a majority of the managers lists once, ready, as a manager, and reaches.
 */
export const swarmManager: Flavor = {
  ...manager,

  name: 'swarm/manager',

  validate: (properties, allocation) => [...managerIssues(properties), ...quorumIssues(allocation)],

  probe: (properties, context) => ({ kind: 'each', command: command(LOOK, properties, context) }),

  drain: (properties, context, member, ending) =>
    ending ? undefined : manager.drain(properties, context, member, ending),

  recover: (properties, context) => ({ on: 'itself', command: command(RECOVER, properties, context) }),

  rotate: (properties, context) => ({ on: 'others', command: command(ROTATE, properties, context) }),

  quorum: (_properties, allocation) => ({ majorityOf: declaredSize(allocation) }),

  cluster: (properties, context) => ({ path: pathOf(properties, context), founds: true }),
};

/** Workers of a Docker swarm, as its managers see them; a worker's own word is worth nothing. */
export const swarmWorker: Flavor = {
  ...worker,

  name: 'swarm/worker',

  validate: propertyIssues(swarmWorkerSchema),

  probe: (properties, context) => ({
    kind: 'speakers',
    speakers: { path: pathOf(properties, context) },
    command: command(LOOK, properties, context),
  }),

  quorum: () => undefined,

  cluster: (properties, context) => ({ path: pathOf(properties, context), founds: false }),
};
