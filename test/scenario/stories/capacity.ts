import { describe, expect } from 'vitest';
import { scenario } from '../../support/scenario.js';
import { cattle, spreadCattle } from '../../support/scenario-specs.js';

export const capacity = () =>
  describe('launches', () => {
    scenario('it takes the next zone when one has no room', async (world) => {
      world.faults.add({ kind: 'no-capacity', zone: 'eu-west-1a' });
      await world.commit(spreadCattle('web', 6));
      await world.settle('web');
      const zones = world.members('web').map(({ zone }) => zone);
      expect(zones.filter((zone) => zone === 'eu-west-1b')).toHaveLength(3);
      expect(zones.filter((zone) => zone === 'eu-west-1c')).toHaveLength(3);
      const failed = (await world.events('web')).filter(({ event }) => event === 'launch.failed');
      expect(failed).toEqual([expect.objectContaining({ reason: expect.stringContaining('capacity') })]);
    });

    scenario('it spreads evenly over zones', async (world) => {
      await world.commit(spreadCattle('web', 6));
      await world.settle('web');
      const zones = world
        .members('web')
        .map(({ zone }) => zone)
        .sort();
      expect(zones).toEqual(['a', 'a', 'b', 'b', 'c', 'c'].map((letter) => `eu-west-1${letter}`));
    });

    scenario('it goes on with what EC2 had room for, and orders the rest anew', async (world) => {
      world.faults.add({ kind: 'partial', atMost: 2, times: 1 });
      await world.commit(cattle('web', 5));
      await world.settle('web');
      const launches = world
        .ec2Calls(['reconcile'])
        .filter(({ operation, input }) => operation === 'RunInstances' && !Object(input).DryRun);
      expect(launches.map(({ input }) => Object(input).MaxCount)).toEqual([5, 3]);
    });

    scenario('it keeps the token of no order that got all it asked for', async (world) => {
      world.faults.add({ kind: 'partial', atMost: 2, times: 1 });
      await world.commit(cattle('web', 5));
      await world.settle('web');
      const { closedTokens } = await world.record('web');
      expect(closedTokens.map(({ token }) => world.books.byToken(token).length)).toEqual([2]);
    });

    scenario('it waits when the quota is reached, and goes on when it is raised', async (world) => {
      const quota = world.faults.add({ kind: 'vcpu-quota', vcpus: 12 });
      await world.commit(cattle('web', 4), {});
      await world.advance(300);
      expect(world.members('web').length).toBeLessThan(4);
      const failed = (await world.events('web')).filter(({ event }) => event === 'launch.failed');
      expect(failed.length).toBeGreaterThan(0);
      expect(failed[0]?.reason).toMatch(/vcpu/i);
      // Backing off: far fewer tries than there were seconds.
      expect(failed.length).toBeLessThan(8);
      world.faults.remove(quota);
      await world.settle('web', 1800);
    });

    scenario('it backs off from launches that die at once, and the event names the reason', async (world) => {
      const dying = world.faults.add({
        kind: 'launch-dies',
        code: 'Client.InternalError',
        message: 'Client error on launch',
      });
      await world.commit(cattle('web', 2));
      await world.advance(600);
      const launched = world.books.launchedWith('holdfast.stack', 'holdfast-a').length;
      expect(launched).toBeGreaterThan(3);
      expect(launched).toBeLessThanOrEqual(10);
      const events = await world.events('web');
      expect(events.find(({ event }) => event === 'instance.gone')?.reason).toContain('Client.InternalError');
      expect((await world.view('web')).Reasons.join('\n')).toContain('Client.InternalError');
      world.faults.remove(dying);
      await world.settle('web', 2400);
    });

    scenario('it launches nothing more while reads do not show what was launched', async (world) => {
      world.faults.add({ kind: 'read-lag', ms: 180_000, operation: 'DescribeInstances', forMs: 400_000 });
      await world.commit(cattle('web', 3));
      await world.advance(400);
      expect(world.books.launchedWith('holdfast.stack', 'holdfast-a')).toHaveLength(3);
      await world.settle('web');
    });

    scenario('it believes no read that goes backwards', async (world) => {
      await world.commit(cattle('web', 3));
      await world.settle('web');
      world.faults.add({ kind: 'stale-read', ms: 120_000, chance: 0.5 });
      const [first] = world.members('web');
      world.others.terminate(first?.id ?? '');
      await world.until('a replacement', () => world.members('web').length === 3, 300);
      await world.advance(600);
      expect(
        world.books.all().filter(({ tagsAtLaunch }) => tagsAtLaunch['holdfast.stack'] === 'holdfast-a'),
      ).toHaveLength(4);
      world.faults.clear();
      await world.settle('web');
    });

    scenario('it believes no empty page', async (world) => {
      await world.commit(cattle('web', 3));
      await world.settle('web');
      world.faults.add({ kind: 'empty-page', operation: 'DescribeInstances', times: 20 });
      await world.advance(300);
      world.faults.clear();
      expect(world.books.launchedWith('holdfast.stack', 'holdfast-a')).toHaveLength(3);
      await world.settle('web');
    });

    scenario('it keeps its order when EC2 throttles, and calls it no failure', async (world) => {
      world.faults.add({ kind: 'throttle', service: 'EC2', operation: 'RunInstances', forMs: 60_000 });
      const { Warnings } = await world.commit(cattle('web', 3));
      expect(Warnings.join()).toMatch(/not validated/);
      await world.advance(30);
      const [order] = (await world.record('web')).orders;
      expect(order).toMatchObject({ kind: 'launch', count: 3 });
      await world.settle('web');
      const launches = world
        .ec2Calls(['reconcile'])
        .filter(({ operation, input }) => operation === 'RunInstances' && !Object(input).DryRun);
      expect(new Set(launches.map(({ input }) => Object(input).ClientToken))).toEqual(new Set([order?.id]));
      expect((await world.record('web')).backoff.failures).toBe(0);
      expect((await world.events('web')).map(({ event }) => event)).not.toContain('launch.failed');
    });

    scenario('it launches once when the answer of a launch is lost', async (world) => {
      let lost = false;
      world.before(({ operation, input }) => {
        if (operation !== 'RunInstances' || Object(input).DryRun || lost) return;
        lost = true;
        world.faults.add({
          kind: 'late-effect',
          service: 'EC2',
          operation: 'RunInstances',
          ms: 30_000,
          times: 1,
        });
      });
      await world.commit(cattle('web', 3));
      await world.settle('web');
      await world.advance(300);
      expect(lost).toBe(true);
      expect(world.books.launchedWith('holdfast.stack', 'holdfast-a')).toHaveLength(3);
    });

    scenario('it launches once when a launch takes effect and its answer is lost', async (world) => {
      world.before(({ operation, input }) => {
        if (operation !== 'RunInstances' || Object(input).DryRun) return;
        world.faults.add({
          kind: 'answer-lost',
          service: 'EC2',
          operation: 'RunInstances',
          times: 1,
          forMs: 1,
        });
      });
      await world.commit(cattle('web', 3));
      await world.advance(60);
      world.interruptions.clear();
      await world.settle('web');
      expect(world.books.launchedWith('holdfast.stack', 'holdfast-a')).toHaveLength(3);
    });
  });
