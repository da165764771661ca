import type { Datum } from './metric-store.js';

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : String(value));

/**
 * The metrics in one log line, by the Embedded Metric Format (CloudWatch User Guide, "Specification: Embedded metric
 * format"): every metric once for each dimension set. None when the line is no such document.
 */
export function embeddedMetrics(line: string | Fields): readonly Datum[] {
  const document = typeof line === 'string' ? parsed(line) : line;
  const header = document?._aws;
  if (!document || !isObject(header) || typeof header.Timestamp !== 'number') return [];
  const at = header.Timestamp;
  return listOf(header.CloudWatchMetrics)
    .filter(isObject)
    .flatMap((directive) => {
      const namespace = directive.Namespace;
      if (typeof namespace !== 'string') return [];
      const sets = listOf(directive.Dimensions).map((set) => listOf(set).map(textOf));
      return listOf(directive.Metrics)
        .filter(isObject)
        .flatMap((definition) => {
          const metric = textOf(definition.Name);
          const unit = definition.Unit;
          return numbers(document[metric]).flatMap((value) =>
            (sets.length > 0 ? sets : [[]]).map((set) => ({
              namespace,
              metric,
              dimensions: Object.fromEntries(set.map((name) => [name, textOf(document[name])])),
              value,
              at,
              ...(typeof unit === 'string' && { unit }),
            })),
          );
        });
    });
}

const numbers = (value: unknown): readonly number[] =>
  (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'number');

function parsed(line: string): Fields | undefined {
  if (!line.includes('"_aws"')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
