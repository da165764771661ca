import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { Instant } from '../../core/ids.js';
import type { Random } from '../../ports/random.js';
import type { LocalClock, Timer } from '../clock.js';

export interface QueueOptions {
  /** SQS's default is 30 s. */
  readonly visibilityTimeoutSeconds?: number;
  readonly delaySeconds?: number;
  /** SQS's default is 4 days. */
  readonly retentionSeconds?: number;
  /** After this many receives a message goes there instead of being received again. */
  readonly redrive?: { readonly deadLetterQueue: string; readonly maxReceiveCount: number };
}

export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  readonly sentAt: Instant;
  /** Hidden until then, by a delay or because somebody works on it. */
  visibleAt: Instant;
  receives: number;
  firstReceivedAt?: Instant;
  /** Of the latest receive; an older one no longer deletes. */
  receipt?: string;
}

export interface Queue {
  readonly name: string;
  readonly options: QueueOptions;
  send(
    body: string,
    attributes?: Readonly<Record<string, MessageAttributeValue>>,
    delaySeconds?: number,
  ): QueuedMessage;
  /** Takes up to `limit` visible messages; what was received too often goes to the dead-letter queue instead. */
  receive(limit: number, visibilityTimeoutSeconds?: number): readonly QueuedMessage[];
  /** By receipt; no effect when it is not the latest. */
  remove(receipt: string): void;
  /** @returns whether a message in flight has that receipt. */
  hide(receipt: string, seconds: number): boolean;
  counts(): { readonly visible: number; readonly inFlight: number; readonly delayed: number };
  /** Seconds since the oldest message was sent; 0 when empty. */
  oldestAgeSeconds(): number;
  /** Called whenever a message may have become visible; not more often than once per moment. */
  onVisible(listener: () => void): () => void;
  messages(): readonly Readonly<QueuedMessage>[];
  restore(messages: readonly QueuedMessage[]): void;
}

export interface QueueWorld {
  readonly clock: LocalClock;
  readonly random: Random;
  /** Moves a message that was received too often. */
  readonly bury: (deadLetterQueue: string, message: QueuedMessage) => void;
  readonly changed: () => void;
}

const DEFAULT_VISIBILITY_SECONDS = 30;
const DEFAULT_RETENTION_SECONDS = 4 * 24 * 3600;

/** A standard queue: at least once, in rough order. */
export function queue(name: string, options: QueueOptions, world: QueueWorld): Queue {
  const { clock, random } = world;
  const retentionMs = (options.retentionSeconds ?? DEFAULT_RETENTION_SECONDS) * 1000;
  let messages: QueuedMessage[] = [];
  let serial = 0;
  let alarm: Timer | undefined;
  const listeners = new Set<() => void>();

  const announce = () => {
    alarm = undefined;
    for (const listener of [...listeners]) listener();
    schedule();
  };
  /** One timer, at the earliest moment at which a hidden message comes back. */
  const schedule = () => {
    if (listeners.size === 0) return;
    const now = clock.now();
    const next = messages.reduce(
      (least, { visibleAt }) => (visibleAt > now && visibleAt < least ? visibleAt : least),
      Number.POSITIVE_INFINITY,
    );
    if (alarm && alarm.at <= next) return;
    alarm?.cancel();
    alarm = Number.isFinite(next) ? clock.at(next, announce) : undefined;
  };
  /** Listeners are told on the clock, never inside the caller's own call. */
  const tell = () => {
    if (listeners.size > 0 && (!alarm || alarm.at > clock.now())) {
      alarm?.cancel();
      alarm = clock.at(clock.now(), announce);
    }
  };
  const add = (message: QueuedMessage) => {
    messages.push(message);
    world.changed();
    if (message.visibleAt <= clock.now()) tell();
    else schedule();
  };
  const expire = () => {
    const oldest = clock.now() - retentionMs;
    if (messages.some(({ sentAt }) => sentAt < oldest)) {
      messages = messages.filter(({ sentAt }) => sentAt >= oldest);
    }
  };
  const inFlight = (receipt: string) => messages.find((message) => message.receipt === receipt);

  return {
    name,
    options,
    send(body, attributes = {}, delaySeconds = options.delaySeconds ?? 0) {
      const now = clock.now();
      const message: QueuedMessage = {
        id: random.id(),
        body,
        attributes,
        sentAt: now,
        visibleAt: now + delaySeconds * 1000,
        receives: 0,
      };
      add(message);
      return message;
    },
    receive(limit, visibilityTimeoutSeconds) {
      expire();
      const now = clock.now();
      const seconds =
        visibilityTimeoutSeconds ?? options.visibilityTimeoutSeconds ?? DEFAULT_VISIBILITY_SECONDS;
      const taken: QueuedMessage[] = [];
      const buried: QueuedMessage[] = [];
      for (const message of messages) {
        if (taken.length === limit) break;
        if (message.visibleAt > now) continue;
        if (options.redrive && message.receives >= options.redrive.maxReceiveCount) {
          buried.push(message);
          continue;
        }
        message.receives += 1;
        message.firstReceivedAt ??= now;
        message.visibleAt = now + seconds * 1000;
        serial += 1;
        message.receipt = `${name}#${serial}#${message.id}`;
        taken.push({ ...message });
      }
      if (buried.length > 0) messages = messages.filter((message) => !buried.includes(message));
      for (const message of buried) world.bury(options.redrive?.deadLetterQueue ?? '', message);
      if (taken.length > 0 || buried.length > 0) {
        world.changed();
        schedule();
      }
      return taken;
    },
    remove(receipt) {
      const index = messages.findIndex((message) => message.receipt === receipt);
      if (index < 0) return;
      messages.splice(index, 1);
      world.changed();
    },
    hide(receipt, seconds) {
      const message = inFlight(receipt);
      if (!message || message.visibleAt <= clock.now()) return false;
      message.visibleAt = clock.now() + seconds * 1000;
      world.changed();
      if (seconds === 0) tell();
      else schedule();
      return true;
    },
    counts() {
      expire();
      const now = clock.now();
      const hidden = messages.filter(({ visibleAt }) => visibleAt > now);
      const delayed = hidden.filter(({ receives }) => receives === 0).length;
      return { visible: messages.length - hidden.length, inFlight: hidden.length - delayed, delayed };
    },
    oldestAgeSeconds() {
      expire();
      const oldest = messages.reduce((least, { sentAt }) => Math.min(least, sentAt), clock.now());
      return (clock.now() - oldest) / 1000;
    },
    onVisible(listener) {
      listeners.add(listener);
      if (messages.some(({ visibleAt }) => visibleAt <= clock.now())) tell();
      else schedule();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) {
          alarm?.cancel();
          alarm = undefined;
        }
      };
    },
    messages: () => messages,
    restore(kept) {
      messages = kept.map((message) => ({ ...message }));
      tell();
      schedule();
    },
  };
}
