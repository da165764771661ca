import type { Issue } from './issue.js';

/** An error with a name that machines know: API codes, ASL `ErrorEquals` and tests match on `name`. */
export class HoldfastError extends Error {
  constructor(name: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

/** What the user gave is wrong; all mistakes at once. */
export class InvalidInputError extends HoldfastError {
  readonly issues: readonly Issue[];
  constructor(issues: readonly Issue[], message = issues[0]?.message ?? 'invalid input') {
    super('InvalidInput', message);
    this.issues = issues;
  }
}

/** Nothing of that name. InfraKit's words for a group: `Group '<id>' is not being watched`. */
export class NotFoundError extends HoldfastError {
  constructor(message: string) {
    super('NotFound', message);
  }
}

/** Understood, and refused for a reason that the message gives. Nothing was changed. */
export class RefusedError extends HoldfastError {
  constructor(message: string) {
    super('Refused', message);
  }
}

/** A conditional write found another state than the caller had read. Nothing was written. */
export class ConflictError extends HoldfastError {
  constructor(message: string, options?: ErrorOptions) {
    super('Conflict', message, options);
  }
}

/** No room for even one instance there; nothing was started. Another zone or type may do. */
export class InsufficientCapacityError extends HoldfastError {
  constructor(message: string, options?: ErrorOptions) {
    super('InsufficientCapacity', message, options);
  }
}

/** The account's request limit; nothing happened, try later. */
export class ThrottledError extends HoldfastError {
  constructor(message: string, options?: ErrorOptions) {
    super('Throttled', message, options);
  }
}

/** The private address is still held by the pet's predecessor; wait. */
export class AddressInUseError extends HoldfastError {
  constructor(message: string, options?: ErrorOptions) {
    super('AddressInUse', message, options);
  }
}

/** EC2 refused the launch for good: repeating it cannot help until somebody changes something. */
export class LaunchRefusedError extends HoldfastError {
  /** EC2's own code, such as `InvalidAMIID.NotFound`. */
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super('LaunchRefused', message, options);
    this.code = code;
  }
}

/** The token was used before with other parameters, or (`ended`) its instances have ended; find them by token. */
export class TokenMismatchError extends HoldfastError {
  readonly ended: boolean;
  constructor(message: string, options?: ErrorOptions & { readonly ended?: boolean }) {
    super('TokenMismatch', message, options);
    this.ended = options?.ended ?? false;
  }
}

/** No answer, or one that proves nothing: what was asked may have happened. */
export class UnansweredError extends HoldfastError {
  constructor(message: string, options?: ErrorOptions) {
    super('Unanswered', message, options);
  }
}

/** An item was written by a newer version of the code than this one. */
export class NewerSchemaError extends HoldfastError {
  constructor(message: string) {
    super('NewerSchema', message);
  }
}
