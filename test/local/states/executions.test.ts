import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  InvalidArn,
  InvalidExecutionInput,
  InvalidName,
  ListExecutionsCommand,
  paginateListExecutions,
  StartExecutionCommand,
  StateMachineDoesNotExist,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { realClock } from '../../../lib/local/clock.js';
import type { CloudEvent } from '../../../lib/local/events/event.js';
import { scriptedFaults } from '../../../lib/local/faults.js';
import { startLocalCloud } from '../../../lib/local/local-cloud.js';
import { seededRandom } from '../../../lib/local/seeded-random.js';
import { START } from '../a-cloud.js';
import { aStates, definition, HOUR_MS, invoke, type TestStates, typesOf } from './a-states.js';

const DAY_MS = 24 * HOUR_MS;
const WAITING = { Wait: { Type: 'Wait', Seconds: 60, Next: 'End' }, End: { Type: 'Succeed' } };
const machineArn = 'arn:aws:states:eu-west-1:123456789012:stateMachine:m';

const sfnOf = (states: Pick<TestStates, 'clients'>) => states.clients('tester').sfn;

describe('names', () => {
  test('the same name and input is the same execution while it runs, and taken once it has ended', async () => {
    const states = await aStates();
    const arn = states.machine(WAITING);
    const first = await states.start(arn, { a: 1 }, 'one');
    await states.clock.advance(59_000);
    expect(await states.start(arn, { a: 1 }, 'one')).toBe(first);
    await expect(states.start(arn, { a: 2 }, 'one')).rejects.toThrow(ExecutionAlreadyExists);
    await states.clock.advance(1_000);
    expect(await states.describe(first)).toMatchObject({ status: 'SUCCEEDED', startDate: new Date(START) });
    await expect(states.start(arn, { a: 1 }, 'one')).rejects.toThrow(ExecutionAlreadyExists);
  });

  test('a name is free again, and its execution forgotten, 90 days after the end', async () => {
    const states = await aStates();
    const arn = states.machine(WAITING);
    const first = await states.start(arn, {}, 'one');
    await states.clock.advance(60_000 + 90 * DAY_MS);
    await expect(states.start(arn, {}, 'one')).rejects.toThrow(ExecutionAlreadyExists);
    await states.clock.advance(1);
    await expect(states.describe(first)).rejects.toThrow(ExecutionDoesNotExist);
    await states.start(arn, {}, 'one');
    expect((await states.describe(first)).status).toBe('RUNNING');
  });

  test('without a name it gets one of its own', async () => {
    const states = await aStates();
    const arn = states.machine(WAITING);
    expect(await states.start(arn)).not.toBe(await states.start(arn));
  });

  test.each(['a b', 'a:b', 'a/b', 'x'.repeat(81), ''])('the name "%s" is refused', async (name) => {
    const states = await aStates();
    await expect(states.start(states.machine(WAITING), {}, name)).rejects.toThrow(InvalidName);
  });

  test('what is not there and what is no JSON is refused with its own exception', async () => {
    const states = await aStates();
    states.machine(WAITING);
    const start = (stateMachineArn: string, input?: string) =>
      sfnOf(states).send(new StartExecutionCommand({ stateMachineArn, input }));
    await expect(start(`${machineArn}x`)).rejects.toThrow(StateMachineDoesNotExist);
    await expect(start('m')).rejects.toThrow(InvalidArn);
    await expect(start(machineArn, '{')).rejects.toThrow(InvalidExecutionInput);
    await expect(start(machineArn, `"${'x'.repeat(256 * 1024)}"`)).rejects.toThrow(InvalidExecutionInput);
    const executionArn = `${machineArn.replace('stateMachine', 'execution')}:absent`;
    await expect(sfnOf(states).send(new DescribeExecutionCommand({ executionArn }))).rejects.toThrow(
      ExecutionDoesNotExist,
    );
  });
});

describe('StopExecution', () => {
  test('it ends the execution at once, with error and cause, wherever it is', async () => {
    const states = await aStates();
    const executionArn = await states.start(states.machine(WAITING), {}, 'one');
    await states.clock.advance(10_000);
    const stop = () =>
      sfnOf(states).send(new StopExecutionCommand({ executionArn, error: 'Mine', cause: 'enough' }));
    expect((await stop()).stopDate).toEqual(new Date(START + 10_000));
    expect(await states.describe(executionArn)).toMatchObject({
      status: 'ABORTED',
      error: 'Mine',
      cause: 'enough',
    });
    await states.clock.advance(HOUR_MS);
    expect((await stop()).stopDate).toEqual(new Date(START + 10_000));
    expect(typesOf(await states.historyOf(executionArn))).toEqual([
      'ExecutionStarted',
      'WaitStateEntered',
      'WaitStateAborted',
      'ExecutionAborted',
    ]);
  });

  test('a task that runs finishes for nobody, and a retry that waits never comes', async () => {
    const states = await aStates();
    let calls = 0;
    states.register('f', async () => {
      calls += 1;
      await states.clock.sleep(5_000);
      throw new Error('no');
    });
    const arn = states.machine({
      Task: invoke('f', { Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 60 }], End: true }),
    });
    for (const after of [2_000, 30_000]) {
      const executionArn = await states.start(arn);
      await states.clock.advance(after);
      await sfnOf(states).send(new StopExecutionCommand({ executionArn }));
      await states.clock.advance(HOUR_MS);
      expect(await states.describe(executionArn)).toMatchObject({ status: 'ABORTED' });
      expect(typesOf(await states.historyOf(executionArn)).slice(-2)).toEqual([
        'TaskStateAborted',
        'ExecutionAborted',
      ]);
    }
    expect(calls).toBe(2);
  });
});

describe('lists', () => {
  test('ListExecutions has the latest first, by status, page by page', async () => {
    const states = await aStates({ pages: 'tiny' });
    const arn = states.machine(WAITING);
    for (const name of ['a', 'b', 'c', 'd']) await states.start(arn, {}, name);
    await states.clock.advance(60_000);
    await states.start(arn, {}, 'e');
    const names = async (statusFilter?: 'RUNNING' | 'SUCCEEDED') => {
      const pages: (string | undefined)[][] = [];
      const query = { stateMachineArn: arn, ...(statusFilter && { statusFilter }) };
      for await (const { executions } of paginateListExecutions({ client: sfnOf(states) }, query)) {
        pages.push((executions ?? []).map(({ name }) => name));
      }
      return pages;
    };
    expect(await names()).toEqual([
      ['e', 'd', 'c'],
      ['b', 'a'],
    ]);
    expect(await names('RUNNING')).toEqual([['e']]);
    expect((await names('SUCCEEDED')).flat()).toEqual(['d', 'c', 'b', 'a']);
    const { executions } = await sfnOf(states).send(
      new ListExecutionsCommand({ stateMachineArn: arn, maxResults: 1 }),
    );
    expect(executions).toMatchObject([{ name: 'e', status: 'RUNNING', stateMachineArn: arn }]);
  });

  test('GetExecutionHistory comes page by page, backwards too', async () => {
    const states = await aStates({ pages: 'tiny' });
    const executionArn = await states.start(states.machine(WAITING));
    await states.clock.advance(60_000);
    const forwards = await states.historyOf(executionArn);
    expect(forwards.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6]);
    const { events, nextToken } = await sfnOf(states).send(
      new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 2 }),
    );
    expect([events?.map(({ id }) => id), nextToken !== undefined]).toEqual([[6, 5], true]);
  });
});

describe('the 25,000 events', () => {
  /** Started + 2 a turn of Wait; the last turn but one leaves through Choice. */
  const loop = {
    Turn: {
      Type: 'Pass',
      Assign: { n: '{% $states.input.n %}' },
      Output: { n: '{% $states.input.n - 1 %}' },
      Next: 'Again',
    },
    Again: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.n > 0 %}', Next: 'Turn' }],
      Default: 'End',
    },
    End: { Type: 'Succeed' },
  };

  test('an execution may end with the 25,000th event, and fails when it needs one more', async () => {
    const states = await aStates();
    const arn = states.machine(loop);
    // 1 + 4 a turn + 2 + 1.
    const within = await states.ran(arn, { n: 6_249 });
    expect(within.status).toBe('SUCCEEDED');
    expect(await states.historyOf(within.executionArn ?? '')).toHaveLength(25_000);

    const beyond = await states.ran(arn, { n: 6_250 });
    expect(beyond).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(beyond.cause).toContain('maximum number of history events (25000)');
    const events = await states.historyOf(beyond.executionArn ?? '');
    expect([events.length, events.at(-1)?.type]).toEqual([25_000, 'ExecutionFailed']);
  });
});

describe('an update of the machine', () => {
  test('executions that run keep the definition that they started with', async () => {
    const states = await aStates();
    const arn = states.machine({ ...WAITING, End: { Type: 'Succeed', Output: 'old' } });
    const before = await states.start(arn);
    states.machine({ ...WAITING, End: { Type: 'Succeed', Output: 'new' } });
    const after = await states.start(arn);
    await states.clock.advance(60_000);
    expect([(await states.describe(before)).output, (await states.describe(after)).output]).toEqual([
      '"old"',
      '"new"',
    ]);
  });
});

describe('the function that starts an execution', () => {
  test('does not take it along when it is killed, on real time', async () => {
    const clock = realClock((error) => {
      throw error;
    });
    const faults = scriptedFaults(clock, seededRandom(1));
    const cloud = await startLocalCloud({ clock, seed: 1, faults });
    const stateMachineArn = cloud.states.putStateMachine({
      name: 'm',
      role: 'r',
      definition: definition({ Task: invoke('f') }),
    });
    const { sfn } = cloud.clients('starter');
    cloud.registerFunction('f', async () => 'done', { timeoutSeconds: 3 });
    cloud.registerFunction('starter', () => sfn.send(new StartExecutionCommand({ stateMachineArn })), {
      timeoutSeconds: 3,
    });
    faults.add({ kind: 'crash', when: 'after', service: 'SFN', operation: 'StartExecution' });
    const ended = new Promise((resolve) => {
      cloud.events.onEvent(({ detail }) => {
        const { status } = detail as { readonly status: string };
        if (status !== 'RUNNING') resolve(status);
      });
    });
    expect((await cloud.lambda.invoke('starter', {})).kind).toBe('failed');
    expect(await ended).toBe('SUCCEEDED');
    await cloud.stop();
    clock.stop();
  });
});

describe('authorisation and faults', () => {
  test('calls are refused, throttled and counted as those of any service', async () => {
    const states = await aStates({
      authorise: ({ operation }) => (operation === 'StopExecution' ? { denied: 'no policy' } : 'allow'),
    });
    const executionArn = await states.start(states.machine(WAITING));
    await expect(sfnOf(states).send(new StopExecutionCommand({ executionArn }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    expect(states.callLog.total({ principal: 'tester', service: 'SFN' })).toBe(2);
  });
});

describe('events', () => {
  test('every change of status is on the bus', async () => {
    const states = await aStates();
    const seen: CloudEvent[] = [];
    states.events.onEvent((event) => void seen.push(event));
    const executionArn = await states.start(states.machine(WAITING), { a: 1 }, 'one');
    await states.clock.advance(60_000);
    expect(seen).toMatchObject(
      [
        { status: 'RUNNING', stopDate: null, output: null },
        { status: 'SUCCEEDED', stopDate: START + 60_000, output: '{"a":1}' },
      ].map((more) => ({
        source: 'aws.states',
        'detail-type': 'Step Functions Execution Status Change',
        resources: [executionArn],
        detail: {
          executionArn,
          stateMachineArn: machineArn,
          name: 'one',
          startDate: START,
          input: '{"a":1}',
          ...more,
        },
      })),
    );
  });
});
