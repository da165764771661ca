import { describe, expect, it } from 'vitest';
import { monthAtRest } from '../../bench/month-at-rest.js';
import { parsePrices, readPrices } from '../../bench/prices.js';

const price = (usd: number) => ({ usd, certain: true });

const FILE = {
  region: 'us-east-1',
  date: '2026-11-22',
  monthHours: 100,
  prices: {
    'lambda.request': price(0.001),
    'lambda.arm64.gbSecond': price(0.01),
    'dynamodb.onDemand.readUnit': price(0.002),
    'dynamodb.onDemand.writeUnit': price(0.003),
    'dynamodb.storage.gbMonth': price(5),
    'dynamodb.pointInTimeRecovery.gbMonth': price(2),
    'sqs.standard.request': price(0.01),
    'sqs.pollsPerIdleQueueMonth': { count: 300, certain: false },
    'cloudwatch.metric.month': price(0.3),
    'cloudwatch.alarm.month': price(0.1),
    'cloudwatch.logs.ingestGb': price(4),
    'cloudwatch.logs.gbMonth': price(1),
  },
};

const NOTHING = {
  invocations: 0,
  gbSeconds: 0,
  readUnits: 0,
  writeUnits: 0,
  sqsCalls: 0,
  logBytes: 0,
  metrics: 0,
  tableBytes: 0,
  alarmMetrics: 0,
  polledQueues: 0,
};

const dollars = (change: Partial<typeof NOTHING>) =>
  Object.fromEntries(
    monthAtRest({ ...NOTHING, ...change }, parsePrices(JSON.stringify(FILE))).map(({ what, usd }) => [
      what,
      Number(usd.toFixed(9)),
    ]),
  );

describe('monthAtRest', () => {
  it('costs nothing when nothing is used', () => {
    expect(Object.values(dollars({})).every((usd) => usd === 0)).toBe(true);
  });

  // A month of 100 hours has 6,000 minutes.
  it.each([
    ['a run a minute', { invocations: 1 }, 'Lambda', 6],
    ['half a GB-second a minute', { gbSeconds: 0.5 }, 'Lambda', 30],
    ['two read units a minute', { readUnits: 2 }, 'DynamoDB', 24],
    ['a write unit a minute', { writeUnits: 1 }, 'DynamoDB', 18],
    ['two gigabytes in the table', { tableBytes: 2e9 }, 'DynamoDB', 14],
    ['a call of SQS a minute', { sqsCalls: 1 }, 'SQS', 60],
    ['two queues that are polled', { polledQueues: 2 }, 'SQS', 6],
    ['three metrics', { metrics: 3 }, 'metrics', 0.9],
    ['fourteen alarms', { alarmMetrics: 14 }, 'alarms', 1.4],
    ['a megabyte of log a minute', { logBytes: 1e6 }, 'logs', 30],
  ])('prices %s', (_name, rest, what, usd) => {
    const costs = dollars(rest);
    expect(costs[what]).toBe(usd);
    expect(Object.values(costs).filter((other) => other !== 0)).toHaveLength(1);
  });
});

describe('parsePrices', () => {
  it('names a price that the file does not have', () => {
    const prices = parsePrices(JSON.stringify(FILE));
    expect(() => prices.usd('sns.publish')).toThrow('bench/prices.json has no usd of "sns.publish"');
    expect(() => prices.usd('sqs.pollsPerIdleQueueMonth')).toThrow('no usd');
  });

  it('lists what the file is not certain of', () => {
    expect(parsePrices(JSON.stringify(FILE)).uncertain).toEqual(['sqs.pollsPerIdleQueueMonth']);
  });

  it('refuses a price below nothing', () => {
    const wrong = { ...FILE, prices: { ...FILE.prices, 'lambda.request': price(-1) } };
    expect(() => parsePrices(JSON.stringify(wrong))).toThrow();
  });

  it('finds every price that a month at rest needs in the shipped file', () => {
    expect(() => monthAtRest(NOTHING, readPrices())).not.toThrow();
  });
});
