import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isJsonObject, type Json, type JsonObject } from '../../lib/core/json.js';

interface NodeFacts {
  readonly name: string;
  readonly role: 'control-plane' | 'worker';
  readonly ready?: 'True' | 'False' | 'Unknown';
  readonly unlabelled?: true;
}

/**
 * A node as the API server of Kubernetes v1.31 gives it, cut down to what is read of it: node-v1 of the API reference
 * (kubernetes.io/docs/reference/kubernetes-api/cluster-resources/node-v1), conditions as in
 * kubernetes.io/docs/reference/node/node-status, labels and taints as kubeadm init and join v1.31 set them.
 */
const nodeObject = ({ name, role, ready = 'True', unlabelled }: NodeFacts): JsonObject => ({
  kind: 'Node',
  apiVersion: 'v1',
  metadata: {
    name,
    uid: `uid-of-${name}`,
    resourceVersion: '1042',
    creationTimestamp: '2024-10-01T10:00:00Z',
    labels: {
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      ...(unlabelled ? {} : { 'holdfast.io/instance': name }),
      ...(role === 'worker' ? {} : { 'node-role.kubernetes.io/control-plane': '' }),
    },
  },
  spec: {
    providerID: `aws:///eu-central-1a/${name}`,
    ...(role === 'worker'
      ? {}
      : { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] }),
  },
  status: {
    conditions: [
      { type: 'MemoryPressure', status: 'False', reason: 'KubeletHasSufficientMemory' },
      { type: 'Ready', status: ready, reason: ready === 'Unknown' ? 'NodeStatusUnknown' : 'KubeletReady' },
    ],
    nodeInfo: { kubeletVersion: 'v1.31.1' },
  },
});

const resource = (name: string, kind: string, namespaced: boolean): JsonObject => ({
  name,
  kind,
  namespaced,
  singularName: '',
  verbs: ['get', 'list', 'patch', 'delete'],
});

const list = (kind: string, items: readonly Json[]): JsonObject => ({
  kind,
  apiVersion: 'v1',
  metadata: { resourceVersion: '1042' },
  items,
});

const DISCOVERY: Readonly<Record<string, JsonObject>> = {
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [] },
  '/api/v1': {
    kind: 'APIResourceList',
    groupVersion: 'v1',
    resources: [resource('nodes', 'Node', false), resource('pods', 'Pod', true)],
  },
};

/** As much of an API server as our scripts need, answering the real kubectl; it keeps what was asked of it. */
export class KubernetesApi {
  /** Every request that changes something, such as `DELETE /api/v1/nodes/i-0a`. */
  readonly changes: string[] = [];
  /** No request gets an answer but an error, as without a quorum of etcd. */
  broken = false;
  readonly #nodes: Map<string, JsonObject>;
  readonly #server: Server;

  constructor(nodes: readonly NodeFacts[]) {
    this.#nodes = new Map(nodes.map((node) => [node.name, nodeObject(node)]));
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const answer = this.#answer(request, Buffer.concat(chunks).toString());
        response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
        response.end(
          JSON.stringify(answer ?? { kind: 'Status', status: 'Failure', reason: 'NotFound', code: 404 }),
        );
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer({ method = '', url = '' }: IncomingMessage, body: string): JsonObject | undefined {
    const { pathname } = new URL(url, 'http://api');
    if (this.broken) return undefined;
    if (method !== 'GET') this.changes.push(`${method} ${pathname}${method === 'PATCH' ? ` ${body}` : ''}`);
    if (DISCOVERY[pathname] !== undefined) return DISCOVERY[pathname];
    if (pathname === '/api/v1/nodes') return list('NodeList', [...this.#nodes.values()]);
    if (pathname === '/api/v1/pods') return list('PodList', []);
    const name = /^\/api\/v1\/nodes\/([^/]+)$/.exec(pathname)?.[1] ?? '';
    const node = this.#nodes.get(name);
    if (node === undefined) return undefined;
    if (method === 'DELETE') this.#nodes.delete(name);
    if (method === 'PATCH') this.#nodes.set(name, patched(node, JSON.parse(body) as JsonObject));
    return this.#nodes.get(name) ?? { kind: 'Status', status: 'Success' };
  }
}

const patched = (node: JsonObject, { spec }: JsonObject): JsonObject => ({
  ...node,
  spec: { ...(isJsonObject(node.spec) ? node.spec : {}), ...(isJsonObject(spec) ? spec : {}) },
});
