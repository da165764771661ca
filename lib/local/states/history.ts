import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import type { Instant } from '../../core/ids.js';
import { InterruptedError } from './interruptible.js';

/** Step Functions' hard quota of events in the history of one execution. */
export const MOST_EVENTS = 25_000;

/** The history is full: only the event that ends the execution still fits. */
export class HistoryFullError extends Error {
  constructor() {
    super(`The execution reached the maximum number of history events (${MOST_EVENTS}).`);
    this.name = 'HistoryFull';
  }
}

/** What is told of an event beside its type, under the names that `HistoryEvent` has for it. */
export type EventDetails = Omit<HistoryEvent, 'id' | 'previousEventId' | 'timestamp' | 'type'>;

export interface History {
  /**
   * @throws {HistoryFullError} when it would be the 25,000th, which must be the last ("Avoid reaching the history quota").
   * @throws {InterruptedError} when the history is closed.
   */
  record(type: HistoryEventType, details?: EventDetails): void;
  /** Records the event that ends the execution, for which there is always room; nothing but another end follows. */
  close(type: HistoryEventType, details?: EventDetails): void;
  events(): readonly HistoryEvent[];
}

export function history(now: () => Instant): History {
  const events: HistoryEvent[] = [];
  let isClosed = false;
  const add: History['record'] = (type, details) => {
    const previousEventId = events.length;
    events.push({ id: previousEventId + 1, previousEventId, timestamp: new Date(now()), type, ...details });
  };
  return {
    record: (type, details) => {
      if (isClosed) throw new InterruptedError();
      if (events.length >= MOST_EVENTS - 1) throw new HistoryFullError();
      add(type, details);
    },
    close: (type, details) => {
      isClosed = true;
      add(type, details);
    },
    events: () => events,
  };
}
