import { type CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { ThrottledError, UnansweredError } from '../core/errors.js';
import { chunks } from '../core/in-flight.js';
import type { AlarmState } from '../core/observation.js';
import type { AlarmReader } from '../ports/outbox.js';
import { isUnanswered } from './lost-answer.js';

/** Names that DescribeAlarms takes, and alarms that it gives on a page, at most. */
const PAGE = 100;
const STATES: ReadonlySet<string> = new Set<AlarmState>(['OK', 'ALARM', 'INSUFFICIENT_DATA']);
const BUSY: ReadonlySet<string> = new Set([
  'LimitExceeded',
  'Throttling',
  'ThrottlingException',
  'RequestLimitExceeded',
]);

/** States of metric and composite alarms of this account and region. CloudWatch leaves out names that it does not know. */
export function cloudWatchAlarmReader(client: CloudWatchClient): AlarmReader {
  return {
    states: async (names) => {
      const states = new Map<string, AlarmState>();
      for (const AlarmNames of chunks([...new Set(names)], PAGE)) {
        for (const { name, state } of await described(client, AlarmNames)) states.set(name, state);
      }
      return states;
    },
  };
}

interface Described {
  readonly name: string;
  readonly state: AlarmState;
}

const described = async (
  client: CloudWatchClient,
  names: readonly string[],
): Promise<readonly Described[]> => {
  const found: Described[] = [];
  try {
    // Without the types, only metric alarms are answered.
    for await (const page of paginateDescribeAlarms(
      { client, pageSize: PAGE },
      { AlarmNames: [...names], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
    )) {
      for (const { AlarmName: name, StateValue: state } of [
        ...(page.MetricAlarms ?? []),
        ...(page.CompositeAlarms ?? []),
      ]) {
        if (name !== undefined && isState(state)) found.push({ name, state });
      }
    }
  } catch (error) {
    throw readError(error);
  }
  return found;
};

const isState = (state: string | undefined): state is AlarmState => state !== undefined && STATES.has(state);

const readError = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error;
  const words = `alarms were not read: ${error.name}: ${error.message}`;
  if (BUSY.has(error.name)) return new ThrottledError(words, { cause: error });
  return isUnanswered(error) ? new UnansweredError(words, { cause: error }) : error;
};
