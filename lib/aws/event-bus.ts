import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { EVENT_SOURCE } from '../core/deployment.js';
import type { GroupEvent } from '../core/group-event.js';
import { chunks, inFlight } from '../core/in-flight.js';
import type { EventBus, Log } from '../ports/outbox.js';

/** PutEvents' limit, and calls under way at once. */
const BATCH = 10;
const AT_ONCE = 5;

/** Our events on the account's default bus, `detail-type` is the event's name. What fails is logged: the store has it. */
export function eventBridgeBus(options: {
  readonly client: EventBridgeClient;
  /** The control plane's name, so that rules can tell one from another. */
  readonly stack: string;
  readonly log: Log;
}): EventBus {
  const { client, stack, log } = options;
  const entry = ({ time, event, group, instance, reason }: GroupEvent) => ({
    Source: EVENT_SOURCE,
    DetailType: event,
    Time: new Date(time),
    Detail: JSON.stringify({ stack, group, ...(instance ? { instance } : {}), reason }),
  });
  const put = async (events: readonly GroupEvent[]): Promise<void> => {
    try {
      const { Entries } = await client.send(new PutEventsCommand({ Entries: events.map(entry) }));
      (Entries ?? []).forEach(({ ErrorCode }, index) => {
        if (ErrorCode)
          log.warn('an event was not published', { event: events[index]?.event, error: ErrorCode });
      });
    } catch (error) {
      log.warn('events were not published', {
        events: events.map(({ event }) => event),
        error: error instanceof Error ? error.name : error,
      });
    }
  };
  return { publish: (events) => inFlight(AT_ONCE, chunks(events, BATCH), put) };
}
