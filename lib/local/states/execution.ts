import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import type { Instant } from '../../core/ids.js';
import type { Definition } from './definition.js';
import type { Ending } from './ending.js';
import { type EventDetails, HistoryFullError, history } from './history.js';
import { interpret } from './interpret.js';
import { InterruptedError } from './interruptible.js';
import { checkSize, StateFailed } from './state-failed.js';
import type { RunWorld } from './visit.js';

/** A state machine as executions are started from it. */
export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly role: string;
  readonly definition: Definition;
}

/** What is known of an execution from its start. */
export interface Started {
  readonly arn: string;
  readonly name: string;
  readonly machineArn: string;
  /** JSON, exactly as it was given. */
  readonly input: string;
  readonly startedAt: Instant;
}

/** An execution that runs or has ended. */
export interface Execution {
  readonly started: Started;
  /** Absent while it runs. */
  readonly end?: { readonly ending: Ending; readonly at: Instant };
  events(): readonly HistoryEvent[];
}

export interface RunningExecution extends Execution {
  /** Ends it from outside; no effect on one that has ended. */
  stop(error: string | undefined, cause: string | undefined): void;
  /** Lets it rest as it is, because the whole cloud stops. */
  halt(): void;
}

export interface ExecutionWorld extends Pick<RunWorld, 'clock' | 'tasks' | 'spawn'> {
  /** Told once, when the execution has ended. */
  readonly onEnd: (execution: Execution) => void;
  /** Of what is no failure of a state but a mistake in the engine. */
  readonly onError: (error: unknown) => void;
}

/** Starts an execution; it keeps the definition that the machine has now. It runs from the clock's next turn on. */
export function startExecution(
  machine: StateMachine,
  started: Started,
  world: ExecutionWorld,
): RunningExecution {
  const { clock } = world;
  const aborter = new AbortController();
  const past = history(clock.now);
  let end: Execution['end'];
  const execution: RunningExecution = {
    started,
    get end() {
      return end;
    },
    events: past.events,
    stop: (error, cause) =>
      finish({
        status: 'ABORTED',
        ...(error !== undefined && { error }),
        ...(cause !== undefined && { cause }),
      }),
    halt: () => aborter.abort(),
  };
  const { timeoutSeconds } = machine.definition;
  const deadline =
    timeoutSeconds === undefined
      ? undefined
      : clock.at(started.startedAt + timeoutSeconds * 1000, () => finish({ status: 'TIMED_OUT' }));

  const finish = (ending: Ending) => {
    if (end || aborter.signal.aborted) return;
    deadline?.cancel();
    const interrupted = past
      .events()
      .at(-1)
      ?.type?.match(/^(Task|Wait)/)?.[1];
    if (ending.status === 'ABORTED' && interrupted)
      past.close(interrupted === 'Task' ? 'TaskStateAborted' : 'WaitStateAborted');
    past.close(...endEvent(ending));
    end = { ending, at: clock.now() };
    aborter.abort();
    world.onEnd(execution);
  };

  const run = async () => {
    const input: unknown = JSON.parse(started.input);
    const context = {
      Execution: {
        Id: started.arn,
        Input: input,
        Name: started.name,
        RoleArn: machine.role,
        StartTime: new Date(started.startedAt).toISOString(),
        RedriveCount: 0,
      },
      StateMachine: { Id: machine.arn, Name: machine.name },
    };
    try {
      const output = await interpret(machine.definition, input, {
        ...world,
        history: past,
        context,
        signal: aborter.signal,
      });
      checkSize('the output', output);
      finish({ status: 'SUCCEEDED', output: JSON.stringify(output) });
    } catch (error) {
      finish(endingOf(error));
      const isExpected =
        error instanceof StateFailed ||
        error instanceof HistoryFullError ||
        error instanceof InterruptedError;
      if (!isExpected) world.onError(error);
    }
  };
  past.record('ExecutionStarted', {
    executionStartedEventDetails: { input: started.input, roleArn: machine.role },
  });
  clock.at(clock.now(), () => void world.spawn(run, `execution ${started.name}`));
  return execution;
}

const endingOf = (error: unknown): Ending =>
  error instanceof StateFailed
    ? { status: 'FAILED', error: error.error, cause: error.explanation }
    : {
        status: 'FAILED',
        error: 'States.Runtime',
        cause: error instanceof Error ? error.message : String(error),
      };

/** The event by which a history ends. */
export function endEvent(ending: Ending): [HistoryEventType, EventDetails] {
  switch (ending.status) {
    case 'SUCCEEDED':
      return ['ExecutionSucceeded', { executionSucceededEventDetails: { output: ending.output } }];
    case 'FAILED':
      return ['ExecutionFailed', { executionFailedEventDetails: because(ending) }];
    case 'TIMED_OUT':
      return ['ExecutionTimedOut', { executionTimedOutEventDetails: because(ending) }];
    case 'ABORTED':
      return ['ExecutionAborted', { executionAbortedEventDetails: because(ending) }];
  }
}

const because = ({ error, cause }: { readonly error?: string; readonly cause?: string }) => ({
  error,
  cause,
});
