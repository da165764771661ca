import { Metrics as Powertools } from '@aws-lambda-powertools/metrics';
import { METRIC_NAMESPACE } from '../core/deployment.js';
import type { Instant } from '../core/ids.js';
import type { Metric, Metrics } from '../ports/outbox.js';
import { writeLine } from './write-line.js';

/** An embedded-metrics document carries at most 100 metrics and 100 values of each; at 100 Powertools writes one of its own. */
const METRICS_A_DOCUMENT = 99;
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/**
 * Metrics as log lines in CloudWatch's embedded metric format: no call, no permission. Dimensions are `Stack`, and
 * `Group` for a group's own; one line for each group and one for the fleet.
 */
export function emfMetrics(options: {
  readonly stack: string;
  readonly write?: (line: string) => void;
}): Metrics {
  const { stack, write = writeLine } = options;
  const line = (metrics: readonly Metric[], group: string | undefined, at: Instant): string => {
    const document = new Powertools({ namespace: METRIC_NAMESPACE, logger: silent });
    document.clearDefaultDimensions();
    document.addDimensions(group === undefined ? { Stack: stack } : { Stack: stack, Group: group });
    document.setTimestamp(at);
    for (const { name, unit, value } of metrics) document.addMetric(name, unit, value);
    return JSON.stringify(document.serializeMetrics());
  };
  return {
    publish: (metrics, at) => {
      for (const [group, own] of byGroup(metrics)) {
        for (let from = 0; from < own.length; from += METRICS_A_DOCUMENT) {
          write(line(own.slice(from, from + METRICS_A_DOCUMENT), group, at));
        }
      }
    },
  };
}

const byGroup = (metrics: readonly Metric[]): ReadonlyMap<string | undefined, Metric[]> => {
  const groups = new Map<string | undefined, Metric[]>();
  for (const metric of metrics) {
    const own = groups.get(metric.group);
    if (own) own.push(metric);
    else groups.set(metric.group, [metric]);
  }
  return groups;
};
