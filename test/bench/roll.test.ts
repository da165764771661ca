import { describe, expect, it } from 'vitest';
import { transitionsIn } from '../../bench/read-executions.js';
import { floorSeconds } from '../../bench/roll.js';

describe('the floor of a roll', () => {
  // By hand: the first alone, then batches, each 70 s.
  it.each([
    ['10 one at a time', 10, 1, 700],
    ['10 two at a time, the last batch short', 10, 2, 420],
    ['100 by tens', 100, 10, 770],
    ['one', 1, 5, 70],
  ])('of %s', (_name, size, atOnce, seconds) => {
    expect(floorSeconds({ size, bootSeconds: 60, drainSeconds: 10 }, atOnce)).toBe(seconds);
  });
});

describe('the transitions in a history', () => {
  const history = (...types: readonly string[]) =>
    transitionsIn(types.map((type) => ({ type }) as Parameters<typeof transitionsIn>[0][number]));

  it('are the states that were entered', () => {
    expect(history('ExecutionStarted', 'PassStateEntered', 'PassStateExited', 'SucceedStateEntered')).toBe(2);
  });

  it('are one more for each retry of a task', () => {
    expect(history('TaskStateEntered', 'TaskScheduled', 'TaskFailed', 'TaskScheduled', 'TaskSucceeded')).toBe(
      2,
    );
  });
});
