import { describe, expect, test } from 'vitest';
import { START } from '../local/a-cloud.js';
import { transitionsOf } from '../local/states/a-states.js';
import { aMachine, ROLLOUT } from './a-machine.js';

const HOUR_MS = 3_600_000;
const INPUT = { ...ROLLOUT, seconds: 20 };
const later = (seconds: number) => ({ settled: false, seconds });
const SETTLED = { settled: true, seconds: 0 };

describe('health-check', () => {
  test('it waits as its input says, then as each check says, until one settles it', async () => {
    const { start, cloud, checks, look } = await aMachine({ checks: [later(3), later(7), SETTLED] });
    const arn = await start('health-check', INPUT);
    await cloud.clock.advance(HOUR_MS);
    const { described, events } = await look(arn);
    expect(checks.map(({ at }) => at)).toEqual([20, 23, 30]);
    expect(checks[0]?.event).toEqual({ ...ROLLOUT, startedAt: new Date(START).toISOString() });
    expect(described).toMatchObject({ status: 'SUCCEEDED', stopDate: new Date(START + 30_000) });
    expect([events.length, transitionsOf(events)]).toEqual([1 + 3 * 9 + 2 + 1, 3 * 3 + 1]);
  });

  test('it lives five minutes at most', async () => {
    const { start, cloud, look } = await aMachine({ checks: [later(10)] });
    const arn = await start('health-check', INPUT);
    await cloud.clock.advance(HOUR_MS);
    expect((await look(arn)).described).toMatchObject({
      status: 'TIMED_OUT',
      stopDate: new Date(START + 300_000),
    });
  });

  test("Lambda's transient errors are retried, a mistake of the function is not", async () => {
    const { start, cloud, checks, faults, look } = await aMachine({ checks: [SETTLED] });
    faults.add({ kind: 'throttle', service: 'Lambda', times: 5 });
    const arn = await start('health-check', INPUT);
    await cloud.clock.advance(HOUR_MS);
    expect([checks.length, (await look(arn)).described.status]).toEqual([1, 'SUCCEEDED']);

    const broken = await aMachine({ checks: [Object.assign(new Error('no'), { name: 'ZodError' })] });
    const other = await broken.start('health-check', INPUT);
    await broken.cloud.clock.advance(HOUR_MS);
    expect([broken.checks.length, (await broken.look(other)).described.error]).toEqual([1, 'ZodError']);
  });
});
