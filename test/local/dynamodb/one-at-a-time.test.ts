import { expect, test } from 'vitest';
import { oneAtATime } from '../../../lib/local/dynamodb/one-at-a-time.js';
import { type Invocation, KilledError, kill, runAs } from '../../../lib/local/lambda/invocation.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('oneAtATime runs tasks in the order of asking, each after the end of the one before', async () => {
  const line = oneAtATime();
  const trail: string[] = [];
  const task = (name: string, turns: number) => async () => {
    trail.push(`${name} begins`);
    for (let count = 0; count < turns; count++) await turn();
    trail.push(`${name} ends`);
    if (name === 'b') throw new Error('b failed');
    return name;
  };
  const results = await Promise.allSettled([line(task('a', 3)), line(task('b', 2)), line(task('c', 1))]);
  expect(trail).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('oneAtATime does not send what was killed while it stood in line', async () => {
  const line = oneAtATime();
  const invocation: Invocation = { functionName: 'f', requestId: 'r', deadline: 0, onKill: () => {} };
  let sent = false;
  const first = line(turn);
  const second = runAs(invocation, () =>
    line(async () => {
      sent = true;
    }),
  );
  kill(invocation, 'crashed');
  expect(await second.catch((error: unknown) => error)).toBeInstanceOf(KilledError);
  await first;
  expect(sent).toBe(false);
});
