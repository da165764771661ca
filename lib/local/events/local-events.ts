import type { PutEventsCommandInput, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { EventBridgeServiceException } from '@aws-sdk/client-eventbridge';
import type { Random } from '../../ports/random.js';
import type { Timer } from '../clock.js';
import { answerFrom } from '../operations.js';
import { arnOf, LOCAL_ACCOUNT, LOCAL_REGION } from '../place.js';
import type { Answer } from '../route-client.js';
import { deliver, type Target, type TargetWorld } from './deliver.js';
import type { CloudEvent, EmittedEvent } from './event.js';
import { matchesPattern } from './matches-pattern.js';
import { periodOf } from './schedule.js';

export interface Rule {
  readonly name: string;
  readonly pattern: unknown;
  readonly targets: readonly Target[];
}

export interface Schedule {
  readonly name: string;
  /** Such as `rate(1 minute)`. */
  readonly expression: string;
  readonly targets: readonly Target[];
}

export interface LocalEvents {
  readonly answer: Answer;
  /** A service's event: the bus adds id, account, region and time, and delivers it. */
  emit(event: EmittedEvent): void;
  /** A whole event, delivered as it is. */
  deliver(event: CloudEvent): void;
  /** Replaces a rule of the same name. @throws {InvalidPatternError} */
  addRule(rule: Rule): void;
  removeRule(name: string): void;
  /** First after one whole period, as EventBridge's rate expressions. */
  addSchedule(schedule: Schedule): void;
  /** Of every event on the bus, before rules. */
  onEvent(listener: (event: CloudEvent) => void): void;
  stop(): void;
}

export interface EventsWorld extends TargetWorld {
  readonly random: Random;
  /** From the event until its targets have it. EventBridge promises none; half a second was typical, now less. */
  readonly latencyMs?: number | undefined;
  /** How late each copy of a service's event comes, or of an `own` one of the account; once and at once when absent. */
  readonly deliveries?: (detailType: string, own?: boolean) => readonly number[];
}

const DEFAULT_LATENCY_MS = 100;
/** Of all entries of a call (EventBridge User Guide, "Calculating PutEvents event entry size"). */
const LARGEST_BYTES = 256 * 1024;
const MOST_ENTRIES = 10;

export function localEvents(world: EventsWorld): LocalEvents {
  const { clock, random, latencyMs = DEFAULT_LATENCY_MS } = world;
  const rules = new Map<string, Rule>();
  const schedules = new Map<string, Timer>();
  const listeners: ((event: CloudEvent) => void)[] = [];

  const send = (rule: string, targets: readonly Target[], event: CloudEvent) => {
    for (const target of targets)
      deliver(target, event, arnOf('events', `rule/${rule}`), { ...world, clock });
  };
  const put = (event: CloudEvent) => {
    for (const listener of listeners) listener(event);
    const matching = [...rules.values()].filter(({ pattern }) => matchesPattern(pattern, event));
    if (matching.length === 0) return;
    clock.at(clock.now() + latencyMs, () => {
      for (const { name, targets } of matching) send(name, targets, event);
    });
  };
  const spread = (event: CloudEvent, own: boolean) => {
    for (const delay of world.deliveries?.(event['detail-type'], own) ?? [0]) {
      if (delay === 0) put(event);
      else clock.at(clock.now() + delay, () => put(event));
    }
  };
  const completed = (event: EmittedEvent): CloudEvent => ({
    version: '0',
    id: random.id(),
    account: LOCAL_ACCOUNT,
    region: LOCAL_REGION,
    time: `${new Date(clock.now()).toISOString().slice(0, 19)}Z`,
    resources: [],
    ...event,
  });

  const putEvents = (input: PutEventsCommandInput) => {
    const entries = input.Entries ?? [];
    if (entries.length === 0 || entries.length > MOST_ENTRIES) {
      throw invalid(`${entries.length} entries: use 1 to ${MOST_ENTRIES}`);
    }
    const size = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
    if (size > LARGEST_BYTES)
      throw invalid(`total size of the entries in the request is over the limit: ${size}`);
    const Entries = entries.map((entry) => {
      const accepted = eventOf(entry);
      if ('ErrorCode' in accepted) return accepted;
      const event = completed(accepted);
      spread(event, true);
      return { EventId: event.id };
    });
    return { Entries, FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length };
  };

  return {
    answer: answerFrom('EventBridge', { PutEvents: putEvents }),
    emit: (event) => spread(completed(event), false),
    deliver: put,
    addRule: (rule) => {
      matchesPattern(rule.pattern, {});
      rules.set(rule.name, rule);
    },
    removeRule: (name) => void rules.delete(name),
    addSchedule: ({ name, expression, targets }) => {
      const period = periodOf(expression);
      const next = () => {
        schedules.set(
          name,
          clock.at(clock.now() + period, () => {
            const event: EmittedEvent = {
              source: 'aws.events',
              'detail-type': 'Scheduled Event',
              resources: [arnOf('events', `rule/${name}`)],
              detail: {},
            };
            send(name, targets, completed(event));
            next();
          }),
        );
      };
      schedules.get(name)?.cancel();
      next();
    },
    onEvent: (listener) => void listeners.push(listener),
    stop: () => {
      for (const timer of schedules.values()) timer.cancel();
      schedules.clear();
    },
  };
}

const invalid = (message: string) =>
  new EventBridgeServiceException({
    name: 'ValidationException',
    message,
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
  });

/** 14 bytes for a time, and the UTF-8 bytes of source, detail type, detail and resources. */
const sizeOf = (entry: PutEventsRequestEntry): number =>
  (entry.Time ? 14 : 0) +
  [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])].reduce(
    (sum, text) => sum + Buffer.byteLength(text ?? ''),
    0,
  );

interface Refused {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

function eventOf(entry: PutEventsRequestEntry): EmittedEvent | Refused {
  const { Source, DetailType, Detail, Resources, Time } = entry;
  if (!Source || !DetailType || Detail === undefined) {
    const missing = !Source ? 'Source' : !DetailType ? 'DetailType' : 'Detail';
    return { ErrorCode: 'InvalidArgument', ErrorMessage: `parameter ${missing} is not valid: it is missing` };
  }
  if (Source.startsWith('aws.')) {
    return {
      ErrorCode: 'NotAuthorizedForSourceException',
      ErrorMessage: `not authorized for the source "${Source}"`,
    };
  }
  const detail = parsed(Detail);
  if (detail === undefined)
    return { ErrorCode: 'MalformedDetail', ErrorMessage: 'detail is malformed: it is no JSON object' };
  return {
    source: Source,
    'detail-type': DetailType,
    detail,
    ...(Resources && { resources: Resources }),
    ...(Time && { time: `${Time.toISOString().slice(0, 19)}Z` }),
  };
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
