import type { Prices } from './prices.js';

/** What a minute at rest was seen to use, and what the template holds. */
export interface Rest {
  readonly invocations: number;
  /** Billed seconds of all functions, times their memory in GB. */
  readonly gbSeconds: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly sqsCalls: number;
  readonly logBytes: number;
  /** Our own metrics that got data, by name and dimensions. */
  readonly metrics: number;
  /** In the table, indexes included. */
  readonly tableBytes: number;
  /** Metrics that the template's alarms watch; an alarm of one metric is one. */
  readonly alarmMetrics: number;
  /** Queues that feed a function. */
  readonly polledQueues: number;
}

export interface Cost {
  readonly what: string;
  readonly usd: number;
}

const GB = 1e9;

/** Dollars a month at list prices, without free tiers. */
export const monthAtRest = (rest: Rest, prices: Prices): readonly Cost[] => {
  const minutes = prices.monthHours * 60;
  const logGb = (rest.logBytes * minutes) / GB;
  const tableGb = rest.tableBytes / GB;
  return [
    {
      what: 'Lambda',
      usd:
        minutes *
        (rest.invocations * prices.usd('lambda.request') +
          rest.gbSeconds * prices.usd('lambda.arm64.gbSecond')),
    },
    {
      what: 'DynamoDB',
      usd:
        minutes *
          (rest.readUnits * prices.usd('dynamodb.onDemand.readUnit') +
            rest.writeUnits * prices.usd('dynamodb.onDemand.writeUnit')) +
        tableGb *
          (prices.usd('dynamodb.storage.gbMonth') + prices.usd('dynamodb.pointInTimeRecovery.gbMonth')),
    },
    {
      what: 'SQS',
      usd:
        prices.usd('sqs.standard.request') *
        (minutes * rest.sqsCalls + rest.polledQueues * prices.count('sqs.pollsPerIdleQueueMonth')),
    },
    { what: 'metrics', usd: rest.metrics * prices.usd('cloudwatch.metric.month') },
    { what: 'alarms', usd: rest.alarmMetrics * prices.usd('cloudwatch.alarm.month') },
    {
      what: 'logs',
      usd: logGb * (prices.usd('cloudwatch.logs.ingestGb') + prices.usd('cloudwatch.logs.gbMonth')),
    },
  ];
};
