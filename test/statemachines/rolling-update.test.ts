import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { MOST_TURNS } from '../../lib/app/pace-machine.js';
import { START } from '../local/a-cloud.js';
import { transitionsOf } from '../local/states/a-states.js';
import { aMachine, type Played, ROLLOUT } from './a-machine.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const wait = (seconds: number) => ({ next: 'wait', seconds, status: 'running', reason: '', checkName: '' });
const check = (seconds: number, checkName: string) => ({ ...wait(seconds), next: 'check', checkName });
const end = (status: string, reason = 'because') => ({ ...wait(0), next: 'end', status, reason });
const handOver = { ...wait(0), next: 'hand-over' };
const SETTLED = { settled: true, seconds: 0 };

/** The state in which an execution ended. */
const lastState = ({ events }: Played): string | undefined =>
  events.findLast(({ stateEnteredEventDetails }) => stateEnteredEventDetails)?.stateEnteredEventDetails?.name;

const timesOf = (asked: readonly { readonly at: number }[]): readonly number[] => asked.map(({ at }) => at);

describe('rolling-update', () => {
  test('it steps, waits as long as it is told, and counts its turns', async () => {
    const { start, cloud, steps, look } = await aMachine({
      steps: [wait(30), wait(0), wait(5), end('succeeded')],
    });
    const arn = await start('rolling-update', ROLLOUT);
    await cloud.clock.advance(HOUR_MS);
    expect(timesOf(steps)).toEqual([0, 30, 30, 35]);
    expect(steps.map(({ event }) => event)).toEqual(
      [1, 2, 3, 4].map((turn) => ({
        step: { version: 1, group: 'web', rollout: 'r-1', execution: 2, turn },
      })),
    );
    const played = await look(arn);
    expect([played.described.status, lastState(played)]).toEqual(['SUCCEEDED', 'Done']);
  });

  test('it checks the new instances in a nested execution of the name that it is told, then steps', async () => {
    const { start, cloud, steps, checks, executions } = await aMachine({
      steps: [check(12, 'c-1'), check(3, 'c-2'), end('succeeded')],
      checks: [SETTLED],
    });
    await start('rolling-update', ROLLOUT);
    await cloud.clock.advance(HOUR_MS);
    expect(timesOf(steps)).toEqual([0, 12, 15]);
    expect(checks).toMatchObject([
      { at: 12, event: { ...ROLLOUT, startedAt: new Date(START).toISOString() } },
      { at: 15, event: { ...ROLLOUT, startedAt: new Date(START + 12_000).toISOString() } },
    ]);
    expect(await executions('health-check')).toEqual(['c-1 SUCCEEDED', 'c-2 SUCCEEDED']);
  });

  test.each([
    ['succeeded', 'SUCCEEDED', 'Done'],
    ['rolled-back', 'SUCCEEDED', 'Rolled back'],
    ['paused', 'SUCCEEDED', 'Paused'],
    ['stopped', 'SUCCEEDED', 'Stopped'],
    ['superseded', 'SUCCEEDED', 'Superseded'],
    ['destroyed', 'SUCCEEDED', 'Ended'],
    ['', 'SUCCEEDED', 'Ended'],
    ['failed', 'FAILED', 'Failed'],
  ])('a rollout that is %s ends it %s in the state "%s"', async (rollout, status, state) => {
    const { start, cloud, look } = await aMachine({ steps: [end(rollout, 'MaxFailures of 0 exceeded')] });
    const arn = await start('rolling-update', ROLLOUT);
    await cloud.clock.advance(1_000);
    const played = await look(arn);
    expect([played.described.status, lastState(played)]).toEqual([status, state]);
    if (status === 'FAILED') {
      expect(played.described).toMatchObject({ error: 'RolloutFailed', cause: 'MaxFailures of 0 exceeded' });
    } else expect(played.described.output).toContain('MaxFailures of 0 exceeded');
  });

  test('it ends when it is to hand over', async () => {
    const { start, cloud, look, steps } = await aMachine({ steps: [wait(1), handOver] });
    const arn = await start('rolling-update', ROLLOUT);
    await cloud.clock.advance(HOUR_MS);
    expect([lastState(await look(arn)), steps.length]).toEqual(['Handed over', 2]);
  });

  test('it fails on an answer that it does not know, so that the sweep starts the machine of another release', async () => {
    const { start, cloud, look } = await aMachine({ steps: [{ next: 'dance' }] });
    const arn = await start('rolling-update', ROLLOUT);
    await cloud.clock.advance(HOUR_MS);
    expect((await look(arn)).described).toMatchObject({
      status: 'FAILED',
      error: 'NotUnderstood',
      cause: 'no such next step: {"next":"dance"}',
    });
  });

  test.each([
    ['fails', new Error('no'), 10],
    ['does not settle within 5 minutes', { settled: false, seconds: 1_000 }, 310],
  ])('a check that %s is followed by a step after a short wait', async (_what, answer, seconds) => {
    const { start, cloud, steps, look } = await aMachine({
      steps: [check(0, 'c-1'), end('succeeded')],
      checks: [answer],
    });
    const arn = await start('rolling-update', ROLLOUT);
    await cloud.clock.advance(HOUR_MS);
    expect(timesOf(steps)).toEqual([0, seconds]);
    expect((await look(arn)).described.status).toBe('SUCCEEDED');
  });

  test('a check whose name was used before is followed by a step after a short wait', async () => {
    const { start, cloud, steps, checks } = await aMachine({
      steps: [check(0, 'c-1'), check(0, 'c-1'), end('succeeded')],
      checks: [SETTLED],
    });
    await start('rolling-update', ROLLOUT);
    await cloud.clock.advance(HOUR_MS);
    expect([timesOf(steps), checks.length]).toEqual([[0, 0, 10], 1]);
  });

  test('the check ends with it when it is stopped', async () => {
    const { start, cloud, executions } = await aMachine({ steps: [check(60, 'c-1')], checks: [SETTLED] });
    const executionArn = await start('rolling-update', ROLLOUT);
    await cloud.clock.advance(30_000);
    await cloud.clients('tester').sfn.send(new StopExecutionCommand({ executionArn }));
    await cloud.clock.advance(0);
    expect(await executions('health-check')).toEqual(['c-1 ABORTED']);
  });

  test('it outlives a whole hour without Lambda, and steps within two minutes of its end', async () => {
    const { start, cloud, faults, steps, look } = await aMachine({ steps: [end('succeeded')] });
    const outage = faults.add({ kind: 'outage', service: 'Lambda' });
    const arn = await start('rolling-update', ROLLOUT);
    await cloud.clock.advance(0.9 * HOUR_MS);
    expect([steps.length, (await look(arn)).described.status]).toEqual([0, 'RUNNING']);
    faults.remove(outage);
    await cloud.clock.advance(120_000);
    expect([steps.length, (await look(arn)).described.status]).toEqual([1, 'SUCCEEDED']);
  });

  test('an outage without end ends it after about an hour, far from the 25,000 events', async () => {
    const { start, cloud, faults, look } = await aMachine({ steps: [end('succeeded')] });
    faults.add({ kind: 'throttle', service: 'Lambda' });
    const arn = await start('rolling-update', ROLLOUT);
    await cloud.clock.advance(DAY_MS);
    const { described, events } = await look(arn);
    expect(described).toMatchObject({ status: 'FAILED', error: 'Lambda.TooManyRequestsException' });
    expect(Number(described.stopDate) - START).toBeGreaterThan(0.8 * HOUR_MS);
    expect(events.length).toBeLessThan(400);
  });

  test('what the function throws is retried: it may be an outage of what it calls', async () => {
    const { start, cloud, steps, look } = await aMachine({
      steps: [...Array.from({ length: 20 }, () => new Error('no table')), end('succeeded')],
    });
    const arn = await start('rolling-update', ROLLOUT);
    await cloud.clock.advance(HOUR_MS);
    expect([steps.length, (await look(arn)).described.status]).toEqual([21, 'SUCCEEDED']);
    expect(new Set(steps.map(({ event }) => JSON.stringify(event))).size).toBe(1);
  });
});

describe('what a turn of rolling-update costs', () => {
  const cost = async (steps: readonly unknown[], checks: readonly unknown[] = [SETTLED]) => {
    const machine = await aMachine({ steps: [...steps, end('succeeded')], checks });
    const arn = await machine.start('rolling-update', ROLLOUT);
    await machine.cloud.clock.advance(HOUR_MS);
    const { events } = await machine.look(arn);
    const nested = (await machine.executions('health-check')).map(async (named) => {
      const child = arn
        .replace('rolling-update', 'health-check')
        .replace(/[^:]*$/, named.split(' ')[0] ?? '');
      return transitionsOf((await machine.look(child)).events);
    });
    const inside = (await Promise.all(nested)).reduce((sum, it) => sum + it, 0);
    return { events: events.length, transitions: transitionsOf(events) + inside };
  };

  test('9 events and 3 transitions to wait, 13 events and 7 transitions to check once', async () => {
    const nothing = await cost([]);
    expect(nothing).toEqual({ events: 13, transitions: 4 });
    expect(await cost([wait(5)])).toEqual({ events: 13 + 9, transitions: 4 + 3 });
    expect(await cost([check(5, 'c-1')])).toEqual({ events: 13 + 13, transitions: 4 + 7 });
    const twice = [{ settled: false, seconds: 5 }, SETTLED];
    expect(await cost([check(5, 'c-1')], twice)).toEqual({ events: 13 + 13, transitions: 4 + 10 });
    expect(await cost([check(5, 'c-1')], [new Error('no')])).toEqual({ events: 13 + 15, transitions: 4 + 6 });
  });

  test('an instance that is drained, replaced and checked once costs 13 transitions, a third of a cent per ten', async () => {
    const turns = [wait(0), wait(2), check(60, 'c-1')];
    const { events, transitions } = await cost(turns);
    const perInstance = transitions - 4;
    expect([events - 13, perInstance]).toEqual([31, 13]);
    expect(perInstance * 0.000025 * 10).toBeCloseTo(0.00325, 5);
  });

  test('the dearest turn costs 15 events, so that an execution with all its turns stays below 20,000', async () => {
    const turns = Array.from({ length: 50 }, (_unused, turn) => check(1, `c-${turn}`));
    const { events } = await cost(turns, [{}]);
    expect(events).toBe(13 + 50 * 15);
    expect(13 + MOST_TURNS * 15).toBeLessThan(20_000);
  });
});
