import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { groupId } from '../../lib/core/ids.js';
import { kubernetesManager, kubernetesWorker } from '../../lib/flavors/kubernetes/index.js';
import { KubernetesMachine } from './kubernetes-machine.js';

const IN = { stack: 'us', group: groupId('g'), allocation: { kind: 'size', size: 3 } } as const;
const MANAGER = kubernetesManager.prepare(
  {
    Cluster: 'shop',
    Endpoint: 'shop.example.com:6443',
    PodSubnet: '10.244.0.0/16',
    AddOns: ['/opt/net.yaml'],
    Labels: { tier: 'control' },
  },
  IN,
).init;
const WORKER = kubernetesWorker.prepare({ Cluster: 'shop' }, IN).init;

const yaml = (text: string): readonly unknown[] => parseAllDocuments(text).map((document) => document.toJS());
const SECRET = /[a-z0-9]{6}\.[a-z0-9]{16}|[0-9a-f]{64}/;

describe('the boot script of a Kubernetes node, with stand-ins for kubeadm and all that it needs,', () => {
  const ends: (() => void)[] = [];
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  const world = () => {
    const store = mkdtempSync(join(tmpdir(), 'holdfast-parameters-'));
    ends.push(() => rmSync(store, { recursive: true, force: true }));
    const parameter = (name: string): string | undefined => {
      const file = `_holdfast_us_shop_${name}`;
      return readdirSync(store).includes(file) ? readFileSync(join(store, file), 'utf8') : undefined;
    };
    const forget = (name: string) => rmSync(join(store, `_holdfast_us_shop_${name}`));
    const machine = (id: string, address = '10.0.1.10'): KubernetesMachine => {
      const made = new KubernetesMachine(id, address, store);
      ends.push(() => made.remove());
      return made;
    };
    return { machine, parameter, forget };
  };

  it('founds the cluster on the first manager, and leaves tokens and keys in no log, command or file', () => {
    const { machine, parameter } = world();
    const first = machine('i-0a');
    first.boot(MANAGER);
    expect(yaml(first.read('init.yaml'))).toEqual([
      {
        apiVersion: 'kubeadm.k8s.io/v1beta4',
        kind: 'InitConfiguration',
        localAPIEndpoint: { advertiseAddress: '10.0.1.10' },
        nodeRegistration: {
          name: 'i-0a',
          kubeletExtraArgs: [
            { name: 'node-labels', value: 'holdfast.io/instance=i-0a,tier=control' },
            { name: 'provider-id', value: 'aws:///eu-central-1a/i-0a' },
          ],
        },
      },
      {
        apiVersion: 'kubeadm.k8s.io/v1beta4',
        kind: 'ClusterConfiguration',
        kubernetesVersion: 'v1.31.1',
        controlPlaneEndpoint: 'shop.example.com:6443',
        networking: { podSubnet: '10.244.0.0/16' },
      },
    ]);
    expect(first.read('calls')).toContain('apply -f /opt/net.yaml');
    expect(first.read('etc/hosts')).toBe('10.0.1.10 shop.example.com # holdfast\n');
    expect(parameter('first')).toBe('i-0a');
    expect(parameter('cluster')).toBe('uid-of-kube-system');
    expect(parameter('managers_i-0a')).toBe('10.0.1.10');
    expect(parameter('worker-token')).toMatch(/^fedcba\.fedcba9876543210 sha256:[0-9a-f]{64}$/);
    expect(parameter('manager-token')).toMatch(/^fedcba\.fedcba9876543210 sha256:[0-9a-f]{64} [0-9a-f]{64}$/);
    expect(yaml(first.read('certs.yaml'))).toMatchObject([
      { certificateKey: parameter('manager-token')?.split(' ')[2] },
      { kubernetesVersion: 'v1.31.1' },
    ]);
    expect(first.read('var/lib/holdfast/kubernetes')).toBe('/holdfast/us/shop\n');
    expect(first.read('calls').replaceAll(/token create.*/g, '')).not.toMatch(SECRET);
    const log = first.read('var/log/holdfast.log');
    expect(log).toContain('kubeadm join 10.0.1.10:6443 --token (token)');
    expect(log).not.toMatch(SECRET);
    expect(first.has('run/holdfast-kubernetes')).toBe(false);
    expect(first.has('run/holdfast-kubernetes-certs')).toBe(false);
    expect(first.read('usr/local/lib/holdfast/kubernetes-renew')).toMatch(/^#!\/bin\/bash\ndeclare -- Path=/);
    expect(first.read('usr/local/lib/holdfast/kubernetes-renew')).not.toMatch(SECRET);
  });

  it.each(['cluster', 'managers_i-0a'])(
    'goes on where it was broken off, before it had written %s',
    (name) => {
      const { machine, parameter, forget } = world();
      const first = machine('i-0a');
      first.boot(MANAGER);
      const written = parameter(name);
      forget(name);
      first.forget('var/lib/holdfast/kubernetes');
      first.boot(MANAGER);
      expect(first.read('calls').match(/kubeadm init --/g)).toHaveLength(1);
      expect(parameter(name)).toBe(written);
      expect(first.has('var/lib/holdfast/kubernetes')).toBe(true);
    },
  );

  it('joins another manager through the first, and announces it', () => {
    const { machine, parameter } = world();
    machine('i-0a').boot(MANAGER);
    const second = machine('i-0b', '10.0.1.11');
    second.boot(MANAGER);
    const [token, hash, key] = parameter('manager-token')?.split(' ') ?? [];
    expect(yaml(second.read('join.yaml'))).toEqual([
      {
        apiVersion: 'kubeadm.k8s.io/v1beta4',
        kind: 'JoinConfiguration',
        nodeRegistration: expect.objectContaining({ name: 'i-0b' }),
        discovery: {
          bootstrapToken: { apiServerEndpoint: '10.0.1.10:6443', token, caCertHashes: [hash] },
        },
        controlPlane: { certificateKey: key, localAPIEndpoint: { advertiseAddress: '10.0.1.11' } },
      },
    ]);
    expect(parameter('first')).toBe('i-0a');
    expect(parameter('managers_i-0b')).toBe('10.0.1.11');
    expect(second.read('etc/hosts')).toBe('10.0.1.11 shop.example.com # holdfast\n');
    expect(second.read('var/log/holdfast.log')).not.toMatch(SECRET);
  });

  it('joins a worker with a token of its own parameter, and writes nothing', () => {
    const { machine, parameter } = world();
    machine('i-0a').boot(MANAGER);
    const worker = machine('i-0d', '10.0.1.13');
    worker.boot(WORKER);
    const [token, hash] = parameter('worker-token')?.split(' ') ?? [];
    expect(yaml(worker.read('join.yaml'))).toEqual([
      {
        apiVersion: 'kubeadm.k8s.io/v1beta4',
        kind: 'JoinConfiguration',
        nodeRegistration: expect.objectContaining({ name: 'i-0d' }),
        discovery: {
          bootstrapToken: { apiServerEndpoint: '10.0.1.10:6443', token, caCertHashes: [hash] },
        },
      },
    ]);
    expect(parameter('managers_i-0d')).toBeUndefined();
    expect(worker.has('usr/local/lib/holdfast/kubernetes-renew')).toBe(false);
    expect(worker.has('var/lib/holdfast/kubernetes')).toBe(true);
  });
});
