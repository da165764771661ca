import { describe, expect, test } from 'vitest';
import { START } from '../a-cloud.js';
import { aStates, HOUR_MS, invoke, typesOf } from './a-states.js';

describe('states', () => {
  test('Pass assigns and outputs side by side: Output does not see what Assign gives', async () => {
    const { machine, ran } = await aStates();
    const arn = machine({
      First: { Type: 'Pass', Assign: { count: 1, all: '{% $states.input %}' }, Next: 'Second' },
      Second: {
        Type: 'Pass',
        Assign: { count: '{% $count + 1 %}' },
        Output: { before: '{% $count %}', all: '{% $all %}', list: [1, '{% $count = 1 %}', 'text'] },
        Next: 'Third',
      },
      Third: { Type: 'Succeed', Output: { was: '{% $states.input %}', now: '{% $count %}' } },
    });
    const { status, output } = await ran(arn, { a: 1 });
    expect([status, JSON.parse(output ?? '')]).toEqual([
      'SUCCEEDED',
      { was: { before: 1, all: { a: 1 }, list: [1, true, 'text'] }, now: 2 },
    ]);
  });

  test('Choice takes the first rule that holds, with its own Assign and Output', async () => {
    const { machine, ran } = await aStates();
    const arn = machine({
      Choose: {
        Type: 'Choice',
        Choices: [
          { Condition: '{% $states.input.n > 10 %}', Next: 'Big', Assign: { size: 'big' } },
          {
            Condition: '{% $states.input.n > 5 %}',
            Next: 'Big',
            Assign: { size: 'middling' },
            Output: 'mine',
          },
        ],
        Default: 'Small',
        Output: 'of the default',
      },
      Big: { Type: 'Succeed', Output: '{% [$size, $states.input] %}' },
      Small: { Type: 'Succeed' },
    });
    expect((await ran(arn, { n: 11 })).output).toBe('["big",{"n":11}]');
    expect((await ran(arn, { n: 6 })).output).toBe('["middling","mine"]');
    expect((await ran(arn, { n: 5 })).output).toBe('"of the default"');
  });

  test('Choice without a rule that holds and without Default fails with States.NoChoiceMatched', async () => {
    const { machine, ran } = await aStates();
    const arn = machine({
      Choose: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'End' }] },
      End: { Type: 'Succeed' },
    });
    expect(await ran(arn)).toMatchObject({ status: 'FAILED', error: 'States.NoChoiceMatched' });
  });

  test.each([
    ['a Condition that is no boolean', { Type: 'Choice', Choices: [{ Condition: '{% 1 %}', Next: 'End' }] }],
    [
      'an expression that returns nothing',
      { Type: 'Pass', Output: '{% $states.input.absent %}', Next: 'End' },
    ],
    ['an expression that fails', { Type: 'Pass', Output: "{% 1 + 'a' %}", Next: 'End' }],
    ['Seconds that are no integer', { Type: 'Wait', Seconds: '{% 1.5 %}', Next: 'End' }],
    ['Seconds below 0', { Type: 'Wait', Seconds: '{% -1 %}', Next: 'End' }],
    ['a variable that nobody assigned', { Type: 'Pass', Output: '{% $absent %}', Next: 'End' }],
  ])('%s fails with States.QueryEvaluationError', async (_what, state) => {
    const { machine, ran } = await aStates();
    const arn = machine({ State: state, End: { Type: 'Succeed' } });
    expect(await ran(arn)).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  });

  test('Wait waits on the clock, and Fail names error and cause', async () => {
    const { machine, start, describe, clock } = await aStates();
    const arn = await start(
      machine({
        Wait: { Type: 'Wait', Seconds: '{% $states.input.seconds %}', Next: 'Fail' },
        Fail: { Type: 'Fail', Error: 'Mine', Cause: "{% 'after ' & $states.input.seconds %}" },
      }),
      { seconds: 30 },
    );
    await clock.advance(29_999);
    expect(await describe(arn)).toMatchObject({ status: 'RUNNING' });
    await clock.advance(1);
    expect(await describe(arn)).toMatchObject({
      status: 'FAILED',
      error: 'Mine',
      cause: 'after 30',
      stopDate: new Date(START + 30_000),
    });
  });

  test('the context object knows execution, machine and state', async () => {
    const { machine, start, describe, clock } = await aStates();
    const arn = await start(
      machine({
        Wait: { Type: 'Wait', Seconds: 5, Next: 'End' },
        End: { Type: 'Succeed', Output: '{% $states.context %}' },
      }),
      { a: 1 },
      'one',
    );
    await clock.advance(HOUR_MS);
    expect(JSON.parse((await describe(arn)).output ?? '')).toEqual({
      Execution: {
        Id: 'arn:aws:states:eu-west-1:123456789012:execution:m:one',
        Input: { a: 1 },
        Name: 'one',
        RoleArn: 'role-of-m',
        StartTime: '2026-01-01T00:00:00.000Z',
        RedriveCount: 0,
      },
      StateMachine: { Id: 'arn:aws:states:eu-west-1:123456789012:stateMachine:m', Name: 'm' },
      State: { EnteredTime: '2026-01-01T00:00:05.000Z', Name: 'End', RetryCount: 0 },
    });
  });

  test('an output of more than 256 KiB fails with States.DataLimitExceeded, which nobody catches', async () => {
    const { machine, register, ran } = await aStates();
    register('large', async () => 'x'.repeat(256 * 1024));
    const arn = machine({
      Task: invoke('large', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'End' }], Next: 'End' }),
      End: { Type: 'Succeed' },
    });
    expect(await ran(arn)).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  test('the machine ends TIMED_OUT at its TimeoutSeconds', async () => {
    const { machine, ran, historyOf } = await aStates();
    const arn = machine(
      { Wait: { Type: 'Wait', Seconds: 61, Next: 'End' }, End: { Type: 'Succeed' } },
      { TimeoutSeconds: 60 },
    );
    const described = await ran(arn);
    expect(described).toMatchObject({ status: 'TIMED_OUT', stopDate: new Date(START + 60_000) });
    expect(typesOf(await historyOf(described.executionArn ?? ''))).toEqual([
      'ExecutionStarted',
      'WaitStateEntered',
      'ExecutionTimedOut',
    ]);
  });
});
