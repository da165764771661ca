import { awsRuntime } from '../../lambdas/runtime.js';
import { TASKS } from '../../lambdas/tasks.js';
import type { Method, Params, Result, RpcResponse } from '../../lib/app/api-types.js';
import type { FunctionName } from '../../lib/core/deployment.js';
import { type VirtualClock, virtualClock } from '../../lib/local/clock.js';
import { embeddedMetrics } from '../../lib/local/cloudwatch/embedded-metrics.js';
import { type Deployed, deployLocal } from '../../lib/local/deploy-local.js';
import { defaultWorld, withSubnet } from '../../lib/local/ec2/world.js';
import { type ScriptedFaults, scriptedFaults } from '../../lib/local/faults.js';
import { type LocalCloud, startLocalCloud } from '../../lib/local/local-cloud.js';
import { memoryGroupStore, memoryTable } from '../../lib/local/memory-store.js';
import { seededRandom } from '../../lib/local/seeded-random.js';
import { accountLimits, LATENCY_MS, type Limits } from './limit-calls.js';
import { sharedSleep } from './shared-sleep.js';
import { type GroupWatch, watchGroups } from './watch-groups.js';
import { newCounts, type StoreCounts, witnessStore } from './witness-store.js';

export interface FleetSize {
  readonly groups: number;
  readonly size: number;
  readonly seed: number;
}

/** A control plane with many groups over three zones, each in the subnets of all. */
export interface Fleet {
  readonly clock: VirtualClock;
  readonly cloud: LocalCloud;
  readonly faults: ScriptedFaults;
  readonly deployed: Deployed;
  /** How many wakes failed too often. */
  buried(): number;
  readonly limits: Limits;
  readonly store: StoreCounts;
  readonly runs: Map<FunctionName, number>;
  /** What functions threw. */
  readonly failures: string[];
  /** What functions logged as warnings and errors, and how often. */
  readonly warnings: ReadonlyMap<string, number>;
  readonly watch: GroupWatch;
  /** Every `SPOT_EVERY`-th group is of spot instances. */
  isSpot(instance: string): boolean;
  call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
  stop(): Promise<void>;
}

/** 2026-11-22T12:00:00Z; a full minute. */
const START = Date.UTC(2026, 10, 22, 12);
const STACK = 'load';
const SPOT_EVERY = 10;
/** From the last group being whole until it has been seen so. */
const SETTLE_MS = 5 * 60_000;
/** Groups a commit; the API takes 200. */
const AT_ONCE = 100;
/** From a write until every read of EC2 shows it. */
export const READ_LAG_MS = 1_000;
/** From an event until its targets have it. */
export const EVENT_LATENCY_MS = 500;

const SUBNETS = ['a', 'b', 'c'].map((letter, index) => ({
  id: `subnet-load-${letter}`,
  vpc: 'vpc-load',
  zone: `eu-west-1${letter}`,
  cidr: `172.16.${index * 64}.0/18`,
  defaultForZone: false,
}));

/** Starts it and waits until all groups are whole; from then on calls take time, reads lag and the account has limits. */
export const startFleet = async ({ groups, size, seed }: FleetSize): Promise<Fleet> => {
  const clock = virtualClock(START, { stallMs: 600_000 });
  const faults = scriptedFaults(clock, seededRandom(seed + 1));
  const failures: string[] = [];
  const cloud = await startLocalCloud({
    clock,
    faults,
    seed,
    pages: 'real',
    withoutTable: true,
    eventLatencyMs: EVENT_LATENCY_MS,
    world: SUBNETS.reduce(withSubnet, defaultWorld()),
    onError: ({ where, error }) => void failures.push(`${where}: ${error}`),
  });
  const ids = Array.from({ length: groups }, (_none, index) => `group-${index}`);
  const watch = watchGroups(cloud, ids, size);
  const sleep = sharedSleep(clock);
  const { limits, apply } = accountLimits(clock, sleep, seededRandom(seed + 2));
  const table = memoryTable();
  const store = newCounts();
  const runs = new Map<FunctionName, number>();
  const warnings = new Map<string, number>();
  const deployed = await deployLocal(cloud, STACK, (name, principal, environment) => {
    const clients = cloud.clients(principal);
    if (name !== 'group-api') apply(clients);
    const delay = async () => {
      if (limits.inForce && name !== 'group-api') await sleep(LATENCY_MS.store);
    };
    const count = (message: string) => void warnings.set(message, (warnings.get(message) ?? 0) + 1);
    const task = TASKS[name](
      awsRuntime(environment, {
        clients,
        clock,
        random: cloud.random,
        log: { info: () => {}, warn: count, error: count },
        store: witnessStore(memoryGroupStore({ table }), table, store, delay),
        writeMetrics: (line) => {
          for (const datum of embeddedMetrics(line)) cloud.cloudwatch.put(datum);
        },
      }),
    );
    return (event, context) => {
      runs.set(name, (runs.get(name) ?? 0) + 1);
      return task(event, context);
    };
  });
  const call: Fleet['call'] = async (method, params) => {
    const request = { jsonrpc: '2.0', id: 1, method, params };
    const outcome = await cloud.lambda.invoke(deployed.functionName('group-api'), request);
    if (outcome.kind === 'failed') throw new Error(`${method} failed`, { cause: outcome.error });
    const response: RpcResponse = JSON.parse(outcome.payload);
    if ('error' in response) throw new Error(`${method}: ${JSON.stringify(response.error)}`);
    return response.result as Awaited<ReturnType<typeof call<typeof method>>>;
  };
  for (let from = 0; from < groups; from += AT_ONCE) {
    const specs = ids
      .slice(from, from + AT_ONCE)
      .map((id, index) => specOf(id, size, isSpotGroup(from + index)));
    await call('Group.CommitGroups', { Specs: specs });
  }
  await clock.runUntil(() => watch.divergent() === 0, { limitMs: 30 * 60_000 });
  await clock.advance(SETTLE_MS);
  watch.spells.length = 0;
  limits.inForce = true;
  faults.add({ kind: 'read-lag', ms: READ_LAG_MS });
  return {
    clock,
    cloud,
    faults,
    deployed,
    buried: () => {
      const { visible, inFlight, delayed } = cloud.sqs.find(`${STACK}-wakes-dead`).counts();
      return visible + inFlight + delayed;
    },
    limits,
    store,
    runs,
    failures,
    warnings,
    watch,
    isSpot: (instance) => cloud.ec2.instance(instance)?.spotRequest !== undefined,
    call,
    stop: () => cloud.stop(),
  };
};

const isSpotGroup = (index: number): boolean => index % SPOT_EVERY === 0;

const specOf = (id: string, size: number, spot: boolean) => ({
  ID: id,
  Properties: {
    Allocation: { Size: size },
    Instance: {
      Plugin: 'aws/ec2-instance',
      Properties: {
        RunInstancesInput: {
          ImageId: 'ami-0abc',
          InstanceType: 't3.small',
          ...(spot ? { InstanceMarketOptions: { MarketType: 'spot' } } : {}),
        },
        Subnets: SUBNETS.map((subnet) => subnet.id),
        Tags: { Name: id },
      },
    },
    Flavor: { Plugin: 'vanilla', Properties: { Init: ['#!/bin/sh', `echo ${id} > /etc/role`] } },
  },
});
