import { describe, expect } from 'vitest';
import { scenario } from '../../support/scenario.js';
import { QUICK } from '../../support/scenario-rollouts.js';
import { cattle, spreadCattle } from '../../support/scenario-specs.js';
import type { World } from '../../support/world.js';
import { isLaunch, isOrder, launchCalls, launchedByUs, once } from './at-a-call.js';

const ALONE = { alone: true } as const;

/** The next launch takes effect late, and until a little before there is no room where it goes. */
const late = (ms: number) =>
  [
    { kind: 'late-effect', service: 'EC2', operation: 'RunInstances', ms, times: 1 },
    { kind: 'no-capacity', forMs: ms - 3_000 },
  ] as const;

/** Of the first launch, which takes effect. */
const loseAnswer = (world: World) =>
  once(world, isLaunch, () =>
    world.faults.add({ kind: 'answer-lost', service: 'EC2', operation: 'RunInstances', times: 1 }),
  );

export const launchInterleavings = () =>
  describe('the interleavings of a launch', () => {
    scenario(
      'it sends no launch for which its Lambda has no time left',
      async (world) => {
        let at = 0;
        once(world, isOrder('launch'), async () => {
          at = world.now();
          await world.clock.sleep(40_000);
        });
        await world.commit(cattle('web', 2));
        await world.settle('web');
        // Not sent by the pass that wrote it, which ended at once, but by the next.
        expect(launchCalls(world)[0]?.at).toBeGreaterThanOrEqual(at + 44_000);
        expect(new Set(launchCalls(world).map(({ token }) => token)).size).toBe(1);
      },
      ALONE,
    );

    scenario(
      'it launches once though its Lambda is killed at its deadline while it writes the order',
      async (world) => {
        const happened = once(world, isOrder('launch'), () => world.clock.sleep(70_000));
        await world.commit(cattle('web', 2));
        await world.settle('web');
        expect(happened()).toBe(true);
        expect(launchedByUs(world)).toHaveLength(2);
        expect(new Set(launchCalls(world).map(({ token }) => token)).size).toBe(1);
      },
      ALONE,
    );

    scenario(
      "it believes no refusal of another's order while its writer's call may be on its way",
      async (world) => {
        once(world, isLaunch, () => {
          for (const rule of late(25_000)) world.faults.add(rule);
        });
        await world.commit(spreadCattle('web', 1));
        await world.settle('web');
        await world.advance(120);
        expect(launchCalls(world).length).toBeGreaterThan(2);
        expect(new Set(launchCalls(world).map(({ token }) => token)).size).toBe(1);
        expect(launchedByUs(world)).toHaveLength(1);
      },
      ALONE,
    );

    scenario(
      'it believes no refusal while the unanswered call of a later pass may be on its way',
      async (world) => {
        world.faults.add({ kind: 'throttle', service: 'EC2', operation: 'RunInstances', forMs: 90_000 });
        const from = world.now() + 90_000;
        once(
          world,
          (call) => isLaunch(call) && world.now() > from,
          () => {
            for (const rule of late(66_000)) world.faults.add(rule);
          },
        );
        await world.commit(spreadCattle('web', 1));
        await world.settle('web');
        await world.advance(120);
        expect(new Set(launchCalls(world).map(({ token }) => token)).size).toBe(1);
        expect(launchedByUs(world)).toHaveLength(1);
      },
      ALONE,
    );

    scenario(
      'it tries each subnet under a token of its own, and repeats none in another',
      async (world) => {
        world.faults.add({ kind: 'no-capacity', subnet: 'subnet-1' });
        loseAnswer(world);
        await world.commit(spreadCattle('web', 3));
        await world.settle('web');
        const subnets = new Map<string, Set<string>>();
        for (const { token, subnet } of launchCalls(world))
          subnets.set(token, new Set([...(subnets.get(token) ?? []), subnet]));
        for (const [token, where] of subnets) expect([...where], token).toHaveLength(1);
        const tried = [...subnets.values()].flatMap((where) => [...where]);
        expect(new Set(tried)).toContain('subnet-1');
        expect(launchedByUs(world)).toHaveLength(3);
      },
      ALONE,
    );

    scenario(
      'it closes an order whose instance ended before anybody knew of it',
      async (world) => {
        loseAnswer(world);
        const happened = once(
          world,
          (call) => isLaunch(call) && launchedByUs(world).length > 0,
          async () => {
            for (const { id } of launchedByUs(world)) world.others.terminate(id);
            await world.clock.sleep(8_000);
          },
        );
        await world.commit(cattle('web', 1));
        await world.settle('web');
        expect(happened()).toBe(true);
        expect(launchedByUs(world)).toHaveLength(2);
        expect(new Set(launchedByUs(world).map(({ token }) => token)).size).toBe(2);
      },
      QUICK,
    );

    scenario(
      'it launches anew under other tokens after the table was lost',
      async (world) => {
        const file = (size: number) =>
          JSON.stringify({ groups: { web: { Properties: cattle('web', size).Properties } } });
        await world.upload('groups/web.json', file(2));
        await world.advance(5);
        await world.settle('web');
        await world.loseTable();
        await world.upload('groups/web.json', file(3));
        await world.advance(5);
        await world.settle('web');
        const tokens = launchedByUs(world).map(({ token }) => token);
        expect(tokens).toHaveLength(3);
        expect(new Set(tokens).size).toBe(2);
      },
      ALONE,
    );

    scenario(
      'it settles the launch under way before it is free, and takes the same instances again',
      async (world) => {
        loseAnswer(world);
        await world.commit(cattle('web', 2));
        await world.until('an order', async () => (await world.record('web')).orders.length > 0, 30);
        await world.api('Group.Unwatch', { ID: 'web' });
        const isFree = async () => (await world.record('web')).watch === 'free';
        await world.until('it is free', isFree, 300);
        expect((await world.record('web')).orders).toEqual([]);
        await world.commit(cattle('web', 2));
        await world.settle('web');
        expect(launchedByUs(world)).toHaveLength(2);
      },
      ALONE,
    );

    scenario(
      'it has told of an order before it calls EC2',
      async (world) => {
        const untold: string[] = [];
        world.before(async ({ function: name, operation, input }) => {
          if (name !== 'reconcile' || Object(input).DryRun) return;
          const about = {
            RunInstances: ['launch.ordered', Object(input).ClientToken],
            TerminateInstances: ['instance.destroyed', Object(input).InstanceIds?.[0]],
          }[operation];
          if (about === undefined) return;
          const [event, what] = about;
          const told = (await world.events('web')).filter((one) => one.event === event);
          if (!told.some((one) => JSON.stringify(one).includes(String(what))))
            untold.push(`${event} ${what}`);
        });
        await world.commit(cattle('web', 2));
        await world.settle('web');
        await world.api('Group.SetSize', { ID: 'web', Size: 1, Confirm: true });
        await world.settle('web');
        expect(untold).toEqual([]);
        expect(launchCalls(world)).toHaveLength(1);
      },
      ALONE,
    );
  });
