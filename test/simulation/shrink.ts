import { runStory } from './run-story.js';
import type { Story } from './story.js';
import type { Rule } from './violation.js';

/** How often a story is played again to make it shorter. */
const MOST_RUNS = 200;

/** Which steps of a story are enough to break the rule: halves are left out first, then ever less. */
export const shrink = async (story: Story, rule: Rule): Promise<readonly number[]> => {
  let kept = story.steps.map((_, index) => index);
  let runs = 0;
  const stillBreaks = async (indices: readonly number[]): Promise<boolean> => {
    runs += 1;
    const { violations } = await runStory(onlySteps(story, indices));
    return violations.some((violation) => violation.rule === rule);
  };
  for (let size = Math.ceil(kept.length / 2); size >= 1 && runs < MOST_RUNS; ) {
    let shorter = false;
    for (let from = 0; from < kept.length && runs < MOST_RUNS; ) {
      const without = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (await stillBreaks(without)) {
        kept = without;
        shorter = true;
      } else from += size;
    }
    if (size === 1 && !shorter) break;
    size = size === 1 ? 1 : Math.ceil(size / 2);
  }
  return kept;
};

export const onlySteps = (story: Story, indices: readonly number[]): Story => ({
  ...story,
  steps: story.steps.filter((_, index) => indices.includes(index)),
});
