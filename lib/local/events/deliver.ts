import type { LocalClock } from '../clock.js';
import type { CloudEvent } from './event.js';

export interface RetryPolicy {
  /** EventBridge's default is 185. */
  readonly maximumRetryAttempts?: number;
  /** EventBridge's default is 24 hours. */
  readonly maximumEventAgeSeconds?: number;
}

/** Where a rule sends its events. What could not be delivered goes to the dead-letter queue, or is lost. */
export type Target = {
  readonly retry?: RetryPolicy;
  readonly deadLetterQueue?: string;
} & (
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'queue'; readonly name: string }
  | { readonly kind: 'topic'; readonly name: string }
);

export interface TargetWorld {
  readonly clock: LocalClock;
  readonly invokeLater: (functionName: string, event: CloudEvent) => void;
  readonly sendToQueue: (
    queue: string,
    body: string,
    attributes?: Readonly<Record<string, { DataType: string; StringValue: string }>>,
  ) => void;
  readonly publish: (topic: string, message: string) => void;
  /** Told of events that were lost for want of a dead-letter queue. */
  readonly onLost?: (event: CloudEvent, error: unknown) => void;
}

const MOST_RETRIES = 185;
const LONGEST_AGE_SECONDS = 24 * 3600;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 300_000;
/** A target that is not there, or may not be called, is not tried again (EventBridge User Guide, "Retry policy"). */
const HOPELESS = new Set([
  'ResourceNotFoundException',
  'QueueDoesNotExist',
  'AccessDeniedException',
  'AccessDenied',
]);

/** Delivers at least once, with exponential pauses between attempts. */
export function deliver(target: Target, event: CloudEvent, ruleArn: string, world: TargetWorld): void {
  const { clock } = world;
  const until = clock.now() + (target.retry?.maximumEventAgeSeconds ?? LONGEST_AGE_SECONDS) * 1000;
  const retries = target.retry?.maximumRetryAttempts ?? MOST_RETRIES;

  const giveUp = (error: unknown, attempts: number) => {
    if (target.deadLetterQueue === undefined) {
      world.onLost?.(event, error);
      return;
    }
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    world.sendToQueue(target.deadLetterQueue, JSON.stringify(event), {
      RULE_ARN: text(ruleArn),
      TARGET_ARN: text(target.name),
      ERROR_CODE: text(error instanceof Error ? error.name : 'Error'),
      ERROR_MESSAGE: text(error instanceof Error ? error.message : String(error)),
      RETRY_ATTEMPTS: text(String(attempts - 1)),
    });
  };
  const attempt = (count: number) => {
    try {
      hand(target, event, world);
    } catch (error) {
      const pause = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (count - 1));
      const hopeless = error instanceof Error && HOPELESS.has(error.name);
      if (hopeless || count > retries || clock.now() + pause > until) giveUp(error, count);
      else clock.at(clock.now() + pause, () => attempt(count + 1));
    }
  };
  attempt(1);
}

function hand(target: Target, event: CloudEvent, world: TargetWorld): void {
  switch (target.kind) {
    case 'function':
      world.invokeLater(target.name, event);
      break;
    case 'queue':
      world.sendToQueue(target.name, JSON.stringify(event));
      break;
    case 'topic':
      world.publish(target.name, JSON.stringify(event));
      break;
  }
}
