import {
  type DeleteAlarmsCommandInput,
  type DescribeAlarmsCommandInput,
  InvalidParameterCombinationException,
  InvalidParameterValueException,
  type MetricAlarm,
  MissingRequiredParameterException,
  type PutMetricAlarmCommandInput,
  type PutMetricDataCommandInput,
  ResourceNotFound,
  type SetAlarmStateCommandInput,
} from '@aws-sdk/client-cloudwatch';
import type { Instant } from '../../core/ids.js';
import type { LocalClock, Timer } from '../clock.js';
import type { EmittedEvent } from '../events/event.js';
import { answerFrom } from '../operations.js';
import type { Kept } from '../persist.js';
import { arnOf } from '../place.js';
import type { Answer } from '../route-client.js';
import {
  ALARM_STATES,
  type AlarmDefinition,
  type AlarmState,
  alarmPoints,
  heldAlarm,
  judgeAlarm,
} from './alarm.js';
import { embeddedMetrics } from './embedded-metrics.js';
import { type Datum, type MetricSink, type MetricStore, MINUTE_MS, metricStore } from './metric-store.js';
import { stateChange } from './state-change.js';

export interface Alarm {
  readonly definition: AlarmDefinition;
  readonly state: AlarmState;
  readonly since: Instant;
  readonly reason: string;
}

export interface LocalCloudWatch extends Kept, MetricSink {
  readonly answer: Answer;
  readonly metrics: MetricStore;
  /** Takes the metrics out of a log line in the Embedded Metric Format; other lines have none. */
  ingest(line: string | Readonly<Record<string, unknown>>): void;
  /** Creates or replaces an alarm; its state stays, a new one has INSUFFICIENT_DATA. */
  putAlarm(definition: AlarmDefinition): void;
  /** Sets an alarm's state by hand. One that is not there is made; it has no data, and so stays as it was set. */
  setAlarm(name: string, state: AlarmState): void;
  alarm(name: string): Alarm | undefined;
  alarms(): readonly Alarm[];
  /** Called before each evaluation, to measure what is only looked at: a queue's length. */
  beforeEvaluation(measure: () => void): void;
  stop(): void;
}

export interface CloudWatchWorld {
  readonly clock: LocalClock;
  readonly emit: (event: EmittedEvent) => void;
  /** An alarm's action: an ARN, mostly a topic's. */
  readonly act: (arn: string, message: string, subject: string) => void;
  readonly changed?: () => void;
  readonly pageSize?: number;
}

const DEFAULT_PAGE_SIZE = 3;
/** Longer than any evaluation here looks back. */
const KEPT_MS = 26 * 60 * MINUTE_MS;

export const alarmArn = (name: string): string => arnOf('cloudwatch', `alarm:${name}`);

/** Metrics and alarms. Alarms are evaluated at each full minute of the clock while there are any. */
export function localCloudWatch(world: CloudWatchWorld): LocalCloudWatch {
  const { clock, pageSize = DEFAULT_PAGE_SIZE } = world;
  const metrics = metricStore();
  const alarms = new Map<string, Alarm>();
  const measures: (() => void)[] = [];
  let timer: Timer | undefined;
  const changed = () => world.changed?.();

  const move = (name: string, before: Alarm, state: AlarmState, reason: string) => {
    const after: Alarm = { ...before, state, since: clock.now(), reason };
    alarms.set(name, after);
    changed();
    const { event, message, actions } = stateChange(alarmArn(name), before, after);
    world.emit(event);
    for (const arn of actions) world.act(arn, message, `${state}: "${name}"`);
  };
  /** The next evaluation takes it back where the data says otherwise, as on AWS. */
  const setState = (name: string, state: AlarmState, reason: string) => {
    const known = alarms.get(name);
    if (known === undefined) throw notFound([name]);
    if (known.state !== state) move(name, known, state, reason);
  };
  const evaluate = () => {
    for (const measure of measures) measure();
    for (const [name, alarm] of [...alarms]) {
      const seen = alarmPoints(alarm.definition, metrics, clock.now());
      const state = judgeAlarm(alarm.definition, seen, alarm.state);
      const shown = seen.map((value) => value ?? '-').join(' ');
      if (state !== alarm.state)
        move(name, alarm, state, `threshold ${alarm.definition.Threshold}; data: ${shown}`);
    }
    metrics.prune(clock.now() - KEPT_MS);
  };
  const schedule = () => {
    if (timer || alarms.size === 0) return;
    const next = (Math.floor(clock.now() / MINUTE_MS) + 1) * MINUTE_MS;
    timer = clock.at(next, () => {
      timer = undefined;
      evaluate();
      schedule();
    });
  };
  const stop = () => {
    timer?.cancel();
    timer = undefined;
  };

  const putAlarm = (definition: AlarmDefinition) => {
    check(definition);
    const name = definition.AlarmName ?? '';
    const known = alarms.get(name);
    alarms.set(name, {
      state: known?.state ?? 'INSUFFICIENT_DATA',
      since: known?.since ?? clock.now(),
      reason: known?.reason ?? 'Unchecked: Initial alarm creation',
      definition: { ...definition },
    });
    changed();
    schedule();
  };

  const describe = (input: DescribeAlarmsCommandInput) => {
    const limit = Math.min(input.MaxRecords ?? 100, pageSize);
    // Every alarm here is one of metrics; none else is asked for by default.
    const metric = input.AlarmTypes?.includes('MetricAlarm') ?? true;
    const found = (metric ? [...alarms.keys()] : [])
      .sort()
      .filter(
        (name) =>
          (input.AlarmNames?.includes(name) ?? true) &&
          name.startsWith(input.AlarmNamePrefix ?? '') &&
          (input.StateValue ?? alarms.get(name)?.state) === alarms.get(name)?.state,
      );
    const from =
      input.NextToken === undefined ? 0 : found.findIndex((name) => name > (input.NextToken ?? ''));
    const page = from < 0 ? [] : found.slice(from, from + limit);
    const more = from >= 0 && from + limit < found.length;
    return {
      MetricAlarms: page.flatMap((name) => {
        const alarm = alarms.get(name);
        return alarm ? [described(name, alarm)] : [];
      }),
      CompositeAlarms: [],
      ...(more && { NextToken: page.at(-1) }),
    };
  };

  return {
    answer: answerFrom('CloudWatch', {
      PutMetricData: (input: PutMetricDataCommandInput) => {
        for (const datum of dataOf(input, clock.now())) metrics.put(datum);
        return {};
      },
      PutMetricAlarm: (input: PutMetricAlarmCommandInput) => {
        putAlarm(input);
        return {};
      },
      DeleteAlarms: (input: DeleteAlarmsCommandInput) => {
        const unknown = (input.AlarmNames ?? []).filter((name) => !alarms.has(name));
        if (unknown.length > 0) throw notFound(unknown);
        for (const name of input.AlarmNames ?? []) alarms.delete(name);
        changed();
        return {};
      },
      DescribeAlarms: describe,
      SetAlarmState: ({ AlarmName = '', StateValue, StateReason = '' }: SetAlarmStateCommandInput) => {
        setState(AlarmName, checkedState(StateValue), StateReason);
        return {};
      },
    }),
    metrics,
    put: metrics.put,
    ingest: (line) => {
      for (const datum of embeddedMetrics(line)) metrics.put(datum);
    },
    putAlarm,
    setAlarm: (name, state) => {
      if (!alarms.has(name)) putAlarm(heldAlarm(name));
      setState(name, state, 'set by hand');
    },
    alarm: (name) => alarms.get(name),
    alarms: () => [...alarms.values()],
    beforeEvaluation: (measure) => void measures.push(measure),
    stop,
    snapshot: () => [...alarms.values()],
    restore: (state) => {
      for (const alarm of state as readonly Alarm[]) alarms.set(alarm.definition.AlarmName ?? '', alarm);
      schedule();
    },
  };
}

const notFound = (names: readonly string[]) =>
  new ResourceNotFound({ message: `no alarm ${names.join(', ')}`, $metadata: { httpStatusCode: 404 } });

const checkedState = (state: string | undefined): AlarmState => {
  const known = ALARM_STATES.find((it) => it === state);
  if (known !== undefined) return known;
  throw new InvalidParameterValueException({
    message: `no state "${state}"; known: ${ALARM_STATES.join(', ')}`,
    $metadata: { httpStatusCode: 400 },
  });
};

function check(definition: AlarmDefinition): void {
  const required = ['AlarmName', 'EvaluationPeriods', 'ComparisonOperator'] as const;
  for (const parameter of required) {
    if (definition[parameter] === undefined) {
      throw new MissingRequiredParameterException({
        message: `the parameter ${parameter} is required`,
        $metadata: { httpStatusCode: 400 },
      });
    }
  }
  if ((definition.MetricName === undefined) === (definition.Metrics === undefined)) {
    throw new InvalidParameterCombinationException({
      message: 'exactly one of MetricName and Metrics is required',
      $metadata: { httpStatusCode: 400 },
    });
  }
}

function dataOf(input: PutMetricDataCommandInput, now: Instant): readonly Datum[] {
  return (input.MetricData ?? []).flatMap((entry) => {
    const values = entry.Values ?? (entry.Value === undefined ? [] : [entry.Value]);
    return values.flatMap((value, index) =>
      Array.from({ length: entry.Counts?.[index] ?? 1 }, () => ({
        namespace: input.Namespace ?? '',
        metric: entry.MetricName ?? '',
        dimensions: Object.fromEntries(
          (entry.Dimensions ?? []).map(({ Name, Value }) => [Name, Value ?? '']),
        ),
        value,
        at: entry.Timestamp?.getTime() ?? now,
        ...(entry.Unit !== undefined && { unit: entry.Unit }),
      })),
    );
  });
}

const described = (name: string, { definition, state, since, reason }: Alarm): MetricAlarm => {
  const { Tags: _tags, ...rest } = definition;
  return {
    ...rest,
    AlarmArn: alarmArn(name),
    ActionsEnabled: definition.ActionsEnabled ?? true,
    StateValue: state,
    StateReason: reason,
    StateUpdatedTimestamp: new Date(since),
    StateTransitionedTimestamp: new Date(since),
  };
};
