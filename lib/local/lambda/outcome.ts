/** How one invocation ended. */
export type Outcome =
  | { readonly kind: 'answered'; readonly payload: string }
  | { readonly kind: 'failed'; readonly payload: string; readonly error: unknown };

const failure = (
  errorType: string,
  errorMessage: string,
  error: unknown,
  trace?: readonly string[],
): Outcome => ({
  kind: 'failed',
  payload: JSON.stringify({ errorType, errorMessage, ...(trace && { trace }) }),
  error,
});

/** Lambda passes results as JSON; `undefined` becomes null. */
export const answered = (result: unknown): Outcome => ({
  kind: 'answered',
  payload: JSON.stringify(result ?? null),
});

/** What the Node.js runtime makes of a thrown error. */
export function threw(error: unknown): Outcome {
  if (!(error instanceof Error)) return failure(typeof error, String(error), error);
  return failure(error.name, error.message, error, (error.stack ?? '').split('\n').slice(0, 10));
}

/** Lambda's words for a function that was cut off at its timeout. */
export const timedOut = (requestId: string, seconds: number, at: Date): Outcome => {
  const message = `${at.toISOString()} ${requestId} Task timed out after ${seconds.toFixed(2)} seconds`;
  return failure('Sandbox.Timedout', message, new Error(message));
};

/** Lambda's words for a process that died. */
export const exited = (requestId: string): Outcome => {
  const message = `RequestId: ${requestId} Error: Runtime exited with error: exit status 1`;
  return failure('Runtime.ExitError', message, new Error(message));
};
