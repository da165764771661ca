import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  type HistoryEvent,
  ListExecutionsCommand,
  paginateGetExecutionHistory,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { ENVIRONMENT, type StateMachineName } from '../../lib/core/deployment.js';
import { virtualClock } from '../../lib/local/clock.js';
import { deployLocal } from '../../lib/local/deploy-local.js';
import { type ScriptedFaults, scriptedFaults } from '../../lib/local/faults.js';
import type { Handler } from '../../lib/local/lambda/invoke-function.js';
import { seededRandom } from '../../lib/local/seeded-random.js';
import { stateMachineArn } from '../../lib/local/states/local-states.js';
import { aCloud, START, type TestCloud } from '../local/a-cloud.js';

/** What a function was asked, and when, in seconds after the start. */
export interface Asked {
  readonly at: number;
  readonly event: unknown;
}

export interface Played {
  readonly described: DescribeExecutionCommandOutput;
  readonly events: readonly HistoryEvent[];
}

export interface TestMachine {
  readonly cloud: TestCloud;
  readonly faults: ScriptedFaults;
  readonly steps: Asked[];
  readonly checks: Asked[];
  start(machine: StateMachineName, input: object, name?: string): Promise<string>;
  /** Of an execution, by its ARN. */
  look(executionArn: string): Promise<Played>;
  /** Names of the executions of a machine, the first first, with their status. */
  executions(machine: StateMachineName): Promise<readonly string[]>;
}

export const ROLLOUT = { version: 1, group: 'web', rollout: 'r-1', execution: 2 };

/**
 * The state machines as they are deployed locally, with scripted functions: each call takes the next answer, an `Error`
 * is thrown, and the last answer is repeated.
 */
export async function aMachine(script: {
  readonly steps?: readonly unknown[];
  readonly checks?: readonly unknown[];
}): Promise<TestMachine> {
  const faults = scriptedFaults(virtualClock(START), seededRandom(1));
  const cloud = await aCloud({ pages: 'real', faults });
  const [steps, checks]: [Asked[], Asked[]] = [[], []];
  const answering =
    (asked: Asked[], answers: readonly unknown[] = []): Handler =>
    async (event) => {
      const answer = answers[Math.min(asked.length, answers.length - 1)];
      asked.push({ at: (cloud.clock.now() - START) / 1000, event });
      if (answer instanceof Error) throw answer;
      return answer;
    };
  const handlers: Readonly<Record<string, Handler>> = {
    reconcile: answering(steps, script.steps),
    'check-health': answering(checks, script.checks),
  };
  const { environment, functionName } = await deployLocal(
    cloud,
    's',
    (name) => handlers[name] ?? (async () => undefined),
  );
  // The sweep would be told to nobody, sixty times an hour.
  cloud.addSchedule({ name: functionName('sweep'), expression: 'rate(365 days)', targets: [] });
  const { sfn } = cloud.clients('tester');
  const arnOf = (machine: StateMachineName) =>
    machine === 'rolling-update' ? environment[ENVIRONMENT.rollingUpdate] : stateMachineArn(`s-${machine}`);
  return {
    cloud,
    faults,
    steps,
    checks,
    start: async (machine, input, name) => {
      const { executionArn = '' } = await sfn.send(
        new StartExecutionCommand({ stateMachineArn: arnOf(machine), input: JSON.stringify(input), name }),
      );
      return executionArn;
    },
    look: async (executionArn) => {
      const events: HistoryEvent[] = [];
      for await (const page of paginateGetExecutionHistory({ client: sfn }, { executionArn })) {
        events.push(...(page.events ?? []));
      }
      return { described: await sfn.send(new DescribeExecutionCommand({ executionArn })), events };
    },
    executions: async (machine) => {
      const { executions = [] } = await sfn.send(
        new ListExecutionsCommand({ stateMachineArn: arnOf(machine) }),
      );
      return executions.map(({ name, status }) => `${name} ${status}`).toReversed();
    },
  };
}
