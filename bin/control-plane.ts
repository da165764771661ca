import { awsRuntime } from '../lambdas/runtime.js';
import { TASKS } from '../lambdas/tasks.js';
import type { Runtime } from '../lib/app/runtime.js';
import { isRolling } from '../lib/core/rollout.js';
import { nodeDocuments } from '../lib/flavors/index.js';
import { embeddedMetrics } from '../lib/local/cloudwatch/embedded-metrics.js';
import { type Deployed, deployLocal } from '../lib/local/deploy-local.js';
import type { LocalCloud } from '../lib/local/local-cloud.js';
import type { Log } from '../lib/ports/outbox.js';

/**
 * Ends leases that a killed process left, and lets its rollouts expect no machine: functions and executions died with
 * it, which on AWS only time tells. For the one process that holds the local cloud's folder.
 */
export const endLeases = async (cloud: LocalCloud, plane: Deployed): Promise<void> => {
  const { store, wakes } = localRuntime(cloud, plane.functionName('reconcile'), plane.environment, NO_LOG);
  for (const { id, lease, status } of await store.list()) {
    const record = lease === undefined && status.rollout === undefined ? undefined : await store.read(id);
    if (record === undefined) continue;
    const { rollout, fence } = record;
    const change = isRolling(rollout) ? { rollout: { ...rollout, beatBy: 0 } } : {};
    await store.update(id, { lease: undefined, ...change }, { fence });
    await wakes.send({ group: id });
  }
};

const NO_LOG: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** A control plane whose functions are the lambdas' own tasks, run by the local cloud. */
export const startControlPlane = (cloud: LocalCloud, stack: string, log: Log): Promise<Deployed> =>
  deployLocal(
    cloud,
    stack,
    (name, principal, environment) => TASKS[name](localRuntime(cloud, principal, environment, log)),
    nodeDocuments,
  );

const localRuntime = (
  cloud: LocalCloud,
  principal: string,
  environment: Deployed['environment'],
  log: Log,
): Runtime =>
  awsRuntime(environment, {
    clients: cloud.clients(principal),
    clock: cloud.clock,
    random: cloud.random,
    log,
    writeMetrics: (line) => {
      for (const datum of embeddedMetrics(line)) cloud.cloudwatch.put(datum);
    },
  });
