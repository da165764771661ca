import { EC2ServiceException } from '@aws-sdk/client-ec2';
import {
  AddressInUseError,
  InsufficientCapacityError,
  LaunchRefusedError,
  ThrottledError,
  TokenMismatchError,
  UnansweredError,
} from '../core/errors.js';
import { isUnanswered } from './lost-answer.js';

/** What a code of EC2's means to us. */
export type Ec2Meaning =
  /** No room there now: another zone or type may do. */
  | 'no-room'
  /** The private address or interface is still held. */
  | 'address-in-use'
  /** The token was used with other parameters. */
  | 'token-mismatch'
  /** The token's instances have ended. */
  | 'token-ended'
  /** Too many requests in this account. */
  | 'throttled'
  /** EC2 failed by itself; what was asked may have happened. */
  | 'unanswered'
  /** The dry run would have succeeded. */
  | 'would-succeed'
  /** Termination or stop protection. */
  | 'protected'
  | 'unknown-instance'
  | 'unauthorised';

/**
 * EC2's codes, said once; whatever is not here is a refusal with its own code. Source: EC2 Developer Guide, "Error
 * codes for the Amazon EC2 API". Looked up before the HTTP status: EC2 answers "no capacity" with 500.
 * Quotas (`VcpuLimitExceeded`, `InstanceLimitExceeded`, `MaxSpotInstanceCountExceeded`, `VolumeLimitExceeded`) are not
 * here on purpose: they count the whole region, so another zone does not help, and they are refusals.
 */
const MEANINGS: ReadonlyMap<string, Ec2Meaning> = new Map([
  ['InsufficientInstanceCapacity', 'no-room'],
  ['InsufficientCapacity', 'no-room'],
  ['InsufficientCapacityOnHost', 'no-room'],
  ['InsufficientFreeAddressesInSubnet', 'no-room'],
  ['InsufficientHostCapacity', 'no-room'],
  ['InsufficientReservedInstanceCapacity', 'no-room'],
  ['InsufficientReservedInstancesCapacity', 'no-room'],
  ['ReservationCapacityExceeded', 'no-room'],
  ['SpotMaxPriceTooLow', 'no-room'],
  ['UnfulfillableCapacity', 'no-room'],
  // The type does not exist in that zone.
  ['Unsupported', 'no-room'],
  ['InvalidIPAddress.InUse', 'address-in-use'],
  ['InvalidNetworkInterface.InUse', 'address-in-use'],
  ['IdempotentParameterMismatch', 'token-mismatch'],
  ['IdempotentInstanceTerminated', 'token-ended'],
  ['RequestLimitExceeded', 'throttled'],
  ['Throttling', 'throttled'],
  ['ThrottlingException', 'throttled'],
  ['EC2ThrottledException', 'throttled'],
  ['TooManyRequestsException', 'throttled'],
  ['InternalError', 'unanswered'],
  ['InternalFailure', 'unanswered'],
  ['ServiceUnavailable', 'unanswered'],
  ['Unavailable', 'unanswered'],
  ['DryRunOperation', 'would-succeed'],
  ['OperationNotPermitted', 'protected'],
  ['InvalidInstanceID.NotFound', 'unknown-instance'],
  ['UnauthorizedOperation', 'unauthorised'],
  ['AccessDenied', 'unauthorised'],
]);

export const ec2Meaning = (error: unknown): Ec2Meaning | undefined => {
  const known = error instanceof Error ? MEANINGS.get(error.name) : undefined;
  return known ?? (isUnanswered(error) ? 'unanswered' : undefined);
};

/** A denial carries an encoded message of a kilobyte, of no use to people and none of their business. */
const ENCODED = /\s*Encoded authorization failure message:.*$/s;

/** `<code>: <EC2's words>`. */
export const ec2Words = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return `${error.name}: ${error.message.replace(ENCODED, '')}`;
};

/** The error of a read or of any call that promises only these two; others are passed on. */
export function ec2Error(error: unknown): unknown {
  const meaning = ec2Meaning(error);
  if (meaning === 'throttled') return new ThrottledError(ec2Words(error), { cause: error });
  if (meaning === 'unanswered') return new UnansweredError(ec2Words(error), { cause: error });
  return error;
}

/** The error of a launch, in our words. What EC2 did not say is passed on: it proves nothing. */
export function launchError(error: unknown): unknown {
  const words = ec2Words(error);
  const options = { cause: error };
  switch (ec2Meaning(error)) {
    case 'no-room':
      return new InsufficientCapacityError(words, options);
    case 'address-in-use':
      return new AddressInUseError(words, options);
    case 'token-mismatch':
      return new TokenMismatchError(words, options);
    case 'token-ended':
      return new TokenMismatchError(words, { ...options, ended: true });
    case 'throttled':
    case 'unanswered':
      return ec2Error(error);
    default:
      return error instanceof EC2ServiceException
        ? new LaunchRefusedError(error.name, words, options)
        : error;
  }
}
