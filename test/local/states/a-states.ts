import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  type HistoryEvent,
  paginateGetExecutionHistory,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Handler } from '../../../lib/local/lambda/invoke-function.js';
import type { LocalCloudOptions } from '../../../lib/local/local-cloud.js';
import { aCloud, type TestCloud } from '../a-cloud.js';

export interface TestStates extends TestCloud {
  /** Puts a machine of these states, named `m` unless told, which starts with the first. @returns its ARN. */
  machine(states: object, more?: { readonly name?: string; readonly TimeoutSeconds?: number }): string;
  register(name: string, handler: Handler): void;
  /** Starts it and returns the ARN of the execution. */
  start(machine: string, input?: object, name?: string): Promise<string>;
  describe(executionArn: string): Promise<DescribeExecutionCommandOutput>;
  /** Starts it, lets an hour pass, and describes it. */
  ran(machine: string, input?: object): Promise<DescribeExecutionCommandOutput>;
  historyOf(executionArn: string): Promise<readonly HistoryEvent[]>;
}

export const HOUR_MS = 3_600_000;

/** A task that invokes a function, and ends the machine unless told otherwise. */
export const invoke = (name: string, more: object = { End: true }): object => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: name, Payload: '{% $states.input %}' },
  ...more,
});

export const definition = (states: object, more: object = {}): string =>
  JSON.stringify({ QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...more });

/** A local cloud with shorthands for Step Functions. */
export async function aStates(options: Partial<LocalCloudOptions> = {}): Promise<TestStates> {
  const cloud = await aCloud({ pages: 'real', ...options });
  const { sfn } = cloud.clients('tester');
  const states: TestStates = {
    ...cloud,
    machine: (described, { name = 'm', ...more } = {}) =>
      cloud.states.putStateMachine({
        name,
        role: `role-of-${name}`,
        definition: definition(described, more),
      }),
    register: (name, handler) => cloud.registerFunction(name, handler, { timeoutSeconds: 60 }),
    start: async (stateMachineArn, input = {}, name) => {
      const { executionArn = '' } = await sfn.send(
        new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input), name }),
      );
      return executionArn;
    },
    describe: (executionArn) => sfn.send(new DescribeExecutionCommand({ executionArn })),
    ran: async (machine, input) => {
      const executionArn = await states.start(machine, input);
      await cloud.clock.advance(HOUR_MS);
      return states.describe(executionArn);
    },
    historyOf: async (executionArn) => {
      const events: HistoryEvent[] = [];
      for await (const page of paginateGetExecutionHistory({ client: sfn }, { executionArn })) {
        events.push(...(page.events ?? []));
      }
      return events;
    },
  };
  return states;
}

/** What Step Functions bills: every state that is entered, and every retry. */
export const transitionsOf = (events: readonly HistoryEvent[]): number => {
  const count = (pattern: RegExp) => events.filter(({ type }) => pattern.test(type ?? '')).length;
  return count(/StateEntered$/) + count(/^TaskScheduled$/) - count(/^TaskStateEntered$/);
};

export const typesOf = (events: readonly HistoryEvent[]): readonly string[] =>
  events.map(({ type }) => type ?? '');
