import { describe, expect, it } from 'vitest';
import type { SpecDocument } from '../../../lib/app/api-types.js';
import { LIMIT_MS } from '../../support/scenario.js';
import { checkInvariants } from '../../support/scenario-invariants.js';
import { cattle, pets } from '../../support/scenario-specs.js';
import { thoroughly } from '../../support/thorough.js';
import { startWorld, type World } from '../../support/world.js';

interface Story {
  readonly name: string;
  readonly spec: (id: string, index: number) => SpecDocument;
  /** Before it is committed. */
  readonly prepare?: (world: World, id: string) => unknown;
  /** After it has converged; absent when the converging itself is the story. */
  readonly disturb?: (world: World, id: string) => Promise<unknown>;
  readonly size: number;
}

const STORIES: readonly Story[] = [
  { name: 'converging', spec: (id, index) => cattle(id, 3, subnet(index)), size: 3 },
  {
    name: 'adopting',
    spec: (id, index) => cattle(id, 2, subnet(index)),
    prepare: (world, id) => {
      for (let count = 0; count < 2; count += 1)
        world.others.launchForeign({ tags: { 'infrakit.group': id, 'infrakit.config.hash': 'bootstrap' } });
    },
    size: 2,
  },
  {
    name: 'healing',
    spec: (id, index) => cattle(id, 2, subnet(index)),
    disturb: async (world, id) => world.others.terminate(world.members(id)[0]?.id ?? ''),
    size: 2,
  },
  {
    name: 'shrinking',
    spec: (id, index) => cattle(id, 3, subnet(index)),
    disturb: (world, id) => world.api('Group.SetSize', { ID: id, Size: 1, Confirm: true }),
    size: 1,
  },
  {
    name: 'replacing a pet',
    spec: (id, index) => pets(id, [`10.0.1.${20 + index}`]),
    disturb: async (world, id) => world.others.terminate(world.members(id)[0]?.id ?? ''),
    size: 1,
  },
  {
    name: 'replacing the one instance of a rolling update',
    spec: (id, index) => cattle(id, 1, subnet(index)),
    disturb: (world, id) => world.api('Group.Restart', { ID: id }),
    size: 1,
  },
  {
    name: 'destroying',
    spec: (id, index) => cattle(id, 2, subnet(index)),
    disturb: (world, id) => world.api('Group.Destroy', { ID: id }),
    size: 0,
  },
];

/** Every call is a place to die at when `HOLDFAST_THOROUGH` is set, as in CI; else every twelfth, another one by each story. */
const STRIDE = thoroughly(1, 12);

const PLACES = STRIDE === 1 ? 'each SDK call' : `every ${STRIDE}th SDK call`;

const placesOf = (calls: number, first: number): readonly number[] =>
  Array.from({ length: calls }, (_, index) => index + 1).filter((place) => place % STRIDE === first % STRIDE);

/** Instances that boot and end quickly are looked at less often, so there are fewer places alike to die at. */
const QUICK = { cloud: { timing: { bootMs: 500, checksMs: 1500, shuttingDownMs: 1000 } } } as const;

/** No subnet has room for all groups. */
const subnet = (index: number) => ({ run: { SubnetId: `subnet-${(index % 3) + 1}` } });

/** SDK calls of all passes of an undisturbed run: how many places there are to die at. */
const callsOf = async (story: Story): Promise<number> => {
  const world = await startWorld({ alone: true, ...QUICK });
  try {
    story.prepare?.(world, 'sample');
    await world.commit(story.spec('sample', 0));
    let before = 0;
    if (story.disturb) {
      await world.settle('sample');
      before = world.interruptions.calls('holdfast-a-reconcile', 'sample');
      await story.disturb(world, 'sample');
    }
    await arrived(world, story, 'sample');
    return world.interruptions.calls('holdfast-a-reconcile', 'sample') - before;
  } finally {
    await world.stop();
  }
};

const arrived = (world: World, story: Story, id: string): Promise<void> =>
  story.size > 0
    ? world.settle(id, 1800)
    : world.until(`${id} is destroyed`, async () => (await world.record(id)).watch === 'destroyed', 1800);

/** One world, one group for each place to die at: every group's passes are killed once, just there. */
export const crashing = () =>
  describe('a reconcile that dies', () => {
    for (const story of STORIES) {
      for (const when of ['before', 'after'] as const) {
        it(
          `it leaves exactly the declared size and no orphan: ${story.name}, killed ${when} ${PLACES} in turn`,
          async () => {
            const calls = await callsOf(story);
            expect(calls).toBeGreaterThan(8);
            const seed = when === 'before' ? 3 : 4;
            const world = await startWorld({ alone: true, seed, wire: story === STORIES[0], ...QUICK });
            try {
              const places = placesOf(calls, STORIES.indexOf(story) + (when === 'before' ? 0 : 3));
              const ids = places.map((place) => `c${place}`);
              const arm = () => {
                for (const [index, group] of ids.entries())
                  world.crash({ function: 'reconcile', group, call: places[index] ?? 1, when });
              };
              if (!story.disturb) arm();
              for (const id of ids) story.prepare?.(world, id);
              for (const [index, id] of ids.entries()) await world.commit(story.spec(id, index));
              if (story.disturb) {
                for (const id of ids) await world.settle(id);
                arm();
                for (const id of ids) await story.disturb(world, id);
              }
              for (const id of ids) await arrived(world, story, id);
              // The last calls of a run may not come when an earlier pass did more at once.
              expect(world.interruptions.left.length).toBeLessThanOrEqual(Math.ceil(calls / 3));
              for (const id of ids) expect(world.members(id), id).toHaveLength(story.size);
              await checkInvariants(world);
            } finally {
              await world.stop();
            }
          },
          LIMIT_MS,
        );
      }
    }
  });
