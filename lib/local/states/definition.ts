/** What a template field holds: JSON in which strings `{% … %}` are JSONata. */
export type Template = unknown;

export interface Retrier {
  readonly errors: readonly string[];
  readonly intervalSeconds: number;
  /** Retries, not counting the first attempt. */
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number;
  /** `FULL`: anything between nothing and the delay. */
  readonly jitter: 'NONE' | 'FULL';
}

/** Where to go on, and with what. Absent fields change nothing. */
export interface Transition {
  readonly next: string;
  readonly assign?: Template;
  readonly output?: Template;
}

export interface Catcher extends Transition {
  readonly errors: readonly string[];
}

export interface Rule extends Transition {
  readonly condition: Template;
}

interface Common {
  readonly name: string;
  readonly assign?: Template;
  readonly output?: Template;
}

/** `next` is absent in a state that ends the execution. */
interface Flowing extends Common {
  readonly next?: string;
}

export interface TaskState extends Flowing {
  readonly type: 'Task';
  readonly resource: string;
  readonly arguments: Template;
  readonly timeoutSeconds?: Template;
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

export interface ChoiceState extends Common {
  readonly type: 'Choice';
  readonly choices: readonly Rule[];
  readonly default?: string;
}

export interface FailState {
  readonly type: 'Fail';
  readonly name: string;
  readonly error?: Template;
  readonly cause?: Template;
}

export type State =
  | (Flowing & { readonly type: 'Pass' })
  | TaskState
  | (Flowing & { readonly type: 'Wait'; readonly seconds: Template })
  | ChoiceState
  | (Common & { readonly type: 'Succeed' })
  | FailState;

/** A state machine in Amazon States Language, as far as it is interpreted here. */
export interface Definition {
  readonly startAt: string;
  readonly timeoutSeconds?: number;
  readonly states: ReadonlyMap<string, State>;
}
