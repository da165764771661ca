import { describe, expect, test } from 'vitest';
import { ec2InstanceProvider } from '../../lib/aws/ec2-instance-provider.js';
import { type GroupId, groupId, instanceId, logicalId, orderId } from '../../lib/core/ids.js';
import type { LaunchDescription } from '../../lib/ports/instance-provider.js';
import { localEc2World } from '../contract/local-ec2-world.js';

const GROUP = groupId('web');

const fresh = () => {
  const world = localEc2World();
  const provider = world.provider('prod');
  const description = (group: GroupId, more: Partial<LaunchDescription> = {}): LaunchDescription => ({
    group,
    properties: { RunInstancesInput: { ImageId: 'ami-0abc', InstanceType: 't3.micro' } },
    pins: { images: {}, subnets: [] },
    configHash: 'hash-1',
    tags: {},
    init: '',
    ...more,
  });
  const launch = (token: string, count = 1, subnet = 'subnet-1') =>
    provider.launch({ token: orderId(token), request: provider.render(description(GROUP)), count, subnet });
  const ids = (instances: readonly { readonly id: string }[]) => instances.map(({ id }) => id).sort();
  return { ...world, provider, description, launch, ids };
};

describe('EC2 adapter under faults', () => {
  test('it reads every page, empty ones in between included', async () => {
    const { provider, launch, ids, fault, clock } = fresh();
    const started = await launch('order-1', 10);
    await clock.advance(1000);
    fault({ kind: 'empty-page', operation: 'DescribeInstances', times: 3 });
    expect(ids(await provider.members(GROUP))).toEqual(ids(started));
    expect(ids(await provider.fleet())).toEqual(ids(started));
    expect(ids(await provider.byTokens([orderId('order-1')]))).toEqual(ids(started));
  });

  test('it finds by its token what a launch started whose answer was lost', async () => {
    const { provider, launch, ids, fault, ec2 } = fresh();
    fault({ kind: 'answer-lost', operation: 'RunInstances', times: 1 });
    await expect(launch('order-1', 2)).rejects.toMatchObject({ name: 'Unanswered' });
    const again = await launch('order-1', 2);
    expect(ids(again)).toEqual(ids(await provider.byTokens([orderId('order-1')])));
    expect(ec2.instances()).toHaveLength(2);
  });

  test('it tells no room in a zone from a quota of the region', async () => {
    const { launch, fault, ids } = fresh();
    fault({ kind: 'no-capacity', zone: 'eu-west-1a' });
    await expect(launch('order-1')).rejects.toMatchObject({ name: 'InsufficientCapacity' });
    expect(ids(await launch('order-2', 1, 'subnet-2'))).toHaveLength(1);
    fault({ kind: 'vcpu-quota', vcpus: 2 });
    await expect(launch('order-3', 1, 'subnet-2')).rejects.toMatchObject({
      name: 'LaunchRefused',
      code: 'VcpuLimitExceeded',
    });
  });

  test('it takes fewer than it asked for', async () => {
    const { launch, fault } = fresh();
    fault({ kind: 'partial', atMost: 2 });
    expect(await launch('order-1', 5)).toHaveLength(2);
  });

  test('it says that the instances of a token have ended', async () => {
    const { launch, ec2, clock } = fresh();
    const [instance] = await launch('order-1');
    ec2.others.terminate(instance?.id ?? '');
    await clock.advance(60_000);
    await expect(launch('order-1')).rejects.toMatchObject({ name: 'TokenMismatch', ended: true });
  });

  test('it keeps no other alive for the sake of a protected one', async () => {
    const { provider, launch, ec2 } = fresh();
    const started = await launch('order-1', 3);
    const kept = started[1]?.id ?? '';
    ec2.others.protect(kept);
    const outcomes = await provider.terminate(started.map(({ id }) => id));
    expect(outcomes.filter(({ kind }) => kind === 'ending')).toHaveLength(2);
    expect(outcomes.find(({ id }) => id === kept)).toMatchObject({ kind: 'blocked' });
    expect(ec2.instance(kept)?.state).toBe('pending');
  });

  test('it answers "later" for a terminate that was throttled, and nothing has ended', async () => {
    const { provider, launch, fault, ec2 } = fresh();
    const started = await launch('order-1', 2);
    fault({ kind: 'throttle', operation: 'TerminateInstances', times: 1 });
    const outcomes = await provider.terminate(started.map(({ id }) => id));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['later', 'later']);
    expect(ec2.instances().map(({ state }) => state)).toEqual(['pending', 'pending']);
  });

  test('it says that a read was throttled or not answered', async () => {
    const { provider, fault } = fresh();
    fault({ kind: 'throttle', operation: 'DescribeInstances', times: 1 });
    await expect(provider.members(GROUP)).rejects.toMatchObject({ name: 'Throttled' });
    fault({ kind: 'answer-lost', operation: 'DescribeInstanceStatus', times: 1 });
    await expect(provider.impaired()).rejects.toMatchObject({ name: 'Unanswered' });
    fault({ kind: 'outage', service: 'EC2' });
    await expect(provider.fleet()).rejects.toMatchObject({ name: 'Unanswered' });
  });

  test('it sees what is impaired in the whole account, and status checks of what runs', async () => {
    const { provider, launch, ec2, clock } = fresh();
    const [one, two] = (await launch('order-1', 2)).map(({ id }) => id);
    await clock.advance(120_000);
    ec2.others.impair(one ?? '', 'system');
    expect([...(await provider.impaired())]).toEqual([one]);
    const checks = await provider.statusChecks([one, two].map((id) => instanceId(id ?? '')));
    expect(checks.get(instanceId(one ?? ''))?.system).toBe('impaired');
    expect(checks.get(instanceId(two ?? ''))).toEqual({ instance: 'ok', system: 'ok' });
  });

  test('it tags instance, volume and network interface, and gives a pet its address on an interface', async () => {
    const { provider, description, client } = fresh();
    const withInterface = {
      RunInstancesInput: {
        ImageId: 'ami-0abc',
        InstanceType: 't3.micro',
        NetworkInterfaces: [{ DeviceIndex: 0 }],
      },
    };
    const slot = logicalId('10.0.1.50');
    const request = provider.render(description(GROUP, { properties: withInterface, slot }));
    const place = { subnet: 'subnet-1' };
    const [pet] = await provider.launch({ token: orderId('o-1'), request, count: 1, ...place });
    expect(pet).toMatchObject({ privateIp: '10.0.1.50', subnet: 'subnet-1' });
    const again = ec2InstanceProvider({ client, stack: 'prod' });
    await expect(again.launch({ token: orderId('o-2'), request, count: 1, ...place })).rejects.toMatchObject({
      name: 'AddressInUse',
    });
    expect(await provider.dryRun(request, place)).toBeUndefined();
  });
});
