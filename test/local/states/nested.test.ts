import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { virtualClock } from '../../../lib/local/clock.js';
import { scriptedFaults } from '../../../lib/local/faults.js';
import { seededRandom } from '../../../lib/local/seeded-random.js';
import { START } from '../a-cloud.js';
import { aStates, HOUR_MS, typesOf } from './a-states.js';

describe('startExecution.sync:2', () => {
  const nested = (more: object = { End: true }) => ({
    Type: 'Task',
    Resource: 'arn:aws:states:::states:startExecution.sync:2',
    Arguments: {
      StateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:child',
      Name: '{% $states.input.name %}',
      Input: { a: '{% $states.input.a %}' },
    },
    ...more,
  });
  const waiting = {
    Wait: { Type: 'Wait', Seconds: 60, Next: 'End' },
    End: { Type: 'Succeed', Output: { did: '{% $states.input.a %}' } },
  };

  test('it waits for the nested execution and parses its input and output', async () => {
    const { machine, start, describe, historyOf, clock } = await aStates();
    machine(waiting, { name: 'child' });
    const arn = await start(machine({ Nested: nested({ Output: '{% $states.result %}', End: true }) }), {
      name: 'c1',
      a: 7,
    });
    await clock.advance(59_999);
    expect((await describe(arn)).status).toBe('RUNNING');
    await clock.advance(1);
    const { status, output } = await describe(arn);
    expect([status, JSON.parse(output ?? '')]).toMatchObject([
      'SUCCEEDED',
      {
        Name: 'c1',
        Status: 'SUCCEEDED',
        Input: { a: 7 },
        Output: { did: 7 },
        StartDate: START,
        StopDate: START + 60_000,
      },
    ]);
    expect(typesOf(await historyOf(arn)).slice(1, 7)).toEqual([
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
    ]);
  });

  test('a nested execution that fails is States.TaskFailed with its description as the cause', async () => {
    const { machine, ran } = await aStates();
    machine({ Fail: { Type: 'Fail', Error: 'Inner', Cause: 'broken' } }, { name: 'child' });
    const { error, cause } = await ran(machine({ Nested: nested() }), { name: 'c1', a: 1 });
    expect([error, JSON.parse(cause ?? '')]).toMatchObject([
      'States.TaskFailed',
      { Name: 'c1', Status: 'FAILED', Error: 'Inner', Cause: 'broken' },
    ]);
  });

  test('a name that was used is StepFunctions.ExecutionAlreadyExistsException, before anything is submitted', async () => {
    const { machine, ran, historyOf } = await aStates();
    machine(waiting, { name: 'child' });
    const parent = machine({ Nested: nested() });
    await ran(parent, { name: 'c1', a: 1 });
    const second = await ran(parent, { name: 'c1', a: 1 });
    expect(second).toMatchObject({
      status: 'FAILED',
      error: 'StepFunctions.ExecutionAlreadyExistsException',
    });
    expect(typesOf(await historyOf(second.executionArn ?? ''))).toContain('TaskSubmitFailed');
  });

  test.each(['stopped', 'timed out'])(
    'the nested execution is stopped when its parent is %s',
    async (how) => {
      const { machine, start, clients, describe, historyOf, clock } = await aStates();
      const child = machine(waiting, { name: 'child' });
      const timeout = how === 'stopped' ? {} : { TimeoutSeconds: 20 };
      const arn = await start(machine({ Nested: nested() }, timeout), { name: 'c1', a: 1 });
      await clock.advance(20_000);
      const { sfn } = clients('tester');
      await sfn.send(new StopExecutionCommand({ executionArn: arn, error: 'Mine', cause: 'enough' }));
      await clock.advance(0);
      expect(await describe(`${child.replace('stateMachine', 'execution')}:c1`)).toMatchObject({
        status: 'ABORTED',
      });
      expect(await describe(arn)).toMatchObject(
        how === 'stopped' ? { status: 'ABORTED', error: 'Mine', cause: 'enough' } : { status: 'TIMED_OUT' },
      );
      expect(typesOf(await historyOf(arn)).slice(-2)).toEqual(
        how === 'stopped' ? ['TaskStateAborted', 'ExecutionAborted'] : ['TaskSubmitted', 'ExecutionTimedOut'],
      );
    },
  );

  test('the nested execution is stopped when nobody waits for it any more, but not because the whole cloud stops', async () => {
    const { machine, ran, describe, start, clock, states } = await aStates();
    const child = machine(waiting, { name: 'child' });
    const late = machine({ Nested: nested({ TimeoutSeconds: 20, End: true }) });
    expect(await ran(late, { name: 'c1', a: 1 })).toMatchObject({
      status: 'FAILED',
      error: 'States.Timeout',
    });
    const childOf = (name: string) => `${child.replace('stateMachine', 'execution')}:${name}`;
    expect(await describe(childOf('c1'))).toMatchObject({ status: 'ABORTED' });
    await start(machine({ Nested: nested() }), { name: 'c2', a: 1 });
    await clock.advance(1_000);
    states.stop();
    await clock.advance(HOUR_MS);
    expect(await describe(childOf('c2'))).toMatchObject({ status: 'RUNNING' });
  });

  test('the role needs to be allowed to describe executions', async () => {
    const { machine, ran } = await aStates({
      authorise: ({ principal, operation }) =>
        principal === 'role-of-m' && operation === 'DescribeExecution' ? { denied: 'no policy' } : 'allow',
    });
    machine(waiting, { name: 'child' });
    expect(await ran(machine({ Nested: nested() }), { name: 'c1', a: 1 })).toMatchObject({
      status: 'FAILED',
      error: 'StepFunctions.AWSStepFunctionsException',
    });
  });

  test('it asks again when a description is throttled', async () => {
    const faults = scriptedFaults(virtualClock(START), seededRandom(1));
    const { machine, start, describe, clock } = await aStates({ faults });
    machine(waiting, { name: 'child' });
    const arn = await start(machine({ Nested: nested() }), { name: 'c1', a: 1 });
    faults.add({ kind: 'throttle', service: 'SFN', operation: 'DescribeExecution', times: 2 });
    await clock.advance(HOUR_MS);
    expect(await describe(arn)).toMatchObject({
      status: 'SUCCEEDED',
      stopDate: new Date(START + 80_000),
    });
  });
});
