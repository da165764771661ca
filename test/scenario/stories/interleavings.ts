import { describe, expect } from 'vitest';
import { scenario } from '../../support/scenario.js';
import { cattle, PET_ADDRESSES, pets } from '../../support/scenario-specs.js';
import { thoroughly } from '../../support/thorough.js';
import type { World } from '../../support/world.js';
import { isLaunch, isOrder, isRelease, launchedByUs, once } from './at-a-call.js';

const EVENTS = thoroughly(300, 60);

export const interleavings = () =>
  describe('the interleavings of the protocol', () => {
    scenario("it does not plan on the sweep's old read", async (world) => {
      await world.commit(cattle('web', 3));
      await world.settle('web');
      const [first] = world.members('web');
      world.faults.add({ kind: 'events', how: 'never' });
      world.others.terminate(first?.id ?? '');
      await world.until('a replacement', () => world.members('web').length === 3, 120);
      // The sweep reads the fleet as it was before the replacement, again and again.
      world.before((call) => {
        if (call.function === 'sweep' && call.operation === 'DescribeInstances')
          world.faults.add({ kind: 'stale-read', ms: 120_000, times: 1, operation: 'DescribeInstances' });
      });
      await world.advance(300);
      expect(launchedByUs(world)).toHaveLength(4);
      world.interruptions.clear();
      await world.settle('web');
    });

    scenario('it observes again when a wake comes between its check and its release', async (world) => {
      await world.commit(cattle('web', 2));
      await world.settle('web');
      await world.advance(5);
      const at = world.now();
      const happened = once(world, isRelease, () => world.apiWithin('Group.SetSize', { ID: 'web', Size: 3 }));
      world.others.terminate(world.members('web')[0]?.id ?? '');
      await world.until('both are made good', () => world.members('web').length === 3, 30);
      expect(happened()).toBe(true);
      expect(world.now() - at).toBeLessThan(15_000);
      await world.settle('web');
    });

    scenario(`it marks a group once for ${EVENTS} events`, async (world) => {
      await world.commit(cattle('web', 3));
      await world.settle('web');
      const [first] = world.members('web');
      const from = world.seen.length;
      const before = (await world.record('web')).wake;
      for (let index = 0; index < EVENTS; index += 1) {
        world.cloud.emit({
          source: 'aws.ec2',
          'detail-type': 'EC2 Instance State-change Notification',
          detail: { 'instance-id': first?.id, state: 'stopping' },
        });
      }
      await world.advance(20);
      expect((await world.record('web')).wake - before).toBeLessThanOrEqual(2);
      const messages = world.seen
        .slice(from)
        .filter(({ principal, service }) => principal === 'holdfast-a-instance-changed' && service === 'SQS');
      expect(messages.length).toBeLessThanOrEqual(2);
      await world.settle('web');
    });

    for (const [name, act] of [
      ['unwatch', (world: World) => world.apiWithin('Group.Unwatch', { ID: 'web' })],
      ['a freeze', (world: World) => world.apiWithin('Group.Freeze', { ID: 'web', Reason: 'audit' })],
    ] as const) {
      scenario(`it writes no further order once ${name} was answered`, async (world) => {
        await world.commit(cattle('web', 2));
        await world.settle('web');
        const happened = once(world, isOrder('launch'), () => act(world));
        world.others.terminate(world.members('web')[0]?.id ?? '');
        await world.advance(300);
        expect(happened()).toBe(true);
        expect(launchedByUs(world)).toHaveLength(2);
        expect((await world.record('web')).orders).toEqual([]);
      });
    }

    scenario('it looks again when the digest differs and no event told', async (world) => {
      await world.commit(cattle('web', 2));
      await world.settle('web');
      await world.advance(300);
      world.faults.add({ kind: 'events', how: 'never' });
      const digest = (await world.record('web')).digest;
      world.others.stop(world.members('web')[0]?.id ?? '');
      await world.advance(90);
      expect((await world.record('web')).digest).not.toBe(digest);
      expect((await world.view('web')).Instances.map(({ Health }) => Health).sort()).toEqual([
        'healthy',
        'unhealthy',
      ]);
      world.others.start(world.members('web').find(({ state }) => state === 'stopped')?.id ?? '');
      await world.settle('web');
    });

    scenario('it looks again when a grace runs out, though nothing has changed', async (world) => {
      world.faults.add({ kind: 'checks-never-pass', status: 'initializing', times: 1 });
      await world.commit(cattle('web', 2, { properties: { Repair: { Grace: '5m' } } }));
      const at = world.now();
      await world.until(
        'the dud ends',
        () => world.books.all().some(({ endedBy }) => endedBy === 'api'),
        420,
      );
      expect(world.now() - at).toBeGreaterThanOrEqual(300_000);
      await world.settle('web', 1200);
    });

    scenario(
      'it believes a conditional write that fails on itself after its answer was lost',
      async (world) => {
        await world.commit(cattle('web', 2));
        await world.settle('web');
        world.faults.add({ kind: 'answer-lost', service: 'DynamoDB', operation: 'UpdateItem', times: 6 });
        await world.api('Group.SetSize', { ID: 'web', Size: 4 });
        await world.settle('web');
        expect((await world.record('web')).history).toHaveLength(2);
        expect(launchedByUs(world)).toHaveLength(4);
        expect((await world.events('web')).filter(({ event }) => event === 'group.committed')).toHaveLength(
          2,
        );
      },
    );

    scenario('it repeats the same bytes when a deploy comes between crash and retry', async (world) => {
      once(world, isLaunch, () => {
        world.crash({ function: 'reconcile', group: 'web', call: 1, when: 'after' });
        world.plane.redeploy({
          HOLDFAST_INSTANCE_PROFILE_ARN: 'arn:aws:iam::123456789012:instance-profile/holdfast-a-other',
        });
      });
      await world.commit(cattle('web', 3));
      await world.settle('web', 600);
      const launches = world.seen.filter(
        (call) =>
          call.principal === 'holdfast-a-reconcile' &&
          call.operation === 'RunInstances' &&
          !Object(call.input).DryRun,
      );
      expect(launches.length).toBeGreaterThan(1);
      expect(new Set(launches.map(({ input }) => JSON.stringify(input))).size).toBe(1);
      expect(launchedByUs(world)).toHaveLength(3);
    });

    scenario('it launches once though a frozen caller thaws after its order was settled', async (world) => {
      once(world, isLaunch, () =>
        world.faults.add({
          kind: 'late-effect',
          service: 'EC2',
          operation: 'RunInstances',
          ms: 115_000,
          times: 1,
        }),
      );
      await world.commit(cattle('web', 3));
      await world.settle('web', 600);
      await world.advance(300);
      expect(launchedByUs(world)).toHaveLength(3);
    });

    scenario('it launches anew for the same group created again within a day', async (world) => {
      await world.commit(cattle('web', 2));
      await world.settle('web');
      await world.api('Group.Destroy', { ID: 'web' });
      await world.until(
        'it is destroyed',
        async () => (await world.record('web')).watch === 'destroyed',
        600,
      );
      const { fence, intent, revision } = await world.record('web');
      await world.commit(cattle('web', 2));
      await world.settle('web');
      const after = await world.record('web');
      expect(after.fence).toBeGreaterThan(fence);
      expect(after.intent).toBeGreaterThan(intent);
      expect(after.revision).toBeGreaterThanOrEqual(revision);
      const tokens = launchedByUs(world).map(({ token }) => token);
      expect(new Set(tokens).size).toBe(2);
    });

    scenario('it waits for the address that the predecessor of a pet still holds', async (world) => {
      world.faults.add({ kind: 'slow-address-release', ms: 45_000 });
      await world.commit(pets('zoo', PET_ADDRESSES));
      await world.settle('zoo');
      const victim = world.members('zoo').find(({ privateIp }) => privateIp === PET_ADDRESSES[1]);
      world.others.terminate(victim?.id ?? '');
      await world.settle('zoo');
      expect(
        world
          .members('zoo')
          .map(({ privateIp }) => privateIp)
          .sort(),
      ).toEqual([...PET_ADDRESSES]);
      const record = await world.record('zoo');
      expect(record.backoff.failures).toBe(0);
      expect((await world.events('zoo')).map(({ event }) => event)).not.toContain('launch.failed');
    });

    scenario(
      'it keeps the order to end a protected instance, says who must act, and ends the others',
      async (world) => {
        await world.commit(cattle('web', 3));
        await world.settle('web');
        const [first] = world.members('web');
        world.others.protect(first?.id ?? '');
        await world.api('Group.SetSize', { ID: 'web', Size: 0, Confirm: true });
        await world.until('two end', () => world.members('web').length === 1, 300);
        await world.advance(120);
        expect(world.members('web').map(({ id }) => id)).toEqual([first?.id]);
        const blocked = (await world.events('web')).filter(({ event }) => event === 'instance.blocked');
        expect(blocked).toHaveLength(1);
        expect(blocked[0]).toMatchObject({
          instance: first?.id,
          reason: expect.stringMatching(/OperationNotPermitted|terminat/i),
        });
        world.others.protect(first?.id ?? '', false);
        await world.settle('web', 300);
        expect(world.members('web')).toEqual([]);
      },
    );
  });
