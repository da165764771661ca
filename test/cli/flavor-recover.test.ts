import { describe, expect, it } from 'vitest';
import type { ClusterReport } from '../../lib/app/cluster-report.js';
import { groupLine, groupView, instanceView } from './views.js';
import { type Answers, ApiError, documentOf, type Given, run, widest } from './world.js';

const LOST: ClusterReport = {
  Quorum: 'lost',
  Reason: '1 of 3 managers can be reached, 2 are needed',
  Members: [],
};
const ONE = instanceView({ ID: 'i-1', LaunchedAt: '2026-11-22T10:00:00Z' });
const TWO = instanceView({ ID: 'i-2', LaunchedAt: '2026-11-22T09:00:00Z' });
const LED = instanceView({ ID: 'i-3', Leader: true });
const GONE = instanceView({ ID: 'i-4', State: 'terminated' });

const answersOf = (cluster: ClusterReport | undefined, instances = [ONE, GONE]): Answers => ({
  'Flavor.Healthy': () => ({
    Instances: instances.map(({ ID }) => ({
      ID,
      Health: 'unknown',
      Reason: 'it says that the quorum is lost',
    })),
    ...(cluster === undefined ? {} : { Cluster: cluster }),
  }),
  'Group.DescribeGroup': () => groupView({ ID: 'managers', Declared: 3, Instances: instances }),
  'Flavor.Recover': ({ ID, Instance }) => ({ ID, Instance, Reason: `a new cluster of "${Instance}" alone` }),
});
const recovered = ({ sent }: { sent: readonly { method: string; params: object }[] }) =>
  sent.filter(({ method }) => method === 'Flavor.Recover').map(({ params }) => params);
const recover = (options: string, given: Given) => run(`flavor recover managers ${options}`, given);

describe('holdfast flavor recover', () => {
  it('shows what is lost and who is left, says what will happen, and goes on when the name was typed', async () => {
    const ran = await recover('', { answers: answersOf(LOST), types: ['managers'] });
    expect(ran.exitCode).toBe(0);
    expect(ran.err).toContain('Quorum lost:\n  1 of 3 managers can be reached, 2 are needed\n');
    expect(ran.err).toContain('1 of 3 declared members run:\n');
    expect(ran.err).toContain('it says that the quorum is lost');
    expect(ran.asked).toHaveLength(1);
    expect(ran.asked[0]?.replace(/\s+/g, ' ')).toContain(
      'i-1 will be made a new cluster of its own: what only the other members knew is lost for good',
    );
    expect(recovered(ran)).toEqual([{ ID: 'managers', Instance: 'i-1', Confirm: 'managers' }]);
    expect(ran.out).toBe('Recovered managers: a new cluster of "i-1" alone\n');
    expect(widest(ran.err)).toBeLessThanOrEqual(80);
  });

  it.each(['', 'y', 'yes', 'Managers', 'manager'])('changes nothing when "%s" was typed', async (typed) => {
    const ran = await recover('', { answers: answersOf(LOST), types: [typed] });
    expect(ran.exitCode).toBe(1);
    expect(ran.err).toContain('nothing was changed');
    expect(recovered(ran)).toEqual([]);
  });

  it('asks for the survivor where there are several, and offers first who says so, then who led, then the oldest', async () => {
    const answers = answersOf(LOST, [ONE, TWO, LED]);
    const led = await recover('', { answers, types: ['', 'managers'] });
    expect(led.asked[0]).toBe('Which of them survives? [i-3] ');
    expect(led.asked[1]?.replace(/\s+/g, ' ')).toContain('the 2 others will count as unhealthy');
    expect(recovered(led)).toMatchObject([{ Instance: 'i-3' }]);
    const oldest = await recover('', { answers: answersOf(LOST, [ONE, TWO]), types: ['', 'managers'] });
    expect(recovered(oldest)).toMatchObject([{ Instance: 'i-2' }]);
    const saying = { ...LOST, Reason: 'i-1: the swarm has no leader' };
    const alive = await recover('', { answers: answersOf(saying, [TWO, LED, ONE]), types: ['', 'managers'] });
    expect(recovered(alive)).toMatchObject([{ Instance: 'i-1' }]);
    const named = await recover('', { answers, types: ['i-1', 'managers'] });
    expect(recovered(named)).toMatchObject([{ Instance: 'i-1' }]);
    const wrong = await recover('', { answers, types: ['i-9', 'managers'] });
    expect(wrong.exitCode).toBe(2);
    expect(recovered(wrong)).toEqual([]);
  });

  it('needs --confirm without a terminal, and --survivor where there are several', async () => {
    const bare = await recover('', { answers: answersOf(LOST) });
    expect(bare.exitCode).toBe(1);
    expect(bare.err).toContain('give --confirm managers to go on');
    const several = await recover('--confirm managers', { answers: answersOf(LOST, [ONE, TWO]) });
    expect(several.exitCode).toBe(2);
    expect(several.err).toContain('--survivor');
    const stranger = await recover('--confirm managers --survivor i-4', { answers: answersOf(LOST) });
    expect(stranger.exitCode).toBe(2);
    expect(stranger.err).toContain('"i-4" is no running member');
    const other = await recover('--confirm web', { answers: answersOf(LOST) });
    expect(other.exitCode).toBe(1);
    for (const ran of [bare, several, stranger, other]) expect(recovered(ran)).toEqual([]);
    const done = await recover('--confirm managers --survivor i-2 --json', {
      answers: answersOf(LOST, [ONE, TWO]),
    });
    expect(documentOf(done)).toEqual({
      id: 'managers',
      instance: 'i-2',
      reason: 'a new cluster of "i-2" alone',
    });
  });

  it.each<[string, ClusterReport | undefined]>([
    ['has its quorum', { Quorum: 'kept', Members: [] }],
    ['is unknown: nobody answers', { Quorum: 'unknown', Reason: 'nobody answers', Members: [] }],
    ['form no cluster', undefined],
  ])('refuses a cluster that has not lost its quorum by its own word: "%s"', async (words, cluster) => {
    const ran = await recover('--confirm managers', { answers: answersOf(cluster) });
    expect(ran.exitCode).toBe(1);
    expect(ran.err.replace(/\s+/g, ' ')).toContain(words);
    expect(recovered(ran)).toEqual([]);
  });

  it('tells the refusal of the API, which asks once more right before', async () => {
    const answers: Answers = {
      ...answersOf(LOST),
      'Flavor.Recover': () => {
        throw new ApiError('Refused', 'the quorum of group "managers" is not known to be lost: back again');
      },
    };
    const ran = await recover('--confirm managers', { answers });
    expect(ran.exitCode).toBe(1);
    expect(ran.err).toContain('back again');
  });
});

describe('holdfast flavor rotate-tokens', () => {
  it('has new tokens made', async () => {
    const answers: Answers = { 'Flavor.RotateTokens': ({ ID }) => ({ ID }) };
    const ran = await run('flavor rotate-tokens managers', { answers });
    expect(ran.out).toBe('Rotated the tokens of the cluster of managers\n');
    expect(ran.sent).toMatchObject([{ method: 'Flavor.RotateTokens', params: { ID: 'managers' } }]);
  });
});

describe('clusters in other commands', () => {
  it('are listed by flavor healthy with what they say of themselves', async () => {
    const Cluster: ClusterReport = {
      Quorum: 'kept',
      Members: [
        { Name: 'a1', Instance: 'i-1', Role: 'manager', Votes: true, Reachable: true, Leader: true },
        { Name: 'b2', Address: '10.0.0.2', Role: 'manager', Votes: true, Reachable: false, Leader: false },
        { Name: 'c3', Instance: 'i-3', Role: 'worker', Votes: false, Reachable: true, Leader: false },
      ],
    };
    const ran = await run('flavor healthy managers', { answers: answersOf(Cluster) });
    expect(ran.out.split('\n').slice(4)).toEqual([
      'Quorum kept: 1 of 2 that vote are reachable, 2 needed',
      'MEMBER  ON        ROLE             REACHABLE',
      'a1      i-1       manager, leader  yes',
      'b2      10.0.0.2  manager          no',
      'c3      i-3       worker           yes',
      '',
    ]);
    expect(
      documentOf(await run('flavor healthy managers --json', { answers: answersOf(Cluster) })),
    ).toMatchObject({
      cluster: { quorum: 'kept', members: [{ name: 'a1', leader: true }, {}, {}] },
    });
  });

  it('show in group describe who leads, and a lost quorum with the way out', async () => {
    const view = groupView({
      ID: 'managers',
      Instances: [instanceView({ Leader: true }), instanceView({ ID: 'i-2' })],
      QuorumLost: '1 of 3 managers can be reached',
    });
    const ran = await run('group describe managers', { answers: { 'Group.DescribeGroup': () => view } });
    expect(ran.out).toMatch(/HEALTH {3}ROLE {4}HASH/);
    expect(ran.out).toMatch(/healthy {2}leader {2}k7m2/);
    expect(ran.out).toContain('Quorum lost:\n  1 of 3 managers can be reached\n');
    expect(ran.out).toContain('holdfast flavor recover managers');
    expect(widest(ran.out)).toBeLessThanOrEqual(80);
  });

  it('show in group ls that their quorum is lost', async () => {
    const line = groupLine({ Converged: false, QuorumLost: true });
    const ran = await run('group ls', { answers: { 'Group.List': () => ({ Groups: [line] }) } });
    expect(ran.out).toContain('diverged, quorum lost');
  });

  it('are said to be experimental by flavor validate', async () => {
    const files = { 'k.json': '{"Plugin": "kubernetes"}' };
    const answers: Answers = {
      'Flavor.Validate': () => ({ Valid: true, Experimental: 'kubeadm ran on no real node' }),
    };
    const ran = await run('flavor validate k.json', { files, answers });
    expect(ran.out).toBe('k.json is valid: kubernetes\nexperimental: kubeadm ran on no real node\n');
    expect(documentOf(await run('flavor validate k.json --json', { files, answers }))).toEqual({
      valid: true,
      plugin: 'kubernetes',
      experimental: 'kubeadm ran on no real node',
    });
  });
});
