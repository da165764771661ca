import { act } from './act.js';
import { close } from './closing.js';
import type { Story } from './story.js';
import type { Violation } from './violation.js';
import { startSimulatedWorld } from './world.js';

/** How a story went. The same story gives the same outcome, byte for byte. */
export interface Outcome {
  readonly violations: readonly Violation[];
  /** Of everything that happened. */
  readonly digest: string;
  /** What happened, when asked for. */
  readonly lines: readonly string[];
}

/** Plays a story to its end, or to the first violation. */
export const runStory = async (story: Story, keepLines = false): Promise<Outcome> => {
  const world = await startSimulatedWorld(story, keepLines);
  try {
    settleNeighbours(world);
    const start = world.clock.now();
    for (const step of [...story.steps].sort((a, b) => a.at - b.at)) {
      await advanceTo(world, start + step.at);
      if (world.violations.length > 0) break;
      const { at: _, ...action } = step;
      act(world, action);
    }
    if (world.violations.length === 0) {
      await advanceTo(world, world.clock.now() + 60_000);
      await close(world);
    }
    checkNeighbours(world);
  } catch (error) {
    world.blame('stall', error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    await world.stop();
  }
  return { violations: world.violations, digest: world.digest(), lines: world.lines };
};

type World = Awaited<ReturnType<typeof startSimulatedWorld>>;

/** Up to a time, or to the first violation. */
const advanceTo = async ({ clock, violations }: World, time: number): Promise<void> => {
  clock.at(time, () => {});
  await clock.runUntil(() => violations.length > 0 || clock.now() >= time, { limitMs: time - clock.now() });
};

/** An Auto Scaling group and an old InfraKit cluster, in the same account. */
const NEIGHBOURS: readonly Readonly<Record<string, string>>[] = [
  { 'aws:autoscaling:groupName': 'web', Name: 'web' },
  { 'infrakit.group': 'old-workers', 'infrakit.config.hash': 'abc' },
];

const settleNeighbours = ({ cloud }: World): void => {
  for (const tags of NEIGHBOURS)
    for (let index = 0; index < 2; index += 1) cloud.ec2.others.launchForeign({ tags });
};

const checkNeighbours = ({ cloud, blame }: World): void => {
  for (const { id, tagsAtLaunch } of cloud.ec2.books.all().slice(0, 2 * NEIGHBOURS.length)) {
    const now = cloud.ec2.instance(id);
    if (now?.state !== 'running' || JSON.stringify(now.tags) !== JSON.stringify(tagsAtLaunch))
      blame('stranger', `neighbour ${id} is ${now?.state} with ${JSON.stringify(now?.tags)}`);
  }
};
