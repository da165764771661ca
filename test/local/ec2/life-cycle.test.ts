import {
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  EC2ServiceException,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { realClock } from '../../../lib/local/clock.js';
import { freshEc2, idOf, refused, START, TIMING } from './setup.js';

const stateOf = async ({ describe }: ReturnType<typeof freshEc2>, id: string) =>
  (await describe({ InstanceIds: [id] }))[0]?.State?.Name;

describe('an instance', () => {
  test('it is pending, then running, then shutting-down, then terminated, then forgotten after an hour', async () => {
    const world = freshEc2();
    const { clock, client, launch, describe } = world;
    const [launched] = await launch({ ClientToken: 'token-1' });
    const id = idOf(launched);
    expect(launched).toMatchObject({
      State: { Code: 0, Name: 'pending' },
      AmiLaunchIndex: 0,
      ClientToken: 'token-1',
      PrivateIpAddress: '10.0.1.4',
      SubnetId: 'subnet-1',
      VpcId: 'vpc-1',
      Placement: { AvailabilityZone: 'eu-west-1a' },
      LaunchTime: new Date(START),
    });
    await clock.advance(9_999);
    expect(await stateOf(world, id)).toBe('pending');
    await clock.advance(1);
    expect(await stateOf(world, id)).toBe('running');

    const ended = await client.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    expect(ended.TerminatingInstances).toEqual([
      {
        InstanceId: id,
        PreviousState: { Code: 16, Name: 'running' },
        CurrentState: { Code: 32, Name: 'shutting-down' },
      },
    ]);
    await clock.advance(30_000);
    const [gone] = await describe({ InstanceIds: [id] });
    expect(gone).toMatchObject({
      State: { Code: 48, Name: 'terminated' },
      StateReason: { Code: 'Client.UserInitiatedShutdown' },
      StateTransitionReason: 'User initiated (2026-11-22 12:00:10 GMT)',
      ClientToken: 'token-1',
      NetworkInterfaces: [],
    });
    expect(gone).not.toHaveProperty('PrivateIpAddress');
    await clock.advance(3_599_999);
    expect(await stateOf(world, id)).toBe('terminated');
    await clock.advance(1);
    expect(await refused(stateOf(world, id))).toBe('InvalidInstanceID.NotFound');
  });

  test('it is in a reservation of the account, with its position in the launch', async () => {
    const { client, launch } = freshEc2();
    const instances = await launch({ MinCount: 3, MaxCount: 3 });
    expect(instances.map(({ AmiLaunchIndex }) => AmiLaunchIndex)).toEqual([0, 1, 2]);
    const { Reservations } = await client.send(new DescribeInstancesCommand({}));
    expect(Reservations).toHaveLength(1);
    expect(Reservations?.[0]).toMatchObject({ OwnerId: '123456789012' });
    expect(Reservations?.[0]?.ReservationId).toMatch(/^r-[0-9a-f]{17}$/);
  });

  test('it passes its status checks a while after it runs', async () => {
    const { clock, client, launchOne } = freshEc2();
    const id = await launchOne();
    const checks = async (IncludeAllInstances = false) =>
      (await client.send(new DescribeInstanceStatusCommand({ InstanceIds: [id], IncludeAllInstances })))
        .InstanceStatuses;
    expect(await checks()).toEqual([]);
    expect((await checks(true))?.[0]?.InstanceStatus?.Status).toBe('not-applicable');
    await clock.advance(10_000);
    expect((await checks())?.[0]?.InstanceStatus).toMatchObject({
      Status: 'initializing',
      Details: [{ Name: 'reachability', Status: 'initializing' }],
    });
    await clock.advance(60_000);
    expect((await checks())?.[0]).toMatchObject({
      InstanceStatus: { Status: 'ok' },
      SystemStatus: { Status: 'ok', Details: [{ Status: 'passed' }] },
    });
  });

  test('it loses its tags some time after it is terminated', async () => {
    const { clock, ec2, launchOne, describe, list } = freshEc2();
    const id = await launchOne({
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'infrakit.group', Value: 'web' }] }],
    });
    await clock.advance(10_000);
    ec2.others.terminate(id);
    await clock.advance(30_000);
    const byTag = [{ Name: 'tag:infrakit.group', Values: ['web'] }];
    expect(await list(byTag)).toHaveLength(1);
    await clock.advance(60_000);
    expect(await list(byTag)).toEqual([]);
    expect((await describe({ InstanceIds: [id] }))[0]?.Tags).toEqual([]);
    expect(ec2.books.launchedWith('infrakit.group', 'web')).toHaveLength(1);
  });

  test('it is found by no filter once it is forgotten', async () => {
    const { clock, ec2, launchOne, list } = freshEc2({ timing: { ...TIMING, tagsFadeMs: 36_000_000 } });
    const id = await launchOne({
      ClientToken: 'order-1',
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a', Value: '1' }] }],
    });
    ec2.others.terminate(id);
    const found = async () => [
      (await list([{ Name: 'tag:a', Values: ['1'] }])).length,
      (await list([{ Name: 'client-token', Values: ['order-1'] }])).length,
      (await list([{ Name: 'instance-id', Values: [id] }])).length,
    ];
    await clock.advance(3_629_999);
    expect(await found()).toEqual([1, 1, 1]);
    await clock.advance(1);
    expect(await found()).toEqual([0, 0, 0]);
  });

  test('it stops and starts again, keeping its address', async () => {
    const world = freshEc2();
    const { clock, client, launchOne, describe } = world;
    const id = await launchOne();
    expect(await refused(client.send(new StopInstancesCommand({ InstanceIds: [id] })))).toBe(
      'IncorrectInstanceState',
    );
    await clock.advance(10_000);
    const stopped = await client.send(new StopInstancesCommand({ InstanceIds: [id] }));
    expect(stopped.StoppingInstances?.[0]).toMatchObject({
      PreviousState: { Name: 'running' },
      CurrentState: { Name: 'stopping' },
    });
    expect(await refused(client.send(new StartInstancesCommand({ InstanceIds: [id] })))).toBe(
      'IncorrectInstanceState',
    );
    await clock.advance(20_000);
    expect(await stateOf(world, id)).toBe('stopped');
    await client.send(new StartInstancesCommand({ InstanceIds: [id] }));
    const [pending] = await describe({ InstanceIds: [id] });
    expect(pending).toMatchObject({
      State: { Name: 'pending' },
      PrivateIpAddress: '10.0.1.4',
      LaunchTime: new Date(START + 30_000),
    });
    await clock.advance(10_000);
    expect(await stateOf(world, id)).toBe('running');
  });

  test('it does not boot when it was ended while pending', async () => {
    const world = freshEc2();
    const booted: string[] = [];
    world.ec2.onBoot(({ id }) => void booted.push(id));
    const id = await world.launchOne();
    await world.client.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    await world.clock.advance(15_000);
    expect(await stateOf(world, id)).toBe('shutting-down');
    expect(booted).toEqual([]);
  });

  test('it is announced when it boots and when it ends', async () => {
    const { clock, ec2, launchOne } = freshEc2();
    const trail: string[] = [];
    ec2.onBoot(async ({ id, state, userData }) => {
      await clock.sleep(1);
      trail.push(`${id} ${state} ${userData}`);
    });
    ec2.onEnd(({ id, state }) => void trail.push(`${id} ${state}`));
    const id = await launchOne({ UserData: 'aGVsbG8=' });
    await clock.advance(10_001);
    ec2.others.terminate(id);
    await clock.advance(30_000);
    expect(trail).toEqual([`${id} running aGVsbG8=`, `${id} terminated`]);
  });
});

describe('on real time', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('it lives the same life', async () => {
    vi.useFakeTimers({ now: START, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const errors: unknown[] = [];
    const { launchOne, ec2, describe: ask } = freshEc2({ clock: realClock((error) => errors.push(error)) });
    const id = await launchOne();
    await vi.advanceTimersByTimeAsync(9_999);
    expect((await ask({ InstanceIds: [id] }))[0]?.State?.Name).toBe('pending');
    await vi.advanceTimersByTimeAsync(1);
    expect((await ask({ InstanceIds: [id] }))[0]?.State?.Name).toBe('running');
    ec2.others.terminate(id);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(ec2.books.get(id)).toMatchObject({ state: 'terminated', terminatedAt: START + 40_000 });
    expect(errors).toEqual([]);
  });
});

describe('TerminateInstances', () => {
  test('it ends none when one id is unknown, and says which', async () => {
    const { client, launchOne, ec2 } = freshEc2();
    const id = await launchOne();
    const failure = await client
      .send(new TerminateInstancesCommand({ InstanceIds: [id, 'i-0123456789abcdef0'] }))
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EC2ServiceException);
    expect(failure).toMatchObject({
      name: 'InvalidInstanceID.NotFound',
      message: "The instance ID 'i-0123456789abcdef0' does not exist",
      $metadata: { httpStatusCode: 400 },
    });
    expect(ec2.books.get(id)?.state).toBe('pending');
    const malformed = client.send(new TerminateInstancesCommand({ InstanceIds: ['web-1'] }));
    expect(await refused(malformed)).toBe('InvalidInstanceID.Malformed');
    const none = client.send(new TerminateInstancesCommand({ InstanceIds: [] }));
    expect(await refused(none)).toBe('MissingParameter');
  });

  test('it keeps all of a protected zone alive and ends those of other zones', async () => {
    const { client, launchOne, ec2 } = freshEc2();
    const guarded = await launchOne({ DisableApiTermination: true });
    const neighbour = await launchOne();
    const elsewhere = await launchOne({ SubnetId: 'subnet-2' });
    const InstanceIds = [neighbour, elsewhere, guarded];
    expect(await refused(client.send(new TerminateInstancesCommand({ InstanceIds })))).toBe(
      'OperationNotPermitted',
    );
    expect(InstanceIds.map((id) => ec2.books.get(id)?.state)).toEqual([
      'pending',
      'shutting-down',
      'pending',
    ]);
    ec2.others.protect(guarded, false);
    await client.send(new TerminateInstancesCommand({ InstanceIds }));
    expect(ec2.books.live()).toEqual([]);
  });

  test('it has no effect the second time', async () => {
    const { clock, client, launchOne, ec2 } = freshEc2();
    const id = await launchOne();
    ec2.others.terminate(id);
    await clock.advance(20_000);
    const again = await client.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    expect(again.TerminatingInstances?.[0]).toMatchObject({
      PreviousState: { Name: 'shutting-down' },
      CurrentState: { Name: 'shutting-down' },
    });
    await clock.advance(10_000);
    expect(ec2.books.get(id)).toMatchObject({
      state: 'terminated',
      endedBy: 'somebody',
      endedAt: START,
      terminatedAt: START + 30_000,
    });
  });
});

describe('somebody else', () => {
  test('it impairs and heals', async () => {
    const { clock, client, launchOne, ec2 } = freshEc2();
    const id = await launchOne();
    await launchOne();
    await clock.advance(70_000);
    ec2.others.impair(id);
    const impaired = async () =>
      (
        await client.send(
          new DescribeInstanceStatusCommand({
            Filters: [{ Name: 'instance-status.status', Values: ['impaired'] }],
          }),
        )
      ).InstanceStatuses?.map(({ InstanceId }) => InstanceId);
    expect(await impaired()).toEqual([id]);
    ec2.others.heal(id);
    expect(await impaired()).toEqual([]);
    expect(() => ec2.others.impair('i-0123456789abcdef0')).toThrow('no instance "i-0123456789abcdef0"');
  });

  test('it takes a spot instance two minutes after the warning', async () => {
    const { clock, events, launchOne, ec2 } = freshEc2();
    const id = await launchOne({ InstanceMarketOptions: { MarketType: 'spot' } });
    const onDemand = await launchOne();
    await clock.advance(20_000);
    expect(() => ec2.others.interruptSpot(onDemand)).toThrow('no spot instance');
    events.length = 0;
    ec2.others.interruptSpot(id);
    await clock.advance(119_999);
    expect(events.map(({ event }) => [event['detail-type'], event.detail])).toEqual([
      ['EC2 Spot Instance Interruption Warning', { 'instance-id': id, 'instance-action': 'terminate' }],
    ]);
    await clock.advance(30_001);
    expect(ec2.books.get(id)).toMatchObject({ state: 'terminated', endedBy: 'spot' });
    expect(ec2.instance(id)?.stateReason?.code).toBe('Server.SpotInstanceTermination');
  });

  test('it launches what is nobody else of ours, with tags that only AWS may set', async () => {
    const { describe, ec2 } = freshEc2();
    const id = ec2.others.launchForeign({
      tags: { 'aws:autoscaling:groupName': 'web', 'infrakit.group': 'web' },
      subnet: 'subnet-3',
    });
    expect((await describe({ InstanceIds: [id] }))[0]?.Tags).toContainEqual({
      Key: 'aws:autoscaling:groupName',
      Value: 'web',
    });
    expect(ec2.books.get(id)).toMatchObject({ foreign: true, zone: 'eu-west-1c' });
    ec2.others.untag(id, ['infrakit.group']);
    expect(ec2.instance(id)?.tags).toEqual({ 'aws:autoscaling:groupName': 'web' });
  });
});

describe('events', () => {
  test('it tells every change of state, as EventBridge words it', async () => {
    const { clock, events, launchOne, ec2 } = freshEc2();
    const id = await launchOne();
    await clock.advance(10_000);
    ec2.others.terminate(id);
    await clock.advance(60_000);
    expect(events.map(({ at, event }) => [at, event.detail.state])).toEqual([
      [0, 'pending'],
      [10_000, 'running'],
      [10_000, 'shutting-down'],
      [40_000, 'terminated'],
    ]);
    expect(events[1]?.event).toMatchObject({
      version: '0',
      source: 'aws.ec2',
      'detail-type': 'EC2 Instance State-change Notification',
      account: '123456789012',
      region: 'eu-west-1',
      time: '2026-11-22T12:00:10Z',
      resources: [`arn:aws:ec2:eu-west-1:123456789012:instance/${id}`],
      detail: { 'instance-id': id, state: 'running' },
    });
  });
});
