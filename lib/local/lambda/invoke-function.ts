import type { Instant } from '../../core/ids.js';
import type { LocalClock } from '../clock.js';
import { arnOf } from '../place.js';
import { type Invocation, kill, runAs } from './invocation.js';
import { answered, exited, type Outcome, threw, timedOut } from './outcome.js';

/** What a handler is told of its invocation, in the names of Lambda's own context. */
export interface InvocationContext {
  readonly functionName: string;
  readonly invokedFunctionArn: string;
  readonly awsRequestId: string;
  readonly memoryLimitInMB: string;
  getRemainingTimeInMillis(): number;
}

export type Handler = (event: unknown, context: InvocationContext) => Promise<unknown>;

export interface FunctionOptions {
  readonly timeoutSeconds: number;
  readonly memoryMegabytes?: number;
  /** Aliases by which it may be invoked too, such as `read`. */
  readonly aliases?: readonly string[];
  /** After a failed asynchronous invocation; Lambda's default is 2. */
  readonly retryAttempts?: number;
  /** Where an event goes that failed every time. */
  readonly onFailure?: { readonly queue: string };
}

export interface LocalFunction {
  readonly name: string;
  readonly handler: Handler;
  readonly options: FunctionOptions;
}

/** What a run tells its metrics. */
export interface Ran {
  readonly outcome: Outcome;
  readonly startedAt: Instant;
  readonly durationMs: number;
}

/**
 * Runs a function once, as a process of its own, until it answers, throws, crashes or is killed at its timeout. A
 * killed one may go on computing, but its calls reject from then on.
 */
export async function invokeFunction(
  called: LocalFunction,
  event: unknown,
  requestId: string,
  clock: LocalClock,
  alias?: string,
): Promise<Ran> {
  const { name, handler, options } = called;
  const startedAt = clock.now();
  const deadline = startedAt + options.timeoutSeconds * 1000;
  const outcome = await clock.wait(
    new Promise<Outcome>((resolve) => {
      const invocation: Invocation = {
        functionName: name,
        requestId,
        deadline,
        onKill: (reason) => {
          timer.cancel();
          resolve(
            reason === TIMED_OUT
              ? timedOut(requestId, options.timeoutSeconds, new Date(clock.now()))
              : exited(requestId),
          );
        },
      };
      const timer = clock.at(deadline, () => kill(invocation, TIMED_OUT));
      const context: InvocationContext = {
        functionName: name,
        invokedFunctionArn: arnOf('lambda', `function:${name}${alias ? `:${alias}` : ''}`),
        awsRequestId: requestId,
        memoryLimitInMB: String(options.memoryMegabytes ?? 128),
        getRemainingTimeInMillis: () => Math.max(0, deadline - clock.now()),
      };
      const settle = (ended: () => Outcome) => {
        timer.cancel();
        if (invocation.killed === undefined) resolve(ended());
      };
      void clock
        .run(() => runAs(invocation, async () => handler(event, context)), name)
        .then(
          (result) => settle(() => answered(result)),
          (error: unknown) => settle(() => threw(error)),
        );
    }),
  );
  return { outcome, startedAt, durationMs: clock.now() - startedAt };
}

const TIMED_OUT = 'timed out';
