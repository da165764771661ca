import { describe, expect, it } from 'vitest';
import { awsRuntime } from '../../lambdas/runtime.js';
import { leaveCluster, watchFounding } from '../../lib/app/cluster-place.js';
import { pollDrains } from '../../lib/app/drain.js';
import type { PassState } from '../../lib/app/pass-state.js';
import { tidyCluster } from '../../lib/app/tidy-cluster.js';
import { revisionOf } from '../../lib/config/revision-of.js';
import { ENVIRONMENT } from '../../lib/core/deployment.js';
import { FAR_AWAY, type GroupRecord } from '../../lib/core/group-record.js';
import { groupId, instanceId, orderId, specHash } from '../../lib/core/ids.js';
import type { DrainOrder } from '../../lib/core/order.js';
import { flavorRegistry } from '../../lib/flavors/index.js';
import { memoryGroupStore } from '../../lib/local/memory-store.js';
import { recordingLog } from '../aws/recording-log.js';
import { goodProperties } from '../config/group-text.js';
import { sampleGroup, sampleInstance } from '../contract/sample-group.js';
import { aCloud } from '../local/a-cloud.js';
import { done, parish, scriptedParameters, scriptedShell, viewOf } from './a-cluster.js';

const WEB = groupId('web');
const drainOrder = (id: string): DrainOrder => ({
  kind: 'drain',
  id: orderId('o-1'),
  instance: instanceId(id),
  at: 0,
  deadline: FAR_AWAY,
  context: 'terminate',
  reason: 'surplus',
});

const NAMES = Object.fromEntries(Object.values(ENVIRONMENT).map((name) => [name, 'us']));

const setup = async (change: Partial<GroupRecord> = {}) => {
  const cloud = await aCloud();
  const { clock } = cloud;
  const shell = scriptedShell();
  const clusters = scriptedParameters();
  const flavors = flavorRegistry([parish]);
  const { log } = recordingLog();
  const runtime = {
    ...awsRuntime(
      { ...NAMES, [ENVIRONMENT.probeInterval]: '60', [ENVIRONMENT.documents]: '{}' },
      { clients: cloud.clients('us'), clock, random: cloud.random, log, writeMetrics: () => {}, flavors },
    ),
    store: memoryGroupStore(),
    shell,
    clusters,
  };
  const group = sampleGroup({ id: WEB, ...change });
  await runtime.store.create(group);
  const properties = { ...goodProperties(), Flavor: { Plugin: 'parish', Properties: {} } };
  const member = (id: string, more = {}) => sampleInstance({ id: instanceId(id), ...more });
  const state: PassState = {
    runtime,
    invocation: { id: 'pass', deadline: clock.now() + 60_000 },
    group,
    revision: revisionOf(
      { id: WEB, properties, pins: { images: {}, subnets: [] } },
      { number: 1, specHash: specHash('spec-1') },
      flavors,
    ),
    records: [member('i-1'), member('i-2'), member('i-3', { state: 'terminated', goneAt: clock.now() })],
    foreign: [],
    listed: [],
    alarms: undefined,
    impaired: [],
    asked: true,
    cluster: viewOf(['i-1', true], ['i-2', true], ['i-3', false]),
    ghosts: [],
  };
  const run = async (work: (state: PassState) => Promise<void>): Promise<void> => {
    let ended = false;
    const pass = clock
      .run(() => work(state), 'pass')
      .finally(() => {
        ended = true;
      });
    await clock.runUntil(() => ended, { limitMs: 60_000 });
    await pass;
  };
  const told = async () => {
    let events: readonly string[] = [];
    await run(async () => {
      events = (await runtime.store.events(WEB, { limit: 10, now: clock.now() })).map(({ event }) => event);
    });
    return events;
  };
  const listed = () =>
    state.cluster?.kind === 'read' ? state.cluster.members.map(({ name }) => name) : undefined;
  return { cloud, state, shell, clusters, run, told, listed };
};

describe('tidyCluster', () => {
  it('has a living member take out one whose instance is gone, and tells it first', async () => {
    const { state, shell, run, told, listed } = await setup();
    await run(tidyCluster);
    expect(shell.sent).toEqual([{ document: 'parish-tidy', ids: ['i-1'] }]);
    expect(await told()).toEqual(['cluster.tidied']);
    expect([listed(), state.ghosts]).toEqual([['n-i-1', 'n-i-2'], []]);
  });

  it.each([
    ['the command fails', done({ exitCode: 1 })],
    ['its quorum refuses', done({ exitCode: 65 })],
    ['the command is not delivered', { kind: 'failed', reason: 'lost' } as const],
    ['nothing is heard of it in time', { kind: 'running' } as const],
  ])('keeps it in view when %s', async (_, answer) => {
    const { state, shell, run, listed } = await setup();
    shell.answer = () => answer;
    await run(tidyCluster);
    expect([listed(), state.ghosts.map(({ name }) => name)]).toEqual([
      ['n-i-1', 'n-i-2', 'n-i-3'],
      ['n-i-3'],
    ]);
  });

  it('keeps it in view when no other member can be reached', async () => {
    const { state, shell, run } = await setup();
    shell.offline = new Set(['i-1', 'i-2']);
    await run(tidyCluster);
    expect([shell.sent, state.ghosts.length]).toEqual([[], 1]);
  });

  it('does nothing under a freeze, nor for a group that is not watched', async () => {
    for (const change of [{ freeze: { reason: 'test', since: 0 } }, { watch: 'destroying' as const }]) {
      const { shell, run } = await setup(change);
      await run(tidyCluster);
      expect(shell.sent).toEqual([]);
    }
  });
});

describe('a drain by another member', () => {
  const draining = async (change: Partial<GroupRecord> = {}) => {
    const made = await setup({ orders: [drainOrder('i-2')], ...change });
    made.state.cluster = viewOf(['i-1', true], ['i-2', true], ['i-4', true]);
    made.state.records = [...made.state.records, sampleInstance({ id: instanceId('i-4') })];
    const orders = () => made.state.group.orders.map(({ kind }) => kind);
    return { ...made, orders };
  };

  it('runs on a member that is not the one to go, and takes it out of the list that is planned on', async () => {
    const { shell, run, orders, listed } = await draining();
    await run(pollDrains);
    expect(shell.sent).toEqual([{ document: 'parish-drain', ids: ['i-1'] }]);
    expect([orders(), listed()]).toEqual([['destroy'], ['n-i-1', 'n-i-4']]);
  });

  it('keeps an instance that the quorum needs, and plans nothing more on this list', async () => {
    const { state, shell, run, orders, told } = await draining();
    shell.answer = () => done({ exitCode: 65, stderr: 'tries\n1 of 2 can be reached' });
    await run(pollDrains);
    expect([orders(), await told()]).toEqual([[], ['instance.kept']]);
    expect(state.cluster).toEqual({
      kind: 'unreadable',
      reason: 'its cluster keeps it: 1 of 2 can be reached',
    });
  });

  it('is said again through another member when the first one dies of it', async () => {
    const { shell, run, orders } = await draining();
    shell.answer = (_, id) => (id === 'i-1' ? { kind: 'failed', reason: 'gone' } : done());
    const online = shell.online;
    shell.online = async (ids) => (shell.sent.length > 0 ? new Set([instanceId('i-4')]) : online(ids));
    await run(pollDrains);
    await run(pollDrains);
    expect(shell.sent.map(({ ids }) => ids.join())).toEqual(['i-1', 'i-4']);
    expect(orders()).toEqual(['destroy']);
  });

  it.each([
    ['ends the instance when it fails while the list is read', true, ['destroy']],
    ['keeps the instance when it fails while the list cannot be read', false, []],
  ])('%s', async (_, read, left) => {
    const { state, shell, run, orders } = await draining();
    if (!read) state.cluster = { kind: 'unreadable', reason: 'no answer' };
    shell.answer = () => done({ exitCode: 1 });
    await run(pollDrains);
    expect(orders()).toEqual(left);
  });

  it('is left out when the whole group goes', async () => {
    const { shell, run, orders } = await draining({ watch: 'destroying' });
    await run(pollDrains);
    expect([shell.sent, orders()]).toEqual([[], ['destroy']]);
  });
});

describe('watchFounding', () => {
  it('lets another found the cluster when the one that was to is gone', async () => {
    const { state, clusters, run, told } = await setup();
    state.cluster = undefined;
    clusters.claimed = { founder: instanceId('i-3'), founded: false };
    await run(watchFounding);
    expect([clusters.did, await told()]).toEqual([['release /p'], ['cluster.claim-released']]);
  });

  it.each([
    ['the cluster is founded', { founder: instanceId('i-3'), founded: true }],
    ['the founder lives', { founder: instanceId('i-1'), founded: false }],
    ['the founder is unknown', { founder: instanceId('i-9'), founded: false }],
    ['nobody has claimed', { founded: false }],
  ])('releases nothing when %s', async (_, claim) => {
    const { state, clusters, run } = await setup();
    state.cluster = undefined;
    clusters.claimed = claim;
    await run(watchFounding);
    expect(clusters.did).toEqual([]);
  });
});

describe('a member list that cannot be read', () => {
  it.each([
    [false, undefined],
    [true, 'unreadable'],
  ])('is none while nothing was founded (founded: %s)', async (founded, kind) => {
    const { state, clusters, run } = await setup();
    state.cluster = { kind: 'unreadable', reason: 'no answer' };
    clusters.claimed = { founded };
    await run(watchFounding);
    expect(state.cluster?.kind).toBe(kind);
  });
});

describe('leaveCluster', () => {
  it('removes the parameters with the last group that could found it', async () => {
    const { clusters, run } = await setup();
    clusters.managers = [instanceId('i-1'), instanceId('i-0aged')];
    await run(leaveCluster);
    expect(clusters.did).toEqual(['forget i-1,i-2,i-3', 'remove /p']);
  });

  it('takes out only its own while another group holds the cluster', async () => {
    const { cloud, clusters, run } = await setup();
    const other = instanceId(cloud.ec2.others.launchForeign({ tags: {} }));
    await cloud.clock.advance(10_000);
    clusters.managers = [instanceId('i-1'), other];
    await run(leaveCluster);
    expect(clusters.did).toEqual(['forget i-1,i-2,i-3']);
  });
});
