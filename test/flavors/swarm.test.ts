import { describe, expect, it } from 'vitest';
import { groupId, instanceId, logicalId } from '../../lib/core/ids.js';
import type { Json } from '../../lib/core/json.js';
import { swarmManager, swarmWorker } from '../../lib/flavors/swarm/index.js';
import type { Flavor, FlavorMember, ProbeAnswer } from '../../lib/ports/flavor.js';
import { flavorContract } from '../contract/flavor-contract.js';

const size = (count: number) => ({ kind: 'size', size: count }) as const;
const pets = (...ids: readonly string[]) => ({ kind: 'logicalIds', logicalIds: ids.map(logicalId) }) as const;
const CLUSTER = { Cluster: 'shop' };
const FULL = { Cluster: 'shop', EngineLabels: { tier: 'web', 'zone.name': 'a "b" \\c' } };

/** A swarm with all of these in one role. */
const allWell = (members: readonly FlavorMember[], role: 'manager' | 'worker'): ProbeAnswer => {
  const node = (id: string, index: number, what: string) =>
    `node ${String(index).padStart(25, 'a')} ${id} ${what}`;
  const lines = [
    `cluster ${'c'.repeat(25)}`,
    node('i-elsewhere', 99, 'manager ready active leader'),
    ...members.map(({ id }, index) =>
      node(id, index, role === 'manager' ? 'manager ready active reachable' : 'worker ready active -'),
    ),
  ];
  const stdout = `${lines.join('\n')}\nend ${lines.length}\n`;
  return {
    kind: 'output',
    byInstance: new Map([[instanceId('i-elsewhere'), { exitCode: 0, stdout, stderr: '' }]]),
  };
};

const refusedAlike = [
  { title: 'no cluster', properties: {}, allocation: size(3), path: 'Cluster' },
  { title: 'a path for a cluster', properties: { Cluster: 'a/b' }, allocation: size(3), path: 'Cluster' },
  {
    title: 'a misspelled key',
    properties: { Cluster: 'a', EngineLabel: {} },
    allocation: size(3),
    path: 'EngineLabel',
  },
  ...['SwarmJoinIP', 'Docker', 'InitScriptTemplateURL', 'Attachments'].map((key) => ({
    title: `InfraKit's ${key}`,
    properties: { Cluster: 'a', [key]: 'x' },
    allocation: size(3),
    path: key,
  })),
  ...[
    { title: 'a label that we set', EngineLabels: { instance: 'x' }, path: 'EngineLabels.instance' },
    {
      title: "one of Docker's labels",
      EngineLabels: { 'com.docker.x': 'y' },
      path: 'EngineLabels["com.docker.x"]',
    },
    { title: 'a key that no label can have', EngineLabels: { 'a=b': 'c' }, path: 'EngineLabels["a=b"]' },
    { title: 'a value that would end its quotes', EngineLabels: { tier: "a'b" }, path: 'EngineLabels.tier' },
    { title: 'a value of two lines', EngineLabels: { tier: 'a\nb' }, path: 'EngineLabels.tier' },
  ].map(({ title, EngineLabels, path }) => ({
    title,
    properties: { Cluster: 'a', EngineLabels } as Json,
    allocation: size(3),
    path,
  })),
];

flavorContract('swarm/manager', () => swarmManager, {
  good: [
    { title: 'three managers', properties: CLUSTER, allocation: size(3) },
    { title: 'one manager', properties: CLUSTER, allocation: size(1) },
    { title: 'named managers', properties: FULL, allocation: pets('10.0.1.20', '10.0.1.21', '10.0.1.22') },
    { title: 'a heartbeat', properties: { ...FULL, Heartbeat: '1.5s' }, allocation: size(3) },
  ],
  bad: [
    ...refusedAlike,
    { title: 'an even number', properties: CLUSTER, allocation: size(4), path: '' },
    { title: 'no manager at all', properties: CLUSTER, allocation: size(0), path: '' },
    { title: 'two named managers', properties: CLUSTER, allocation: pets('a', 'b'), path: '' },
    ...['5', '0s', '500ms', '2m', 'x', 5].map((Heartbeat) => ({
      title: `a heartbeat of ${JSON.stringify(Heartbeat)}`,
      properties: { ...CLUSTER, Heartbeat },
      allocation: size(3),
      path: 'Heartbeat',
    })),
  ],
  healthyAnswer: (members) => allWell(members, 'manager'),
});

flavorContract('swarm/worker', () => swarmWorker, {
  good: [
    { title: 'any number of workers', properties: FULL, allocation: size(4) },
    { title: 'named workers', properties: CLUSTER, allocation: pets('a', 'b') },
  ],
  bad: [
    ...refusedAlike,
    {
      title: 'a heartbeat',
      properties: { ...CLUSTER, Heartbeat: '5s' },
      allocation: size(3),
      path: 'Heartbeat',
    },
  ],
  healthyAnswer: (members) => allWell(members, 'worker'),
});

const context = { stack: 'team/prod', group: groupId('managers'), allocation: size(3) };
const PATH = '/holdfast/team/prod/shop';
const MEMBER = { id: instanceId('i-1') };
const GHOST = { name: 'a'.repeat(25), role: 'worker', votes: false, reachable: false, leader: false };

describe('swarm', () => {
  const head = (flavor: Flavor, properties: Json) =>
    flavor.prepare(properties, context).init.split('\n').slice(0, 8);

  it('boots with its settings at the head of the script, and nothing else that differs', () => {
    expect(head(swarmManager, { ...FULL, Heartbeat: '1.5s' })).toEqual([
      '#!/bin/bash',
      '(',
      "Flavor='swarm/manager'",
      `Path='${PATH}'`,
      "Role='manager'",
      "Group='managers'",
      `Labels='"tier=web","zone.name=a \\"b\\" \\\\c"'`,
      "Heartbeat='1500ms'",
    ]);
    expect(head(swarmWorker, CLUSTER).slice(2)).toEqual([
      "Flavor='swarm/worker'",
      `Path='${PATH}'`,
      "Role='worker'",
      "Group='managers'",
      "Labels=''",
      "Heartbeat=''",
    ]);
  });

  it('says what to do instead of what InfraKit wanted', () => {
    const said = (properties: Json) =>
      swarmManager.validate(properties, size(3)).map(({ message }) => message);
    expect(said({ Cluster: 'a', SwarmJoinIP: '10.0.0.1' })[0]).toMatch(/who boots first founds the swarm/);
    expect(said({ Cluster: 'a', Docker: {} })[0]).toMatch(/asked on the node itself/);
    expect(swarmManager.validate(CLUSTER, size(2))[0]?.message).toBe(
      'must have odd number for quorum, not 2',
    );
  });

  it('asks each manager of itself, and for workers those that can speak', () => {
    const command = { document: 'swarm-look', parameters: { Path: PATH }, timeoutSeconds: 60 };
    expect(swarmManager.probe(CLUSTER, context, [])).toEqual({ kind: 'each', command });
    expect(swarmWorker.probe(CLUSTER, context, [])).toEqual({
      kind: 'speakers',
      speakers: { path: PATH },
      command,
    });
  });

  it('has a majority of the declared managers stay, and of workers none', () => {
    expect(swarmManager.quorum(CLUSTER, size(5))).toEqual({ majorityOf: 5 });
    expect(swarmManager.quorum(CLUSTER, pets('a', 'b', 'c'))).toEqual({ majorityOf: 3 });
    expect(swarmWorker.quorum(CLUSTER, size(5))).toBeUndefined();
    expect(swarmManager.cluster?.(CLUSTER, context)).toEqual({ path: PATH, founds: true });
    expect(swarmWorker.cluster?.(CLUSTER, context)).toEqual({ path: PATH, founds: false });
  });

  it('drains a manager from another one, and a worker from a speaker; a manager of a group that ends not at all', () => {
    const command = {
      document: 'swarm-drain',
      parameters: { Path: PATH, Instance: 'i-1' },
      timeoutSeconds: 60,
    };
    expect(swarmManager.drain(CLUSTER, context, MEMBER, false)).toEqual({ on: 'others', command });
    expect(swarmManager.drain(CLUSTER, context, MEMBER, true)).toBeUndefined();
    expect(swarmWorker.drain(CLUSTER, context, MEMBER, false)).toEqual({ on: { path: PATH }, command });
    expect(swarmWorker.drain(CLUSTER, context, MEMBER, true)).toEqual({ on: { path: PATH }, command });
  });

  it('takes ghosts out by their names in the swarm, at most fifty at once', () => {
    expect(swarmManager.tidy?.(CLUSTER, context, [])).toBeUndefined();
    const ghosts = Array.from({ length: 60 }, () => GHOST);
    const task = swarmWorker.tidy?.(CLUSTER, context, ghosts);
    expect(task?.on).toEqual({ path: PATH });
    const pattern = swarmWorker.documents.find(({ name }) => name === 'swarm-tidy')?.parameters.Nodes
      ?.pattern;
    expect(task?.command.parameters.Nodes).toMatch(new RegExp(pattern ?? 'none'));
    expect(task?.command.parameters.Nodes?.split(' ')).toHaveLength(50);
  });

  it('recovers on the survivor, and renews tokens on a manager; workers can neither', () => {
    expect(swarmManager.recover?.(CLUSTER, context, MEMBER)).toMatchObject({
      on: 'itself',
      command: { document: 'swarm-recover' },
    });
    expect(swarmManager.rotate?.(CLUSTER, context)).toMatchObject({
      on: 'others',
      command: { document: 'swarm-rotate' },
    });
    expect(swarmWorker.recover).toBeUndefined();
    expect(swarmWorker.rotate).toBeUndefined();
  });

  it('has no script that could print a token', () => {
    const scripts = [
      swarmManager.prepare(FULL, context).init,
      ...swarmManager.documents.map(({ script }) => script),
    ];
    for (const script of scripts) {
      expect(script).not.toMatch(/set -[a-z]*x/);
      for (const line of script.split('\n')) {
        if (/join-token/.test(line)) expect(line).toMatch(/^\s*(?:\{ )?token=\$\(/);
        if (/docker swarm init/.test(line)) expect(line).toMatch(/>\/dev\/null/);
        expect(line).not.toMatch(/(?:say|echo|printf)[^|]*\$\{?token/);
      }
    }
  });
});
