import { HoldfastError, InvalidInputError } from '../core/errors.js';
import { type Issue, issueText } from '../core/issue.js';
import type { Json } from '../core/json.js';
import type { ExitCode } from './command.js';

/** Why a command did not do what it was asked. `code` is for machines. */
export class Failure extends Error {
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly issues: readonly Issue[];
  /** For people, where the message is not enough. */
  readonly text: string | undefined;
  constructor(
    code: string,
    message: string,
    more: {
      readonly exitCode?: ExitCode;
      readonly issues?: readonly Issue[];
      readonly text?: string;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = 'Failure';
    this.code = code;
    this.exitCode = more.exitCode ?? 1;
    this.issues = more.issues ?? [];
    this.text = more.text;
  }
}

/** The command line is wrong. */
export const usage = (message: string): Failure => new Failure('Usage', message, { exitCode: 2 });

/** What the user gave is wrong; all mistakes at once. `exitCode` is 2 where we found them ourselves. */
export const invalid = (issues: readonly Issue[], exitCode: ExitCode = 2): Failure =>
  new Failure('InvalidInput', mistakes(issues), { exitCode, issues });

const mistakes = (issues: readonly Issue[]): string => {
  const [first] = issues;
  if (first === undefined) return 'invalid input';
  return issues.length === 1 ? issueText(first) : `${issues.length} mistakes, the first: ${issueText(first)}`;
};

/** Any error as a failure; one that nobody named is a bug, and says so by its own name. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof InvalidInputError) return invalid(error.issues);
  if (error instanceof HoldfastError) return new Failure(error.name, error.message, { cause: error });
  if (error instanceof Error) return new Failure(error.name, error.message, { cause: error });
  return new Failure('Internal', String(error));
}

/** For people: one line for each mistake, or the message. */
export const failureText = (failure: Failure): string =>
  failure.issues.length > 0
    ? failure.issues.map(issueText).join('\n')
    : (failure.text ?? `error: ${failure.message}`);

export const failureDocument = (failure: Failure): Json => ({
  error: {
    code: failure.code,
    message: failure.message,
    ...(failure.issues.length === 0
      ? {}
      : {
          issues: failure.issues.map(({ path, message, at }) => ({ path, message, ...(at ?? {}) })),
        }),
  },
});
