import type { Instant } from '../../core/ids.js';
import type { Clock } from '../../ports/clock.js';
import { arnOf, nameOf } from '../place.js';

export interface Published {
  readonly topic: string;
  readonly subject?: string;
  readonly message: string;
  readonly at: Instant;
}

/** SNS topics without subscribers: they record, and tell who asks. */
export interface Topics {
  createTopic(name: string): string;
  publish(nameOrArn: string, message: string, subject?: string): void;
  /** Oldest first, the last 1,000. */
  published(nameOrArn?: string): readonly Published[];
  onPublish(listener: (published: Published) => void): void;
}

const KEPT = 1_000;

export const topicArn = (name: string): string => arnOf('sns', name);

export function topics(clock: Clock): Topics {
  const names = new Set<string>();
  const listeners: ((published: Published) => void)[] = [];
  const log: Published[] = [];
  return {
    createTopic: (name) => {
      names.add(name);
      return topicArn(name);
    },
    publish: (nameOrArn, message, subject) => {
      const topic = nameOf(nameOrArn);
      if (!names.has(topic))
        throw new Error(`no topic "${topic}"; known: ${[...names].join(', ') || 'none'}`);
      const entry = { topic, message, at: clock.now(), ...(subject !== undefined && { subject }) };
      log.push(entry);
      if (log.length > KEPT) log.shift();
      for (const listener of listeners) listener(entry);
    },
    published: (nameOrArn) =>
      log.filter(({ topic }) => nameOrArn === undefined || topic === nameOf(nameOrArn)),
    onPublish: (listener) => void listeners.push(listener),
  };
}
