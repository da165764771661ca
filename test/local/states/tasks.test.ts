import { describe, expect, test } from 'vitest';
import { virtualClock } from '../../../lib/local/clock.js';
import { scriptedFaults } from '../../../lib/local/faults.js';
import type { Handler } from '../../../lib/local/lambda/invoke-function.js';
import { seededRandom } from '../../../lib/local/seeded-random.js';
import { START } from '../a-cloud.js';
import { aStates, HOUR_MS, invoke, transitionsOf, typesOf } from './a-states.js';

const named = (name: string, message = name): Error => Object.assign(new Error(message), { name });

/** Fails with each error in turn, then answers. */
const failing = (...errors: readonly Error[]): Handler => {
  const left = [...errors];
  return async () => {
    const next = left.shift();
    if (next) throw next;
    return 'done';
  };
};

const retry = (more: object) => ({ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, ...more });

const withFaults = async () => {
  const faults = scriptedFaults(virtualClock(START), seededRandom(1));
  return { ...(await aStates({ faults })), faults };
};

describe('lambda:invoke', () => {
  test('it hands over the payload and takes the result, as the role of the machine', async () => {
    const { machine, register, ran, callLog, historyOf } = await aStates();
    register('double', async (event) => Object(event).n * 2);
    const arn = machine({
      Task: invoke('double', {
        Output: '{% $states.result.Payload %}',
        Assign: { code: '{% $states.result.StatusCode %}' },
        Next: 'End',
      }),
      End: { Type: 'Succeed', Output: '{% [$states.input, $code] %}' },
    });
    const { output, executionArn = '' } = await ran(arn, { n: 21 });
    expect(output).toBe('[42,200]');
    expect(callLog.total({ principal: 'role-of-m', operation: 'Invoke' })).toBe(1);
    const events = await historyOf(executionArn);
    expect(typesOf(events)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'SucceedStateEntered',
      'SucceedStateExited',
      'ExecutionSucceeded',
    ]);
    expect(events.map(({ id, previousEventId }) => [previousEventId, id])).toEqual(
      events.map((_event, index) => [index, index + 1]),
    );
    expect(transitionsOf(events)).toBe(2);
  });

  test('an error of the function is named as the function names it, its timeout as Lambda does', async () => {
    const { machine, register, ran, clock } = await aStates();
    register('f', failing(named('NoSuchGroup', 'no group "web"')));
    const failed = await ran(machine({ Task: invoke('f') }));
    expect([failed.error, JSON.parse(failed.cause ?? '')]).toMatchObject([
      'NoSuchGroup',
      { errorType: 'NoSuchGroup', errorMessage: 'no group "web"' },
    ]);
    register('f', () => clock.sleep(HOUR_MS));
    expect(await ran(machine({ Task: invoke('f') }))).toMatchObject({ error: 'Sandbox.Timedout' });
  });

  test.each([
    ['throttle', 'Lambda.TooManyRequestsException'],
    ['outage', 'Lambda.ServiceException'],
    ['answer-lost', 'Lambda.SdkClientException'],
  ] as const)('a call that fails by %s is named %s', async (kind, error) => {
    const { faults, register, machine, ran } = await withFaults();
    register('f', async () => 'done');
    faults.add({ kind, service: 'Lambda', times: 1 });
    expect(await ran(machine({ Task: invoke('f') }))).toMatchObject({ status: 'FAILED', error });
  });

  test("a function that is not there, and one that its role may not invoke, are named by AWS's names", async () => {
    const { machine, ran } = await aStates();
    expect(await ran(machine({ Task: invoke('absent') }))).toMatchObject({
      error: 'Lambda.ResourceNotFoundException',
    });
    const denied = await aStates({
      authorise: ({ principal }) => (principal === 'role-of-m' ? { denied: 'no policy' } : 'allow'),
    });
    denied.register('f', async () => 'done');
    expect(await denied.ran(denied.machine({ Task: invoke('f') }))).toMatchObject({
      error: 'Lambda.AWSLambdaException',
    });
  });
});

describe('Retry', () => {
  test('it waits with back-off up to MaxDelaySeconds, each retrier with its own count', async () => {
    const { machine, clock, register, start, describe, historyOf } = await aStates();
    const at: number[] = [];
    const fail = failing(named('A'), named('A'), named('A'), named('B'), named('A'));
    register('f', (event, context) => {
      at.push((clock.now() - START) / 1000);
      return fail(event, context);
    });
    const arn = await start(
      machine({
        Task: invoke('f', {
          Retry: [
            { ErrorEquals: ['A'], IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10, MaxAttempts: 4 },
            { ErrorEquals: ['B'] },
          ],
          End: true,
        }),
      }),
    );
    await clock.advance(HOUR_MS);
    expect(await describe(arn)).toMatchObject({ status: 'SUCCEEDED' });
    expect(at).toEqual([0, 2, 8, 18, 19, 29]);
    const events = await historyOf(arn);
    expect(typesOf(events).filter((type) => type === 'TaskFailed')).toHaveLength(5);
    expect(transitionsOf(events)).toBe(6);
  });

  test('it gives up after MaxAttempts, and never retries what it does not name', async () => {
    const { machine, register, ran, historyOf } = await aStates();
    register('f', failing(...Array.from({ length: 9 }, () => named('A'))));
    const count = async (...errors: readonly string[]) => {
      const { executionArn = '', status } = await ran(
        machine({ Task: invoke('f', { Retry: [{ ErrorEquals: errors, MaxAttempts: 2 }], End: true }) }),
      );
      return [status, typesOf(await historyOf(executionArn)).filter((type) => type === 'TaskFailed').length];
    };
    expect(await count('States.TaskFailed')).toEqual(['FAILED', 3]);
    expect(await count('B', 'States.Timeout')).toEqual(['FAILED', 1]);
  });

  test('full jitter waits between nothing and the delay, the same at each run of a seed', async () => {
    const delays = async (seed: number) => {
      const { machine, clock, register, start } = await aStates({ seed });
      const at: number[] = [];
      register('f', async () => {
        at.push(clock.now());
        throw named('A');
      });
      await start(
        machine({
          Task: invoke('f', {
            Retry: [retry({ IntervalSeconds: 60, BackoffRate: 1, JitterStrategy: 'FULL', MaxAttempts: 9 })],
            End: true,
          }),
        }),
      );
      await clock.advance(HOUR_MS);
      return at.slice(1).map((time, index) => time - (at[index] ?? 0));
    };
    const first = await delays(1);
    expect(await delays(1)).toEqual(first);
    expect(await delays(2)).not.toEqual(first);
    expect(Math.min(...first)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...first)).toBeLessThanOrEqual(60_000);
    expect(new Set(first).size).toBe(9);
  });

  test('TimeoutSeconds fails an attempt with States.Timeout, which States.TaskFailed does not catch', async () => {
    const { machine, clock, register, start, describe, historyOf } = await aStates();
    let calls = 0;
    register('f', async () => {
      calls += 1;
      if (calls === 1) await clock.sleep(50_000);
      return 'done';
    });
    const arn = await start(
      machine({
        Task: invoke('f', {
          TimeoutSeconds: '{% 10 %}',
          Retry: [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 5 }],
          Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'Never' }],
          End: true,
        }),
        Never: { Type: 'Succeed' },
      }),
    );
    await clock.advance(14_999);
    expect(calls).toBe(1);
    await clock.advance(HOUR_MS);
    expect(await describe(arn)).toMatchObject({ status: 'SUCCEEDED', stopDate: new Date(START + 15_000) });
    expect(typesOf(await historyOf(arn))).toContain('TaskTimedOut');
  });
});

describe('Catch', () => {
  test('it goes on with the error, also from a state that would have ended the machine', async () => {
    const { machine, register, ran, historyOf } = await aStates();
    register('f', failing(named('A', 'it broke')));
    const arn = machine({
      Task: invoke('f', {
        Catch: [
          { ErrorEquals: ['B'], Next: 'Never' },
          { ErrorEquals: ['A'], Next: 'After', Assign: { error: '{% $states.errorOutput.Error %}' } },
        ],
        End: true,
      }),
      After: { Type: 'Succeed', Output: '{% [$error, $contains($states.input.Cause, "it broke")] %}' },
      Never: { Type: 'Fail', Error: 'Never' },
    });
    const { output, executionArn = '' } = await ran(arn);
    expect(output).toBe('["A",true]');
    expect(typesOf(await historyOf(executionArn)).slice(1, 7)).toEqual([
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskFailed',
      'TaskStateExited',
      'SucceedStateEntered',
    ]);
  });
});
