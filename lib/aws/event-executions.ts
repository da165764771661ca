import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { EVENT_SOURCE, EXECUTION_DUE } from '../core/deployment.js';
import type { Log, RolloutExecutions } from '../ports/outbox.js';

/**
 * Asks for executions by an event on the account's default bus, which a rule brings to `start-rollout`. What fails is
 * logged: an execution that never came is noticed and started anew.
 */
export function eventBridgeExecutions(options: {
  readonly client: EventBridgeClient;
  /** The control plane's name; its rule listens to no other. */
  readonly stack: string;
  readonly log: Log;
}): RolloutExecutions {
  const { client, stack, log } = options;
  return {
    start: async ({ group, rollout, execution, name }) => {
      const Detail = JSON.stringify({ stack, group, rollout, execution, name });
      const entry = { Source: EVENT_SOURCE, DetailType: EXECUTION_DUE, Detail };
      const refused = (error: unknown) =>
        log.warn('an execution was not asked for', { group, rollout, execution, error });
      try {
        const { Entries } = await client.send(new PutEventsCommand({ Entries: [entry] }));
        for (const { ErrorCode } of Entries ?? []) if (ErrorCode) refused(ErrorCode);
      } catch (error) {
        refused(error instanceof Error ? error.name : error);
      }
    },
  };
}
