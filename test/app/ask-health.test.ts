import { describe, expect, it } from 'vitest';
import { askMembers } from '../../lib/app/ask-health.js';
import { ec2InstanceProvider } from '../../lib/aws/ec2-instance-provider.js';
import { elbTargetGroups } from '../../lib/aws/elb-target-groups.js';
import { ssmClusterParameters } from '../../lib/aws/ssm-cluster-parameters.js';
import { ssmNodeShell } from '../../lib/aws/ssm-node-shell.js';
import { revisionOf } from '../../lib/config/revision-of.js';
import type { GroupRecord } from '../../lib/core/group-record.js';
import { groupId, instanceId, orderId, specHash } from '../../lib/core/ids.js';
import type { DrainOrder } from '../../lib/core/order.js';
import { flavorRegistry } from '../../lib/flavors/index.js';
import { memoryGroupStore } from '../../lib/local/memory-store.js';
import { goodProperties } from '../config/group-text.js';
import { sampleGroup, sampleInstance } from '../contract/sample-group.js';
import { aCloud, START } from '../local/a-cloud.js';

const WEB = groupId('web');

/** A group `web` of one member that its flavor calls healthy, behind a target group of the same name. */
const setup = async (
  options: {
    readonly group?: Partial<GroupRecord>;
    readonly attached?: boolean;
    /** An SDK operation that is refused. */
    readonly denied?: string;
  } = {},
) => {
  const cloud = await aCloud({
    authorise: ({ operation }) => (operation === options.denied ? { denied: 'no' } : 'allow'),
  });
  const clients = cloud.clients('us');
  const { attached = true } = options;
  const arn = cloud.elb.createTargetGroup({
    name: 'web',
    healthyAfterMs: 10_000,
    deregistrationDelaySeconds: 60,
    attached,
  });
  const id = instanceId(cloud.ec2.others.launchForeign({ tags: {} }));
  await cloud.clock.advance(100_000);
  const store = memoryGroupStore();
  await store.create(sampleGroup({ id: WEB, ...options.group }));
  const published: string[] = [];
  const flavors = flavorRegistry();
  const runtime = {
    clock: cloud.clock,
    flavors,
    store,
    instances: ec2InstanceProvider({ client: clients.ec2, stack: 'us' }),
    stack: 'us',
    shell: ssmNodeShell(clients.ssm),
    clusters: ssmClusterParameters(clients.ssm),
    targetGroups: elbTargetGroups(clients.elb),
    bus: {
      publish: async (events: readonly { readonly event: string }[]) =>
        void published.push(...events.map(({ event }) => event)),
    },
  };
  const naming = (...TargetGroupARNs: string[]) =>
    revisionOf(
      {
        id: WEB,
        properties: {
          ...goodProperties(),
          Instance: {
            Plugin: 'aws/ec2-instance',
            Properties: { RunInstancesInput: { ImageId: 'ami-0abc' }, TargetGroupARNs },
          },
        },
        pins: { images: {}, subnets: [] },
      },
      { number: 1, specHash: specHash('spec-1') },
      flavors,
    );
  const ask = async (...arns: string[]) => {
    const record = sampleInstance({ id });
    const named = arns.length === 0 ? [arn] : arns;
    const asked = await askMembers(runtime, naming(...named), [record], [], cloud.clock.now());
    return { ...asked.reports.get(id), impaired: asked.impaired.includes(id) };
  };
  return { cloud, arn, id, ask, published, targetGroups: runtime.targetGroups };
};

const UNKNOWN = { health: 'unknown', unanswered: true, impaired: true };

describe('askMembers', () => {
  it('registers what its flavor calls healthy, tells it once, and waits for the target group', async () => {
    const { cloud, ask, published } = await setup();
    expect(await ask()).toEqual({ ...UNKNOWN, reason: 'registered with target group web, initial' });
    expect(await ask()).toMatchObject({
      ...UNKNOWN,
      reason: expect.stringContaining('initial (Elb.InitialHealthChecking'),
    });
    await cloud.clock.advance(10_000);
    expect(await ask()).toEqual({ health: 'healthy', reason: 'status checks pass', impaired: false });
    expect(published).toEqual(['instance.registered']);
  });

  it('calls unhealthy what a target group calls so', async () => {
    const { cloud, arn, id, ask } = await setup();
    await ask();
    cloud.elb.setTarget(arn, id, 'no answer');
    expect(await ask()).toEqual({
      health: 'unhealthy',
      reason: 'unhealthy in target group web (Target.FailedHealthChecks: no answer)',
      impaired: true,
    });
  });

  it('asks all target groups, and the worst of them counts', async () => {
    const { cloud, arn, id, ask } = await setup();
    const other = cloud.elb.createTargetGroup({ name: 'api', healthyAfterMs: 0 });
    await ask(arn, other);
    cloud.elb.setTarget(other, id, 'no answer');
    expect(await ask(arn, other)).toMatchObject({ health: 'unhealthy' });
  });

  it('registers again what drains without a drain of ours', async () => {
    const { cloud, arn, id, ask, targetGroups } = await setup();
    await ask();
    await targetGroups.deregister(arn, [id]);
    expect(await ask()).toMatchObject({ ...UNKNOWN, reason: 'registered with target group web, initial' });
    expect(cloud.elb.targets(arn)).toEqual([{ id, state: 'initial' }]);
  });

  it('never registers a member with a drain order, in a frozen group, or in one that is not watched', async () => {
    const order = (instance: string): DrainOrder => ({
      kind: 'drain',
      id: orderId('o-1'),
      instance: instanceId(instance),
      at: START,
      deadline: START + 300_000,
      context: 'terminate',
      reason: 'surplus',
    });
    const { id } = await setup();
    for (const [group, why] of [
      [{ orders: [order(id)] }, 'it is about to end'],
      [{ freeze: { reason: 'audit', since: START } }, 'the group is frozen'],
      [{ watch: 'destroying' }, 'the group is not watched'],
    ] as const) {
      const { cloud, arn, ask, published } = await setup({ group });
      expect(await ask()).toEqual({
        ...UNKNOWN,
        reason: `not registered with target group web: ${why}`,
      });
      expect(cloud.elb.targets(arn)).toEqual([]);
      expect(published).toEqual([]);
    }
  });

  it('knows nothing of a member whose target group is unused, missing or cannot be read', async () => {
    const unused = await setup({ attached: false });
    await unused.ask();
    expect(await unused.ask()).toMatchObject({
      ...UNKNOWN,
      reason: expect.stringContaining('unused (Target.NotInUse'),
    });
    const gone = unused.arn.replace('web', 'gone');
    expect(await unused.ask(gone)).toEqual({
      ...UNKNOWN,
      reason: `target group gone: no target group "${gone}"`,
    });
    const denied = await setup({ denied: 'DescribeTargetHealth' });
    expect(await denied.ask()).toMatchObject({
      health: 'unknown',
      unanswered: true,
      impaired: false,
      reason: expect.stringContaining('AccessDenied'),
    });
  });
});
