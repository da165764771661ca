import { currentInvocation, KilledError } from '../lambda/invocation.js';

/** Runs tasks strictly one after another, in the order of asking. */
export type Line = <Result>(task: () => Promise<Result>) => Promise<Result>;

/**
 * With one request on the wire at a time, the order of writes does not depend on how fast the machine is, and a run on
 * virtual time repeats itself. What was killed while it stood in line is not sent.
 */
export function oneAtATime(): Line {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const invocation = currentInvocation();
    const result = last.then(() => {
      if (invocation?.killed !== undefined) throw new KilledError(invocation);
      return task();
    });
    last = result.catch(() => {});
    return result;
  };
}
