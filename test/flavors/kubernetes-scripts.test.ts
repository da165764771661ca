import { afterEach, describe, expect, it } from 'vitest';
import { KubernetesApi } from './kubernetes-api.js';
import { hasKubectl, KubernetesNode } from './kubernetes-node.js';

if (!hasKubectl)
  console.warn(
    "kubectl is not installed: Kubernetes' scripts are NOT run (apt-get install kubernetes-client)",
  );

const MEMBERS = [
  '8211f1d0f64f3269, started, i-0a, https://10.0.1.10:2380, https://10.0.1.10:2379, false',
  '91bc3c398fb3c146, started, i-0b, https://10.0.1.11:2380, https://10.0.1.11:2379, false',
  'fd422379fda50e48, started, i-0c, https://10.0.1.12:2380, https://10.0.1.12:2379, false',
];
const STATUS = [
  'https://10.0.1.10:2379, 8211f1d0f64f3269, 3.5.15, 5.2 MB, false, false, 4, 9001, 9001, ',
  'https://10.0.1.11:2379, 91bc3c398fb3c146, 3.5.15, 5.2 MB, true, false, 4, 9001, 9001, ',
  'https://10.0.1.12:2379, fd422379fda50e48, 3.5.15, 5.2 MB, false, false, 4, 9001, 9001, ',
];
const NODES = [
  { name: 'i-0a', role: 'control-plane' },
  { name: 'i-0b', role: 'control-plane' },
  { name: 'i-0c', role: 'control-plane', ready: 'Unknown' },
  { name: 'i-0d', role: 'worker' },
] as const;

describe.skipIf(!hasKubectl)('on a node of the control plane, with the real kubectl,', () => {
  const ends: (() => void)[] = [];
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  const world = async (
    nodes: ConstructorParameters<typeof KubernetesApi>[0] = NODES,
    { members = MEMBERS, status = STATUS, joined = undefined as string | undefined } = {},
  ) => {
    const api = new KubernetesApi(nodes);
    const node = new KubernetesNode(await api.listen(), joined === undefined ? {} : { joined });
    ends.push(
      () => api.close(),
      () => node.remove(),
    );
    node.etcd(members, status);
    return { api, node };
  };

  it('kubernetes-look prints nodes and members of etcd', async () => {
    const { node } = await world([
      ...NODES,
      { name: 'stray', role: 'worker', ready: 'False', unlabelled: true },
    ]);
    const looked = await node.run('kubernetes-look');
    expect(looked).toMatchObject({ exitCode: 0, stderr: '' });
    expect(looked.stdout.split('\n')).toEqual([
      'node i-0a i-0a control-plane Ready schedulable',
      'node i-0b i-0b control-plane Ready schedulable',
      'node i-0c i-0c control-plane Unknown schedulable',
      'node i-0d i-0d worker Ready schedulable',
      'node stray - worker NotReady schedulable',
      'member 8211f1d0f64f3269 10.0.1.10 voter i-0a follower',
      'member 91bc3c398fb3c146 10.0.1.11 voter i-0b leader',
      'member fd422379fda50e48 10.0.1.12 voter i-0c follower',
      'end 8',
      '',
    ]);
  });

  it('kubernetes-look reads etcd v3.6 as well, a learner, one that never started and one that is silent', async () => {
    const { node } = await world(NODES, {
      members: [
        MEMBERS[0] ?? '',
        '91bc3c398fb3c146, started, i-0b, https://10.0.1.11:2380, https://10.0.1.11:2379, true',
        'fd422379fda50e48, unstarted, , https://10.0.1.12:2380, , false',
      ],
      status: [
        'https://10.0.1.10:2379, 8211f1d0f64f3269, 3.6.4, 3.6.0, 20 kB, 16 kB, 20%, 2.1 GB, true, false, 2, 9, 9, , , false',
      ],
    });
    expect((await node.run('kubernetes-look')).stdout.split('\n').slice(4)).toEqual([
      'member 8211f1d0f64f3269 10.0.1.10 voter i-0a leader',
      'member 91bc3c398fb3c146 10.0.1.11 learner i-0b unreachable',
      'member fd422379fda50e48 10.0.1.12 voter - unreachable',
      'end 7',
      '',
    ]);
  });

  it('kubernetes-look knows a lost quorum from an API server that is silent', async () => {
    const { api, node } = await world();
    api.broken = true;
    expect(await node.run('kubernetes-look')).toMatchObject({ exitCode: 66, stdout: '' });
    node.etcd(MEMBERS, [
      'https://10.0.1.10:2379, 8211f1d0f64f3269, 3.5.15, 5.2 MB, false, false, 4, 9001, 9001, etcdserver: no leader',
    ]);
    expect(await node.run('kubernetes-look')).toMatchObject({ exitCode: 67, stdout: '' });
  });

  it('kubernetes-look cannot say before it has joined, and says when no cluster is founded', async () => {
    const { node } = await world(NODES, { joined: '' });
    expect(await node.run('kubernetes-look')).toMatchObject({ exitCode: 66, stdout: 'cluster none\n' });
    const { node: other } = await world(NODES, { joined: '/holdfast/us/other' });
    expect(await other.run('kubernetes-look')).toMatchObject({ exitCode: 66, stdout: '' });
  });

  it('kubernetes-drain cordons, empties and deletes a worker', async () => {
    const { api, node } = await world();
    expect(await node.run('kubernetes-drain', { Instance: 'i-0d' })).toMatchObject({ exitCode: 0 });
    expect(api.changes).toEqual([
      'PATCH /api/v1/nodes/i-0d {"spec":{"unschedulable":true}}',
      'DELETE /api/v1/nodes/i-0d',
    ]);
    expect(node.etcdCalls()).toEqual([]);
    expect(await node.run('kubernetes-drain', { Instance: 'i-0d' })).toMatchObject({ exitCode: 0 });
    expect(api.changes).toHaveLength(2);
  });

  it('kubernetes-drain moves leadership off a member of etcd, and takes it out before its node', async () => {
    const { api, node } = await world();
    expect(await node.run('kubernetes-drain', { Instance: 'i-0b' })).toMatchObject({ exitCode: 0 });
    expect(node.etcdCalls()).toEqual(['move-leader 8211f1d0f64f3269', 'remove 91bc3c398fb3c146']);
    expect(api.changes.at(-1)).toBe('DELETE /api/v1/nodes/i-0b');
  });

  it('kubernetes-drain refuses what would break the quorum, and changes nothing', async () => {
    const { api, node } = await world(NODES, { status: STATUS.slice(0, 2) });
    const drained = await node.run('kubernetes-drain', { Instance: 'i-0b' });
    expect(drained.exitCode).toBe(65);
    expect(drained.stderr).toContain('1 of the 2 other members of etcd answer, not a majority');
    expect([...api.changes, ...node.etcdCalls()]).toEqual([]);
  });

  it('kubernetes-tidy takes out a dead node and its member, and keeps one that is there', async () => {
    const { api, node } = await world(NODES, { status: STATUS.slice(0, 2) });
    const tidied = await node.run('kubernetes-tidy', { Nodes: 'i-0b i-0c' });
    expect(tidied.exitCode).toBe(1);
    expect(tidied.stderr).toContain('i-0b is still there, so it stays');
    expect(node.etcdCalls()).toEqual(['remove fd422379fda50e48']);
    expect(api.changes).toEqual(['DELETE /api/v1/nodes/i-0c']);
  });
});
