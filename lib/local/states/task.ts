import type { Random } from '../../ports/random.js';
import type { Clients } from '../clients.js';
import type { LocalClock } from '../clock.js';
import { lambdaInvoke } from './lambda-invoke.js';
import { startExecutionSync } from './start-execution-sync.js';

/** What a task may use. */
export interface TaskWorld {
  readonly clock: LocalClock;
  readonly random: Random;
  /** Made for the role of the state machine. */
  readonly clients: Pick<Clients, 'lambda' | 'sfn'>;
  /** Resolves when an execution has ended, or `milliseconds` later. */
  readonly ended: (executionArn: string, milliseconds: number) => Promise<void>;
}

/** One attempt of one task, as the execution sees it. */
export interface Attempt {
  /** Whoever is asked has begun a work that goes on by itself; `stop` is called when nobody wants its result any more. */
  submitted(answer: unknown, stop: () => Promise<void>): void;
}

/** @throws {StateFailed} with the error name that Step Functions has for it. */
export type Task = (
  given: Readonly<Record<string, unknown>>,
  world: TaskWorld,
  attempt: Attempt,
) => Promise<unknown>;

/** Task resources, with the fields of `Arguments` that each knows; another field would be ignored, so it is refused. */
export const TASKS: Readonly<Record<string, { readonly run: Task; readonly fields: readonly string[] }>> = {
  'arn:aws:states:::lambda:invoke': { run: lambdaInvoke, fields: ['FunctionName', 'Payload', 'Qualifier'] },
  'arn:aws:states:::states:startExecution.sync:2': {
    run: startExecutionSync,
    fields: ['StateMachineArn', 'Name', 'Input'],
  },
};
