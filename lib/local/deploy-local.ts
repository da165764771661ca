import {
  configTrigger,
  ENVIRONMENT,
  executionTrigger,
  FUNCTION_SHAPES,
  FUNCTIONS,
  type FunctionName,
  INSTANCE_TRIGGERS,
  RECONCILE_CONCURRENCY,
  SWEEP_PERIOD_SECONDS,
  WAKE_MAX_RECEIVES,
  WAKE_VISIBILITY_SECONDS,
} from '../core/deployment.js';
import type { Handler } from './lambda/invoke-function.js';
import type { LocalCloud } from './local-cloud.js';

/** One control plane in the local cloud: the names that its functions read from their environment. */
export interface Deployed {
  readonly environment: Readonly<Record<string, string>>;
  readonly bucket: string;
  readonly wakeQueue: string;
  /** The name of a function in this cloud; several control planes live side by side. */
  functionName(name: FunctionName): string;
}

/** Makes a control plane's handlers, once its names are known. `principal` is the function's role. */
export type MakeHandler = (
  name: FunctionName,
  principal: string,
  environment: Deployed['environment'],
) => Handler;

/**
 * Deploys a control plane into the local cloud as `lib/infra` does on AWS: functions, triggers, queue with dead
 * letters, bucket, topic, schedule. Repeated at each start; what is kept on disk is found again.
 */
export const deployLocal = async (cloud: LocalCloud, stack: string, make: MakeHandler): Promise<Deployed> => {
  const named = (what: string): string => `${stack}-${what}`;
  const [bucket, wakeQueue, deadLetters] = [
    named('config').toLowerCase(),
    named('wakes'),
    named('wakes-dead'),
  ];
  const table = named('groups');
  await cloud.dynamo.createTable(table);
  cloud.createBucket(bucket);
  cloud.createQueue(deadLetters);
  const url = cloud.createQueue(wakeQueue, {
    visibilityTimeoutSeconds: WAKE_VISIBILITY_SECONDS,
    redrive: { deadLetterQueue: deadLetters, maxReceiveCount: WAKE_MAX_RECEIVES },
  });
  const environment = {
    [ENVIRONMENT.stack]: stack,
    [ENVIRONMENT.table]: table,
    [ENVIRONMENT.bucket]: bucket,
    [ENVIRONMENT.wakeQueue]: url,
    [ENVIRONMENT.reconcile]: named('reconcile'),
    [ENVIRONMENT.topic]: cloud.createTopic(named('alarms')),
  };
  for (const name of FUNCTIONS) {
    const { timeoutSeconds, memoryMegabytes } = FUNCTION_SHAPES[name];
    const principal = named(name);
    cloud.registerFunction(principal, make(name, principal, environment), {
      timeoutSeconds,
      memoryMegabytes,
      ...(name === 'group-api' ? { aliases: ['read', 'commit', 'destroy'] } : {}),
    });
  }
  for (const trigger of [...INSTANCE_TRIGGERS, configTrigger(bucket), executionTrigger(stack)]) {
    cloud.addRule({
      name: named(trigger.name),
      pattern: trigger.pattern,
      targets: [{ kind: 'function', name: named(trigger.target) }],
    });
  }
  cloud.addSchedule({
    name: named('sweep'),
    expression: `rate(${SWEEP_PERIOD_SECONDS / 60} minute)`,
    targets: [{ kind: 'function', name: named('sweep') }],
  });
  cloud.mapQueue(wakeQueue, named('reconcile'), RECONCILE_CONCURRENCY);
  return { environment, bucket, wakeQueue, functionName: named };
};
