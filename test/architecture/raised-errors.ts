import { isJsonObject, type Json } from '../../lib/core/json.js';
import type { SourceFile } from './source-files.js';

/** Names that classes of ours give to their errors: the first argument of `super`. */
export const raisedErrors = (files: readonly SourceFile[]): ReadonlySet<string> =>
  new Set(
    files.flatMap(({ text }) =>
      [...text.matchAll(/class\s+\w+\s+extends\s+HoldfastError\b[\s\S]*?\bsuper\(\s*'(\w+)'/g)].flatMap(
        (match) => match[1] ?? [],
      ),
    ),
  );

/** Raised by Step Functions itself (Developer Guide, "Handling errors in Step Functions workflows"). */
const RESERVED = new Set(
  [
    'ALL',
    'BranchFailed',
    'DataLimitExceeded',
    'ExceedToleratedFailureThreshold',
    'HeartbeatTimeout',
    'IntrinsicFailure',
    'ItemReaderFailed',
    'NoChoiceMatched',
    'Permissions',
    'QueryEvaluationError',
    'ResultWriterFailed',
    'Runtime',
    'TaskFailed',
    'Timeout',
  ].map((name) => `States.${name}`),
);

/**
 * Raised by Lambda when it cannot run a function (the same guide, "Handle transient Lambda service exceptions"), and in
 * the name of a function that was cut off at its timeout or whose process died.
 */
const LAMBDA = new Set([
  ...[
    'AWSLambdaException',
    'ClientExecutionTimeoutException',
    'SdkClientException',
    'ServiceException',
    'TooManyRequestsException',
    'Unknown',
  ].map((name) => `Lambda.${name}`),
  'Runtime.ExitError',
  'Sandbox.Timedout',
]);

/** Every name in an `ErrorEquals`, wherever it stands in the state machine. */
export const caughtErrors = (machine: Json): readonly string[] => {
  if (Array.isArray(machine)) return machine.flatMap((item: Json) => caughtErrors(item));
  if (!isJsonObject(machine)) return [];
  return Object.entries(machine).flatMap(([key, value]) =>
    key === 'ErrorEquals' && Array.isArray(value)
      ? value.filter((name: Json) => typeof name === 'string')
      : caughtErrors(value ?? {}),
  );
};

/** What a state machine catches and nobody raises: a misspelled name retries nothing. */
export const neverRaised = (machine: Json, raised: ReadonlySet<string>): readonly string[] =>
  [...new Set(caughtErrors(machine))].filter(
    (name) => !raised.has(name) && !RESERVED.has(name) && !LAMBDA.has(name),
  );
