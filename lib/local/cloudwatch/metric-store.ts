import type { Instant } from '../../core/ids.js';

/** One value of one metric. */
export interface Datum {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  readonly unit?: string;
  readonly at: Instant;
}

/** What was measured within one minute. */
export interface Bucket {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  /** The first `KEPT_VALUES`: percentiles come from these. */
  readonly values: readonly number[];
}

type OpenBucket = { -readonly [Key in keyof Bucket]: Bucket[Key] } & { readonly values: number[] };

export interface MetricSink {
  put(datum: Datum): void;
}

export interface MetricStore extends MetricSink {
  /** Buckets of this very combination of dimensions, by the minute in which they begin. */
  buckets(
    namespace: string,
    metric: string,
    dimensions: Readonly<Record<string, string>>,
  ): ReadonlyMap<Instant, Bucket>;
  /** Every metric that has data, for tests and people. */
  names(): readonly Omit<Datum, 'value' | 'at' | 'unit'>[];
  /** Forgets what is older. */
  prune(before: Instant): void;
}

export const MINUTE_MS = 60_000;
const KEPT_VALUES = 1_000;

const keyOf = (namespace: string, metric: string, dimensions: Readonly<Record<string, string>>): string =>
  JSON.stringify([namespace, metric, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);

export function metricStore(): MetricStore {
  const series = new Map<string, { about: Datum; buckets: Map<Instant, OpenBucket> }>();
  const none: ReadonlyMap<Instant, Bucket> = new Map();
  return {
    put: (datum) => {
      const key = keyOf(datum.namespace, datum.metric, datum.dimensions);
      let known = series.get(key);
      if (!known) {
        known = { about: datum, buckets: new Map() };
        series.set(key, known);
      }
      const minute = Math.floor(datum.at / MINUTE_MS) * MINUTE_MS;
      const { value } = datum;
      const bucket = known.buckets.get(minute);
      if (!bucket) {
        known.buckets.set(minute, { count: 1, sum: value, minimum: value, maximum: value, values: [value] });
        return;
      }
      bucket.count += 1;
      bucket.sum += value;
      bucket.minimum = Math.min(bucket.minimum, value);
      bucket.maximum = Math.max(bucket.maximum, value);
      if (bucket.values.length < KEPT_VALUES) bucket.values.push(value);
    },
    buckets: (namespace, metric, dimensions) =>
      series.get(keyOf(namespace, metric, dimensions))?.buckets ?? none,
    names: () =>
      [...series.values()].map(({ about: { namespace, metric, dimensions } }) => ({
        namespace,
        metric,
        dimensions,
      })),
    prune: (before) => {
      for (const [key, { buckets }] of series) {
        for (const minute of buckets.keys()) if (minute < before) buckets.delete(minute);
        if (buckets.size === 0) series.delete(key);
      }
    },
  };
}
