import type { MetricDataQuery, PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import type { Instant } from '../../core/ids.js';
import { evaluateMath, type MathValue } from './metric-math.js';
import { type Bucket, type MetricStore, MINUTE_MS } from './metric-store.js';

export const ALARM_STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;
export type AlarmState = (typeof ALARM_STATES)[number];
export type AlarmDefinition = PutMetricAlarmCommandInput;

/** An alarm on a metric that nobody publishes, which keeps the state that it was given. */
export const heldAlarm = (name: string): AlarmDefinition => ({
  AlarmName: name,
  Namespace: 'Local',
  MetricName: 'SetByHand',
  Statistic: 'Maximum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 0,
  ComparisonOperator: 'GreaterThanThreshold',
  TreatMissingData: 'ignore',
});

/** One value a period, oldest first; `undefined` where nothing was measured. */
export type Points = readonly (number | undefined)[];

/**
 * How many periods an alarm looks back at: CloudWatch asks for more than `EvaluationPeriods`, and does not say how many;
 * its documentation's examples show five for three.
 */
export const evaluationRange = (definition: AlarmDefinition): number =>
  (definition.EvaluationPeriods ?? 1) + 2;

/** What an alarm sees at a moment. Periods end at the last full minute. */
export function alarmPoints(definition: AlarmDefinition, store: MetricStore, now: Instant): Points {
  const range = evaluationRange(definition);
  const { Metrics: queries } = definition;
  if (!queries) {
    return points(
      store,
      {
        Metric: definition,
        Period: definition.Period,
        Stat: definition.ExtendedStatistic ?? definition.Statistic,
      },
      range,
      now,
    );
  }
  const values = new Map<string, MathValue>();
  for (const query of inOrderOfUse(queries)) {
    const value = query.MetricStat
      ? points(store, query.MetricStat, range, now)
      : evaluateMath(query.Expression ?? '', new Map(values));
    values.set(query.Id ?? '', value);
  }
  const returned = queries.find(({ ReturnData }) => ReturnData !== false);
  const value = values.get(returned?.Id ?? '') ?? [];
  return typeof value === 'number' ? Array.from({ length: range }, () => value) : value;
}

/** Metrics first, expressions after those that they name. */
function inOrderOfUse(queries: readonly MetricDataQuery[]): readonly MetricDataQuery[] {
  const sorted = queries.filter(({ MetricStat }) => MetricStat);
  let left = queries.filter(({ MetricStat }) => !MetricStat);
  while (left.length > 0) {
    const ids = left.map(({ Id }) => Id ?? '');
    const ready = left.filter(
      ({ Expression = '' }) => !ids.some((id) => new RegExp(`\\b${id}\\b`).test(Expression)),
    );
    if (ready.length === 0) throw new Error(`metric math expressions name each other: ${ids.join(', ')}`);
    sorted.push(...ready);
    left = left.filter((query) => !ready.includes(query));
  }
  return sorted;
}

interface Measured {
  readonly Metric?:
    | {
        readonly Namespace?: string | undefined;
        readonly MetricName?: string | undefined;
        readonly Dimensions?:
          | readonly { readonly Name?: string | undefined; readonly Value?: string | undefined }[]
          | undefined;
      }
    | undefined;
  readonly Period?: number | undefined;
  readonly Stat?: string | undefined;
}

function points(
  store: MetricStore,
  { Metric, Period = 60, Stat = '' }: Measured,
  range: number,
  now: Instant,
) {
  const dimensions = Object.fromEntries(
    (Metric?.Dimensions ?? []).map(({ Name, Value }) => [Name, Value ?? '']),
  );
  const buckets = store.buckets(Metric?.Namespace ?? '', Metric?.MetricName ?? '', dimensions);
  const minutes = Math.max(1, Math.round(Period / 60));
  const end = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  return Array.from({ length: range }, (_, index) => {
    const start = end - (range - index) * minutes * MINUTE_MS;
    const window = Array.from({ length: minutes }, (_, minute) => buckets.get(start + minute * MINUTE_MS));
    return statistic(
      Stat,
      window.filter((bucket) => bucket !== undefined),
    );
  });
}

function statistic(name: string, buckets: readonly Bucket[]): number | undefined {
  if (buckets.length === 0) return undefined;
  const sum = buckets.reduce((total, bucket) => total + bucket.sum, 0);
  const count = buckets.reduce((total, bucket) => total + bucket.count, 0);
  switch (name) {
    case 'Sum':
      return sum;
    case 'Average':
      return sum / count;
    case 'SampleCount':
      return count;
    case 'Minimum':
      return Math.min(...buckets.map(({ minimum }) => minimum));
    case 'Maximum':
      return Math.max(...buckets.map(({ maximum }) => maximum));
    default: {
      const percent = /^p(\d+(?:\.\d+)?)$/.exec(name)?.[1];
      if (percent === undefined)
        throw new Error(
          `no statistic "${name}"; known: Sum, Average, SampleCount, Minimum, Maximum, p0 to p100`,
        );
      const values = buckets.flatMap((bucket) => bucket.values).sort((a, b) => a - b);
      const rank = Math.ceil((Number(percent) / 100) * values.length);
      return values[Math.max(0, rank - 1)];
    }
  }
}

const BREACHES: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/**
 * The state that follows (CloudWatch User Guide, "How alarm state is evaluated when data is missing"): with enough data
 * the latest decide and gaps do not matter; with too little, `TreatMissingData` fills up what is wanting.
 */
export function judgeAlarm(definition: AlarmDefinition, seen: Points, current: AlarmState): AlarmState {
  const breaches = BREACHES[definition.ComparisonOperator ?? ''];
  if (!breaches)
    throw new Error(
      `no comparison operator "${definition.ComparisonOperator}" here; known: ${Object.keys(BREACHES).join(', ')}`,
    );
  const periods = definition.EvaluationPeriods ?? 1;
  const needed = definition.DatapointsToAlarm ?? periods;
  const treat = definition.TreatMissingData ?? 'missing';
  const breachOf = seen.map((value) =>
    value === undefined ? undefined : breaches(value, definition.Threshold ?? 0),
  );
  const present = breachOf.filter((breach) => breach !== undefined).slice(-periods);
  const wanting = periods - present.length;
  const breaching = present.filter(Boolean).length;
  if (breaching >= needed) return 'ALARM';
  if (wanting === 0 || treat === 'notBreaching') return 'OK';
  if (treat === 'breaching') return breaching + wanting >= needed ? 'ALARM' : 'OK';
  if (present.includes(false)) return 'OK';
  if (treat === 'ignore') return current;
  if (present.length === 0) return 'INSUFFICIENT_DATA';
  // All there is breaches: alarm once the oldest is as old as the points that an alarm needs.
  return seen.length - breachOf.indexOf(true) >= needed ? 'ALARM' : current;
}

/**
 * An alarm from the properties of an `AWS::CloudWatch::Alarm`, which has the API's names.
 * @param resolve turns intrinsics such as `Ref` into values; applied to every object, innermost last.
 */
export function alarmFromTemplate(
  logicalId: string,
  properties: unknown,
  resolve: (value: unknown) => unknown = (value) => value,
): AlarmDefinition {
  const walk = (value: unknown): unknown => {
    const resolved = resolve(value);
    if (Array.isArray(resolved)) return resolved.map(walk);
    if (typeof resolved !== 'object' || resolved === null) return resolved;
    return Object.fromEntries(Object.entries(resolved).map(([key, inner]) => [key, walk(inner)]));
  };
  const definition = walk(properties) as AlarmDefinition;
  return { ...definition, AlarmName: definition.AlarmName ?? logicalId };
}
