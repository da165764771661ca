import { DescribeInstanceStatusCommand } from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { freshEc2, idOf, refused } from './setup.js';

describe('launches', () => {
  test('it has no capacity in a zone, a subnet, or for a type there', async () => {
    const { launch, faults, fault } = freshEc2();
    const outcome = (SubnetId: string, InstanceType: 't3.micro' | 't3.small') =>
      refused(launch({ SubnetId, InstanceType }));
    fault({ kind: 'no-capacity', subnet: 'subnet-1', instanceType: 't3.micro' });
    expect(await outcome('subnet-1', 't3.micro')).toBe('InsufficientInstanceCapacity');
    expect(await outcome('subnet-1', 't3.small')).toBe('no refusal');
    expect(await outcome('subnet-2', 't3.micro')).toBe('no refusal');
    faults.clear();
    const id = fault({ kind: 'no-capacity', zone: 'eu-west-1b' });
    expect(await outcome('subnet-2', 't3.small')).toBe('InsufficientInstanceCapacity');
    expect(faults.remove(id)).toBe(true);
    expect(faults.remove(id)).toBe(false);
    expect(await outcome('subnet-2', 't3.small')).toBe('no refusal');
  });

  test('it starts fewer than asked for, never fewer than MinCount', async () => {
    const { launch, fault, ec2 } = freshEc2();
    fault({ kind: 'partial', atMost: 2 });
    expect(await launch({ MinCount: 1, MaxCount: 5 })).toHaveLength(2);
    expect(await refused(launch({ MinCount: 3, MaxCount: 5 }))).toBe('InsufficientInstanceCapacity');
    expect(ec2.books.all()).toHaveLength(2);
  });

  test('it keeps a quota of vCPUs over all zones, of what is pending or running', async () => {
    const { clock, launch, fault, ec2 } = freshEc2();
    fault({ kind: 'vcpu-quota', vcpus: 7 });
    const first = await launch({ MaxCount: 10, InstanceType: 't3.micro' });
    expect(first).toHaveLength(3);
    const elsewhere = () => refused(launch({ SubnetId: 'subnet-2', InstanceType: 't3.micro' }));
    expect(await elsewhere()).toBe('VcpuLimitExceeded');
    await clock.advance(10_000);
    ec2.others.stop(idOf(first[0]));
    expect(await elsewhere()).toBe('no refusal');
  });

  test('it launches what dies at once, from pending to terminated, with the reason', async () => {
    const { clock, launchOne, describe: ask, fault, ec2, events } = freshEc2();
    fault({
      kind: 'launch-dies',
      code: 'Client.VolumeLimitExceeded',
      message: 'Volume limit exceeded',
      times: 1,
    });
    const id = await launchOne();
    await clock.advance(2_000);
    expect((await ask({ InstanceIds: [id] }))[0]).toMatchObject({
      State: { Name: 'terminated' },
      StateReason: { Code: 'Client.VolumeLimitExceeded', Message: 'Volume limit exceeded' },
    });
    expect(events.map(({ event }) => event.detail.state)).toEqual(['pending', 'terminated']);
    expect(ec2.books.get(id)).toMatchObject({ endedBy: 'failed-launch' });
    expect(ec2.books.get(id)).not.toHaveProperty('ranAt');
    const next = await launchOne();
    await clock.advance(10_000);
    expect(ec2.books.get(next)?.state).toBe('running');
  });

  test('it launches what never passes its checks, until it is healed', async () => {
    const { clock, client, launchOne, fault, ec2 } = freshEc2();
    fault({ kind: 'checks-never-pass', status: 'initializing', times: 1 });
    fault({ kind: 'checks-never-pass', status: 'impaired', times: 1 });
    fault({ kind: 'checks-never-pass', status: 'insufficient-data', times: 1 });
    const ids = [await launchOne(), await launchOne(), await launchOne(), await launchOne()];
    await clock.advance(3_600_000);
    const checks = async () =>
      (await client.send(new DescribeInstanceStatusCommand({ InstanceIds: ids }))).InstanceStatuses?.map(
        ({ InstanceStatus }) => InstanceStatus?.Status,
      );
    expect(await checks()).toEqual(['initializing', 'impaired', 'insufficient-data', 'ok']);
    for (const id of ids) ec2.others.heal(id);
    expect(await checks()).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  test('it has an image whose instances run and never pass their checks', async () => {
    const { clock, client, launch } = freshEc2();
    const [{ InstanceId = '' } = {}] = await launch({ ImageId: 'ami-0bad' });
    await clock.advance(120_000);
    const { InstanceStatuses } = await client.send(
      new DescribeInstanceStatusCommand({ InstanceIds: [InstanceId] }),
    );
    expect(InstanceStatuses?.[0]).toMatchObject({
      InstanceState: { Name: 'running' },
      InstanceStatus: { Status: 'impaired' },
    });
  });

  test('it boots slowly and hangs in shutting-down', async () => {
    const { clock, launchOne, fault, ec2 } = freshEc2();
    fault({ kind: 'slow-boot', ms: 300_000, times: 1 });
    fault({ kind: 'slow-shutdown', ms: 900_000, times: 1 });
    const id = await launchOne();
    await clock.advance(299_999);
    expect(ec2.books.get(id)?.state).toBe('pending');
    await clock.advance(1);
    expect(ec2.books.get(id)?.state).toBe('running');
    ec2.others.terminate(id);
    await clock.advance(899_999);
    expect(ec2.books.get(id)?.state).toBe('shutting-down');
    await clock.advance(1);
    expect(ec2.books.get(id)?.state).toBe('terminated');
  });
});
