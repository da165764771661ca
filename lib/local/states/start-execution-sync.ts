import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { callFailed } from './call-failed.js';
import { StateFailed } from './state-failed.js';
import type { Task, TaskWorld } from './task.js';

/** How long a description that failed is waited for until it is asked for again; assumed. */
const ASK_AGAIN_MS = 10_000;
/** Without an event of its end Step Functions looks at the execution by itself; how often is assumed. */
const LOOK_AGAIN_MS = 60_000;

/**
 * `states:startExecution.sync:2`: runs a nested execution to its end, which must be a success. Input and output are
 * parsed in the result. Its role needs to start, describe and stop executions (Developer Guide, "Start a new AWS Step
 * Functions state machine from a running execution").
 */
export const startExecutionSync: Task = async ({ StateMachineArn, Name, Input }, world, attempt) => {
  const { sfn } = world.clients;
  const start = new StartExecutionCommand({
    stateMachineArn: String(StateMachineArn),
    input: JSON.stringify(Input ?? {}),
    ...(Name !== undefined && { name: String(Name) }),
  });
  const { executionArn = '', startDate } = await sfn.send(start).catch((error: unknown) => {
    throw callFailed('StepFunctions', error);
  });
  attempt.submitted({ ExecutionArn: executionArn, StartDate: startDate }, async () => {
    await sfn.send(new StopExecutionCommand({ executionArn }));
  });
  const described = await endOf(executionArn, world);
  const result = {
    ExecutionArn: executionArn,
    Input: parsed(described.input),
    InputDetails: { Included: true },
    Name: described.name,
    ...(described.output !== undefined && {
      Output: parsed(described.output),
      OutputDetails: { Included: true },
    }),
    ...(described.error !== undefined && { Error: described.error }),
    ...(described.cause !== undefined && { Cause: described.cause }),
    StartDate: described.startDate?.getTime(),
    StateMachineArn: described.stateMachineArn,
    Status: described.status,
    StopDate: described.stopDate?.getTime(),
  };
  if (described.status !== 'SUCCEEDED') throw new StateFailed('States.TaskFailed', JSON.stringify(result));
  return result;
};

async function endOf(
  executionArn: string,
  { clients, clock, ended }: TaskWorld,
): Promise<DescribeExecutionCommandOutput> {
  for (;;) {
    await ended(executionArn, LOOK_AGAIN_MS);
    try {
      const described = await clients.sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (described.status !== 'RUNNING') return described;
    } catch (error) {
      if (Object(error).name === 'AccessDeniedException') throw callFailed('StepFunctions', error);
      await clock.sleep(ASK_AGAIN_MS);
    }
  }
}

const parsed = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));
