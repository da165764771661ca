import type { RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import { RECONCILE_CONCURRENCY } from '../lib/core/deployment.js';
import { GROUP_TAG } from '../lib/core/tags.js';
import type { Measurement } from './figure.js';
import { GROUPS, type LargeFleet, SIZE, startLargeFleet } from './large-fleet.js';
import { tapClient } from './tap-client.js';

/** Assumed latencies of what `reconcile` calls, in milliseconds of virtual time. */
const DESCRIBE_MS = 150;
const RUN_INSTANCES_MS = 1_000;
const DYNAMO_MS = 10;
const SQS_MS = 10;

/** Every group loses an instance at the same moment. */
export const measureBacklog: Measurement = {
  name: 'backlog',
  title: `${GROUPS} groups of ${SIZE}, each loses one at the same moment (virtual time)`,
  run: async () => {
    const fleet = await startLargeFleet();
    try {
      const { first, last, passes } = await loseOneEach(fleet);
      return {
        figures: [
          {
            what: `until the last replacement is accepted, ${RECONCILE_CONCURRENCY} passes side by side`,
            value: last / 1000,
            unit: 's',
            limit: { atMost: 120 },
            detail: `the first after ${first / 1000} s; ${passes} passes until then`,
          },
        ],
        notes: [
          `All at once: assumed for reconcile are ${DESCRIBE_MS} ms a describe of EC2, ${RUN_INSTANCES_MS} ms a RunInstances, ${DYNAMO_MS} ms a call of DynamoDB, ${SQS_MS} ms one of SQS and EventBridge; warm functions, events delivered at once.`,
        ],
      };
    } finally {
      await fleet.stop();
    }
  },
};

const loseOneEach = async (fleet: LargeFleet) => {
  const replacedAt = new Map<string, number>();
  slowDown(fleet, (group) => replacedAt.set(group, replacedAt.get(group) ?? fleet.clock.now()));
  await fleet.toMinute(5_000);
  const passes = () => fleet.traces.runs.get('reconcile') ?? 0;
  const before = passes();
  const started = fleet.clock.now();
  const lost = new Set<string>();
  for (const { id, tags } of fleet.cloud.ec2.instances()) {
    const group = tags[GROUP_TAG];
    if (group === undefined || lost.has(group)) continue;
    lost.add(group);
    fleet.cloud.ec2.others.terminate(id);
  }
  await fleet.clock.runUntil(() => replacedAt.size === GROUPS, { limitMs: 30 * 60_000 });
  const times = [...replacedAt.values()].map((at) => at - started);
  return { first: Math.min(...times), last: Math.max(...times), passes: passes() - before };
};

const slowDown = (fleet: LargeFleet, onLaunch: (group: string) => void): void => {
  fleet.latency.storeMs = DYNAMO_MS;
  const { ec2, sqs, events } = fleet.cloud.clients(fleet.principal('reconcile'));
  for (const client of [sqs, events]) {
    tapClient(client, async (_call, next) => {
      await fleet.clock.sleep(SQS_MS);
      return next();
    });
  }
  tapClient(ec2, async ({ operation, input }, next) => {
    await fleet.clock.sleep(operation === 'RunInstances' ? RUN_INSTANCES_MS : DESCRIBE_MS);
    const answer = await next();
    if (operation === 'RunInstances') onLaunch(groupOf(input as RunInstancesCommandInput));
    return answer;
  });
};

const groupOf = ({ TagSpecifications = [] }: RunInstancesCommandInput): string =>
  TagSpecifications.flatMap(({ Tags = [] }) => Tags).find(({ Key }) => Key === GROUP_TAG)?.Value ?? '';
