import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Instant } from '../../core/ids.js';
import type { Ending } from './ending.js';
import { type Execution, endEvent, type Started } from './execution.js';
import { history } from './history.js';

/** A name is free again, and its execution forgotten, this long after the end (Step Functions quotas, "90 days"). */
const RETENTION_MS = 90 * 86_400_000;

/** What is kept of an execution beyond the process. */
interface Kept {
  readonly started: Started;
  readonly end?: { readonly ending: Ending; readonly at: Instant };
}

/** All executions of the last 90 days. */
export interface Executions {
  find(arn: string): Execution | undefined;
  add(execution: Execution): void;
  /** The latest first. */
  of(machineArn: string): readonly Execution[];
  snapshot(): readonly Kept[];
  /** Those that ran are `ABORTED` now: their process is gone. */
  restore(state: readonly Kept[]): void;
}

export function executions(now: () => Instant): Executions {
  const all = new Map<string, Execution>();
  const current = (): readonly Execution[] => {
    for (const [arn, { end }] of all) if (end && end.at + RETENTION_MS < now()) all.delete(arn);
    return [...all.values()];
  };
  return {
    find: (arn) => {
      const found = all.get(arn);
      return found?.end && found.end.at + RETENTION_MS < now() ? undefined : found;
    },
    add: (execution) => void all.set(execution.started.arn, execution),
    of: (machineArn) =>
      current()
        .filter(({ started }) => started.machineArn === machineArn)
        .reverse(),
    snapshot: () => current().map(({ started, end }) => ({ started, ...(end && { end }) })),
    restore: (state) => {
      for (const { started, end = { ending: KILLED, at: now() } } of state) {
        all.set(started.arn, { started, end, events: () => outlineOf(started, end) });
      }
    },
  };
}

const KILLED: Ending = { status: 'ABORTED', cause: 'the local cloud stopped while it ran' };

/** What is left of a history after a restart: its two ends. Step Functions itself keeps all of it for 90 days. */
function outlineOf(started: Started, end: NonNullable<Execution['end']>): readonly HistoryEvent[] {
  let at = started.startedAt;
  const outline = history(() => at);
  outline.record('ExecutionStarted', { executionStartedEventDetails: { input: started.input } });
  at = end.at;
  outline.close(...endEvent(end.ending));
  return outline.events();
}
