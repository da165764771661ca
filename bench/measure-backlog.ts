import { EC2ServiceException, type RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import { RECONCILE_CONCURRENCY } from '../lib/core/deployment.js';
import { GROUP_TAG } from '../lib/core/tags.js';
import type { Figure, Measurement } from './figure.js';
import { GROUPS, type LargeFleet, SIZE, startLargeFleet } from './large-fleet.js';
import { tapClient } from './tap-client.js';
import { type BucketSize, tokenBucket } from './token-bucket.js';

/** Assumed latencies of what `reconcile` calls, in milliseconds of virtual time. */
const DESCRIBE_MS = 150;
const RUN_INSTANCES_MS = 1_000;
const DYNAMO_MS = 10;
const SQS_MS = 10;

/** An account's limits unless raised: Amazon EC2 Developer Guide, "Request throttling for the Amazon EC2 API". */
const RUN_BUCKET: BucketSize = { holds: 5, refillsPerSecond: 2 };
const DESCRIBE_BUCKET: BucketSize = { holds: 100, refillsPerSecond: 20 };

/** Every group loses an instance at the same moment. */
export const measureBacklog: Measurement = {
  name: 'backlog',
  title: `${GROUPS} groups of ${SIZE} lose one each, at once: until the last launch is accepted (virtual time)`,
  run: async () => {
    const fleet = await startLargeFleet();
    try {
      const limits = slowDown(fleet);
      const figures: Figure[] = [];
      const measure = async (what: string, target: boolean) => {
        const { first, last, passes } = await loseOneEach(fleet, limits);
        figures.push({
          what,
          value: last / 1000,
          unit: 's',
          ...(target ? { limit: { atMost: 120 } } : {}),
          detail: `the first after ${first / 1000} s; ${passes} passes; ${limits.refused} calls throttled`,
        });
      };
      await measure(`told by events, ${RECONCILE_CONCURRENCY} passes side by side`, true);
      const silence = fleet.faults.add({ kind: 'events', how: 'never' });
      await measure('every event lost, from 55 s before the next sweep', true);
      fleet.faults.remove(silence);
      limits.inForce = true;
      await measure("told by events, under a new account's EC2 limits", false);
      return {
        figures,
        notes: [
          `All at once: assumed for reconcile are ${DESCRIBE_MS} ms a describe of EC2, ${RUN_INSTANCES_MS} ms a RunInstances, ${DYNAMO_MS} ms a call of DynamoDB, ${SQS_MS} ms one of SQS and EventBridge; warm functions, events delivered at once.`,
          `EC2's limits unless raised: ${RUN_BUCKET.holds} RunInstances at once and ${RUN_BUCKET.refillsPerSecond} a second more, so ${(GROUPS - RUN_BUCKET.holds) / RUN_BUCKET.refillsPerSecond} s at best for ${GROUPS} groups, whoever launches; ${DESCRIBE_BUCKET.holds} and ${DESCRIBE_BUCKET.refillsPerSecond} a second of each describe. The SDK's own retries are left out.`,
        ],
      };
    } finally {
      await fleet.stop();
    }
  },
};

interface Limits {
  inForce: boolean;
  /** Calls refused since it was set to 0. */
  refused: number;
  /** Groups whose launch was accepted, and when. */
  readonly launchedAt: Map<string, number>;
}

const loseOneEach = async (fleet: LargeFleet, limits: Limits) => {
  await fleet.converge();
  await fleet.toMinute(5_000);
  const passes = () => fleet.traces.runs.get('reconcile') ?? 0;
  const before = passes();
  const started = fleet.clock.now();
  limits.launchedAt.clear();
  limits.refused = 0;
  const lost = new Set<string>();
  for (const { id, tags, state } of fleet.cloud.ec2.instances()) {
    const group = tags[GROUP_TAG];
    if (group === undefined || state !== 'running' || lost.has(group)) continue;
    lost.add(group);
    fleet.cloud.ec2.others.terminate(id);
  }
  await fleet.clock.runUntil(() => limits.launchedAt.size === GROUPS, { limitMs: 60 * 60_000 });
  const times = [...limits.launchedAt.values()].map((at) => at - started);
  return { first: Math.min(...times), last: Math.max(...times), passes: passes() - before };
};

/** Gives reconcile's calls their latencies, and limits while they are in force. */
const slowDown = (fleet: LargeFleet): Limits => {
  const { clock, latency } = fleet;
  latency.storeMs = DYNAMO_MS;
  const limits: Limits = { inForce: false, refused: 0, launchedAt: new Map() };
  const { ec2, sqs, events } = fleet.cloud.clients(fleet.principal('reconcile'));
  for (const client of [sqs, events]) {
    tapClient(client, async (_call, next) => {
      await clock.sleep(SQS_MS);
      return next();
    });
  }
  const buckets = new Map<string, () => boolean>();
  const allowed = (operation: string): boolean => {
    const bucket =
      buckets.get(operation) ??
      tokenBucket(clock, operation === 'RunInstances' ? RUN_BUCKET : DESCRIBE_BUCKET);
    buckets.set(operation, bucket);
    return !limits.inForce || bucket();
  };
  tapClient(ec2, async ({ operation, input }, next) => {
    const launches = operation === 'RunInstances';
    if (!allowed(operation)) {
      limits.refused += 1;
      await clock.sleep(DESCRIBE_MS);
      throw tooMany();
    }
    await clock.sleep(launches ? RUN_INSTANCES_MS : DESCRIBE_MS);
    const answer = await next();
    if (launches) noteLaunch(limits, input as RunInstancesCommandInput, clock.now());
    return answer;
  });
  return limits;
};

const tooMany = (): Error =>
  new EC2ServiceException({
    name: 'RequestLimitExceeded',
    message: 'Request limit exceeded.',
    $fault: 'client',
    $metadata: { httpStatusCode: 503 },
  });

const noteLaunch = (
  limits: Limits,
  { TagSpecifications = [] }: RunInstancesCommandInput,
  now: number,
): void => {
  const tags = TagSpecifications.flatMap(({ Tags = [] }) => Tags);
  const group = tags.find(({ Key }) => Key === GROUP_TAG)?.Value;
  if (group !== undefined && !limits.launchedAt.has(group)) limits.launchedAt.set(group, now);
};
