import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  InvalidTargetException,
  paginateDescribeTargetGroups,
  RegisterTargetsCommand,
  TargetGroupNotFoundException,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../lib/local/clock.js';
import { startLocalCloud } from '../../../lib/local/local-cloud.js';
import { aCloud, START } from '../a-cloud.js';

const setup = async (options: { readonly healthyAfterMs?: number; readonly attached?: boolean } = {}) => {
  const cloud = await aCloud();
  const arn = cloud.elb.createTargetGroup({ name: 'web', deregistrationDelaySeconds: 60, ...options });
  const { elb } = cloud.clients('user');
  const launch = async (): Promise<string> => {
    const id = cloud.ec2.others.launchForeign({ tags: {} });
    await cloud.clock.advance(10_000);
    return id;
  };
  const targets = (ids: readonly string[]) => ({ TargetGroupArn: arn, Targets: ids.map((Id) => ({ Id })) });
  return {
    cloud,
    arn,
    launch,
    register: (...ids: string[]) => elb.send(new RegisterTargetsCommand(targets(ids))),
    deregister: (...ids: string[]) => elb.send(new DeregisterTargetsCommand(targets(ids))),
    health: async (...ids: string[]) => {
      const named = ids.length === 0 ? { TargetGroupArn: arn } : targets(ids);
      const { TargetHealthDescriptions = [] } = await elb.send(new DescribeTargetHealthCommand(named));
      return TargetHealthDescriptions.map(({ Target, TargetHealth }) => [
        Target?.Id,
        TargetHealth?.State,
        TargetHealth?.Reason,
      ]);
    },
  };
};

describe('target groups of the local cloud', () => {
  it('check a registered instance before it is healthy', async () => {
    const { cloud, launch, register, health } = await setup({ healthyAfterMs: 20_000 });
    const id = await launch();
    expect(await health(id)).toEqual([[id, 'unused', 'Target.NotRegistered']]);
    await register(id);
    await cloud.clock.advance(19_000);
    expect(await health()).toEqual([[id, 'initial', 'Elb.InitialHealthChecking']]);
    await register(id);
    await cloud.clock.advance(1_000);
    expect(await health()).toEqual([[id, 'healthy', undefined]]);
  });

  it('drain a deregistered target for the delay and then know it no more', async () => {
    const { cloud, launch, register, deregister, health } = await setup({ healthyAfterMs: 0 });
    const id = await launch();
    await register(id);
    await deregister(id);
    await cloud.clock.advance(59_000);
    await deregister(id);
    expect(await health()).toEqual([[id, 'draining', 'Target.DeregistrationInProgress']]);
    await cloud.clock.advance(1_000);
    expect(await health()).toEqual([]);
    await deregister(id, 'i-0nowhere');
  });

  it('take a draining target back when it is registered again', async () => {
    const { launch, register, deregister, health } = await setup({ healthyAfterMs: 5_000 });
    const id = await launch();
    await register(id);
    await deregister(id);
    await register(id);
    expect(await health()).toEqual([[id, 'initial', 'Elb.InitialHealthChecking']]);
  });

  it('refuse instances that do not run, whole', async () => {
    const { cloud, launch, register, health } = await setup();
    const id = await launch();
    const pending = cloud.ec2.others.launchForeign({ tags: {} });
    const refusal = await register(id, pending).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(InvalidTargetException);
    expect(refusal).toMatchObject({ message: expect.stringContaining(`not in a running state`) });
    await expect(register('i-0nowhere')).rejects.toThrow(InvalidTargetException);
    expect(await health()).toEqual([]);
  });

  it('say unhealthy when told so, and unused while stopped; a terminated target leaves', async () => {
    const { cloud, arn, launch, register, health } = await setup({ healthyAfterMs: 0 });
    const id = await launch();
    await register(id);
    cloud.elb.setTarget(arn, id, 'Health checks failed with these codes: [503]');
    expect(await health()).toEqual([[id, 'unhealthy', 'Target.FailedHealthChecks']]);
    cloud.elb.setTarget(arn, id, undefined);
    expect(await health()).toEqual([[id, 'healthy', undefined]]);
    cloud.ec2.others.stop(id);
    expect(await health()).toEqual([[id, 'unused', 'Target.InvalidState']]);
    cloud.ec2.others.terminate(id);
    await cloud.clock.advance(30_000);
    expect(cloud.elb.targets(arn)).toEqual([]);
  });

  it('leave targets unused without a load balancer, and drain nothing then', async () => {
    const { launch, register, deregister, health } = await setup({ attached: false });
    const id = await launch();
    await register(id);
    expect(await health()).toEqual([[id, 'unused', 'Target.NotInUse']]);
    await deregister(id);
    expect(await health()).toEqual([]);
  });

  it('are listed page by page, and unknown ones are an error', async () => {
    const { cloud } = await setup();
    for (const name of ['a', 'b', 'c', 'd']) cloud.elb.createTargetGroup({ name });
    const { elb } = cloud.clients('user');
    const names: (string | undefined)[] = [];
    for await (const { TargetGroups } of paginateDescribeTargetGroups({ client: elb }, {}))
      names.push(...(TargetGroups ?? []).map(({ TargetGroupName }) => TargetGroupName));
    expect(names).toEqual(['web', 'a', 'b', 'c', 'd']);
    const unknown = { TargetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/no/1' };
    await expect(elb.send(new DescribeTargetHealthCommand(unknown))).rejects.toThrow(
      TargetGroupNotFoundException,
    );
  });

  it('are found again after a restart, with their targets', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'holdfast-elb-'));
    const start = async (at: number) => {
      const clock = virtualClock(at);
      return { ...(await startLocalCloud({ seed: 1, clock, directory })), clock };
    };
    try {
      const before = await start(START);
      const arn = before.elb.createTargetGroup({ name: 'web', healthyAfterMs: 0 });
      const id = before.ec2.others.launchForeign({ tags: {} });
      await before.clock.advance(10_000);
      await before
        .clients('user')
        .elb.send(new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: [{ Id: id }] }));
      await before.stop();
      const after = await start(before.clock.now());
      expect(after.elb.targets(arn)).toEqual([{ id, state: 'healthy' }]);
      await after.stop();
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
