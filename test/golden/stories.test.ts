import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { plannerWorld } from '../support/planner-world.js';
import { thoroughly } from '../support/thorough.js';
import { ROLLOUT_HOLD_STORIES } from './rollout-hold-stories.js';
import { ROLLOUT_STORIES } from './rollout-stories.js';
import { ROLLOUT_TROUBLE_STORIES } from './rollout-trouble-stories.js';
import { seededShuffle } from './seeded-shuffle.js';
import { STORIES, type Story } from './stories.js';

/** A hundred in CI; each story is some thousand plans. */
const ORDERS = thoroughly(100, 10);

const told = (story: Story, seed: number): string => {
  const world = plannerWorld(seededShuffle(seed));
  story.tell(world);
  return `${world.lines.join('\n')}\n`;
};

const fileOf = (story: Story): URL => new URL(`./${story.name}.txt`, import.meta.url);

/** `UPDATE_GOLDEN=1` writes the stories anew; a change of one belongs in a commit that says why. */
const committed = (story: Story): string => {
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(fileOf(story), told(story, 0));
  return existsSync(fileOf(story)) ? readFileSync(fileOf(story), 'utf8') : '';
};

describe.each([...STORIES, ...ROLLOUT_STORIES, ...ROLLOUT_HOLD_STORIES, ...ROLLOUT_TROUBLE_STORIES])(
  'the story $name',
  (story) => {
    let expected = '';
    beforeAll(() => {
      expected = told(story, 0);
    });

    it('goes as committed', () => {
      expect(expected).toBe(committed(story));
    });

    it(`goes the same in ${ORDERS} orders of its input, within its limits at every step`, () => {
      for (let seed = 1; seed <= ORDERS; seed += 1) expect(told(story, seed)).toBe(expected);
    });
  },
);
