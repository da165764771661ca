import type { Interceptor } from './route-client.js';

/** How often one principal called one operation, and what DynamoDB charged for it. */
export interface CallCount {
  readonly principal: string;
  readonly service: string;
  readonly operation: string;
  readonly calls: number;
  /** Calls that threw; they count as calls too. */
  readonly errors: number;
  /** DynamoDB read request units: 4 KB each, half when eventually consistent. */
  readonly readUnits: number;
  /** DynamoDB write request units: 1 KB each, indexes included. */
  readonly writeUnits: number;
}

export interface CallFilter {
  readonly principal?: string;
  readonly service?: string;
  readonly operation?: string;
}

/** Counts every SDK call; constant memory per (principal, service, operation). */
export interface CallLog {
  intercept(principal: string): Interceptor;
  addUnits(
    principal: string,
    operation: string,
    units: { readonly read?: number; readonly write?: number },
  ): void;
  /** Sorted by principal, service and operation. */
  counts(filter?: CallFilter): readonly CallCount[];
  /** Calls in all that match. */
  total(filter?: CallFilter): number;
  units(filter?: CallFilter): { readonly read: number; readonly write: number };
  reset(): void;
}

type Row = { -readonly [Key in keyof CallCount]: CallCount[Key] };

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export function callLog(): CallLog {
  const rows = new Map<string, Row>();
  const row = (principal: string, service: string, operation: string): Row => {
    const key = `${principal}\n${service}\n${operation}`;
    const known = rows.get(key);
    if (known) return known;
    const fresh = { principal, service, operation, calls: 0, errors: 0, readUnits: 0, writeUnits: 0 };
    rows.set(key, fresh);
    return fresh;
  };
  const counts = (filter: CallFilter = {}): readonly CallCount[] =>
    [...rows.entries()]
      .sort(([a], [b]) => order(a, b))
      .map(([, count]) => ({ ...count }))
      .filter(
        (count) =>
          (filter.principal ?? count.principal) === count.principal &&
          (filter.service ?? count.service) === count.service &&
          (filter.operation ?? count.operation) === count.operation,
      );
  return {
    intercept: (principal) => async (call, next) => {
      const count = row(principal, call.service, call.operation);
      count.calls += 1;
      try {
        return await next();
      } catch (error) {
        count.errors += 1;
        throw error;
      }
    },
    addUnits: (principal, operation, { read = 0, write = 0 }) => {
      const count = row(principal, 'DynamoDB', operation);
      count.readUnits += read;
      count.writeUnits += write;
    },
    counts,
    total: (filter) => counts(filter).reduce((sum, count) => sum + count.calls, 0),
    units: (filter) => ({
      read: counts(filter).reduce((sum, count) => sum + count.readUnits, 0),
      write: counts(filter).reduce((sum, count) => sum + count.writeUnits, 0),
    }),
    reset: () => rows.clear(),
  };
}
