import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { ENVIRONMENT, TASK_VERSION } from '../core/deployment.js';
import { ThrottledError, UnansweredError } from '../core/errors.js';
import type { RolloutExecutions } from '../ports/outbox.js';
import { isUnanswered } from './lost-answer.js';

/** API Reference of Step Functions, "Common Errors", and what its front door says. */
const BUSY: ReadonlySet<string> = new Set([
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
]);

/**
 * Executions of the rolling-update machine itself. A name that was used before, by an execution that runs or has ended
 * within 90 days, starts no other and is no error.
 * @throws {ThrottledError} {UnansweredError} from `start`; repeated, it starts at most one.
 */
export function stepFunctionsExecutions(options: {
  readonly client: SFNClient;
  /** Absent where nothing may be started. */
  readonly machineArn: string | undefined;
}): RolloutExecutions {
  const { client, machineArn: stateMachineArn } = options;
  return {
    start: async ({ name, group, rollout, execution }) => {
      if (stateMachineArn === undefined) {
        throw new UnansweredError(
          `this function does not know the rolling-update machine: ${ENVIRONMENT.rollingUpdate} is not set`,
        );
      }
      const input = JSON.stringify({ version: TASK_VERSION, group, rollout, execution });
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input }));
      } catch (error) {
        if (error instanceof Error && error.name === 'ExecutionAlreadyExists') return;
        throw startError(error, name);
      }
    },
  };
}

const startError = (error: unknown, name: string): unknown => {
  if (!(error instanceof Error)) return error;
  const words = `execution "${name}" was not started: ${error.name}: ${error.message}`;
  if (BUSY.has(error.name)) return new ThrottledError(words, { cause: error });
  return isUnanswered(error) ? new UnansweredError(words, { cause: error }) : error;
};
