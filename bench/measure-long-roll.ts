import { groupAttributes } from '../lib/aws/dynamo-items.js';
import { itemSize } from '../lib/local/dynamodb/capacity.js';
import { memoryGroupStore, memoryTable, type StoreHook } from '../lib/local/memory-store.js';
import type { Figure, Measurement } from './figure.js';
import { type Prices, readPrices } from './prices.js';
import { readExecutions } from './read-executions.js';
import { rollOnce } from './roll.js';

const SIZE = 1_000;
const SIZE_WITH_TABLE = 100;
const NO_BOOT = { bootSeconds: 0, drainSeconds: 0 };
/** Of the 25,000 that the history of an execution may have. */
const MOST_EVENTS = 20_000;
/** Of the 400 that an item may have; each write of it is charged by its size. */
const LARGEST_GROUP_KB = 100;

/** What a roll costs that is too long for one execution of its state machine. */
export const measureLongRoll: Measurement = {
  name: 'long-roll',
  title: `To roll ${SIZE} instances that boot at once`,
  run: async () => {
    const prices = readPrices();
    return {
      figures: [
        ...(await inMemory('one at a time', 1, prices)),
        ...(await inMemory('MaxUnavailable 10%', '10%', prices)),
        await withTable(prices),
      ],
      notes: [
        `The roll of ${SIZE}: over a store in memory; SDK clients, the emulators of EC2 and Step Functions and the JSONata of the state machines are included in its CPU. History events and transitions are counted in the histories that Step Functions tells. An execution hands over to a fresh one after a fixed number of steps.`,
      ],
    };
  },
};

const inMemory = async (
  name: string,
  maxUnavailable: number | string,
  prices: Prices,
): Promise<readonly Figure[]> => {
  const table = memoryTable();
  let largestGroup = 0;
  const weighed: StoreHook = async (method, next) => {
    const answer = await next();
    if (method === 'update')
      for (const group of table.groups.values())
        largestGroup = Math.max(largestGroup, itemSize(groupAttributes(group.id, group)));
    return answer;
  };
  const { seconds, cpuMs, calls, seen } = await rollOnce(
    { size: SIZE, maxUnavailable, ...NO_BOOT },
    {
      adapt: (runtime) => ({ ...runtime, store: memoryGroupStore({ table, hook: weighed }) }),
      watch: (plane) => async () => ({
        rolling: await readExecutions(plane, 'rolling-update'),
        checks: await readExecutions(plane, 'health-check'),
      }),
    },
  );
  const { rolling, checks } = seen;
  const transitions = rolling.transitions + checks.transitions;
  const usd = transitions * prices.usd('stepFunctions.standardTransition');
  return [
    {
      what: `${name}: executions of rolling-update`,
      value: rolling.count,
      unit: 'executions',
      detail: `and ${checks.count} of health-check; ${seconds} s of virtual time, ${calls.total('EC2')} EC2 calls with the sweep's`,
    },
    {
      what: `${name}: most history events of an execution`,
      value: Math.max(rolling.mostEvents, checks.mostEvents),
      unit: 'events',
      limit: { atMost: MOST_EVENTS },
      detail: `rolling-update ${rolling.mostEvents}, health-check ${checks.mostEvents}; 25000 end one`,
    },
    {
      what: `${name}: state transitions for each replaced`,
      value: transitions / SIZE,
      unit: 'transitions',
      detail: `rolling-update ${rolling.transitions}, health-check ${checks.transitions}; $${usd.toFixed(3)} for all ${SIZE}`,
    },
    {
      what: `${name}: largest GROUP item`,
      value: largestGroup / 1024,
      unit: 'KB',
      limit: { below: LARGEST_GROUP_KB },
      detail: '400 is the most that DynamoDB takes',
    },
    { what: `${name}: CPU for each replaced`, value: cpuMs / SIZE, unit: 'ms CPU' },
  ];
};

/** Writes are the same for each instance however many there are; reads are not, since each pass reads every record. */
const withTable = async (prices: Prices): Promise<Figure> => {
  const { calls } = await rollOnce(
    { size: SIZE_WITH_TABLE, maxUnavailable: 1, ...NO_BOOT },
    { watch: () => () => undefined },
  );
  const { read, write } = calls.units();
  const usd =
    read * prices.usd('dynamodb.onDemand.readUnit') + write * prices.usd('dynamodb.onDemand.writeUnit');
  return {
    what: `${SIZE_WITH_TABLE} one at a time: DynamoDB write units for each replaced`,
    value: write / SIZE_WITH_TABLE,
    unit: 'units',
    detail: `${calls.total('DynamoDB')} calls, ${read} read and ${write} write units: $${usd.toFixed(3)} for all ${SIZE_WITH_TABLE}`,
  };
};
