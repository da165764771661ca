import { task as checkHealth } from '../lambdas/check-health.js';
import { task as configUploaded } from '../lambdas/config-uploaded.js';
import { task as groupApi } from '../lambdas/group-api.js';
import { task as instanceChanged } from '../lambdas/instance-changed.js';
import { task as reconcile } from '../lambdas/reconcile.js';
import { awsRuntime, type LambdaContext } from '../lambdas/runtime.js';
import { task as startRollout } from '../lambdas/start-rollout.js';
import { task as sweep } from '../lambdas/sweep.js';
import type { Runtime } from '../lib/app/runtime.js';
import type { FunctionName } from '../lib/core/deployment.js';
import { embeddedMetrics } from '../lib/local/cloudwatch/embedded-metrics.js';
import { type Deployed, deployLocal } from '../lib/local/deploy-local.js';
import type { LocalCloud } from '../lib/local/local-cloud.js';
import type { FlavorRegistry } from '../lib/ports/flavor.js';

const TASKS: Readonly<
  Record<FunctionName, (runtime: Runtime) => (input: unknown, context: LambdaContext) => Promise<unknown>>
> = {
  'group-api': groupApi,
  'config-uploaded': configUploaded,
  'instance-changed': instanceChanged,
  sweep,
  reconcile,
  'check-health': checkHealth,
  'start-rollout': startRollout,
};

/** What the functions leave behind besides their calls. */
export interface Traces {
  logLines: number;
  /** Lines in the Embedded Metric Format. */
  readonly metricLines: string[];
  readonly runs: Map<FunctionName, number>;
}

/** Puts something else into a function's runtime, such as another store. */
export type Adapt = (runtime: Runtime, name: FunctionName) => Runtime;

/** As `holdfast up` deploys the control plane, with everything that it leaves behind on record. */
export const deploy = (
  cloud: LocalCloud,
  stack: string,
  traces: Traces,
  adapt: Adapt,
  flavors?: FlavorRegistry,
): Promise<Deployed> => {
  const line = () => {
    traces.logLines += 1;
  };
  return deployLocal(cloud, stack, (name, principal, environment) => {
    const runtime = awsRuntime(environment, {
      clients: cloud.clients(principal),
      clock: cloud.clock,
      random: cloud.random,
      log: { info: line, warn: line, error: line },
      writeMetrics: (written) => {
        traces.metricLines.push(written);
        for (const datum of embeddedMetrics(written)) cloud.cloudwatch.put(datum);
      },
      ...(flavors === undefined ? {} : { flavors }),
    });
    const task = TASKS[name](adapt(runtime, name));
    return (input, context) => {
      traces.runs.set(name, (traces.runs.get(name) ?? 0) + 1);
      return task(input, context);
    };
  });
};
