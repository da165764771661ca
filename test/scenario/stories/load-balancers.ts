import { DeregisterTargetsCommand, RegisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect } from 'vitest';
import type { SpecDocument } from '../../../lib/app/api-types.js';
import type { Json } from '../../../lib/core/json.js';
import { scenario } from '../../support/scenario.js';
import { cattle } from '../../support/scenario-specs.js';
import { ApiError, type SeenCall, type World } from '../../support/world.js';

const DELAY_SECONDS = 40;
const ELB = 'Elastic Load Balancing v2';
const NOWHERE = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/gone/0123456789abcdef';

const targetGroup = (world: World, name = 'web'): string =>
  world.cloud.elb.createTargetGroup({
    name,
    deregistrationDelaySeconds: DELAY_SECONDS,
    healthyAfterMs: 20_000,
  });

const balanced = (
  size: number,
  arns: readonly string[],
  properties: Readonly<Record<string, Json>> = {},
  tags: Readonly<Record<string, string>> = {},
): SpecDocument =>
  cattle('web', size, {
    instance: { TargetGroupARNs: [...arns] },
    flavor: { Tags: { ...tags } },
    properties: { Repair: { Grace: '2m' }, ...properties },
  });

const idsOf = (world: World): readonly string[] =>
  world
    .members('web')
    .map(({ id }) => id)
    .sort();

const statesOf = (world: World, arn: string): Readonly<Record<string, string>> =>
  Object.fromEntries(world.cloud.elb.targets(arn).map(({ id, state }) => [id, state]));

const healthyTargets = (world: World, arn: string): readonly string[] =>
  world.cloud.elb
    .targets(arn)
    .filter(({ state }) => state === 'healthy')
    .map(({ id }) => id)
    .sort();

const converged = async (world: World, size: number): Promise<string> => {
  const arn = targetGroup(world);
  await world.commit(balanced(size, [arn]));
  await world.settle('web');
  return arn;
};

const first = (ids: readonly string[]): string => {
  const [id] = ids;
  if (id === undefined) throw new Error('no member');
  return id;
};

/** When our functions first asked for this of an instance. */
const askedAt = (world: World, operation: string, id: string): number => {
  const names = ({ input, operation: asked }: SeenCall) =>
    asked === operation && JSON.stringify(input).includes(id);
  const call = world.seen.find(names);
  if (!call) throw new Error(`nobody asked for ${operation} of ${id}`);
  return call.at;
};

/** Its end, against the moment that it was taken out of its target groups. */
const secondsFromDeregisteringToEnd = (world: World, id: string): number => {
  const ended = world.books.get(id)?.endedAt;
  if (ended === undefined) throw new Error(`${id} has not ended`);
  expect(ended).toBeGreaterThanOrEqual(askedAt(world, 'TerminateInstances', id));
  return (ended - askedAt(world, 'DeregisterTargets', id)) / 1000;
};

const endedInTime = (world: World, id: string): void => {
  const seconds = secondsFromDeregisteringToEnd(world, id);
  expect(seconds).toBeGreaterThanOrEqual(DELAY_SECONDS);
  expect(seconds).toBeLessThanOrEqual(DELAY_SECONDS + 15);
};

const eventsOf = async (world: World, name: string, id?: string) =>
  (await world.events('web')).filter(
    ({ event, instance }) => event === name && (id === undefined || instance === id),
  );

export const loadBalancers = () =>
  describe('a group behind a load balancer', () => {
    scenario(
      'it registers members that their flavor calls healthy, and has converged only when the target group agrees',
      async (world) => {
        const arn = targetGroup(world);
        await world.commit(balanced(2, [arn]));
        await world.until('both are targets', () => world.cloud.elb.targets(arn).length === 2, 200);
        const registered = world.now();
        expect(statesOf(world, arn)).toEqual(Object.fromEntries(idsOf(world).map((id) => [id, 'initial'])));
        expect((await world.record('web')).status).toMatchObject({ converged: false, healthy: 0 });
        await world.settle('web');
        expect(world.now() - registered).toBeGreaterThanOrEqual(20_000);
        expect(healthyTargets(world, arn)).toEqual(idsOf(world));
        const events = await eventsOf(world, 'instance.registered');
        expect(events.map(({ instance }) => String(instance)).sort()).toEqual(idsOf(world));
        expect(events[0]?.reason).toBe('healthy: registered with target group web');
        const [converging] = await eventsOf(world, 'group.converged');
        expect((converging?.time ?? 0) - registered).toBeGreaterThanOrEqual(20_000);
      },
    );

    scenario(
      'it replaces a member whose target is unhealthy, out of the target group first',
      async (world) => {
        const arn = await converged(world, 3);
        const victim = first(idsOf(world));
        world.cloud.elb.setTarget(arn, victim, 'Health checks failed with these codes: [503]');
        await world.until('it ends', () => !idsOf(world).includes(victim), 600);
        await world.settle('web');
        const [destroyed] = (await eventsOf(world, 'instance.destroyed', victim)).slice(-1);
        expect(destroyed?.reason).toContain(
          'unhealthy in target group web (Target.FailedHealthChecks: Health checks failed with these codes: [503])',
        );
        endedInTime(world, victim);
        expect(healthyTargets(world, arn)).toEqual(idsOf(world));
        expect(await eventsOf(world, 'instance.deregistered', victim)).toHaveLength(1);
      },
    );

    scenario('it ends what a smaller size leaves over once its connections have ended', async (world) => {
      const arn = await converged(world, 3);
      const before = idsOf(world);
      await world.api('Group.SetSize', { ID: 'web', Size: 2, Confirm: true });
      await world.until('one drains', () => Object.values(statesOf(world, arn)).includes('draining'), 30);
      expect(idsOf(world)).toEqual(before);
      await world.until('one ends', () => idsOf(world).length === 2, 120);
      await world.settle('web');
      for (const id of before.filter((it) => !idsOf(world).includes(it))) endedInTime(world, id);
      expect(healthyTargets(world, arn)).toEqual(idsOf(world));
    });

    scenario(
      'it does so for an instance that a user named, and for those of a destroyed group',
      async (world) => {
        const arn = await converged(world, 2);
        const named = first(idsOf(world));
        await world.api('Group.ReplaceInstances', { ID: 'web', Instances: [named], Confirm: true });
        await world.until('it ends', () => !idsOf(world).includes(named), 120);
        endedInTime(world, named);
        await world.settle('web');
        const rest = idsOf(world);
        await world.api('Group.Destroy', { ID: 'web' });
        await world.until('all have ended', () => idsOf(world).length === 0, 200);
        for (const id of rest) endedInTime(world, id);
        await world.advance(60);
        expect(statesOf(world, arn)).toEqual({});
      },
    );

    scenario('it waits for connections no longer than DrainTimeout', async (world) => {
      const arn = targetGroup(world);
      await world.commit(balanced(2, [arn], { Updating: { DrainTimeout: '15s' } }));
      await world.settle('web');
      const named = first(idsOf(world));
      await world.api('Group.ReplaceInstances', { ID: 'web', Instances: [named], Confirm: true });
      await world.until('it ends', () => !idsOf(world).includes(named), 120);
      const seconds = secondsFromDeregisteringToEnd(world, named);
      expect(seconds).toBeGreaterThanOrEqual(15);
      expect(seconds).toBeLessThanOrEqual(30);
      await world.settle('web');
    });

    scenario('it waits for no connections of an instance that somebody stopped', async (world) => {
      await converged(world, 2);
      const victim = first(idsOf(world));
      world.others.stop(victim);
      await world.until('it ends', () => !idsOf(world).includes(victim), 400);
      expect(secondsFromDeregisteringToEnd(world, victim)).toBeLessThanOrEqual(1);
      await world.settle('web');
    });

    scenario(
      'it ends nothing while the target group cannot be read, new or old, and goes on when it can be',
      async (world) => {
        const arn = targetGroup(world);
        world.faults.add({ kind: 'outage', service: ELB, forMs: 1_500_000 });
        const { Plan } = await world.commit(balanced(2, [arn]));
        expect(Plan).toContain('could not be read');
        await world.advance(1_400);
        expect(world.books.launchedWith('infrakit.group', 'web').filter(isOurs)).toHaveLength(2);
        expect((await world.record('web')).status).toMatchObject({ converged: false, healthy: 0 });
        await world.settle('web', 400);
        const members = idsOf(world);
        world.faults.add({ kind: 'outage', service: ELB, forMs: 1_200_000 });
        world.others.impair(first(members));
        world.others.heal(first(members));
        await world.advance(1_300);
        await world.settle('web', 400);
        expect(idsOf(world)).toEqual(members);
      },
    );

    scenario('it ends nothing for a target group that is used by no load balancer', async (world) => {
      const arn = world.cloud.elb.createTargetGroup({ name: 'web', attached: false });
      await world.commit(balanced(2, [arn]));
      await world.advance(1_200);
      expect(world.books.launchedWith('infrakit.group', 'web').filter(isOurs)).toHaveLength(2);
      expect((await world.record('web')).status.reasons.join()).toContain(
        'registered with target group web, unused (Target.NotInUse',
      );
    });

    scenario('it ends nothing when the target group is deleted, and says that it is gone', async (world) => {
      const arn = await converged(world, 2);
      const members = idsOf(world);
      await world.advance(120);
      world.cloud.elb.deleteTargetGroup(arn);
      await world.advance(1_200);
      expect(idsOf(world)).toEqual(members);
      expect((await world.record('web')).status.reasons.join()).toContain('no target group');
      await world.commit(cattle('web', 2, { flavor: { Tags: {} } }));
      await world.settle('web');
      expect(idsOf(world)).toEqual(members);
    });

    scenario(
      'it refuses a commit that names target groups which do not exist, all at once',
      async (world) => {
        const arn = targetGroup(world);
        const other = NOWHERE.replace('gone', 'lost');
        const refusal = await world
          .commit(balanced(1, [NOWHERE, arn, other]))
          .catch((error: unknown) => error);
        expect(refusal).toBeInstanceOf(ApiError);
        expect(JSON.stringify(refusal instanceof ApiError ? refusal.data : undefined)).toContain(
          'groups.web.Properties.Instance.Properties.TargetGroupARNs[0]',
        );
        expect(JSON.stringify(refusal instanceof ApiError ? refusal.data : undefined)).toContain(
          'groups.web.Properties.Instance.Properties.TargetGroupARNs[2]',
        );
        expect(idsOf(world)).toEqual([]);
      },
    );

    scenario('it is committed by an upload too, and refused for what does not exist', async (world) => {
      const upload = ({ Properties }: SpecDocument) =>
        world.upload('groups/web.json', JSON.stringify({ groups: { web: { Properties } } }));
      await upload(balanced(1, [NOWHERE]));
      await world.until('a result', async () => (await world.result('groups/web.json')) !== undefined, 60);
      expect(JSON.stringify(await world.result('groups/web.json'))).toContain('no target group');
      const arn = targetGroup(world);
      await upload(balanced(1, [arn]));
      await world.until('a target', () => world.cloud.elb.targets(arn).length === 1, 200);
      await world.settle('web');
    });

    scenario(
      'it registers members with a target group that is new in the list, and replaces none',
      async (world) => {
        const arn = await converged(world, 2);
        const members = idsOf(world);
        const second = targetGroup(world, 'api');
        const { Plan } = await world.commit(balanced(2, [arn, second]));
        expect(Plan).not.toContain('rolling');
        await world.until('they are targets', () => world.cloud.elb.targets(second).length === 2, 30);
        await world.settle('web');
        expect(idsOf(world)).toEqual(members);
        expect(healthyTargets(world, second)).toEqual(members);
      },
    );

    scenario('it registers again what somebody deregistered, unless the group is frozen', async (world) => {
      const arn = await converged(world, 2);
      const members = idsOf(world);
      const somebody = world.cloud.clients('user').elb;
      const out = () =>
        somebody.send(
          new DeregisterTargetsCommand({ TargetGroupArn: arn, Targets: [{ Id: first(members) }] }),
        );
      await world.api('Group.Freeze', { ID: 'web', Reason: 'maintenance' });
      await out();
      await world.advance(300);
      expect(healthyTargets(world, arn)).toEqual(members.slice(1));
      await world.api('Group.Thaw', { ID: 'web' });
      await world.settle('web');
      await world.advance(120);
      await out();
      await world.until('it is registered', () => statesOf(world, arn)[first(members)] === 'initial', 90);
      await world.settle('web');
      expect(healthyTargets(world, arn)).toEqual(members);
      expect(idsOf(world)).toEqual(members);
    });

    scenario("it leaves targets alone that are another control plane's", async (world) => {
      const arn = await converged(world, 1);
      const theirs = world.neighbours?.instances.filter(
        ({ tags }) => tags['holdfast.stack'] === 'holdfast-b',
      );
      const ids = (theirs ?? []).map(({ id }) => id).sort();
      expect(ids).toHaveLength(2);
      expect(healthyTargets(world, arn)).toEqual(idsOf(world));
      await world.cloud
        .clients('user')
        .elb.send(new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: ids.map((Id) => ({ Id })) }));
      await world.api('Group.Destroy', { ID: 'web' });
      await world.until('ours have ended', () => idsOf(world).length === 0, 200);
      await world.advance(60);
      expect(healthyTargets(world, arn)).toEqual(ids);
    });

    scenario(
      'it asks for each target group once a minute at rest, and wakes nobody',
      async (world) => {
        const arn = await converged(world, 2);
        await world.commit({ ...balanced(1, [arn]), ID: 'other' });
        await world.settle('other');
        await world.advance(300);
        world.seen.length = 0;
        world.logs.length = 0;
        await world.advance(600);
        expect(new Set(world.seen.map(({ principal }) => principal))).toEqual(new Set(['holdfast-a-sweep']));
        expect(world.seen.filter(({ operation }) => operation === 'DescribeTargetHealth')).toHaveLength(10);
        expect(world.logs).toEqual([]);
      },
      { alone: true },
    );

    scenario('it rolls: each new one is a healthy target before the next old one leaves', async (world) => {
      const arn = await converged(world, 2);
      const before = idsOf(world);
      await world.commit(balanced(2, [arn], {}, { version: '2' }));
      await world.until(
        'it is done',
        async () => (await world.record('web')).rollout?.status === 'succeeded',
        1_200,
      );
      await world.settle('web');
      for (const id of before) endedInTime(world, id);
      expect(healthyTargets(world, arn)).toEqual(idsOf(world));
      const left = before.map((id) => askedAt(world, 'DeregisterTargets', id)).sort((a, b) => a - b);
      const joined = idsOf(world).map((id) => askedAt(world, 'RegisterTargets', id));
      expect(Math.min(...joined) + 20_000).toBeLessThanOrEqual(left[1] ?? 0);
    });
  });

const isOurs = ({ tagsAtLaunch }: { readonly tagsAtLaunch: Readonly<Record<string, string>> }): boolean =>
  tagsAtLaunch['holdfast.stack'] === 'holdfast-a';
