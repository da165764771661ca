import type { FunctionName } from '../core/deployment.js';
import type { GroupEvent } from '../core/group-event.js';
import type { GroupId, Instant } from '../core/ids.js';

/** Asks for a pass over a group. Delivery at least once, in any order; a lost one is made good by the sweep. */
export interface WakeQueue {
  send(group: GroupId, delaySeconds?: number): Promise<void>;
  /** Many at once; a group that could not be queued is left to the next sweep. */
  sendAll(groups: readonly GroupId[]): Promise<void>;
}

/** Our events for others: EventBridge, `source: holdfast`. Best effort: the store is the record. */
export interface EventBus {
  publish(events: readonly GroupEvent[]): Promise<void>;
}

export interface Metric {
  readonly name: string;
  readonly value: number;
  readonly unit: 'Count' | 'Seconds';
  readonly group?: GroupId;
}

export interface Metrics {
  publish(metrics: readonly Metric[], at: Instant): void;
}

/** Structured log; decisions, never secrets or whole inputs. */
export interface Log {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Calls another of our functions and waits for its answer. */
export interface FunctionCaller {
  /** @throws {HoldfastError} with the callee's error name when it failed, `UnansweredError` when it was not reached. */
  call(name: FunctionName, input: unknown): Promise<unknown>;
}

/** The alarm of one group that asked for it (`Alarm: true`). */
export interface GroupAlarms {
  /** Creates or mends it. */
  put(group: GroupId): Promise<void>;
  /** Resolves when there is none. */
  remove(group: GroupId): Promise<void>;
}

/** The config bucket. */
export interface ConfigBucket {
  /** One version of an object; `undefined` when it is not there. @throws {RefusedError} when it is larger than 1 MiB. */
  read(key: string, versionId?: string): Promise<string | undefined>;
  write(key: string, text: string): Promise<void>;
}
