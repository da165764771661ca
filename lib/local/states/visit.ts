import type { LocalClock } from '../clock.js';
import type { Transition } from './definition.js';
import { type Bindings, evaluate } from './expressions.js';
import type { History } from './history.js';
import { checkSize } from './state-failed.js';
import type { TaskWorld } from './task.js';

/** What the states of one execution share. */
export interface RunWorld {
  readonly clock: LocalClock;
  readonly history: History;
  readonly tasks: TaskWorld;
  /** Of the context object; `State` is added. */
  readonly context: Readonly<Record<'Execution' | 'StateMachine', object>>;
  /** Given when the execution ends by anything but its last state. */
  readonly signal: AbortSignal;
  /** Starts a process that belongs to no caller. */
  readonly spawn: <T>(work: () => Promise<T>, name: string) => Promise<T>;
}

/** One visit of one state. */
export interface Visit {
  readonly world: RunWorld;
  readonly input: unknown;
  readonly variables: Bindings;
  /** ISO 8601. */
  readonly enteredTime: string;
}

/** How a state is left. `next` is absent at the end of the execution. */
export interface Left {
  readonly output: unknown;
  readonly variables: Bindings;
  readonly next?: string;
}

/** What expressions of a state see; `more` is `result` or `errorOutput` where there is one. */
export const bindingsOf = (
  { world, input, variables, enteredTime }: Visit,
  name: string,
  more: { readonly result?: unknown; readonly errorOutput?: unknown; readonly retries?: number } = {},
): Bindings => {
  const { retries = 0, ...outcome } = more;
  const State = { EnteredTime: enteredTime, Name: name, RetryCount: retries };
  return { ...variables, states: { input, ...outcome, context: { ...world.context, State } } };
};

/** Evaluates Assign and Output side by side: neither sees the other. `otherwise` is the output without Output. */
export async function leave(
  { assign, output, next }: Partial<Transition>,
  visit: Visit,
  bindings: Bindings,
  otherwise: unknown,
): Promise<Left> {
  const assigned = assign === undefined ? {} : Object(await evaluate(assign, bindings));
  const passedOn = output === undefined ? otherwise : await evaluate(output, bindings);
  checkSize('the output', passedOn);
  return {
    output: passedOn,
    variables: { ...visit.variables, ...assigned },
    ...(next !== undefined && { next }),
  };
}
