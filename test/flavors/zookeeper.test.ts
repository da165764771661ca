import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../lib/config/parse-document.js';
import { parseGroup } from '../../lib/config/parse-group.js';
import type { Allocation } from '../../lib/core/group-spec.js';
import { groupId, instanceId, logicalId } from '../../lib/core/ids.js';
import type { Json } from '../../lib/core/json.js';
import { flavorRegistry } from '../../lib/flavors/index.js';
import { zookeeper } from '../../lib/flavors/zookeeper/index.js';
import type { FlavorMember, NodeDocument } from '../../lib/ports/flavor.js';
import { flavorContract } from '../contract/flavor-contract.js';

const pets = (...ids: string[]): Allocation => ({ kind: 'logicalIds', logicalIds: ids.map(logicalId) });
const three = pets('10.0.1.10', '10.0.1.11', '10.0.1.12');
const IN = { stack: 'us', group: groupId('zk'), allocation: three };
const member: FlavorMember = {
  id: instanceId('i-1'),
  privateIp: '10.0.1.11',
  logicalId: logicalId('10.0.1.11'),
};

const looks = (members: readonly FlavorMember[]) => {
  const servers = members.map(({ privateIp }, index) => `server ${index + 1} ${privateIp} participant`);
  const said = (mode: string, self: number) =>
    [`mode ${mode}`, `self ${self}`, ...servers, `end ${servers.length + 2}`, ''].join('\n');
  return new Map(
    members.map(({ id }, index) => [
      id,
      { exitCode: 0, stdout: said(index === 0 ? 'leader' : 'follower', index + 1), stderr: '' },
    ]),
  );
};

const SHA = 'ab'.repeat(32);
const URL = 'https://mirror.example/apache-zookeeper-3.8.4-bin.tar.gz';

flavorContract('zookeeper', () => zookeeper, {
  good: [
    { title: 'nothing', properties: {}, allocation: three },
    { title: 'no properties', properties: null, allocation: three },
    { title: 'what InfraKit knows', properties: { Type: 'member', UseDocker: false }, allocation: three },
    { title: "a type in the oldest form's case", properties: { type: 'member' }, allocation: three },
    { title: 'a single member', properties: {}, allocation: pets('10.0.1.10') },
    {
      title: 'all of ours',
      properties: {
        Cluster: 'shop',
        TickTime: 500,
        HeapMegabytes: 512,
        DataDir: '/mnt/zk',
        Archive: { URL, SHA256: SHA },
      },
      allocation: three,
    },
  ],
  bad: [
    { title: 'cattle', properties: {}, allocation: { kind: 'size', size: 3 }, path: '' },
    { title: 'names for addresses', properties: {}, allocation: pets('a', 'b', 'c'), path: '' },
    { title: 'another type', properties: { Type: 'observer' }, allocation: three, path: 'Type' },
    { title: 'another type as written', properties: { type: 'x' }, allocation: three, path: 'type' },
    { title: 'a container', properties: { UseDocker: true }, allocation: three, path: 'UseDocker' },
    { title: 'IPs beside LogicalIDs', properties: { IPs: ['10.0.1.1'] }, allocation: three, path: 'IPs' },
    {
      title: 'a type said twice',
      properties: { Type: 'member', type: 'member' },
      allocation: three,
      path: 'type',
    },
    { title: 'a cluster with a slash', properties: { Cluster: 'a/b' }, allocation: three, path: 'Cluster' },
    { title: 'a folder with a quote', properties: { DataDir: "/a'b" }, allocation: three, path: 'DataDir' },
    { title: 'a relative folder', properties: { DataDir: '../x' }, allocation: three, path: 'DataDir' },
    {
      title: 'a plain URL',
      properties: { Archive: { URL: 'http://x', SHA256: SHA } },
      allocation: three,
      path: 'Archive.URL',
    },
    {
      title: 'an archive of any content',
      properties: { Archive: { URL } },
      allocation: three,
      path: 'Archive.SHA256',
    },
    { title: 'a tick of nothing', properties: { TickTime: 0 }, allocation: three, path: 'TickTime' },
  ],
  healthyAnswer: (members) => ({ kind: 'output', byInstance: looks(members) }),
});

describe('zookeeper', () => {
  it("says what is wrong in InfraKit's words", () => {
    const messages = (properties: Json, allocation: Allocation) =>
      zookeeper.validate(properties, allocation).map(({ message }) => message);
    expect(messages({}, { kind: 'size', size: 3 })).toEqual([
      'IP addresses are required as LogicalIDs for a ZooKeeper ensemble',
    ]);
    expect(messages({ Type: 'x' }, pets('a', '10.0.0.1', 'b'))).toEqual([
      'Unrecognized node Type',
      'IP addresses are required as LogicalIDs for a ZooKeeper ensemble, not "a", "b"',
    ]);
    expect(messages({}, pets(...Array.from({ length: 255 }, (_, n) => `10.0.0.${n}`)))).toEqual([
      'must have at most 254 LogicalIDs, not 255',
    ]);
  });

  it('gives all members one boot script, with its settings at the head', () => {
    const [first, second] = ['10.0.1.10', '10.0.1.11'].map((slot) =>
      zookeeper.prepare({ HeapMegabytes: 64 }, IN, logicalId(slot)),
    );
    expect(first).toEqual(second);
    expect(first?.init.split('\n').slice(0, 10)).toEqual([
      '#!/bin/bash',
      '(',
      "Flavor='zookeeper'",
      "Path='/holdfast/us/zk'",
      "Addresses='10.0.1.10 10.0.1.11 10.0.1.12'",
      "TickTime='2000'",
      "Heap='64'",
      "DataDir='/var/lib/holdfast/zookeeper/data'",
      "Archive=''",
      "Sha256=''",
    ]);
  });

  it('keeps what members tell each other under the name of the cluster, or of the group', () => {
    expect(zookeeper.cluster?.({}, IN)).toEqual({ path: '/holdfast/us/zk', founds: true });
    expect(zookeeper.cluster?.({ Cluster: 'shop' }, IN)).toEqual({ path: '/holdfast/us/shop', founds: true });
  });

  it('counts on a majority of the LogicalIDs', () => {
    expect(zookeeper.quorum({}, three)).toEqual({ majorityOf: 3 });
  });

  it('has another member take one out, unless the whole group ends', () => {
    expect(zookeeper.drain({}, IN, member, false)).toEqual({
      on: 'others',
      command: {
        document: 'zookeeper-drain',
        parameters: { Path: '/holdfast/us/zk', Address: '10.0.1.11', Instance: 'i-1', Members: '3' },
        timeoutSeconds: 30,
      },
    });
    expect(zookeeper.drain({}, IN, member, true)).toBeUndefined();
    expect(zookeeper.drain({}, IN, { id: instanceId('i-2') }, false)).toBeUndefined();
  });

  it('takes ghosts out by id and address, and recovers on the survivor itself', () => {
    const ghost = {
      name: '2',
      address: '10.0.1.11',
      role: 'participant',
      votes: true,
      reachable: false,
      leader: false,
    };
    const tidy = zookeeper.tidy?.({}, IN, [ghost, { ...ghost, name: '3', address: '10.0.1.12' }]);
    expect([tidy?.on, tidy?.command.parameters.Servers]).toEqual(['others', '2=10.0.1.11 3=10.0.1.12']);
    expect(zookeeper.tidy?.({}, IN, [])).toBeUndefined();
    expect(zookeeper.recover?.({}, IN, member)).toMatchObject({
      on: 'itself',
      command: { document: 'zookeeper-recover' },
    });
  });

  const shellcheck = (script: string): string =>
    spawnSync('shellcheck', ['-s', 'bash', '-e', 'SC2034,SC2317', '-S', 'info', '-'], {
      input: script,
      encoding: 'utf8',
    }).stdout;
  const withValues = ({ parameters, script }: NodeDocument): string =>
    [...Object.keys(parameters).map((name) => `${name}='1'`), script].join('\n');

  it
    .skipIf(spawnSync('shellcheck', ['--version']).error !== undefined)
    .each([
      ['boot script', zookeeper.prepare({}, IN).init],
      ...zookeeper.documents.map((document) => [document.name, withValues(document)]),
    ])('has a %s that shellcheck finds nothing in', (_, script = '') => {
    expect(shellcheck(script)).toBe('');
  });
});

describe("InfraKit's oldest form of a ZooKeeper group", () => {
  const Instance = {
    Plugin: 'aws/ec2-instance',
    Properties: { RunInstancesInput: { ImageId: 'ami-0abc', SubnetId: 'subnet-1' } },
  };
  const addresses = ['192.168.1.200', '192.168.1.201', '192.168.1.202'];
  const flavors = flavorRegistry();
  const old = (ips: readonly string[], type = 'member') => ({
    groups: {
      ensemble: {
        Properties: { Instance, Flavor: { Plugin: 'flavor-zookeeper', Properties: { type, IPs: ips } } },
      },
    },
  });
  const parsed = (document: Json) => parseDocument(JSON.stringify(document), { file: 'f', flavors });
  const specOf = (document: Json) => {
    const result = parsed(document);
    return result.ok ? result.groups[0]?.spec : result.issues;
  };

  it('has its IPs as LogicalIDs, and the hash of the newer form, so that one more address replaces nobody', () => {
    const newer = parseGroup(
      'ensemble',
      {
        Allocation: { LogicalIDs: addresses },
        Instance,
        Flavor: { Plugin: 'flavor-zookeeper', Properties: { Type: 'member' } },
      },
      flavors,
    );
    const spec = specOf(old(addresses));
    expect(spec).toMatchObject({ allocation: { kind: 'logicalIds', logicalIds: addresses } });
    expect(newer.ok && newer.spec).toEqual(spec);
    const more = specOf(old([...addresses, '192.168.1.203']));
    expect(more).toMatchObject({ configHash: newer.ok ? newer.spec.configHash : '' });
  });

  it('is told where its mistakes stand as it was written', () => {
    const result = parsed(old(['192.168.1.200', 'web'], 'observer'));
    expect(result.ok ? [] : result.issues.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'groups.ensemble.Properties.Flavor.Properties.IPs[1]: must be an IPv4 address like the others, not "web"; do not mix the two',
      'groups.ensemble.Properties.Flavor.Properties.type: Unrecognized node Type',
      'groups.ensemble.Properties.Flavor.Properties: IP addresses are required as LogicalIDs for a ZooKeeper ensemble, not "web"',
    ]);
  });
});
