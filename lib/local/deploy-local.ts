import { readFileSync } from 'node:fs';
import {
  configTrigger,
  ENVIRONMENT,
  executionTrigger,
  FUNCTION_SHAPES,
  FUNCTIONS,
  type FunctionName,
  INSTANCE_TRIGGERS,
  RECONCILE_CONCURRENCY,
  STATE_MACHINE_SHAPES,
  STATE_MACHINES,
  type StateMachineName,
  SWEEP_PERIOD_SECONDS,
  WAKE_MAX_RECEIVES,
  WAKE_VISIBILITY_SECONDS,
} from '../core/deployment.js';
import type { NodeDocument } from '../ports/flavor.js';
import type { Handler } from './lambda/invoke-function.js';
import type { LocalCloud } from './local-cloud.js';
import { arnOf } from './place.js';
import { stateMachineArn } from './states/local-states.js';

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
 * letters, bucket, topic, documents, state machines, schedule. Repeated at each start; what is kept on disk is found
 * again.
 */
export const deployLocal = async (
  cloud: LocalCloud,
  stack: string,
  make: MakeHandler,
  documents: readonly NodeDocument[] = [],
): Promise<Deployed> => {
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
    [ENVIRONMENT.rollingUpdate]: stateMachineArn(named('rolling-update')),
    [ENVIRONMENT.documents]: JSON.stringify(
      Object.fromEntries(documents.map(({ name }) => [name, named(name)])),
    ),
  };
  for (const document of documents) cloud.ssm.putDocument(named(document.name), document);
  for (const name of FUNCTIONS) {
    const { timeoutSeconds, memoryMegabytes } = FUNCTION_SHAPES[name];
    const principal = named(name);
    cloud.registerFunction(principal, make(name, principal, environment), {
      timeoutSeconds,
      memoryMegabytes,
      ...(name === 'group-api' ? { aliases: ['read', 'commit', 'destroy'] } : {}),
    });
  }
  for (const name of STATE_MACHINES) {
    cloud.states.putStateMachine({
      name: named(name),
      role: named(name),
      definition: definitionOf(name, named),
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

/** The file of a state machine, or another text, with what CloudFormation would put in place of each `${…}`. */
export function definitionOf(
  machine: StateMachineName,
  named: (what: string) => string,
  given?: string,
): string {
  const { file, functions, machines } = STATE_MACHINE_SHAPES[machine];
  const text = given ?? readFileSync(new URL(`../../statemachines/${file}`, import.meta.url), 'utf8');
  const values = new Map([
    ...Object.entries(functions).map(
      ([key, name]) => [key, arnOf('lambda', `function:${named(name)}`)] as const,
    ),
    ...Object.entries(machines).map(([key, name]) => [key, stateMachineArn(named(name))] as const),
  ]);
  return text.replace(/\$\{(\w+)\}/g, (substitution, key: string) => values.get(key) ?? substitution);
}
