import {
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  EC2Client,
  type Filter,
  type Instance,
  paginateDescribeInstances,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import { virtualClock } from '../../../lib/local/clock.js';
import { type CloudEvent, type LocalEc2Parts, localEc2 } from '../../../lib/local/ec2/index.js';
import type { FaultRule } from '../../../lib/local/fault-rule.js';
import { scriptedFaults } from '../../../lib/local/faults.js';
import { routeClient } from '../../../lib/local/route-client.js';
import { seededRandom } from '../../../lib/local/seeded-random.js';

export const START = Date.UTC(2026, 10, 22, 12, 0, 0);

export const TIMING = {
  bootMs: 10_000,
  checksMs: 60_000,
  shuttingDownMs: 30_000,
  stoppingMs: 20_000,
  tagsFadeMs: 60_000,
  forgetMs: 3_600_000,
  addressReleaseMs: 0,
  eventMs: 0,
};

/** A fresh local EC2 with a real client in front of it, on virtual time. */
export function freshEc2(parts: Partial<LocalEc2Parts> = {}) {
  const clock = virtualClock(START);
  const random = seededRandom(42);
  const faults = scriptedFaults(clock, random);
  const events: { readonly at: number; readonly event: CloudEvent }[] = [];
  const ec2 = localEc2({
    clock,
    faults,
    random,
    timing: TIMING,
    emit: (event) => {
      events.push({ at: clock.now() - START, event });
    },
    ...parts,
  });
  const client = routeClient(new EC2Client({ region: 'eu-west-1' }), ec2.answer);
  const launch = async (input: Partial<RunInstancesCommandInput> = {}): Promise<readonly Instance[]> => {
    const answer = await client.send(
      new RunInstancesCommand({
        ImageId: 'ami-0abc',
        InstanceType: 't3.micro',
        SubnetId: 'subnet-1',
        MinCount: 1,
        MaxCount: 1,
        ...input,
      }),
    );
    return answer.Instances ?? [];
  };
  return {
    clock,
    random,
    faults,
    events,
    ec2,
    client,
    launch,
    fault: (rule: FaultRule) => faults.add(rule),
    /** Launches one and gives its id. */
    launchOne: async (input: Partial<RunInstancesCommandInput> = {}): Promise<string> =>
      idOf((await launch(input))[0]),
    describe: async (input: DescribeInstancesCommandInput = {}): Promise<readonly Instance[]> =>
      ((await client.send(new DescribeInstancesCommand(input))).Reservations ?? []).flatMap(
        ({ Instances }) => Instances ?? [],
      ),
    /** All pages. */
    list: async (Filters?: Filter[]): Promise<readonly Instance[]> => {
      const found: Instance[] = [];
      for await (const page of paginateDescribeInstances({ client }, Filters ? { Filters } : {})) {
        for (const { Instances } of page.Reservations ?? []) found.push(...(Instances ?? []));
      }
      return found;
    },
  };
}

export const idOf = (instance: Instance | undefined): string => {
  if (!instance?.InstanceId) throw new Error('no instance');
  return instance.InstanceId;
};

/** The code and status of a refusal, or what came instead of one. */
export const refused = (answer: Promise<unknown>): Promise<unknown> =>
  answer.then(
    () => 'no refusal',
    (error: unknown) => (error instanceof Error ? error.name : error),
  );
