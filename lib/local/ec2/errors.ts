import { EC2ServiceException } from '@aws-sdk/client-ec2';
import type { ServiceFailure } from '../faults.js';

/**
 * EC2's answer to a request that it refuses: the SDK's own exception class, `name` is the code.
 * Codes and words after "EC2 API Reference: Error codes".
 */
export const refusal = (code: string, message: string, status = 400): EC2ServiceException =>
  new EC2ServiceException({
    name: code,
    message,
    $fault: status < 500 ? 'client' : 'server',
    $metadata: { httpStatusCode: status, requestId: 'local', attempts: 1, totalRetryDelay: 0 },
  });

/** The ids of resources that do not exist, in EC2's words. */
export const notFound = (code: string, what: string, ids: readonly string[]): EC2ServiceException =>
  refusal(
    code,
    ids.length === 1
      ? `The ${what} ID '${ids[0]}' does not exist`
      : `The ${what} IDs '${ids.join(', ')}' do not exist`,
  );

export const invalidValue = (parameter: string, value: unknown, because = ''): EC2ServiceException =>
  refusal(
    'InvalidParameterValue',
    `Value (${String(value)}) for parameter ${parameter} is invalid.${because ? ` ${because}` : ''}`,
  );

export const invalidCombination = (message: string): EC2ServiceException =>
  refusal('InvalidParameterCombination', message);

/** The answer to a dry run that would have succeeded. EC2 API Reference, RunInstances: `DryRun`. */
export const wouldSucceed = (): EC2ServiceException =>
  refusal('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);

/** EC2 API Reference, Error codes: `RequestLimitExceeded` (client) and `Unavailable` (server). */
export const serviceFailure: ServiceFailure = (fault) =>
  fault === 'throttle'
    ? refusal('RequestLimitExceeded', 'Request limit exceeded.', 503)
    : refusal('ServiceUnavailable', 'The service is unavailable. Please try again shortly.', 503);
