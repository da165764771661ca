/** `npm run simulate -- --seeds N [--from S]`, or one story again: `--seed S [--steps 0,3,7] [--trace]`. */
import { parseArgs } from 'node:util';
import { playAll, type Report } from './crew.js';
import { storyOf } from './generate.js';
import { runStory } from './run-story.js';
import { onlySteps, shrink } from './shrink.js';
import type { Story } from './story.js';
import { RULES, type Violation } from './violation.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    steps: { type: 'string' },
    trace: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const told = ({ rule, message, at }: Violation): string =>
  `${(at / 1000).toFixed(3)} s: ${RULES[rule]}\n  ${rule}: ${message}`;

const tell = (story: Story): void => {
  for (const { at, ...action } of story.steps)
    say(`  ${(at / 1000).toFixed(3).padStart(9)} ${JSON.stringify(action)}`);
};

/** One in so many stories is played twice: the same seed is the same run. */
const AGAIN_EVERY = 200;

const playMany = async (from: number, count: number): Promise<number> => {
  const failed: Report[] = [];
  const digests = new Map<number, string>();
  let played = 0;
  const startedAt = Date.now();
  await playAll({ from, to: from + count }, (report) => {
    played += 1;
    digests.set(report.seed, report.digest);
    if (report.violations.length > 0) failed.push(report);
    if (played % 500 === 0)
      say(`${played} stories, ${failed.length} failed, ${Math.round((Date.now() - startedAt) / 1000)} s`);
    return failed.length < MOST_FAILED ? 'go on' : 'stop';
  });
  for (const [seed, digest] of digests) {
    if (seed % AGAIN_EVERY !== 0) continue;
    const again = await runStory(storyOf(seed));
    if (again.digest !== digest) throw new Error(`seed ${seed} gave ${digest}, and then ${again.digest}`);
  }
  for (const report of failed.slice(0, MOST_EXPLAINED)) await explain(report);
  say(`${played} stories, ${failed.length} failed, ${Math.round((Date.now() - startedAt) / 1000)} s`);
  return failed.length === 0 && played === count ? 0 : 1;
};

const MOST_FAILED = 10;
const MOST_EXPLAINED = 3;

/** Tells the shortest story that still fails, and how it is played again. */
const explain = async ({ seed, violations: [first] }: Report): Promise<void> => {
  if (first === undefined) return;
  const story = storyOf(seed);
  const kept = await shrink(story, first.rule);
  say(`\nseed ${seed}: ${told(first)}`);
  tell(onlySteps(story, kept));
  say(`again: npm run simulate -- --seed ${seed} --steps ${kept.join(',')} --trace`);
};

const playOne = async (seed: number): Promise<number> => {
  const whole = storyOf(seed);
  const story = values.steps === undefined ? whole : onlySteps(whole, values.steps.split(',').map(Number));
  if (values.json) {
    say(JSON.stringify(story, undefined, 2));
    return 0;
  }
  const { lines, violations, digest } = await runStory(story, values.trace);
  for (const line of lines) say(line);
  tell(story);
  for (const violation of violations) say(told(violation));
  say(`seed ${seed}: ${violations.length} violations, digest ${digest}`);
  return violations.length === 0 ? 0 : 1;
};

process.exitCode =
  values.seed === undefined
    ? await playMany(Number(values.from), Number(values.seeds))
    : await playOne(Number(values.seed));
