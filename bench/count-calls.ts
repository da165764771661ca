import type { CallCount, CallLog } from '../lib/local/call-log.js';

/** Calls that were made between two moments. */
export interface Calls {
  /** Of one service, by all functions or by those for which `by` holds. */
  total(service: string, by?: (principal: string) => boolean): number;
  /** `RunInstances 1, DescribeInstances 2`. */
  named(service: string, by?: (principal: string) => boolean): string;
  /** DynamoDB request units. */
  units(by?: (principal: string) => boolean): Units;
}

export interface Units {
  readonly read: number;
  readonly write: number;
}

export const unitsText = ({ read, write }: Units): string => `${read} read and ${write} write units`;

const EVERYBODY = (_principal: string) => true;

/** Starts counting. @returns what ends it and gives the counts. */
export const countCalls = (log: CallLog): (() => Calls) => {
  const keyOf = (row: CallCount) => `${row.principal} ${row.service} ${row.operation}`;
  const before = new Map(log.counts().map((row) => [keyOf(row), row]));
  return () => {
    const rows = log.counts().map((row) => {
      const earlier = before.get(keyOf(row));
      return {
        ...row,
        calls: row.calls - (earlier?.calls ?? 0),
        readUnits: row.readUnits - (earlier?.readUnits ?? 0),
        writeUnits: row.writeUnits - (earlier?.writeUnits ?? 0),
      };
    });
    const of = (service: string, by = EVERYBODY) =>
      rows.filter((row) => row.service === service && by(row.principal) && row.calls > 0);
    return {
      total: (service, by) => of(service, by).reduce((sum, row) => sum + row.calls, 0),
      named: (service, by) => {
        const operations = new Map<string, number>();
        for (const { operation, calls } of of(service, by))
          operations.set(operation, (operations.get(operation) ?? 0) + calls);
        return [...operations].map(([operation, calls]) => `${operation} ${calls}`).join(', ');
      },
      units: (by = EVERYBODY) => {
        const counted = rows.filter((row) => by(row.principal));
        return {
          read: counted.reduce((sum, row) => sum + row.readUnits, 0),
          write: counted.reduce((sum, row) => sum + row.writeUnits, 0),
        };
      },
    };
  };
};
