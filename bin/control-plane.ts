import { task as configUploaded } from '../lambdas/config-uploaded.js';
import { task as groupApi } from '../lambdas/group-api.js';
import { task as instanceChanged } from '../lambdas/instance-changed.js';
import { task as reconcile } from '../lambdas/reconcile.js';
import { awsRuntime, type LambdaContext } from '../lambdas/runtime.js';
import { task as sweep } from '../lambdas/sweep.js';
import type { Runtime } from '../lib/app/runtime.js';
import type { FunctionName } from '../lib/core/deployment.js';
import { embeddedMetrics } from '../lib/local/cloudwatch/embedded-metrics.js';
import { type Deployed, deployLocal } from '../lib/local/deploy-local.js';
import type { LocalCloud } from '../lib/local/local-cloud.js';
import type { Log } from '../lib/ports/outbox.js';

const TASKS: Readonly<
  Record<FunctionName, (runtime: Runtime) => (input: unknown, context: LambdaContext) => Promise<unknown>>
> = {
  'group-api': groupApi,
  'config-uploaded': configUploaded,
  'instance-changed': instanceChanged,
  sweep,
  reconcile,
};

/** A control plane whose functions are the lambdas' own tasks, run by the local cloud. */
export const startControlPlane = (cloud: LocalCloud, stack: string, log: Log): Promise<Deployed> =>
  deployLocal(cloud, stack, (name, principal, environment) => {
    const runtime = awsRuntime(environment, {
      clients: cloud.clients(principal),
      clock: cloud.clock,
      random: cloud.random,
      log,
      writeMetrics: (line) => {
        for (const datum of embeddedMetrics(line)) cloud.cloudwatch.put(datum);
      },
    });
    return TASKS[name](runtime);
  });
