import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { storyOf } from './generate.js';
import { runStory } from './run-story.js';
import type { Story } from './story.js';

const FOLDER = new URL('./regressions/', import.meta.url);

/** A story that once went wrong. Its name says what was wrong then. */
interface Regression {
  readonly found: string;
  readonly story: Story;
}

const regressions = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({
    name: file.replace('.json', '').replaceAll('-', ' '),
    ...(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Regression),
  }));

describe('the simulation', () => {
  it.each(regressions)('holds every invariant where it once found $name', async ({ story }) => {
    expect((await runStory(story)).violations).toEqual([]);
  });

  it('plays a seed the same way twice, line by line', async () => {
    const story = storyOf(5);
    const [first, second] = [await runStory(story, true), await runStory(story, true)];
    expect(second.lines).toEqual(first.lines);
    expect(second.digest).toBe(first.digest);
  });

  it('holds every invariant in the first stories', async () => {
    for (let seed = 1; seed <= FIRST; seed += 1) {
      const { violations } = await runStory(storyOf(seed));
      expect(violations, `seed ${seed}: npm run simulate -- --seed ${seed}`).toEqual([]);
    }
  });
});

/** `npm run simulate` plays thousands. */
const FIRST = 5;
