import { expect, test } from 'vitest';
import { chunks, inFlight } from '../../lib/core/in-flight.js';

test('inFlight never has more than its limit under way, and does every item once', async () => {
  let now = 0;
  let most = 0;
  const done: number[] = [];
  await inFlight(3, [1, 2, 3, 4, 5, 6, 7, 8], async (item) => {
    now += 1;
    most = Math.max(most, now);
    await Promise.resolve();
    await Promise.resolve();
    done.push(item);
    now -= 1;
  });
  expect(most).toBe(3);
  expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('inFlight fails with the first failure, when nothing is under way any more', async () => {
  const ended: number[] = [];
  const all = inFlight(2, [1, 2, 3, 4], async (item) => {
    if (item === 1) throw new Error('first');
    await Promise.resolve();
    ended.push(item);
  });
  await expect(all).rejects.toThrow('first');
  expect(ended).toEqual([2, 3, 4]);
});

test('chunks keeps order and loses nothing', () => {
  expect(chunks([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(chunks([], 2)).toEqual([]);
});
