import { describe, expect } from 'vitest';
import { scenario } from '../../support/scenario.js';
import { cattle } from '../../support/scenario-specs.js';
import type { World } from '../../support/world.js';

const converged = async (world: World, size = 3): Promise<string> => {
  await world.commit(cattle('web', size));
  await world.settle('web');
  world.neighbours?.infrakit('web');
  const [first] = world.members('web');
  if (!first) throw new Error('no member');
  return first.id;
};

/** When the replacement of the first launches was asked for. */
const replacedAt = (world: World, before: number): number => {
  const call = world.ec2Calls(['reconcile'], before).find(({ operation }) => operation === 'RunInstances');
  if (!call) throw new Error('no replacement was asked for');
  return call.at;
};

export const healing = () =>
  describe('healing', () => {
    scenario(
      'it replaces a vanished instance with at most 3 EC2 calls, within 1 s of the event',
      async (world) => {
        const victim = await converged(world);
        await world.advance(30);
        const at = world.now();
        world.others.terminate(victim);
        await world.until('a replacement', () => world.members('web').length === 3, 60);
        expect(world.ec2Calls(['reconcile'], at).length).toBeLessThanOrEqual(3);
        expect(replacedAt(world, at) - at).toBeLessThanOrEqual(1000);
        await world.settle('web');
        expect(world.ec2Calls(['reconcile'], at).map(({ operation }) => operation)).toEqual(
          expect.arrayContaining(['DescribeInstances', 'RunInstances']),
        );
        const events = await world.events('web');
        expect(events.find((event) => event.event === 'instance.gone')).toMatchObject({
          instance: victim,
          reason: expect.stringContaining('not by us'),
        });
      },
    );

    scenario('it asks for the replacement within 1 s of the event plus the lag of reads', async (world) => {
      const victim = await converged(world);
      await world.advance(30);
      world.faults.add({ kind: 'read-lag', ms: 1500, forMs: 60_000 });
      const at = world.now();
      world.others.terminate(victim);
      await world.until('a replacement', () => world.members('web').length === 3, 60);
      // It reads again after 1, 2 and 4 s, so a lag of 1.5 s is over at the read after 3 s.
      expect(replacedAt(world, at) - at).toBeLessThanOrEqual(1500 + 1000 + 1500);
      await world.settle('web');
    });

    scenario('it replaces within 75 s when every event is lost and EC2 says terminated', async (world) => {
      const victim = await converged(world);
      await world.advance(1);
      world.faults.add({ kind: 'events', how: 'never' });
      const at = world.now();
      world.others.terminate(victim);
      await world.until('a replacement', () => world.members('web').length === 3, 120);
      expect(replacedAt(world, at) - at).toBeLessThanOrEqual(75_000);
      await world.settle('web');
    });

    scenario('it replaces an unhealthy instance with at most 5 EC2 calls beside the sweep', async (world) => {
      await world.commit(cattle('web', 3, { properties: { Repair: { Grace: '2m' } } }));
      await world.settle('web');
      const [first] = world.members('web');
      await world.advance(1);
      const at = world.now();
      world.others.impair(first?.id ?? '');
      await world.until(
        'a replacement',
        () => world.members('web').some(({ launchedAt }) => launchedAt > at),
        400,
      );
      const calls = world.ec2Calls(['reconcile'], at);
      expect(calls.map(({ operation }) => operation)).toContain('TerminateInstances');
      expect(calls.length, calls.map(({ operation }) => operation).join()).toBeLessThanOrEqual(5);
      await world.settle('web');
      const reasons = (await world.events('web')).filter(({ event }) => event === 'instance.destroyed');
      expect(reasons).toEqual([
        expect.objectContaining({
          instance: first?.id,
          reason: expect.stringContaining('longer than 120 s'),
        }),
      ]);
    });

    scenario(
      'it replaces within 140 s a member that EC2 shows nowhere, and not before it was absent twice',
      async (world) => {
        const victim = await converged(world);
        // Older than any read: the absence of what is younger proves nothing.
        await world.advance(301);
        world.faults.add({ kind: 'events', how: 'never' });
        const at = world.now();
        world.others.terminate(victim);
        await world.until('a replacement', () => world.members('web').length === 3, 200);
        expect(replacedAt(world, at) - at).toBeLessThanOrEqual(140_000);
        expect(replacedAt(world, at) - at).toBeGreaterThan(60_000);
        await world.settle('web');
        const gone = (await world.events('web')).find(({ event }) => event === 'instance.gone');
        expect(gone?.reason).toContain('EC2 shows it nowhere');
      },
      { cloud: { timing: { shuttingDownMs: 0, forgetMs: 0 } } },
    );

    scenario('it replaces an instance that somebody stopped, after the grace', async (world) => {
      await world.commit(cattle('web', 3, { properties: { Repair: { Grace: '2m' } } }));
      await world.settle('web');
      const [first] = world.members('web');
      world.others.stop(first?.id ?? '');
      await world.until(
        'the stopped one ends',
        () => !world.members('web').some(({ id }) => id === first?.id),
        300,
      );
      await world.settle('web');
      const end = (await world.events('web')).find(({ event }) => event === 'instance.destroyed');
      expect(end).toMatchObject({ instance: first?.id, reason: expect.stringContaining('stopped') });
    });

    scenario('it moves off a spot instance when EC2 announces its interruption', async (world) => {
      await world.commit(cattle('web', 3, { run: { InstanceMarketOptions: { MarketType: 'spot' } } }));
      await world.settle('web');
      const [first] = world.members('web');
      const at = world.now();
      world.others.interruptSpot(first?.id ?? '');
      await world.until(
        'a replacement',
        () => world.members('web').some(({ launchedAt }) => launchedAt > at),
        60,
      );
      expect(world.now() - at).toBeLessThan(10_000);
      await world.settle('web');
      const events = await world.events('web');
      expect(events.find(({ event }) => event === 'instance.leaving')?.reason).toContain('spot interruption');
      expect(events.find(({ event }) => event === 'instance.destroyed')).toMatchObject({
        instance: first?.id,
      });
    });

    scenario('it replaces an instance that EC2 advises to move, within the budget', async (world) => {
      await world.commit(cattle('web', 3, { run: { InstanceMarketOptions: { MarketType: 'spot' } } }));
      await world.settle('web');
      const [first, second] = world.members('web');
      world.others.recommendRebalance(first?.id ?? '');
      world.others.recommendRebalance(second?.id ?? '');
      await world.advance(5);
      expect(world.members('web').filter(({ id }) => id === first?.id || id === second?.id)).toHaveLength(1);
      await world.until(
        'both are replaced',
        () => !world.members('web').some(({ id }) => id === first?.id || id === second?.id),
        600,
      );
      await world.settle('web');
    });

    for (const [how, ms] of [
      ['late', 90_000],
      ['twice', 5_000],
      ['shuffled', 30_000],
    ] as const) {
      scenario(`it heals the same when events come ${how}`, async (world) => {
        world.faults.add({ kind: 'events', how, ms });
        const victim = await converged(world);
        world.others.terminate(victim);
        await world.settle('web');
        await world.advance(120);
        expect(
          world.books
            .launchedWith('infrakit.group', 'web')
            .filter(({ tagsAtLaunch }) => tagsAtLaunch['holdfast.stack'] === 'holdfast-a'),
        ).toHaveLength(4);
      });
    }

    scenario('it tells an event of an instance that it does not know to nobody', async (world) => {
      await converged(world);
      const before = world.seen.length;
      const stranger = world.others.launchForeign({ tags: { Name: 'stranger' } });
      await world.advance(10);
      world.others.terminate(stranger);
      await world.advance(5);
      const calls = world.seen
        .slice(before)
        .filter(({ principal }) => principal === 'holdfast-a-instance-changed');
      expect(new Set(calls.map(({ operation }) => operation))).toEqual(new Set(['Query']));
    });
  });
