import { paginateListExecutions, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { SpecDocument } from '../../lib/app/api-types.js';
import type { StateMachineName } from '../../lib/core/deployment.js';
import type { Json } from '../../lib/core/json.js';
import type { RolloutStatus } from '../../lib/core/rollout.js';
import type { InstanceSight } from '../../lib/local/ec2/index.js';
import { stateMachineArn as machineArn } from '../../lib/local/states/local-states.js';
import { cattle } from './scenario-specs.js';
import type { World } from './world.js';

/** Quick boots, so that a roll of three is a story of a minute. */
export const QUICK = {
  alone: true,
  cloud: { timing: { bootMs: 2_000, checksMs: 3_000, shuttingDownMs: 2_000 } },
} as const;

export const ID = 'web';

type Fields = Readonly<Record<string, Json>>;

/** The group of these stories; its version is a tag of its instances, so that another one rolls it. */
export const web = (version: number, size = 3, updating: Fields = {}, run: Fields = {}): SpecDocument =>
  cattle(ID, size, { run, flavor: { Tags: { version: `${version}` } }, properties: { Updating: updating } });

/** A version of which no instance ever gets healthy. */
export const broken = (version: number, size = 3, updating: Fields = {}): SpecDocument =>
  web(version, size, { HealthTimeout: '30s', ...updating }, { ImageId: 'ami-0bad' });

export const versions = (world: World, id = ID): string =>
  world
    .members(id)
    .map(({ tags }) => tags.version ?? '?')
    .sort()
    .join(' ');

/** Until the group's newest rollout leads to this revision and has this status. */
export const became = async (
  world: World,
  status: RolloutStatus,
  to?: number,
  limitSeconds = 900,
): Promise<void> => {
  let last: unknown;
  const has = async () => {
    const { rollout } = await world.record(ID);
    last = rollout;
    return rollout?.status === status && (to === undefined || rollout.to === to);
  };
  try {
    await world.until(`rollout ${status}`, has, limitSeconds);
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}: ${JSON.stringify(last)}`);
  }
};

/** Version 1 is whole. */
export const begun = async (world: World, size = 3): Promise<void> => {
  await world.commit(web(1, size));
  await world.settle(ID);
};

/** Until this many instances of a version are up to date and proved, by the rollout's own word. */
export const replaced = (world: World, count: number, limitSeconds = 300): Promise<void> =>
  world.until(
    `${count} replaced`,
    async () => ((await world.record(ID)).rollout?.replaced ?? 0) >= count,
    limitSeconds,
  );

/** In truth: it runs and EC2's checks pass. */
export const isHealthy = ({ state, checks }: InstanceSight): boolean =>
  state === 'running' && checks.instance === 'ok' && checks.system === 'ok';

export interface Limits {
  /** Healthy instances that our doing leaves at least. */
  readonly floor: number;
  /** Instances alive at once, at most. */
  readonly ceiling: number;
}

/** Checks EC2's truth just before each end and after each launch of ours; @returns what went beyond the limits, so far. */
export const watchBudget = (world: World, { floor, ceiling }: Limits): readonly string[] => {
  const breaches: string[] = [];
  world.before(({ function: name, operation, input }) => {
    if (name !== 'reconcile') return;
    const members = world.members(ID);
    if (members.length > ceiling) breaches.push(`${members.length} alive, at most ${ceiling}`);
    if (operation !== 'TerminateInstances') return;
    const ids: readonly unknown[] = Object(input).InstanceIds ?? [];
    const healthy = members.filter(isHealthy);
    const left = healthy.filter(({ id }) => !ids.includes(id)).length;
    if (left < healthy.length && left < floor) breaches.push(`${left} healthy left, at least ${floor}`);
  });
  return breaches;
};

export interface ExecutionSight {
  readonly arn: string;
  readonly name: string;
  /** RUNNING, SUCCEEDED, FAILED, ABORTED, TIMED_OUT. */
  readonly status: string;
}

/** Of a state machine, or of another with its name; the latest first. */
export const executionsOf = async (
  world: World,
  machine: StateMachineName,
): Promise<readonly ExecutionSight[]> => {
  const { sfn } = world.cloud.clients('somebody');
  const found: ExecutionSight[] = [];
  const stateMachineArn = machineArn(`${world.plane.stack}-${machine}`);
  for await (const { executions = [] } of paginateListExecutions({ client: sfn }, { stateMachineArn }))
    for (const { executionArn: arn = '', name = '', status = '' } of executions)
      found.push({ arn, name, status });
  return found;
};

/** Somebody stops every execution of a machine that runs, in the console. @returns how many. */
export const stopExecutions = async (world: World, machine: StateMachineName): Promise<number> => {
  const { sfn } = world.cloud.clients('somebody');
  const running = (await executionsOf(world, machine)).filter(({ status }) => status === 'RUNNING');
  for (const { arn: executionArn } of running) await sfn.send(new StopExecutionCommand({ executionArn }));
  return running.length;
};

/** The state of one of the control plane's own alarms. */
export const alarmState = (world: World, part: string): string | undefined =>
  world.cloud.cloudwatch.alarm(`${world.plane.stack}-alarms${part}`)?.state;

/** Values of one of the fleet's metrics so far, minute by minute. */
export const metricValues = (world: World, metric: string): readonly number[] =>
  [
    ...world.cloud.cloudwatch.metrics.buckets('Holdfast', metric, { Stack: world.plane.stack }).values(),
  ].flatMap(({ values }) => values);
