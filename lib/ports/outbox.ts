import type { FunctionName } from '../core/deployment.js';
import type { GroupEvent } from '../core/group-event.js';
import type { GroupId, InstanceId, Instant, RolloutId } from '../core/ids.js';
import type { InstanceState } from '../core/instance.js';
import type { AlarmState } from '../core/observation.js';

/** A request for a pass over a group. */
export interface Wake {
  readonly group: GroupId;
  /** What the sweep saw a moment ago: EC2's impaired instances of this group are the `same` as on record, or `changed`. */
  readonly impaired?: 'same' | 'changed';
  /** A timer of the group's: dropped when the group has another timer by then. */
  readonly due?: Instant;
  /** What an EC2 event said; EC2's reads may lag behind it. */
  readonly expects?: { readonly instance: InstanceId; readonly state: InstanceState };
  /** When the event that caused it happened, for the detection's latency. */
  readonly happenedAt?: Instant;
}

/** Asks for passes. Delivery at least once, in any order; a lost one is made good by the sweep. */
export interface WakeQueue {
  /** Delays are 0 to 900 whole seconds. */
  send(wake: Wake, delaySeconds?: number): Promise<void>;
  /** Many at once; a group that could not be queued is left to the next sweep. */
  sendAll(wakes: readonly Wake[]): Promise<void>;
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

/** Starts executions of the rolling-update machine. Best effort: one that never came is noticed and started anew. */
export interface RolloutExecutions {
  start(execution: RolloutExecution): Promise<void>;
}

/** Input of the rolling-update machine, and the name of its execution: the same name never starts another. */
export interface RolloutExecution {
  readonly group: GroupId;
  readonly rollout: RolloutId;
  /** Its number among the rollout's executions. */
  readonly execution: number;
  /** At most 80 of letters, digits, `-` and `_`. */
  readonly name: string;
}

/** CloudWatch alarms that a rollout watches. */
export interface AlarmReader {
  /** States by name; alarms that do not exist are missing. @throws {ThrottledError} {UnansweredError} */
  states(names: readonly string[]): Promise<ReadonlyMap<string, AlarmState>>;
}
