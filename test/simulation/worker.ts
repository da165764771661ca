/** Plays the stories of the seeds that its parent names, and tells how each went. */
import type { Report, Shift } from './crew.js';
import { storyOf } from './generate.js';
import { runStory } from './run-story.js';

process.once('message', ({ from, to, step }: Shift) => {
  void play(from, to, step).then(() => process.exit(0));
});

const play = async (from: number, to: number, step: number): Promise<void> => {
  for (let seed = from; seed < to; seed += step) {
    const { digest, violations } = await runStory(storyOf(seed));
    const report: Report = { seed, digest, violations };
    await new Promise<void>((resolve) => process.send?.(report, () => resolve()));
  }
};
