import type { z } from 'zod';
import type { Allocation } from '../../core/group-spec.js';
import type { Issue } from '../../core/issue.js';
import type { Json } from '../../core/json.js';
import type { Flavor, FlavorContext, NodeCommand, NodeTask } from '../../ports/flavor.js';
import { bootScript, clusterPath } from '../node/boot-script.js';
import { propertyIssues } from '../property-issues.js';
import { BOOT, DOCUMENTS, DRAIN, LOOK, NODE_NAME, ROTATE, TIDY } from './documents.js';
import { judgeNodes, viewOf } from './judge.js';
import { kubernetesManagerSchema, kubernetesWorkerSchema } from './schema.js';

export { kubernetesManagerSchema, kubernetesWorkerSchema };

const DELIVERY_SECONDS = 30;

const EXPERIMENTAL =
  'kubeadm, kubelet and etcd under it ran in no test: only how answers of their APIs are read was tested';

const command = (
  document: string,
  Path: string,
  more: Readonly<Record<string, string>> = {},
): NodeCommand => ({ document, parameters: { Path, ...more }, timeoutSeconds: DELIVERY_SECONDS });

/** What managers and workers have in common: they are asked for by a label with their instance id, at any manager. */
const kubernetes = (
  name: string,
  schema: z.ZodType<{ Cluster: string }>,
  role: 'control-plane' | 'worker',
): Pick<
  Flavor,
  | 'name'
  | 'experimental'
  | 'documents'
  | 'probe'
  | 'judge'
  | 'members'
  | 'drain'
  | 'tidy'
  | 'rotate'
  | 'cluster'
> => {
  const manages = role === 'control-plane';
  /** Who acts for a node. */
  const on = (path: string): NodeTask['on'] => (manages ? 'others' : { path });
  const pathOf = (properties: Json, { stack }: FlavorContext) =>
    clusterPath(stack, schema.parse(properties).Cluster);
  return {
    name,

    experimental: EXPERIMENTAL,

    documents: DOCUMENTS,

    probe(properties, context) {
      const path = pathOf(properties, context);
      const look = command(LOOK, path);
      return manages
        ? { kind: 'each', command: look }
        : { kind: 'speakers', speakers: { path }, command: look };
    },

    judge: (_properties, _context, members, answer) => judgeNodes(members, role, answer),

    members: (_properties, _context, answer) => viewOf(answer),

    drain(properties, context, { id }, ending) {
      if (ending && manages) return undefined;
      const path = pathOf(properties, context);
      return { on: on(path), command: command(DRAIN, path, { Instance: id }) };
    },

    tidy(properties, context, ghosts) {
      const path = pathOf(properties, context);
      const names = ghosts.flatMap((ghost) => (NODE_NAME.test(ghost.name) ? [ghost.name] : [])).slice(0, 50);
      if (names.length === 0) return undefined;
      return { on: on(path), command: command(TIDY, path, { Nodes: names.join(' ') }) };
    },

    rotate(properties, context) {
      const path = pathOf(properties, context);
      return { on: on(path), command: command(ROTATE, path) };
    },

    cluster: (properties, context) => ({
      path: pathOf(properties, context),
      founds: manages,
    }),
  };
};

const labelsText = (labels: Readonly<Record<string, string>> = {}): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');

const countOf = (allocation: Allocation): number =>
  allocation.kind === 'size' ? allocation.size : allocation.logicalIds.length;

const managerIssues = propertyIssues(kubernetesManagerSchema);

/**
 * The control plane of a Kubernetes cluster: kubeadm, with an etcd on each. The first founds it, the others join with a
 * token and a key that managers keep fresh in the cluster's parameters.
 */
export const kubernetesManager: Flavor = {
  ...kubernetes('kubernetes/manager', kubernetesManagerSchema, 'control-plane'),

  validate(properties, allocation): readonly Issue[] {
    const own = managerIssues(properties);
    const count = countOf(allocation);
    const several =
      count > 1 && own.length === 0 && kubernetesManagerSchema.parse(properties).Endpoint === undefined;
    return [
      ...own,
      ...(count === 0 || count === 1 || count === 3
        ? []
        : [{ path: '', message: `must be a control plane of 1 or 3, not ${count}` }]),
      ...(several
        ? [
            {
              path: 'Endpoint',
              message:
                'is missing; with three managers it must be the name of a load balancer of theirs and its port',
            },
          ]
        : []),
    ];
  },

  prepare(properties, context) {
    const {
      Cluster,
      Labels,
      Endpoint = '',
      PodSubnet = '',
      AddOns = [],
    } = kubernetesManagerSchema.parse(properties);
    const settings = {
      Path: clusterPath(context.stack, Cluster),
      Role: 'manager',
      Labels: labelsText(Labels),
      Endpoint,
      PodSubnet,
      AddOns: AddOns.join(' '),
    };
    return { init: bootScript('kubernetes/manager', settings, ...BOOT), tags: {} };
  },

  quorum(_properties, allocation) {
    const count = countOf(allocation);
    return count === 0 ? undefined : { majorityOf: count };
  },
};

/** Workers of a Kubernetes cluster, which any node of its control plane answers for. */
export const kubernetesWorker: Flavor = {
  ...kubernetes('kubernetes/worker', kubernetesWorkerSchema, 'worker'),

  validate: propertyIssues(kubernetesWorkerSchema),

  prepare(properties, context) {
    const { Cluster, Labels } = kubernetesWorkerSchema.parse(properties);
    const settings = {
      Path: clusterPath(context.stack, Cluster),
      Role: 'worker',
      Labels: labelsText(Labels),
      Endpoint: '',
      PodSubnet: '',
      AddOns: '',
    };
    return { init: bootScript('kubernetes/worker', settings, ...BOOT), tags: {} };
  },

  quorum: () => undefined,
};
