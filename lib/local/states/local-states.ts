import type { Random } from '../../ports/random.js';
import type { Clients } from '../clients.js';
import type { LocalClock } from '../clock.js';
import type { EmittedEvent } from '../events/event.js';
import { answerFrom } from '../operations.js';
import type { Kept } from '../persist.js';
import { arnOf } from '../place.js';
import type { Answer } from '../route-client.js';

export interface StateMachineInput {
  readonly name: string;
  /** The principal that its tasks call as. */
  readonly role: string;
  /** Amazon States Language, substitutions resolved. */
  readonly definition: string;
}

export interface LocalStates extends Kept {
  readonly answer: Answer;
  /**
   * Creates it, or replaces the definition and role of the one with this name; executions that run keep theirs.
   * @returns its ARN.
   */
  putStateMachine(machine: StateMachineInput): string;
}

export interface StatesWorld {
  readonly clock: LocalClock;
  readonly random: Random;
  readonly emit: (event: EmittedEvent) => void;
  /** The clients that a role's calls are made with. */
  readonly clients: (role: string) => Pick<Clients, 'lambda' | 'sfn'>;
  /** Called after every change of an execution, before it is answered. */
  readonly changed?: () => void;
  /** What a listing answers with at most. */
  readonly pageSize?: number | undefined;
}

export const stateMachineArn = (name: string): string => arnOf('states', `stateMachine:${name}`);

/** Step Functions' standard workflows. */
export function localStates(_world: StatesWorld): LocalStates {
  return {
    answer: answerFrom('SFN', {}),
    putStateMachine: ({ name }) => stateMachineArn(name),
    snapshot: () => ({}),
    restore: () => {},
  };
}
