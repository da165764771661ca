import { MOST_TURNS } from '../lib/app/pace-machine.js';
import type { Invocation, Runtime } from '../lib/app/runtime.js';
import { cloudWatchAlarmReader } from '../lib/aws/alarm-reader.js';
import { type AwsClients, awsClients } from '../lib/aws/clients.js';
import { cloudWatchGroupAlarms } from '../lib/aws/cloudwatch-group-alarms.js';
import { dynamoGroupStore } from '../lib/aws/dynamo-group-store.js';
import { ec2InstanceProvider } from '../lib/aws/ec2-instance-provider.js';
import { elbTargetGroups } from '../lib/aws/elb-target-groups.js';
import { emfMetrics } from '../lib/aws/emf-metrics.js';
import { eventBridgeBus } from '../lib/aws/event-bus.js';
import { eventBridgeExecutions } from '../lib/aws/event-executions.js';
import { lambdaFunctionCaller } from '../lib/aws/lambda-function-caller.js';
import { pinResolver } from '../lib/aws/pin-resolver.js';
import { powertoolsLog } from '../lib/aws/powertools-log.js';
import { s3ConfigBucket } from '../lib/aws/s3-config-bucket.js';
import { ssmClusterParameters } from '../lib/aws/ssm-cluster-parameters.js';
import { ssmNodeShell } from '../lib/aws/ssm-node-shell.js';
import { stepFunctionsExecutions } from '../lib/aws/start-execution.js';
import { sqsWakeQueue } from '../lib/aws/wake-queue.js';
import { documentNamesSchema } from '../lib/config/lambda-events.js';
import { specParser } from '../lib/config/spec-parser.js';
import { ENVIRONMENT, SWEEP_PERIOD_SECONDS } from '../lib/core/deployment.js';
import { flavorRegistry } from '../lib/flavors/index.js';
import type { Clock } from '../lib/ports/clock.js';
import type { FlavorRegistry } from '../lib/ports/flavor.js';
import type { GroupStore } from '../lib/ports/group-store.js';
import type { Log } from '../lib/ports/outbox.js';
import type { Random } from '../lib/ports/random.js';
import { systemClock, systemRandom } from './system.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the local cloud and tests put in the place of the process's own. */
export interface Surroundings {
  readonly clients: AwsClients;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Where embedded metrics go, a line each. */
  readonly writeMetrics: (line: string) => void;
  /** Another table than DynamoDB's. */
  readonly store?: GroupStore;
  /** Other flavors than those that are here. */
  readonly flavors?: FlavorRegistry;
  /** Another limit to the steps of one execution. */
  readonly mostTurns?: number;
}

/**
 * The use cases' runtime on AWS, or on whatever the clients talk to. Names are read from the environment once.
 * @throws when a name is missing, naming all that are.
 */
export const awsRuntime = (environment: Environment, given?: Surroundings): Runtime => {
  const names = readNames(environment);
  const surroundings: Surroundings = given ?? {
    clients: awsClients(environment),
    clock: systemClock,
    random: systemRandom,
    log: powertoolsLog({ stack: names.stack }),
    writeMetrics: (line) => process.stdout.write(`${line}\n`),
  };
  const { clients, clock, random, log, writeMetrics } = surroundings;
  const flavors = given?.flavors ?? flavorRegistry();
  return {
    stack: names.stack,
    probeIntervalSeconds: names.probeIntervalSeconds,
    mostTurns: given?.mostTurns ?? MOST_TURNS,
    clock,
    random,
    log,
    flavors,
    parser: specParser(flavors),
    store:
      given?.store ??
      dynamoGroupStore({ client: clients.dynamo, table: names.table, writeId: () => random.id() }),
    instances: ec2InstanceProvider({
      client: clients.ec2,
      stack: names.stack,
      ...(names.instanceProfile === undefined ? {} : { instanceProfileArn: names.instanceProfile }),
    }),
    pins: pinResolver({ ec2: clients.ec2, ssm: clients.ssm }),
    shell: ssmNodeShell(clients.ssm, names.documents),
    clusters: ssmClusterParameters(clients.ssm),
    wakes: sqsWakeQueue({ client: clients.sqs, queueUrl: names.wakeQueue, log }),
    bus: eventBridgeBus({ client: clients.events, stack: names.stack, log }),
    metrics: emfMetrics({ stack: names.stack, write: writeMetrics }),
    functions: lambdaFunctionCaller({
      client: clients.lambda,
      names: names.reconcile === undefined ? {} : { reconcile: names.reconcile },
    }),
    alarms: cloudWatchGroupAlarms({ client: clients.cloudwatch, stack: names.stack, topicArn: names.topic }),
    bucket: s3ConfigBucket({ client: clients.s3, bucket: names.bucket }),
    targetGroups: elbTargetGroups(clients.elb),
    executions: eventBridgeExecutions({ client: clients.events, stack: names.stack, log }),
    machine: stepFunctionsExecutions({ client: clients.sfn, machineArn: names.rollingUpdate }),
    alarmReader: cloudWatchAlarmReader(clients.cloudwatch),
  };
};

const REQUIRED = ['stack', 'table', 'bucket', 'wakeQueue', 'topic'] as const;

const readNames = (environment: Environment) => {
  const missing = REQUIRED.filter((name) => !environment[ENVIRONMENT[name]]).map((name) => ENVIRONMENT[name]);
  if (missing.length > 0)
    throw new Error(`missing in the environment: ${missing.join(', ')}; the control plane's stack sets them`);
  const required = (name: (typeof REQUIRED)[number]): string => environment[ENVIRONMENT[name]] ?? '';
  return {
    stack: required('stack'),
    table: required('table'),
    bucket: required('bucket'),
    wakeQueue: required('wakeQueue'),
    // Reconcile itself does not know its name, and calls nobody.
    reconcile: environment[ENVIRONMENT.reconcile] || undefined,
    probeIntervalSeconds: secondsOf(environment[ENVIRONMENT.probeInterval]),
    topic: required('topic'),
    instanceProfile: environment[ENVIRONMENT.instanceProfile] || undefined,
    documents: documentsOf(environment[ENVIRONMENT.documents]),
    // Only start-rollout knows it.
    rollingUpdate: environment[ENVIRONMENT.rollingUpdate] || undefined,
  };
};

/** The names that our documents have on AWS: a JSON object. */
const documentsOf = (text: string | undefined): Readonly<Record<string, string>> =>
  text === undefined || text === '' ? {} : documentNamesSchema.parse(JSON.parse(text));

const secondsOf = (text: string | undefined): number => {
  const seconds = text === undefined || text === '' ? SWEEP_PERIOD_SECONDS : Number(text);
  if (Number.isInteger(seconds) && seconds > 0) return seconds;
  throw new Error(`${ENVIRONMENT.probeInterval} is "${text}": give whole seconds, 60 or more`);
};

/** What handlers use of Lambda's context. */
export interface LambdaContext {
  readonly awsRequestId: string;
  readonly invokedFunctionArn: string;
  getRemainingTimeInMillis(): number;
}

export const invocationOf = (runtime: Pick<Runtime, 'clock'>, context: LambdaContext): Invocation => ({
  id: context.awsRequestId,
  deadline: runtime.clock.now() + context.getRemainingTimeInMillis(),
});

/** Makes the runtime at the first invocation and keeps it while the Lambda is warm. */
export const once = <Input, Output>(
  make: () => (input: Input, context: LambdaContext) => Promise<Output>,
): ((input: Input, context: LambdaContext) => Promise<Output>) => {
  let made: ((input: Input, context: LambdaContext) => Promise<Output>) | undefined;
  return (input, context) => {
    made ??= make();
    return made(input, context);
  };
};
