import type { Answer } from './route-client.js';

/** What one emulator answers, by operation name. Each takes the SDK's input type of its command. */
export type Operations = Readonly<Record<string, (input: never) => object | Promise<object>>>;

/**
 * Answers by a table of operations. The SDK's types have checked the input at the call, so it is taken as what the
 * operation declares.
 */
export function answerFrom(service: string, operations: Operations): Answer {
  return async (operation, input) => {
    const run = operations[operation];
    if (!run) throw new Error(`the local ${service} does not know ${operation}: add it to its operations`);
    return run(input as never);
  };
}
