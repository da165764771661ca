import { describe, expect, it } from 'vitest';
import { awsRuntime } from '../../lambdas/runtime.js';
import { pollDrains } from '../../lib/app/drain.js';
import type { PassState } from '../../lib/app/pass-state.js';
import { revisionOf } from '../../lib/config/revision-of.js';
import { ENVIRONMENT } from '../../lib/core/deployment.js';
import { groupId, type InstanceId, instanceId, orderId, specHash } from '../../lib/core/ids.js';
import type { DestroyContext, DrainOrder } from '../../lib/core/order.js';
import { flavorRegistry } from '../../lib/flavors/index.js';
import { vanilla } from '../../lib/flavors/vanilla.js';
import { memoryGroupStore } from '../../lib/local/memory-store.js';
import type { Nodes } from '../../lib/local/ssm/commands.js';
import { recordingLog } from '../aws/recording-log.js';
import { goodProperties } from '../config/group-text.js';
import { sampleGroup, sampleInstance } from '../contract/sample-group.js';
import { aCloud } from '../local/a-cloud.js';

const WEB = groupId('web');
const DELAY_MS = 60_000;
const DRAIN_TIMEOUT_MS = 120_000;

const NAMES = Object.fromEntries(Object.values(ENVIRONMENT).map((name) => [name, 'us']));

/** Two registered members of a group whose flavor has something to drain, with drain orders. */
const setup = async (options: { readonly skip?: boolean; readonly context?: DestroyContext } = {}) => {
  let denied = '';
  const cloud = await aCloud({
    authorise: ({ operation }) => (operation === denied ? { denied: 'no' } : 'allow'),
  });
  const { clock } = cloud;
  const arn = cloud.elb.createTargetGroup({
    name: 'web',
    healthyAfterMs: 0,
    deregistrationDelaySeconds: DELAY_MS / 1000,
  });
  const launch = () => instanceId(cloud.ec2.others.launchForeign({ tags: {} }));
  const ids: readonly InstanceId[] = [launch(), launch()];
  await clock.advance(10_000);
  const drained: number[] = [];
  const nodes: Nodes = {
    managed: () => ids.map((id) => ({ instanceId: id, pingStatus: 'Online' })),
    runOnNode: async () => {
      drained.push(clock.now());
      return { exitCode: 0, stdout: '', stderr: '' };
    },
  };
  cloud.ssm.useNodes(nodes);
  const command = { document: 'us-drain', parameters: {}, timeoutSeconds: 30 };
  const flavors = flavorRegistry([{ ...vanilla, drain: () => ({ on: 'itself', command }) }]);
  const { log } = recordingLog();
  const runtime = {
    ...awsRuntime(
      { ...NAMES, [ENVIRONMENT.probeInterval]: '60', [ENVIRONMENT.documents]: '{}' },
      { clients: cloud.clients('us'), clock, random: cloud.random, log, writeMetrics: () => {}, flavors },
    ),
    store: memoryGroupStore(),
  };
  await runtime.targetGroups.register(arn, ids);
  const start = clock.now();
  const order = (instance: InstanceId, index: number): DrainOrder => ({
    kind: 'drain',
    id: orderId(`o-${index}`),
    instance,
    at: start,
    deadline: start + 2 * DRAIN_TIMEOUT_MS,
    context: options.context ?? 'terminate',
    reason: 'surplus',
  });
  const group = sampleGroup({ id: WEB, orders: ids.map(order) });
  await runtime.store.create(group);
  const properties = {
    ...goodProperties(),
    Instance: {
      Plugin: 'aws/ec2-instance',
      Properties: { RunInstancesInput: { ImageId: 'ami-0abc' }, TargetGroupARNs: [arn] },
    },
    Updating: {
      DrainTimeout: `${DRAIN_TIMEOUT_MS / 1000}s`,
      ...(options.skip ? { SkipBeforeInstanceDestroy: 'drain' } : {}),
    },
  };
  const state: PassState = {
    runtime,
    invocation: { id: 'pass', deadline: start + 3_600_000 },
    group,
    revision: revisionOf(
      { id: WEB, properties, pins: { images: {}, subnets: [] } },
      { number: 1, specHash: specHash('spec-1') },
      flavors,
    ),
    records: ids.map((id) => sampleInstance({ id })),
    foreign: [],
    listed: [],
    alarms: undefined,
    impaired: [],
    asked: true,
    cluster: undefined,
    ghosts: [],
  };
  /** Looks each five seconds for so long. */
  const look = async (seconds: number): Promise<void> => {
    for (const end = clock.now() + seconds * 1000; clock.now() < end; await clock.advance(5_000)) {
      let ended = false;
      const pass = clock
        .run(() => pollDrains(state), 'pass')
        .finally(() => {
          ended = true;
        });
      await clock.runUntil(() => ended, { limitMs: 30_000 });
      await pass;
    }
  };
  const kinds = () => state.group.orders.map(({ kind }) => kind);
  return {
    arn,
    cloud,
    ids,
    look,
    kinds,
    drained: () => drained.map((at) => (at - start) / 1000),
    targets: () => cloud.elb.targets(arn).map(({ state: is }) => is),
    deny: (operation: string) => {
      denied = operation;
    },
    runtime,
  };
};

describe('deregister', () => {
  it('comes before the drain, which waits for the last connection', async () => {
    const { look, kinds, drained, targets, runtime, cloud } = await setup();
    await look(5);
    expect(targets()).toEqual(['draining', 'draining']);
    await look(50);
    expect(drained()).toEqual([]);
    await look(15);
    expect(drained()).toEqual([60, 60]);
    expect(kinds()).toEqual(['destroy', 'destroy']);
    const events = await runtime.store.events(WEB, { limit: 10, now: cloud.clock.now() });
    expect(events.map(({ event }) => event).sort()).toEqual([
      'instance.deregistered',
      'instance.deregistered',
      'instance.destroyed',
      'instance.destroyed',
    ]);
  });

  it('waits no longer than DrainTimeout, and leaves the drain its own time', async () => {
    const { look, kinds, drained, deny } = await setup();
    deny('DescribeTargetHealth');
    await look(115);
    expect(drained()).toEqual([]);
    await look(15);
    expect(drained()).toEqual([120, 120]);
    expect(kinds()).toEqual(['destroy', 'destroy']);
  });

  it('is said again to a target group that did not take it, or to which somebody registered it again', async () => {
    const { arn, ids, look, targets, deny, runtime } = await setup();
    deny('DeregisterTargets');
    await look(10);
    expect(targets()).toEqual(['healthy', 'healthy']);
    deny('');
    await look(5);
    expect(targets()).toEqual(['draining', 'draining']);
    await runtime.targetGroups.register(arn, ids);
    await look(5);
    expect(targets()).toEqual(['draining', 'draining']);
  });

  it('takes nothing for an end in a target group that does not exist', async () => {
    const { arn, cloud, look, drained } = await setup();
    cloud.elb.deleteTargetGroup(arn);
    await look(5);
    expect(drained()).toEqual([0, 0]);
  });

  it('is not skipped with the drain in a rolling update', async () => {
    const skipped = await setup({ skip: true, context: 'rolling_update' });
    await skipped.look(55);
    expect(skipped.kinds()).toEqual(['drain', 'drain']);
    await skipped.look(10);
    expect(skipped.kinds()).toEqual(['destroy', 'destroy']);
    expect(skipped.drained()).toEqual([]);
    const repaired = await setup({ skip: true, context: 'terminate' });
    await repaired.look(65);
    expect(repaired.drained()).toEqual([60, 60]);
  });
});
