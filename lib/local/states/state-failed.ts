/** A state that failed, by its error name in Amazon States Language, such as `States.Timeout`. */
export class StateFailed extends Error {
  readonly error: string;
  readonly explanation: string;

  constructor(error: string, explanation: string) {
    super(`${error}: ${explanation}`);
    this.name = 'StateFailed';
    this.error = error;
    this.explanation = explanation;
  }
}

export const evaluationFailed = (explanation: string): StateFailed =>
  new StateFailed('States.QueryEvaluationError', explanation);

/** What no wildcard catches (Developer Guide, "Handling errors in Step Functions workflows"). */
const NEVER_CAUGHT = new Set(['States.DataLimitExceeded', 'States.Runtime']);

/** Whether an `ErrorEquals` names the error, itself or by a wildcard. */
export const matchesError = (wanted: readonly string[], error: string): boolean =>
  wanted.includes(error) ||
  (!NEVER_CAUGHT.has(error) &&
    (wanted.includes('States.ALL') || (wanted.includes('States.TaskFailed') && error !== 'States.Timeout')));

/** Of an input, a result or an output (Step Functions quotas). */
const LARGEST_BYTES = 256 * 1024;

/** @throws {StateFailed} when it is more than a state may pass on. */
export function checkSize(what: string, value: unknown): void {
  const bytes = Buffer.byteLength(JSON.stringify(value) ?? '');
  if (bytes <= LARGEST_BYTES) return;
  throw new StateFailed(
    'States.DataLimitExceeded',
    `${what} has ${bytes} bytes, at most ${LARGEST_BYTES} are allowed`,
  );
}
