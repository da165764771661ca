import { AsyncLocalStorage } from 'node:async_hooks';
import type { Random } from '../../ports/random.js';
import type { Clients } from '../clients.js';
import type { LocalClock } from '../clock.js';
import type { EmittedEvent } from '../events/event.js';
import { answerFrom } from '../operations.js';
import type { Kept } from '../persist.js';
import { arnOf } from '../place.js';
import type { Answer } from '../route-client.js';
import { type Execution, type RunningExecution, type StateMachine, startExecution } from './execution.js';
import { executions } from './executions.js';
import { statesOperations } from './operations.js';
import { parseDefinition } from './parse-definition.js';
import { statusEvent } from './status-event.js';

export interface StateMachineInput {
  readonly name: string;
  /** The principal that its tasks call as. */
  readonly role: string;
  /** Amazon States Language in JSONata mode, substitutions made. */
  readonly definition: string;
}

export interface LocalStates extends Kept {
  readonly answer: Answer;
  /**
   * Creates it, or replaces the definition and role of the one with this name; executions that run keep theirs.
   * @returns its ARN.
   * @throws {InvalidDefinition} for a definition that Step Functions would refuse, or that is not understood here.
   */
  putStateMachine(machine: StateMachineInput): string;
  /** Lets every execution rest as it is. */
  stop(): void;
}

export interface StatesWorld {
  readonly clock: LocalClock;
  readonly random: Random;
  readonly emit: (event: EmittedEvent) => void;
  /** The clients that a role's calls are made with. */
  readonly clients: (role: string) => Pick<Clients, 'lambda' | 'sfn'>;
  /** Called after every change of an execution, before it is answered. */
  readonly changed?: () => void;
  /** What a listing answers with at most; tiny, so that nobody forgets the next page. */
  readonly pageSize?: number | undefined;
  readonly onError?: (error: unknown) => void;
}

export const stateMachineArn = (name: string): string => arnOf('states', `stateMachine:${name}`);

const DEFAULT_PAGE_SIZE = 3;

/** Standard workflows of Step Functions: state machines, and executions on the clock. */
export function localStates(world: StatesWorld): LocalStates {
  const { clock, random, emit, pageSize = DEFAULT_PAGE_SIZE, changed = () => {}, onError = () => {} } = world;
  const machines = new Map<string, StateMachine>();
  const known = executions(clock.now);
  const running = new Map<string, RunningExecution>();
  const waiting = new Map<string, Set<() => void>>();
  /** An execution is nobody's child: it outlives the function that started it. */
  const outside = AsyncLocalStorage.snapshot();

  const ended = (arn: string, milliseconds: number): Promise<void> => {
    if (!running.has(arn)) return Promise.resolve();
    return clock.wait(
      new Promise((resolve) => {
        const timer = clock.at(clock.now() + milliseconds, () => done());
        const heard = waiting.get(arn) ?? new Set();
        waiting.set(arn, heard);
        const done = () => {
          timer.cancel();
          heard.delete(done);
          resolve();
        };
        heard.add(done);
      }),
    );
  };
  const onEnd = (execution: Execution) => {
    const { arn } = execution.started;
    running.delete(arn);
    changed();
    emit(statusEvent(execution));
    for (const tell of waiting.get(arn) ?? []) tell();
    waiting.delete(arn);
  };
  const start = (machine: StateMachine, name: string, input: string): Execution => {
    const started = {
      arn: arnOf('states', `execution:${machine.name}:${name}`),
      name,
      machineArn: machine.arn,
      input,
      startedAt: clock.now(),
    };
    const execution = startExecution(machine, started, {
      clock,
      tasks: { clock, random, clients: world.clients(machine.role), ended },
      spawn: (work, called) => outside(() => clock.run(work, called)),
      onEnd,
      onError,
    });
    known.add(execution);
    running.set(started.arn, execution);
    changed();
    emit(statusEvent(execution));
    return execution;
  };

  return {
    answer: answerFrom(
      'SFN',
      statesOperations({
        pageSize,
        newName: random.id,
        machine: (arn) => machines.get(arn),
        executions: known,
        running: (arn) => running.get(arn),
        start,
      }),
    ),
    putStateMachine: ({ name, role, definition }) => {
      const arn = stateMachineArn(name);
      machines.set(arn, { arn, name, role, definition: parseDefinition(definition) });
      return arn;
    },
    stop: () => {
      for (const execution of running.values()) execution.halt();
    },
    snapshot: () => ({ schemaVersion: 1, executions: known.snapshot() }),
    restore: (state) => known.restore(Object(state).executions),
  };
}
