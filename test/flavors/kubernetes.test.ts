import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Allocation } from '../../lib/core/group-spec.js';
import { groupId, instanceId, logicalId } from '../../lib/core/ids.js';
import { kubernetesManager, kubernetesWorker } from '../../lib/flavors/kubernetes/index.js';
import type { FlavorMember, NodeOutput } from '../../lib/ports/flavor.js';
import { flavorContract } from '../contract/flavor-contract.js';
import { answers, said, WELL, wellBut } from './kubernetes-answers.js';

const size = (count: number): Allocation => ({ kind: 'size', size: count });
const pets: Allocation = {
  kind: 'logicalIds',
  logicalIds: ['10.0.1.10', '10.0.1.11', '10.0.1.12'].map(logicalId),
};
const Endpoint = 'shop.example.com:6443';
const manager = { Cluster: 'shop', Endpoint };
const worker = { Cluster: 'shop' };

const wellAnswer = (role: 'control-plane' | 'worker') => (members: readonly FlavorMember[]) =>
  answers(
    said(
      ...members.map(({ id }) => `node ${id} ${id} ${role} Ready schedulable`),
      ...(role === 'worker' ? ['node i-m i-m control-plane Ready schedulable'] : []),
      ...members.map(({ id }, index) => `member ${index}a 10.0.1.${index} voter ${id} follower`),
    ),
  );

flavorContract('kubernetes/manager', () => kubernetesManager, {
  good: [
    { title: 'three pets', properties: manager, allocation: pets },
    {
      title: 'three of a size, with everything',
      properties: {
        ...manager,
        PodSubnet: '10.244.0.0/16',
        AddOns: ['https://example.com/net.yaml', '/opt/addons/metrics.yaml'],
        Labels: { tier: 'control', 'example.com/zone': '' },
      },
      allocation: size(3),
    },
  ],
  bad: [
    { title: 'nothing', properties: null, allocation: pets, path: 'Cluster' },
    { title: 'two managers', properties: manager, allocation: size(2), path: '' },
    { title: 'five managers', properties: manager, allocation: size(5), path: '' },
    { title: 'three without an endpoint', properties: worker, allocation: pets, path: 'Endpoint' },
    {
      title: 'an endpoint that is an address',
      properties: { ...manager, Endpoint: '10.0.1.10:6443' },
      allocation: pets,
      path: 'Endpoint',
    },
    {
      title: 'an add-on that ends its quotes',
      properties: { ...manager, AddOns: ["https://x/';true;'"] },
      allocation: pets,
      path: 'AddOns[0]',
    },
    {
      title: "InfraKit's name of the cluster",
      properties: { ...manager, KubeClusterID: 'shop' },
      allocation: pets,
      path: 'KubeClusterID',
    },
  ],
  healthyAnswer: wellAnswer('control-plane'),
});

flavorContract('kubernetes/worker', () => kubernetesWorker, {
  good: [
    { title: 'cattle', properties: worker, allocation: size(3) },
    { title: 'pets', properties: { ...worker, Labels: { tier: 'web' } }, allocation: pets },
  ],
  bad: [
    { title: 'nothing', properties: null, allocation: size(1), path: 'Cluster' },
    { title: 'an endpoint', properties: manager, allocation: size(1), path: 'Endpoint' },
    {
      title: "a label of Kubernetes' own",
      properties: { ...worker, Labels: { 'node-role.kubernetes.io/control-plane': '' } },
      allocation: size(1),
      path: 'Labels["node-role.kubernetes.io/control-plane"]',
    },
  ],
  healthyAnswer: wellAnswer('worker'),
});

const IN = { stack: 'us', group: groupId('g'), allocation: pets };
const members = ['i-0a', 'i-0b', 'i-0c'].map((id) => ({ id: instanceId(id) }));

describe('kubernetes/manager', () => {
  const judged = (...lines: readonly string[]) =>
    kubernetesManager.judge(manager, IN, members, answers(said(...lines))).get(instanceId('i-0b'));

  it('calls a node healthy that is Ready and whose etcd votes, and says who leads', () => {
    const reports = kubernetesManager.judge(manager, IN, members, answers(said(...WELL)));
    expect([...reports]).toEqual([
      ['i-0a', { health: 'healthy', reason: 'node i-0a is Ready' }],
      ['i-0b', { health: 'healthy', reason: 'node i-0b is Ready', leader: true }],
      ['i-0c', { health: 'healthy', reason: 'node i-0c is Ready' }],
    ]);
  });

  it.each([
    ['node i-0b i-0b control-plane NotReady schedulable', 'unhealthy', 'its node is NotReady'],
    [
      'node i-0b i-0b control-plane Unknown schedulable',
      'unhealthy',
      'the cluster has not heard of its node for a while',
    ],
    ['node i-0b i-0b worker Ready schedulable', 'unhealthy', 'worker in the cluster, not control-plane'],
    ['node i-0b - control-plane Ready schedulable', 'unhealthy', 'not in the cluster'],
    ['node i-0b i-0b control-plane Ready cordoned', 'healthy', 'node i-0b is Ready, cordoned'],
    ['node i-0d i-0b worker Ready schedulable', 'unknown', '2 nodes of the cluster claim to be it'],
    ['member 91bc3c398fb3c146 10.0.1.11 learner i-0b follower', 'unhealthy', 'its etcd is a learner'],
    ['member 91bc3c398fb3c146 10.0.1.11 voter i-0b unreachable', 'unhealthy', 'its etcd does not answer'],
  ])('of "%s" makes %s: %s', (line, health, reason) => {
    expect(judged(...wellBut(line))).toMatchObject({ health, reason });
  });

  it('calls an instance unhealthy that the list does not have', () => {
    const list = WELL.filter((line) => !line.includes('i-0b'));
    expect(judged(...list)).toEqual({ health: 'unhealthy', reason: 'not in the cluster' });
  });

  it('knows nothing when the answer was cut off, wherever', () => {
    const { stdout } = said(...WELL);
    fc.assert(
      fc.property(fc.nat(stdout.length - 2), (length) => {
        const cut = answers({ exitCode: 0, stdout: stdout.slice(0, length), stderr: '' });
        for (const { health } of kubernetesManager.judge(manager, IN, members, cut).values())
          expect(health).toBe('unknown');
        expect(kubernetesManager.members(manager, IN, cut)?.kind).toBe('unreadable');
      }),
    );
  });

  it('takes the first whole answer of those that it asked', () => {
    const nothing = { exitCode: 66, stdout: '', stderr: 'holdfast: is not of the control plane' };
    const lost = { exitCode: 67, stdout: '', stderr: 'holdfast: etcd has no leader' };
    const view = (...outputs: readonly NodeOutput[]) =>
      kubernetesManager.members(manager, IN, answers(...outputs));
    expect(view(nothing, lost, said(...WELL))?.kind).toBe('read');
    expect(view(nothing, lost)).toEqual({ kind: 'lost', reason: 'etcd has no leader, say 1 of its nodes' });
    expect(view(nothing)).toEqual({
      kind: 'unreadable',
      reason: 'no node of the control plane could say',
    });
  });

  it('knows of no cluster as long as none is founded', () => {
    const none = { exitCode: 66, stdout: 'cluster none\n', stderr: 'holdfast: has not joined this cluster' };
    expect(kubernetesManager.members(manager, IN, answers(none))).toBeUndefined();
    expect(kubernetesManager.members(manager, IN, answers(none, said(...WELL)))?.kind).toBe('read');
  });

  it('lists nodes by instance; the control plane votes', () => {
    const view = kubernetesManager.members(
      manager,
      IN,
      answers(said(...wellBut('node i-0c i-0c control-plane Unknown schedulable'))),
    );
    expect(view).toEqual({
      kind: 'read',
      members: [
        {
          name: 'i-0a',
          instance: 'i-0a',
          role: 'control-plane',
          votes: true,
          reachable: true,
          leader: false,
        },
        { name: 'i-0b', instance: 'i-0b', role: 'control-plane', votes: true, reachable: true, leader: true },
        {
          name: 'i-0c',
          instance: 'i-0c',
          role: 'control-plane',
          votes: true,
          reachable: false,
          leader: false,
        },
        { name: 'i-0d', instance: 'i-0d', role: 'worker', votes: false, reachable: true, leader: false },
      ],
    });
  });

  it('counts a member of etcd that has no node', () => {
    const list = WELL.filter((line) => !line.startsWith('node i-0c'));
    const stray = (...lines: readonly string[]) => {
      const view = kubernetesManager.members(manager, IN, answers(said(...lines)));
      return view?.kind === 'read' ? view.members.at(-1) : undefined;
    };
    const fd = { name: 'fd422379fda50e48', role: 'voter', votes: true, leader: false };
    expect(stray(...list)).toEqual({ ...fd, instance: 'i-0c', reachable: true });
    expect(stray(...list.slice(0, -1), 'member fd422379fda50e48 10.0.1.12 voter')).toEqual({
      ...fd,
      address: '10.0.1.12',
      reachable: false,
    });
  });

  it('has another manager drain, and lets a control plane go that ends', () => {
    const [member = { id: instanceId('i-0') }] = members;
    expect(kubernetesManager.drain(manager, IN, member, false)).toEqual({
      on: 'others',
      command: {
        document: 'kubernetes-drain',
        parameters: { Path: '/holdfast/us/shop', Instance: 'i-0a' },
        timeoutSeconds: 30,
      },
    });
    expect(kubernetesManager.drain(manager, IN, member, true)).toBeUndefined();
    expect(kubernetesWorker.drain(worker, IN, member, true)?.on).toEqual({ path: '/holdfast/us/shop' });
  });

  it('puts what it was given at the head of the boot script, where no secret is', () => {
    const { init } = kubernetesManager.prepare({ ...manager, Labels: { tier: 'a', zone: 'b' } }, IN);
    expect(init.split('\n').slice(0, 9)).toEqual([
      '#!/bin/bash',
      '(',
      "Flavor='kubernetes/manager'",
      "Path='/holdfast/us/shop'",
      "Role='manager'",
      "Labels='tier=a,zone=b'",
      "Endpoint='shop.example.com:6443'",
      "PodSubnet=''",
      "AddOns=''",
    ]);
  });

  it('is experimental', () => {
    expect(kubernetesManager.experimental).toContain('ran in no test');
    expect(kubernetesWorker.experimental).toBe(kubernetesManager.experimental);
  });
});
