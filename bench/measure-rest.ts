import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { ENVIRONMENT, FUNCTION_SHAPES } from '../lib/core/deployment.js';
import { embeddedMetrics } from '../lib/local/cloudwatch/embedded-metrics.js';
import { indexWriteUnits, itemSize } from '../lib/local/dynamodb/capacity.js';
import { freshBundles } from './bundles.js';
import { countCalls } from './count-calls.js';
import { cpuOf } from './cpu.js';
import { cattle } from './documents.js';
import type { Figure, Measurement } from './figure.js';
import { type Cost, monthAtRest, type Rest } from './month-at-rest.js';
import { type Plane, startPlane, WIDE_SUBNET } from './plane.js';
import { readPrices } from './prices.js';
import { type TemplateAtRest, templateAtRest } from './rest-of-template.js';

const SIZE = 10;
const MINUTES = 10;
const INSTANCES_A_PAGE = 1_000;
/** Assumed: what a call of the sweep takes. */
const EC2_CALL_MS = 150;
const DYNAMO_CALL_MS = 10;
/** Assumed: the SDK's reading of EC2's XML, which the local cloud does without. Measured apart: 225 to 320 ms per 1,000. */
const PARSE_MS_PER_INSTANCE = 0.3;
/** A function gets a whole vCPU at 1,769 MB (Lambda Developer Guide, "Configure Lambda function memory"). */
const MEGABYTES_OF_A_CPU = 1_769;
/** Assumed: Lambda's own START, END and REPORT lines. */
const LAMBDA_LOG_BYTES = 400;
/** DynamoDB bills 100 bytes more than its content for each item and index entry. */
const ITEM_OVERHEAD_BYTES = 100;

/** What a read costs that finds nothing; the emulator counts none. */
const LEAST_READ_UNITS = 0.5;

/** Calls and dollars while every group is as declared. */
export const measureRest: Measurement = {
  name: 'rest',
  title: 'At rest, a minute',
  run: async () => {
    const prices = readPrices();
    const template = templateAtRest((await freshBundles()).folder);
    const figures: Figure[] = [];
    for (const groups of [1, 10, 100]) {
      const { ec2, rest, cpuMs } = await measure(groups, template);
      const costs = monthAtRest(rest, prices);
      figures.push(
        {
          what: `${groups} groups of ${SIZE}: EC2 calls`,
          value: ec2.total,
          unit: 'calls',
          limit: { atMost: Math.ceil((groups * SIZE) / INSTANCES_A_PAGE) + 2 },
          infrakit: 12 * groups,
          detail: ec2.named,
        },
        {
          what: `${groups} groups of ${SIZE}: DynamoDB units`,
          value: rest.readUnits + rest.writeUnits,
          unit: 'units',
          detail: `${rest.readUnits} read, ${rest.writeUnits} write; SSM 0, SQS ${rest.sqsCalls} calls; sweep ${Math.round(cpuMs)} ms CPU, emulators included`,
        },
        {
          what: `${groups} groups of ${SIZE}: dollars a month`,
          value: costs.reduce((sum, { usd }) => sum + usd, 0),
          unit: '$',
          ...(groups === 100 ? { limit: { below: 5 } } : {}),
          detail: costs.map(costText).join(', '),
        },
      );
    }
    return {
      figures,
      notes: [
        'InfraKit at rest: 12 EC2 calls a minute for each group.',
        `Dollars: list prices of ${prices.region} as of ${prices.date} from bench/prices.json, no free tier, one control plane with no option set: ${template.alarmMetrics} alarms, ${template.polledQueues} polled queue.`,
        `Assumed: ${EC2_CALL_MS} ms an EC2 call and ${DYNAMO_CALL_MS} ms a DynamoDB call one after another, ${PARSE_MS_PER_INSTANCE} ms of CPU to read an instance from EC2's XML, CPU at ${FUNCTION_SHAPES.sweep.memoryMegabytes} of ${MEGABYTES_OF_A_CPU} MB, ${LAMBDA_LOG_BYTES} bytes of log that Lambda itself writes a run. Not certain in the price file: ${prices.uncertain.join(', ')}.`,
      ],
    };
  },
};

const costText = ({ what, usd }: Cost): string => `${what} ${usd.toFixed(2)}`;

const measure = async (groups: number, template: TemplateAtRest) => {
  const plane = await startPlane();
  try {
    const specs = Array.from({ length: groups }, (_, index) => cattle(`group-${index}`, SIZE, WIDE_SUBNET));
    await plane.commit(specs);
    await plane.converge();
    await plane.clock.advance(5 * 60_000);
    await plane.toMinute(5_000);
    return await restOf(plane, groups, template);
  } finally {
    await plane.stop();
  }
};

const restOf = async (plane: Plane, groups: number, template: TemplateAtRest) => {
  const counted = countCalls(plane.cloud.callLog);
  const { traces } = plane;
  const runs = () => [...traces.runs.values()].reduce((sum, count) => sum + count, 0);
  const before = { runs: runs(), logLines: traces.logLines, metricLines: traces.metricLines.length };
  const cpuMs = (await cpuOf(() => plane.clock.advance(MINUTES * 60_000))) / MINUTES;
  const calls = counted();
  const a = (total: number) => total / MINUTES;
  const byOthers = (principal: string) => principal !== plane.principal('sweep');
  const awake = calls.total('EC2', byOthers) + calls.total('DynamoDB', byOthers);
  if (awake > 0)
    throw new Error(`not at rest: ${calls.named('EC2', byOthers)} ${calls.named('DynamoDB', byOthers)}`);
  const logged = traces.logLines - before.logLines;
  if (logged > 0) throw new Error(`not at rest: ${logged} lines logged`);
  const lines = traces.metricLines.slice(before.metricLines);
  const invocations = a(runs() - before.runs);
  const memory = FUNCTION_SHAPES.sweep.memoryMegabytes;
  const cpuSeconds = (cpuMs + groups * SIZE * PARSE_MS_PER_INSTANCE) / 1000;
  const waitSeconds =
    (a(calls.total('EC2')) * EC2_CALL_MS + a(calls.total('DynamoDB')) * DYNAMO_CALL_MS) / 1000;
  const units = calls.units();
  const rest: Rest = {
    invocations,
    gbSeconds: (waitSeconds + (cpuSeconds * MEGABYTES_OF_A_CPU) / memory) * (memory / 1024),
    readUnits: Math.max(a(units.read), a(calls.total('DynamoDB')) * LEAST_READ_UNITS),
    writeUnits: a(units.write),
    sqsCalls: a(calls.total('SQS')),
    logBytes:
      a(lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0)) + invocations * LAMBDA_LOG_BYTES,
    metrics: distinctMetrics(lines),
    tableBytes: await tableBytes(plane),
    ...template,
  };
  return {
    rest,
    cpuMs,
    ec2: { total: a(calls.total('EC2')), named: `${calls.named('EC2')} in ${MINUTES} minutes` },
  };
};

/** A metric is billed by its name and dimensions. */
const distinctMetrics = (lines: readonly string[]): number =>
  new Set(
    lines.flatMap(embeddedMetrics).map(({ metric, dimensions }) => JSON.stringify([metric, dimensions])),
  ).size;

/** All items, and once more for each index that holds them. */
const tableBytes = async (plane: Plane): Promise<number> => {
  const TableName = plane.deployed.environment[ENVIRONMENT.table];
  const { dynamo } = plane.cloud.clients('scale');
  let bytes = 0;
  let from: Record<string, unknown> | undefined;
  do {
    const page = await dynamo.send(
      new ScanCommand({ TableName, ...(from ? { ExclusiveStartKey: from } : {}) }),
    );
    for (const item of page.Items ?? []) {
      const copies = 1 + indexWriteUnits(item) / Math.ceil(itemSize(item) / 1024);
      bytes += copies * (itemSize(item) + ITEM_OVERHEAD_BYTES);
    }
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return bytes;
};
