import { NewerSchemaError, ThrottledError, UnansweredError } from '../core/errors.js';
import { isUnanswered } from './lost-answer.js';

/** DynamoDB's ways to say that the table, the account or the partition takes no more for now. */
const BUSY: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingException',
]);

export const conditionFailed = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';

/** The table's error in our words; what has none is passed on. */
export function tableError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (BUSY.has(error.name))
    return new ThrottledError(`the table is throttled: ${error.message}`, { cause: error });
  if (isUnanswered(error)) {
    return new UnansweredError(`the table did not answer: ${error.name}: ${error.message}`, { cause: error });
  }
  return error;
}

export const newerSchema = (what: string, version: unknown, known: number): NewerSchemaError =>
  new NewerSchemaError(
    `${what} has schema version ${String(version)}, this code knows ${known}: deploy the newer release`,
  );
