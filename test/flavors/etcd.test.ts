import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Allocation } from '../../lib/core/group-spec.js';
import { groupId, instanceId, logicalId } from '../../lib/core/ids.js';
import type { Json } from '../../lib/core/json.js';
import { etcd } from '../../lib/flavors/etcd/index.js';
import type { FlavorMember, NodeDocument } from '../../lib/ports/flavor.js';
import { flavorContract } from '../contract/flavor-contract.js';

const pets = (...ids: string[]): Allocation => ({ kind: 'logicalIds', logicalIds: ids.map(logicalId) });
const addresses = (count: number) => Array.from({ length: count }, (_, n) => `10.0.1.${n + 10}`);
const three = pets(...addresses(3));
const IN = { stack: 'us', group: groupId('kv'), allocation: three };
const member: FlavorMember = { id: instanceId('i-1'), privateIp: '10.0.1.11' };

const looks = (members: readonly FlavorMember[]) => {
  const idOf = (index: number) => `fee${index}`;
  const listed = members.map(
    ({ privateIp }, index) =>
      `member ${idOf(index)} ${privateIp} voter ${index === 0 ? 'leader' : 'follower'}`,
  );
  return new Map(
    members.map(({ id }, index) => {
      const lines = [`self ${idOf(index)}`, 'health true', ...listed, `end ${listed.length + 2}`, ''];
      return [id, { exitCode: 0, stdout: lines.join('\n'), stderr: '' }];
    }),
  );
};

const URL = 'https://mirror.example/etcd-v3.5.21-linux-amd64.tar.gz';
const SHA256 = 'ab'.repeat(32);

flavorContract('etcd', () => etcd, {
  good: [
    { title: 'nothing', properties: {}, allocation: three },
    { title: 'no properties', properties: null, allocation: three },
    { title: 'a single member', properties: {}, allocation: pets('10.0.1.10') },
    { title: 'an even number of members', properties: {}, allocation: pets(...addresses(4)) },
    {
      title: 'everything',
      properties: { Cluster: 'shop', DataDir: '/mnt/etcd', Archive: { URL, SHA256 } },
      allocation: three,
    },
    {
      title: 'an archive in a bucket',
      properties: { Archive: { URL: 's3://tools/etcd.tar.gz', SHA256 } },
      allocation: pets(...addresses(15)),
    },
  ],
  bad: [
    { title: 'cattle', properties: {}, allocation: { kind: 'size', size: 3 }, path: '' },
    { title: 'names for addresses', properties: {}, allocation: pets('a', 'b', 'c'), path: '' },
    { title: 'too many members', properties: {}, allocation: pets(...addresses(16)), path: '' },
    { title: 'a cluster with a slash', properties: { Cluster: 'a/b' }, allocation: three, path: 'Cluster' },
    { title: 'a folder with a quote', properties: { DataDir: "/a'b" }, allocation: three, path: 'DataDir' },
    { title: 'a relative folder', properties: { DataDir: '../x' }, allocation: three, path: 'DataDir' },
    { title: 'the root as folder', properties: { DataDir: '/' }, allocation: three, path: 'DataDir' },
    {
      title: 'a plain URL',
      properties: { Archive: { URL: 'http://x', SHA256 } },
      allocation: three,
      path: 'Archive.URL',
    },
    {
      title: 'an archive of any content',
      properties: { Archive: { URL } },
      allocation: three,
      path: 'Archive.SHA256',
    },
    { title: 'a misspelled key', properties: { Datadir: '/x' }, allocation: three, path: 'Datadir' },
  ],
  healthyAnswer: (members) => ({ kind: 'output', byInstance: looks(members) }),
});

describe('etcd', () => {
  it('says what is wrong, all at once', () => {
    const messages = (properties: Json, allocation: Allocation) =>
      etcd.validate(properties, allocation).map(({ message }) => message);
    expect(messages({ Cluster: '' }, { kind: 'size', size: 3 })).toEqual([
      'must be 1 to 64 of letters, digits, ".", "_" and "-", not ""',
      'private IPv4 addresses are required as LogicalIDs for an etcd cluster',
    ]);
    expect(messages({}, pets('a', '10.0.0.1', '10.0.0.256'))).toEqual([
      'private IPv4 addresses are required as LogicalIDs for an etcd cluster, not "a", "10.0.0.256"',
    ]);
    expect(messages({}, pets(...addresses(16)))).toEqual(['must have at most 15 LogicalIDs, not 16']);
  });

  it('gives all members one boot script, with its settings at the head', () => {
    const [first, second] = addresses(2).map((slot) => etcd.prepare({}, IN, logicalId(slot)));
    expect(first).toEqual(second);
    expect(first?.init.split('\n').slice(0, 8)).toEqual([
      '#!/bin/bash',
      '(',
      "Flavor='etcd'",
      "Path='/holdfast/us/kv'",
      "Members='10.0.1.10 10.0.1.11 10.0.1.12'",
      "DataDir='/var/lib/etcd'",
      "Archive=''",
      "Sha256=''",
    ]);
  });

  it('leaves room in the user data for the longest names, and for other flavors', () => {
    const names = { stack: 's'.repeat(128), group: groupId('g'.repeat(128)) };
    const { init } = etcd.prepare({ Archive: { URL, SHA256 } }, { ...names, allocation: three });
    expect(Buffer.byteLength(init)).toBeLessThan(14_000);
  });

  it('keeps what members tell each other under the name of the cluster, or of the group', () => {
    expect(etcd.cluster?.({}, IN)).toEqual({ path: '/holdfast/us/kv', founds: true });
    expect(etcd.cluster?.({ Cluster: 'shop' }, IN)).toEqual({ path: '/holdfast/us/shop', founds: true });
  });

  it('counts on a majority of the LogicalIDs', () => {
    expect(etcd.quorum({}, three)).toEqual({ majorityOf: 3 });
  });

  it('has another member take one out by its instance, unless the whole group ends', () => {
    expect(etcd.drain({}, IN, member, false)).toEqual({
      on: 'others',
      command: {
        document: 'etcd-drain',
        parameters: { Path: '/holdfast/us/kv', Instance: 'i-1', Least: '2' },
        timeoutSeconds: 30,
      },
    });
    expect(etcd.drain({}, IN, member, true)).toBeUndefined();
  });

  it.each([
    [1, '1'],
    [2, '1'],
    [3, '2'],
    [4, '3'],
    [5, '3'],
  ])('leaves at least a majority of %i declared members serving, where it can lose any', (count, least) => {
    const allocation = pets(...addresses(count));
    const drain = etcd.drain({}, { ...IN, allocation }, member, false);
    expect(drain?.command.parameters.Least).toBe(least);
  });

  it('takes ghosts out by their ids, and recovers on the survivor itself', () => {
    const ghost = {
      name: 'fee1',
      address: '10.0.1.11',
      role: 'voter',
      votes: true,
      reachable: false,
      leader: false,
    };
    const tidy = etcd.tidy?.({}, IN, [ghost, { ...ghost, name: 'fee2' }]);
    expect(tidy).toMatchObject({
      on: 'others',
      command: { document: 'etcd-tidy', parameters: { Members: 'fee1 fee2' } },
    });
    expect(etcd.tidy?.({}, IN, [])).toBeUndefined();
    expect(etcd.recover?.({}, IN, member)).toMatchObject({
      on: 'itself',
      command: { document: 'etcd-recover', parameters: { Path: '/holdfast/us/kv' } },
    });
  });

  const withValues = ({ parameters, script }: NodeDocument): string =>
    [...Object.keys(parameters).map((name) => `${name}='1'`), script].join('\n');

  it
    .skipIf(spawnSync('shellcheck', ['--version']).error !== undefined)
    .each([
      ['boot script', etcd.prepare({}, IN).init],
      ...etcd.documents.map((document) => [document.name, withValues(document)]),
    ])('has a %s that shellcheck finds nothing in', (_, script = '') => {
    // Settings that stand for others, and functions that only others call, are no mistakes; nor is node.sh's use of sed.
    const { stdout } = spawnSync('shellcheck', ['-s', 'bash', '-e', 'SC2034,SC2317,SC2001', '-'], {
      input: script,
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
  });
});

describe("etcd's scripts", () => {
  const functions = etcd.documents.find(({ name }) => name === 'etcd-tidy')?.script.split('\nstay()')[0];
  const run = (script: string): string =>
    spawnSync('bash', ['-c', `${functions}\n${script}`], { encoding: 'utf8' }).stdout;

  it.each([
    ['0', '0'],
    ['3609448836632290110', '32175697de6a233e'],
    ['9223372036854775808', '8000000000000000'],
    ['17553932738969638804', 'f39c18d245629794'],
    ['18446744073709551615', 'ffffffffffffffff'],
  ])('never round a member id: %s is %s', (decimal, hex) => {
    expect(BigInt(decimal).toString(16)).toBe(hex);
    expect(run(`hex ${decimal}`)).toBe(hex);
  });

  it('read the member list as etcdctl 3.4.23 prints it', () => {
    const list = [
      '4e01a50a02331483, started, i-1, http://10.0.0.1:2380, http://10.0.0.1:2379, false',
      '7f9d1414c69ac30f, started, i-2, http://10.0.0.2:2380, http://10.0.0.2:2379, true',
      'f39c18d245629794, unstarted, , http://10.0.0.3:2380, , true',
    ].join('\n');
    expect(run(`ctl() { cat <<'LIST'\n${list}\nLIST\n}; members 10.0.0.1`).trim().split('\n')).toEqual([
      '4e01a50a02331483 started i-1 10.0.0.1 voter',
      '7f9d1414c69ac30f started i-2 10.0.0.2 learner',
      'f39c18d245629794 unstarted - 10.0.0.3 learner',
    ]);
  });
});
