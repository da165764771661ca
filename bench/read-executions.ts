import { type HistoryEvent, paginateGetExecutionHistory, paginateListExecutions } from '@aws-sdk/client-sfn';
import type { StateMachineName } from '../lib/core/deployment.js';
import type { Plane } from './plane.js';

/** What the executions of one state machine came to. */
export interface Executions {
  readonly count: number;
  /** The most events in the history of one. */
  readonly mostEvents: number;
  /** Billed: every state that was entered, and every retry. */
  readonly transitions: number;
}

/** Reads every execution's history, as Step Functions tells it. */
export const readExecutions = async (plane: Plane, name: StateMachineName): Promise<Executions> => {
  const client = plane.cloud.clients('bench').sfn;
  let executions: Executions = { count: 0, mostEvents: 0, transitions: 0 };
  const machine = { stateMachineArn: plane.machineArn(name), maxResults: 1_000 };
  for await (const page of paginateListExecutions({ client }, machine)) {
    for (const { executionArn } of page.executions ?? []) {
      const events: HistoryEvent[] = [];
      const history = { executionArn, maxResults: 1_000, includeExecutionData: false };
      for await (const some of paginateGetExecutionHistory({ client }, history))
        events.push(...(some.events ?? []));
      executions = {
        count: executions.count + 1,
        mostEvents: Math.max(executions.mostEvents, events.length),
        transitions: executions.transitions + transitionsIn(events),
      };
    }
  }
  return executions;
};

/** A task that is scheduled again within its state is a retry, which is billed as a transition. */
export const transitionsIn = (events: readonly Pick<HistoryEvent, 'type'>[]): number => {
  const count = (matches: (type: string) => boolean) =>
    events.filter(({ type = '' }) => matches(type)).length;
  const entered = count((type) => type.endsWith('StateEntered'));
  const retries = count((type) => type === 'TaskScheduled') - count((type) => type === 'TaskStateEntered');
  return entered + retries;
};
