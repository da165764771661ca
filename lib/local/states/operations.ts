import type {
  DescribeExecutionCommandInput,
  GetExecutionHistoryCommandInput,
  ListExecutionsCommandInput,
  StartExecutionCommandInput,
  StopExecutionCommandInput,
} from '@aws-sdk/client-sfn';
import type { Operations } from '../operations.js';
import { arnOf } from '../place.js';
import {
  executionAlreadyExists,
  executionDoesNotExist,
  invalidArn,
  invalidExecutionInput,
  invalidName,
  invalidToken,
  stateMachineDoesNotExist,
} from './errors.js';
import type { Execution, RunningExecution, StateMachine } from './execution.js';
import type { Executions } from './executions.js';

export interface StatesBooks {
  readonly pageSize: number;
  readonly newName: () => string;
  readonly executions: Executions;
  machine(arn: string): StateMachine | undefined;
  running(arn: string): RunningExecution | undefined;
  start(machine: StateMachine, name: string, input: string): Execution;
}

/** No white space, brackets, wildcards, control or special characters (API Reference, StartExecution). */
const NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u;
const LARGEST_INPUT_BYTES = 256 * 1024;
const DEFAULT_RESULTS = 100;
const MOST_RESULTS = 1_000;

/** The operations of Step Functions that concern executions. */
export function statesOperations(books: StatesBooks): Operations {
  const machineOf = (arn: string | undefined): StateMachine => {
    if (!arn?.startsWith('arn:aws:states:')) throw invalidArn(arn ?? '');
    const found = books.machine(arn);
    if (!found) throw stateMachineDoesNotExist(arn);
    return found;
  };
  const executionOf = (arn: string | undefined): Execution => {
    if (!arn?.startsWith('arn:aws:states:')) throw invalidArn(arn ?? '');
    const found = books.executions.find(arn);
    if (!found) throw executionDoesNotExist(arn);
    return found;
  };
  /** Items of one page, and the token of the next: the place where it begins. */
  const paged = <Item>(items: readonly Item[], maxResults: number | undefined, token: string | undefined) => {
    const from = token === undefined ? 0 : Number(token);
    if (!Number.isInteger(from) || from < 0 || from > items.length) throw invalidToken(token ?? '');
    const size = Math.min(maxResults || DEFAULT_RESULTS, MOST_RESULTS, books.pageSize);
    const to = from + size;
    return { page: items.slice(from, to), nextToken: to < items.length ? String(to) : undefined };
  };

  return {
    StartExecution: (input: StartExecutionCommandInput) => {
      const machine = machineOf(input.stateMachineArn);
      const name = input.name ?? books.newName();
      if (!NAME.test(name)) throw invalidName(name);
      const given = input.input ?? '{}';
      checkInput(given);
      const arn = arnOf('states', `execution:${machine.name}:${name}`);
      const known = books.executions.find(arn);
      if (known && (known.end || known.started.input !== given)) throw executionAlreadyExists(arn);
      const { started } = known ?? books.start(machine, name, given);
      return { executionArn: started.arn, startDate: new Date(started.startedAt) };
    },
    StopExecution: (input: StopExecutionCommandInput) => {
      const execution = executionOf(input.executionArn);
      books.running(execution.started.arn)?.stop(input.error, input.cause);
      return { stopDate: new Date(execution.end?.at ?? 0) };
    },
    DescribeExecution: (input: DescribeExecutionCommandInput) => {
      const execution = executionOf(input.executionArn);
      const { ending } = execution.end ?? {};
      return {
        ...listed(execution),
        input: execution.started.input,
        inputDetails: { included: true },
        ...(ending?.status === 'SUCCEEDED' && { output: ending.output, outputDetails: { included: true } }),
        ...(ending && ending.status !== 'SUCCEEDED' && { error: ending.error, cause: ending.cause }),
      };
    },
    ListExecutions: (input: ListExecutionsCommandInput) => {
      const wanted = books.executions
        .of(machineOf(input.stateMachineArn).arn)
        .map(listed)
        .filter(({ status }) => (input.statusFilter ?? status) === status);
      const { page, nextToken } = paged(wanted, input.maxResults, input.nextToken);
      return { executions: page, nextToken };
    },
    GetExecutionHistory: (input: GetExecutionHistoryCommandInput) => {
      const past = executionOf(input.executionArn).events();
      const ordered = input.reverseOrder ? past.toReversed() : past;
      const { page, nextToken } = paged(ordered, input.maxResults, input.nextToken);
      return { events: page.map((event) => ({ ...event })), nextToken };
    },
  };
}

const listed = ({ started, end }: Execution) => ({
  executionArn: started.arn,
  stateMachineArn: started.machineArn,
  name: started.name,
  status: end?.ending.status ?? ('RUNNING' as const),
  startDate: new Date(started.startedAt),
  redriveCount: 0,
  ...(end && { stopDate: new Date(end.at) }),
});

function checkInput(text: string): void {
  if (Buffer.byteLength(text) > LARGEST_INPUT_BYTES) {
    throw invalidExecutionInput(`more than ${LARGEST_INPUT_BYTES} bytes`);
  }
  try {
    JSON.parse(text);
  } catch (error) {
    throw invalidExecutionInput(String(error));
  }
}
