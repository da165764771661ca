import { StateFailed } from './state-failed.js';

/** Exceptions that the API of a service declares; Step Functions gives each its own name. */
const DECLARED: Readonly<Record<'Lambda' | 'StepFunctions', readonly string[]>> = {
  Lambda: [
    'ServiceException',
    'TooManyRequestsException',
    'ResourceNotFoundException',
    'RequestTooLargeException',
    'InvalidRequestContentException',
  ],
  StepFunctions: [
    'ExecutionAlreadyExists',
    'ExecutionDoesNotExist',
    'ExecutionLimitExceeded',
    'InvalidArn',
    'InvalidExecutionInput',
    'InvalidName',
    'StateMachineDoesNotExist',
  ],
};

/**
 * What Step Functions makes of a call that failed. A declared exception keeps its name (`Lambda.TooManyRequestsException`,
 * `StepFunctions.ExecutionAlreadyExistsException`), any other answer is `Lambda.AWSLambdaException`, none at all
 * `Lambda.SdkClientException`: the names of AWS's SDK for Java, by which the Developer Guide retries ("Handle transient
 * Lambda service exceptions").
 */
export function callFailed(service: 'Lambda' | 'StepFunctions', error: unknown): StateFailed {
  const { name, message, $metadata } = Object(error) as Partial<
    Error & { $metadata: { httpStatusCode?: number } }
  >;
  const explanation = message ?? String(error);
  if ($metadata?.httpStatusCode === undefined)
    return new StateFailed(`${service}.SdkClientException`, explanation);
  if (name === undefined || !DECLARED[service].includes(name)) {
    return new StateFailed(`${service}.AWS${service}Exception`, explanation);
  }
  return new StateFailed(`${service}.${name.endsWith('Exception') ? name : `${name}Exception`}`, explanation);
}
