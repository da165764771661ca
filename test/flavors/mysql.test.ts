import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Allocation } from '../../lib/core/group-spec.js';
import { groupId, type InstanceId, instanceId, logicalId } from '../../lib/core/ids.js';
import { mysql } from '../../lib/flavors/mysql/index.js';
import type { FlavorMember, NodeOutput } from '../../lib/ports/flavor.js';
import { flavorContract } from '../contract/flavor-contract.js';

const ADDRESSES = ['10.0.1.10', '10.0.1.11', '10.0.1.12'];
const UUID = 'e2312af7-e6b4-11f1-aabc-c3bdcbfa318f';
const OTHER = '00000000-e6b4-11f1-aabc-c3bdcbfa318f';
const three: Allocation = { kind: 'logicalIds', logicalIds: ADDRESSES.map(logicalId) };
const members: readonly FlavorMember[] = ADDRESSES.map((privateIp, index) => ({
  id: instanceId(`i-0${index}`),
  logicalId: logicalId(privateIp),
  privateIp,
}));
const properties = { Cluster: 'shop' };
const context = { stack: 'us', group: groupId('db'), allocation: three };

interface Seen {
  readonly cluster?: string;
  readonly status?: string;
  readonly state?: string;
  readonly ready?: string;
  readonly addresses?: readonly string[];
}

const sees = ({ cluster, status, state, ready, addresses = ADDRESSES }: Seen = {}): NodeOutput => {
  const lines = [
    `cluster ${cluster ?? UUID}`,
    `status ${status ?? 'Primary'}`,
    `state ${state ?? 'Synced'}`,
    `ready ${ready ?? 'ON'}`,
    ...addresses.map((address) => `member - ${address}`),
  ];
  return { exitCode: 0, stdout: [...lines, `end ${lines.length}`, ''].join('\n'), stderr: '' };
};
const cut = (address: string): NodeOutput =>
  sees({ status: 'non-Primary', state: 'Initialized', ready: 'OFF', addresses: [address] });
const silent = (stderr: string, stdout = ''): NodeOutput => ({ exitCode: 66, stdout, stderr });
const JOINING = silent('holdfast: mariadbd runs, but does not answer yet\n');

/** By position of the member. */
type Answers = readonly (NodeOutput | undefined)[];
const answerOf = (answers: Answers) => {
  const said = members.flatMap(({ id }, index): [InstanceId, NodeOutput][] => {
    const output = answers[index];
    return output === undefined ? [] : [[id, output]];
  });
  return { kind: 'output', byInstance: new Map(said) } as const;
};
const judged = (...answers: Answers): readonly string[] =>
  [...mysql.judge(properties, context, members, answerOf(answers)).values()].map(
    ({ health, reason }) => `${health}: ${reason}`,
  );
const view = (...answers: Answers) => mysql.members(properties, context, answerOf(answers));

const SYNCED = 'healthy: Primary, Synced, ready';

flavorContract('mysql', () => mysql, {
  good: [
    { title: 'three members', properties, allocation: three },
    {
      title: 'five members',
      properties: { Cluster: 'a.b_c-1' },
      allocation: {
        kind: 'logicalIds',
        logicalIds: [10, 11, 12, 13, 14].map((last) => logicalId(`10.0.1.${last}`)),
      },
    },
  ],
  bad: [
    { title: 'no name', properties: {}, allocation: three, path: 'Cluster' },
    {
      title: 'a name that is a path',
      properties: { Cluster: '../x' },
      allocation: three,
      path: 'Cluster',
    },
    {
      title: 'a password',
      properties: { ...properties, Password: 'x' },
      allocation: three,
      path: 'Password',
    },
    { title: 'cattle', properties, allocation: { kind: 'size', size: 3 }, path: '' },
    {
      title: 'two members, which stop when one dies',
      properties,
      allocation: { kind: 'logicalIds', logicalIds: ADDRESSES.slice(0, 2).map(logicalId) },
      path: '',
    },
    {
      title: 'one member',
      properties,
      allocation: { kind: 'logicalIds', logicalIds: [logicalId('10.0.1.10')] },
      path: '',
    },
    {
      title: 'names for addresses',
      properties,
      allocation: { kind: 'logicalIds', logicalIds: ['a', 'b', 'c'].map(logicalId) },
      path: '',
    },
  ],
  healthyAnswer: (all) => ({
    kind: 'output',
    byInstance: new Map(
      all.map(({ id }) => [id, sees({ addresses: all.map(({ privateIp = '' }) => privateIp) })]),
    ),
  }),
});

describe('mysql', () => {
  it('it calls a donor healthy, and who copies its data unknown', () => {
    expect(judged(sees(), sees({ state: 'Donor/Desynced' }), JOINING)).toEqual([
      SYNCED,
      'healthy: Primary, ready, feeds a joining member',
      'unknown: mariadbd runs, but does not answer yet',
    ]);
    expect(
      judged(sees(), sees(), sees({ state: 'Joining: receiving State Transfer', ready: 'OFF' }))[2],
    ).toBe('unknown: in the primary component, Joining: receiving State Transfer');
  });

  it('it calls a member unhealthy that the primary component does not list', () => {
    const two = ADDRESSES.slice(0, 2);
    expect(judged(sees({ addresses: two }), sees({ addresses: two }), undefined)).toEqual([
      SYNCED,
      SYNCED,
      'unhealthy: not in the cluster, as i-00 sees it',
    ]);
  });

  it('it calls a member unhealthy that is cut off while others are not', () => {
    expect(judged(sees(), cut('10.0.1.11'), sees())).toEqual([
      SYNCED,
      'unhealthy: non-Primary, while i-00 is in the primary component',
      SYNCED,
    ]);
  });

  it('it calls a member unhealthy that is in sync but not ready, or of another cluster', () => {
    expect(judged(sees({ ready: 'OFF' }), sees({ cluster: OTHER }), sees())).toEqual([
      'unhealthy: in the primary component, Synced, but not ready',
      'unhealthy: of another cluster than i-00',
      SYNCED,
    ]);
  });

  it('it knows nothing of members that are silent but listed', () => {
    expect(judged(sees(), undefined, silent(''))).toEqual([
      SYNCED,
      'unknown: did not answer',
      'unknown: exit code 66',
    ]);
  });

  it('it decides nothing while members disagree', () => {
    const without = sees({ addresses: ADDRESSES.slice(1) });
    expect(judged(sees(), without, without)[0]).toBe('unknown: members see different members');
    expect(judged(sees(), sees({ cluster: OTHER }), undefined)).toEqual(
      Array(3).fill('unknown: members are of different clusters'),
    );
    expect(view(sees(), sees({ cluster: OTHER }))?.kind).toBe('unreadable');
  });

  it('it lists who is in the primary component, all with a vote and none a leader', () => {
    const two = sees({ addresses: ADDRESSES.slice(0, 2) });
    const listed = { role: 'member', votes: true, leader: false };
    expect(view(sees(), two)).toEqual({
      kind: 'read',
      members: [
        { ...listed, name: '10.0.1.10', address: '10.0.1.10', reachable: true },
        { ...listed, name: '10.0.1.11', address: '10.0.1.11', reachable: true },
        { ...listed, name: '10.0.1.12', address: '10.0.1.12', reachable: false },
      ],
    });
  });

  it('it says that quorum is lost when those who answer are in no primary component', () => {
    const reason = 'i-00 sees 1 members, too few for a primary component';
    expect(view(cut('10.0.1.10'), undefined, JOINING)).toEqual({ kind: 'lost', reason });
    expect(judged(cut('10.0.1.10'), undefined, JOINING)).toEqual(Array(3).fill(`unknown: ${reason}`));
  });

  it('it has no member list before a cluster is founded', () => {
    const unfounded = silent('holdfast: mariadbd does not run', 'cluster none\n');
    expect(view(unfounded, undefined, JOINING)).toBeUndefined();
    expect(view(unfounded, sees(), JOINING)?.kind).toBe('read');
    expect(view(JOINING, JOINING)?.kind).toBe('unreadable');
  });

  it('it never believes an answer that is cut off', () => {
    const whole = sees().stdout.trimEnd();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), (length) => {
        const output = { ...sees(), stdout: whole.slice(0, length) };
        expect(judged(output, output, output)).toEqual(Array(3).fill('unknown: its answer cannot be read'));
        expect(view(output, output, output)?.kind).toBe('unreadable');
      }),
    );
  });

  it('it never calls a member unhealthy unless one that is in a primary component says so', () => {
    const state = fc.constantFrom('Synced', 'Donor/Desynced', 'Joining', 'Joined', 'Initialized');
    const outside = fc.record({
      cluster: fc.constantFrom(UUID, OTHER),
      status: fc.constantFrom('non-Primary', 'Disconnected'),
      state,
      ready: fc.constantFrom('ON', 'OFF'),
      addresses: fc.subarray(ADDRESSES),
    });
    const answer = fc.option(fc.oneof(outside.map(sees), fc.constant(JOINING)), { nil: undefined });
    fc.assert(
      fc.property(fc.array(answer, { minLength: 3, maxLength: 3 }), (answers) => {
        for (const report of judged(...answers)) expect(report).toMatch(/^unknown: /);
        expect(view(...answers)?.kind).not.toBe('read');
      }),
    );
  });

  it('it takes a member out on the node itself, never below a majority of those declared', () => {
    const [member] = members;
    if (member === undefined) throw new Error('no member');
    expect(mysql.drain(properties, context, member, false)).toMatchObject({
      on: 'itself',
      command: { document: 'mysql-drain', parameters: { Majority: '2' } },
    });
    expect(mysql.drain(properties, context, member, true)).toBeUndefined();
  });

  it('it tells every member of all, and where they meet, and nothing that is secret', () => {
    const { init } = mysql.prepare(properties, context, logicalId('10.0.1.11'));
    expect(init).toContain(
      "\nFlavor='mysql'\nPath='/holdfast/us/shop'\nPeers='10.0.1.10,10.0.1.11,10.0.1.12'\n",
    );
    expect(init).not.toMatch(/identified by|wsrep_sst_auth/i);
  });
});
