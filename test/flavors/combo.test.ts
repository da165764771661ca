import { describe, expect, it } from 'vitest';
import type { Allocation } from '../../lib/core/group-spec.js';
import { groupId, instanceId, logicalId } from '../../lib/core/ids.js';
import type { Health } from '../../lib/core/instance.js';
import type { Json } from '../../lib/core/json.js';
import { combo } from '../../lib/flavors/combo/combo.js';
import { flavorRegistry } from '../../lib/flavors/index.js';
import { vanilla } from '../../lib/flavors/vanilla.js';
import { zookeeper } from '../../lib/flavors/zookeeper/index.js';
import type { Flavor, FlavorMember, NodeTask, Probe, ProbeAnswer } from '../../lib/ports/flavor.js';
import { flavorContract } from '../contract/flavor-contract.js';

const size = (count: number): Allocation => ({ kind: 'size', size: count });
const pets: Allocation = { kind: 'logicalIds', logicalIds: ['10.0.1.20', '10.0.1.21'].map(logicalId) };
const IN = { stack: 'us', group: groupId('g'), allocation: size(3) };
const one = instanceId('i-1');

/** Says what its properties want it to say. */
const parrot: Flavor = {
  ...vanilla,
  name: 'parrot',
  documents: [
    {
      name: 'parrot-look',
      kind: 'look',
      description: 'looks',
      parameters: {},
      timeoutSeconds: 5,
      script: 'true',
    },
  ],
  validate: () => [],
  prepare: (properties) => properties as { init: string; tags: Record<string, string> },
  probe: () => ({ kind: 'each', command: { document: 'parrot-look', parameters: {}, timeoutSeconds: 5 } }),
  judge: (properties, _context, members) =>
    new Map(members.map(({ id }) => [id, properties as { health: Health; reason: string }])),
};

const task: NodeTask = {
  on: 'itself',
  command: { document: 'parrot-look', parameters: {}, timeoutSeconds: 5 },
};
const drainer: Flavor = { ...vanilla, name: 'drainer', drain: () => task, recover: () => task };
const ensemble: Flavor = {
  ...vanilla,
  name: 'ensemble',
  probe: parrot.probe,
  quorum: () => ({ majorityOf: 3 }),
  cluster: () => ({ path: '/holdfast/us/shop', founds: true }),
  members: (_properties, _context, answer) =>
    answer.kind === 'output' ? { kind: 'read', members: [] } : { kind: 'unreadable', reason: 'not asked' },
  tidy: () => ({ ...task, on: 'others' }),
  rotate: () => task,
};
const bashful: Flavor = {
  ...vanilla,
  name: 'bashful',
  prepare: () => ({ init: '#!/bin/bash\n(\ntrue\n)\n', tags: {} }),
};

const flavor = combo(flavorRegistry([vanilla, parrot, drainer, ensemble, bashful]));
const says = (health: Health, reason: string): Json => ({ Plugin: 'parrot', Properties: { health, reason } });
const gives = (init: string, tags: Json = {}): Json => ({ Plugin: 'parrot', Properties: { init, tags } });

const wellAnswer = (members: readonly { id: typeof one }[], probe: Probe): ProbeAnswer =>
  probe.kind === 'several'
    ? { kind: 'several', answers: probe.probes.map((each) => wellAnswer(members, each)) }
    : {
        kind: 'status-checks',
        checks: new Map(members.map(({ id }) => [id, { instance: 'ok', system: 'ok' }])),
      };

const two = [{ Plugin: 'vanilla', Properties: { Init: ['one'] } }, { Plugin: 'flavor-vanilla' }];

flavorContract('combo', () => combo(flavorRegistry([vanilla])), {
  good: [
    { title: 'two flavors', properties: two, allocation: size(3) },
    { title: 'one flavor for pets', properties: [{ Plugin: 'vanilla' }], allocation: pets },
  ],
  bad: [
    { title: 'nothing', properties: null, allocation: size(1), path: '' },
    { title: 'no flavor', properties: [], allocation: size(1), path: '' },
    { title: 'an object', properties: { Flavors: [] }, allocation: size(1), path: '' },
    { title: 'no plugin', properties: [{}], allocation: size(1), path: '[0].Plugin' },
    {
      title: 'a misspelled key',
      properties: [{ Plugin: 'vanilla', Propertys: {} }],
      allocation: size(1),
      path: '[0].Propertys',
    },
    {
      title: "a mistake in a flavor's own properties",
      properties: [{ Plugin: 'vanilla' }, { Plugin: 'vanilla', Properties: { Init: 'one' } }],
      allocation: size(1),
      path: '[1].Properties.Init',
    },
  ],
  healthyAnswer: wellAnswer,
});

/** What a ZooKeeper server of three, all well, prints; the first leads. */
const serverOf = (members: readonly FlavorMember[], index: number): string => {
  const lines = [
    `mode ${index === 0 ? 'leader' : 'follower'}`,
    `self ${index + 1}`,
    ...members.map(
      ({ privateIp }, at) => `server ${at + 1} ${privateIp} participant ${at === 0 ? 'leader' : 'follower'}`,
    ),
  ];
  return [...lines, `end ${lines.length}`, ''].join('\n');
};

const three: Allocation = {
  kind: 'logicalIds',
  logicalIds: ['10.0.1.10', '10.0.1.11', '10.0.1.12'].map(logicalId),
};

flavorContract('combo of vanilla and ZooKeeper', () => combo(flavorRegistry([vanilla, zookeeper])), {
  good: [
    {
      title: 'a script before an ensemble',
      properties: [{ Plugin: 'vanilla', Properties: { Init: ['true'] } }, { Plugin: 'zookeeper' }],
      allocation: three,
    },
  ],
  bad: [
    {
      title: 'two ensembles',
      properties: [{ Plugin: 'zookeeper' }, { Plugin: 'zookeeper' }],
      allocation: three,
      path: '[1]',
    },
    {
      title: 'an ensemble of cattle',
      properties: [{ Plugin: 'zookeeper' }],
      allocation: size(3),
      path: '[0].Properties',
    },
  ],
  healthyAnswer: (members, probe) => ({
    kind: 'several',
    answers: [
      wellAnswer(members, { kind: 'status-checks' }),
      ...(probe.kind === 'several' ? probe.probes.slice(1) : []).map(
        (): ProbeAnswer => ({
          kind: 'output',
          byInstance: new Map(
            members.map(({ id }, index) => [
              id,
              { exitCode: 0, stdout: serverOf(members, index), stderr: '' },
            ]),
          ),
        }),
      ),
    ],
  }),
});

describe('combo', () => {
  const issues = (...properties: readonly Json[]) =>
    flavor.validate(properties, size(3)).map(({ path, message }) => `${path}: ${message}`);

  it("merges as InfraKit's TestMergeBehavior wants it", () => {
    const properties = [gives('init data a', { a: '1', c: '4' }), gives('init data b', { b: '2', c: '5' })];
    expect(flavor.prepare(properties, IN)).toEqual({
      init: 'init data a\ninit data b',
      tags: { a: '1', b: '2', c: '5' },
    });
  });

  it('puts nothing twice, nor an empty line for a flavor without a script', () => {
    expect(flavor.prepare([gives('one'), gives(''), gives('two')], IN).init).toBe('one\ntwo');
    expect(flavor.prepare([gives(''), gives('')], IN).init).toBe('');
  });

  it('names a shell when lines without one come before a script for bash', () => {
    const bash = { Plugin: 'bashful' };
    expect(flavor.prepare([gives('one'), bash], IN).init).toBe('#!/bin/bash\none\n#!/bin/bash\n(\ntrue\n)\n');
    expect(flavor.prepare([bash, gives('one')], IN).init).toBe('#!/bin/bash\n(\ntrue\n)\n\none');
    expect(issues({ Plugin: 'vanilla', Properties: { Init: ['#!/usr/bin/env bash'] } }, bash)).toEqual([]);
  });

  it('refuses a script of another shell before a script for bash', () => {
    expect(issues({ Plugin: 'vanilla', Properties: { Init: ['#!/bin/sh'] } }, { Plugin: 'bashful' })).toEqual(
      [
        '[0]: its script begins with "#!/bin/sh", and that of [1], which runs in the same shell, is for bash: begin with "#!/bin/bash"',
      ],
    );
  });

  it.each<[readonly Json[], Health, string]>([
    [[says('healthy', 'joined'), says('healthy', 'serving')], 'healthy', 'joined; serving'],
    [[says('healthy', 'well'), says('healthy', 'well')], 'healthy', 'well'],
    [[says('healthy', 'well'), says('unhealthy', 'ill')], 'unhealthy', 'ill'],
    [[says('healthy', 'well'), says('unknown', 'silent')], 'unknown', 'silent'],
    [[says('unknown', 'silent'), says('unhealthy', 'ill')], 'unknown', 'silent'],
    [[says('unhealthy', 'ill'), says('unknown', 'silent')], 'unhealthy', 'ill'],
  ])('of %j gives the word to the first that is not healthy', (properties, health, reason) => {
    const answer: ProbeAnswer = { kind: 'several', answers: [] };
    expect(flavor.judge(properties, IN, [{ id: one }], answer).get(one)).toEqual({ health, reason });
  });

  it('asks each flavor its own question and gives each its own answer', () => {
    const properties = [{ Plugin: 'vanilla' }, { Plugin: 'ensemble' }];
    expect(flavor.probe(properties, IN, [])).toEqual({
      kind: 'several',
      probes: [{ kind: 'status-checks' }, { kind: 'each', command: task.command }],
    });
    const output: ProbeAnswer = { kind: 'output', byInstance: new Map() };
    const checks: ProbeAnswer = { kind: 'status-checks', checks: new Map() };
    const view = (...answers: readonly ProbeAnswer[]) =>
      flavor.members(properties, IN, { kind: 'several', answers });
    expect(view(checks, output)).toEqual({ kind: 'read', members: [] });
    expect(view(output, checks)?.kind).toBe('unreadable');
    expect(view()?.kind).toBe('unreadable');
  });

  it('has the quorum, the cluster and the clean-ups of the one flavor that has them', () => {
    const properties = [{ Plugin: 'vanilla' }, { Plugin: 'ensemble' }, { Plugin: 'drainer' }];
    expect(issues(...properties)).toEqual([]);
    expect(flavor.quorum(properties, size(3))).toEqual({ majorityOf: 3 });
    expect(flavor.cluster?.(properties, IN)).toEqual({ path: '/holdfast/us/shop', founds: true });
    expect(flavor.drain(properties, IN, { id: one }, false)).toBe(task);
    expect(flavor.tidy?.(properties, IN, [])?.on).toBe('others');
    expect(flavor.rotate?.(properties, IN)).toBe(task);
    expect(flavor.recover?.(properties, IN, { id: one })).toBe(task);
  });

  it('refuses to recover or rotate what has nothing to', () => {
    expect(() => flavor.recover?.(two, IN, { id: one })).toThrow('none of these flavors can be recovered');
    expect(() => flavor.rotate?.(two, IN)).toThrow('none of these flavors has join tokens');
  });

  it('refuses two flavors that form a cluster, and two that drain', () => {
    expect(issues({ Plugin: 'ensemble' }, { Plugin: 'vanilla' }, { Plugin: 'ensemble' })).toEqual([
      '[2]: only one flavor of a combo can form a cluster: "ensemble" before it does, and "ensemble" as well; put them into two groups',
    ]);
    expect(issues({ Plugin: 'drainer' }, { Plugin: 'drainer' })).toEqual([
      '[1]: only one flavor of a combo can drain: "drainer" before it does, and "drainer" as well; put them into two groups',
    ]);
  });

  it('refuses a combo within it, and a flavor that is not here, with those that are', () => {
    expect(issues({ Plugin: 'vanila' }, { Plugin: 'flavor-combo' }, { Plugin: 'swarm' })).toEqual([
      '[0].Plugin: no flavor plugin "vanila"; did you mean "vanilla"? known: bashful, drainer, ensemble, parrot, vanilla',
      '[1].Plugin: a combo cannot hold another: list its flavors in this one',
      '[2].Plugin: no flavor plugin "swarm"; known: bashful, drainer, ensemble, parrot, vanilla',
    ]);
  });

  it('has the documents of all that it can compose', () => {
    expect(flavor.documents.map(({ name }) => name)).toEqual(['parrot-look']);
  });
});
