import { awsRuntime } from '../../lambdas/runtime.js';
import { TASKS, type Task } from '../../lambdas/tasks.js';
import {
  ENVIRONMENT,
  FUNCTIONS,
  type FunctionName,
  STATE_MACHINES,
  type StateMachineName,
} from '../../lib/core/deployment.js';
import { nodeDocuments } from '../../lib/flavors/index.js';
import type { Clients } from '../../lib/local/clients.js';
import { embeddedMetrics } from '../../lib/local/cloudwatch/embedded-metrics.js';
import type { LocalCloud } from '../../lib/local/local-cloud.js';
import { nameOf } from '../../lib/local/place.js';
import type { FlavorRegistry } from '../../lib/ports/flavor.js';
import type { Log } from '../../lib/ports/outbox.js';
import { TEST_DOCUMENTS } from './scenario-flavor.js';
import type { PlaneTemplate } from './scenario-template.js';

export interface DeployOptions {
  readonly log: (function_: FunctionName) => Log;
  /** Sees every invocation before its function does. */
  readonly onInvoke: (function_: FunctionName, requestId: string, event: unknown) => void;
  readonly flavors?: FlavorRegistry | undefined;
  readonly mostTurns?: number | undefined;
  /** A function's clients as it gets them. */
  readonly hooked?: (function_: FunctionName, clients: Clients) => Clients;
}

/** One control plane, deployed from its template. */
export interface DeployedPlane {
  readonly stack: string;
  readonly template: PlaneTemplate;
  readonly table: string;
  readonly bucket: string;
  readonly topic: string;
  /** Names of all queues that must stay empty. */
  readonly deadLetters: readonly string[];
  functionName(name: FunctionName): string;
  /** Turns the schedules off, or on at their own pace or another. */
  runSchedules(on: boolean, expression?: string): void;
  /** Forgets what warm functions keep in memory; the next invocation starts with `environment` changed so. */
  redeploy(environment?: Readonly<Record<string, string>>): void;
  /** Puts another definition in a state machine's place, or the template's again; `${…}` stands for the same in both. */
  putMachine(machine: StateMachineName, definition?: string): void;
}

const list = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.map(Object) : [];
const text = (value: unknown): string => {
  if (typeof value !== 'string') throw new Error(`${JSON.stringify(value)} is no text`);
  return value;
};
const number = (value: unknown): number => {
  if (typeof value !== 'number') throw new Error(`${JSON.stringify(value)} is no number`);
  return value;
};
const field = (value: unknown, key: string): unknown => Object(value)[key];

/**
 * Does what CloudFormation would do with the template: its table, queues, topic, bucket, functions with their
 * environment, retries and dead letters, state machines, event source, rules, schedule and alarms; nothing that is not
 * in it.
 */
export async function deployTemplate(
  cloud: LocalCloud,
  template: PlaneTemplate,
  options: DeployOptions,
): Promise<DeployedPlane> {
  const { values, functions, stack } = template;
  for (const [id] of template.ofType('AWS::DynamoDB::Table'))
    await cloud.dynamo.createTable(values.text({ Ref: id }));
  for (const [id] of template.ofType('AWS::S3::Bucket')) cloud.createBucket(values.text({ Ref: id }));
  for (const [id] of template.ofType('AWS::SNS::Topic')) {
    cloud.createTopic(values.text({ 'Fn::GetAtt': [id, 'TopicName'] }));
  }
  const deadLetters = createQueues(cloud, template);
  const environment = Object(field(field(properties(template, functions.sweep), 'Environment'), 'Variables'));
  putDocuments(cloud, template);
  const changes: Record<string, string> = {};
  const warm = new Map<FunctionName, ReturnType<Task>>();
  for (const name of FUNCTIONS) deployFunction(cloud, template, name, { options, changes, warm });
  for (const machine of STATE_MACHINES) putMachine(cloud, template, machine);
  for (const [, mapping] of template.ofType('AWS::Lambda::EventSourceMapping')) {
    cloud.mapQueue(
      nameOf(text(mapping.EventSourceArn)),
      text(mapping.FunctionName),
      number(field(mapping.ScalingConfig, 'MaximumConcurrency')),
    );
  }
  addRules(cloud, template);
  addSchedules(cloud, template, true);
  for (const alarm of template.alarms()) cloud.cloudwatch.putAlarm(alarm);
  return {
    stack,
    template,
    table: text(environment.HOLDFAST_TABLE),
    bucket: text(environment.HOLDFAST_CONFIG_BUCKET),
    topic: nameOf(text(environment.HOLDFAST_TOPIC_ARN)),
    deadLetters,
    functionName: (name) => values.text({ Ref: functions[name] }),
    runSchedules: (on, expression) => addSchedules(cloud, template, on, expression),
    redeploy: (changed = {}) => {
      Object.assign(changes, changed);
      warm.clear();
    },
    putMachine: (machine, definition) => putMachine(cloud, template, machine, definition),
  };
}

/** The template's documents, as flavors have written them. */
function putDocuments(cloud: LocalCloud, template: PlaneTemplate): void {
  const { Variables } = Object(properties(template, template.functions.reconcile).Environment);
  const names: Readonly<Record<string, string>> = JSON.parse(text(field(Variables, ENVIRONMENT.documents)));
  for (const document of [...nodeDocuments, ...TEST_DOCUMENTS]) {
    cloud.ssm.putDocument(text(names[document.name]), document);
  }
}

const properties = (template: PlaneTemplate, id: string): Readonly<Record<string, unknown>> =>
  Object(template.values.resolve(template.template.Resources[id]?.Properties));

/** @returns the names of those that others are given up into. */
function createQueues(cloud: LocalCloud, template: PlaneTemplate): readonly string[] {
  const deadLetters: string[] = [];
  for (const [id, queue] of template.ofType('AWS::SQS::Queue')) {
    const name = template.values.text({ 'Fn::GetAtt': [id, 'QueueName'] });
    const redrive = queue.RedrivePolicy;
    if (id.includes('DeadLetters')) deadLetters.push(name);
    cloud.createQueue(name, {
      ...(typeof queue.VisibilityTimeout === 'number'
        ? { visibilityTimeoutSeconds: queue.VisibilityTimeout }
        : {}),
      ...(typeof queue.MessageRetentionPeriod === 'number'
        ? { retentionSeconds: queue.MessageRetentionPeriod }
        : {}),
      ...(redrive === undefined
        ? {}
        : {
            redrive: {
              deadLetterQueue: nameOf(text(field(redrive, 'deadLetterTargetArn'))),
              maxReceiveCount: number(field(redrive, 'maxReceiveCount')),
            },
          }),
    });
  }
  return deadLetters;
}

interface Deploying {
  readonly options: DeployOptions;
  readonly changes: Readonly<Record<string, string>>;
  readonly warm: Map<FunctionName, ReturnType<Task>>;
}

function deployFunction(
  cloud: LocalCloud,
  template: PlaneTemplate,
  name: FunctionName,
  { options, changes, warm }: Deploying,
): void {
  const principal = template.values.text({ Ref: template.functions[name] });
  const { Environment, Timeout, MemorySize } = properties(template, template.functions[name]);
  const environment = Object(field(Environment, 'Variables'));
  const clients = options.hooked?.(name, cloud.clients(principal)) ?? cloud.clients(principal);
  const log = options.log(name);
  const start = () =>
    TASKS[name](
      awsRuntime(
        { ...environment, ...changes },
        {
          clients,
          clock: cloud.clock,
          random: cloud.random,
          log,
          ...(options.flavors === undefined ? {} : { flavors: options.flavors }),
          ...(options.mostTurns === undefined ? {} : { mostTurns: options.mostTurns }),
          writeMetrics: (line) => {
            for (const datum of embeddedMetrics(line)) cloud.cloudwatch.put(datum);
          },
        },
      ),
    );
  const invoked = template
    .ofType('AWS::Lambda::EventInvokeConfig')
    .map(([, config]) => config)
    .find((config) => config.FunctionName === principal);
  const onFailure = field(field(invoked?.DestinationConfig, 'OnFailure'), 'Destination');
  const aliases = template
    .ofType('AWS::Lambda::Alias')
    .filter(([, alias]) => alias.FunctionName === principal)
    .map(([, alias]) => text(alias.Name));
  cloud.registerFunction(
    principal,
    (event, context) => {
      options.onInvoke(name, context.awsRequestId, event);
      const task = warm.get(name) ?? start();
      warm.set(name, task);
      return task(event, context);
    },
    {
      timeoutSeconds: number(Timeout),
      memoryMegabytes: number(MemorySize),
      aliases,
      ...(typeof invoked?.MaximumRetryAttempts === 'number'
        ? { retryAttempts: invoked.MaximumRetryAttempts }
        : {}),
      ...(typeof onFailure === 'string' ? { onFailure: { queue: nameOf(onFailure) } } : {}),
    },
  );
}

function putMachine(
  cloud: LocalCloud,
  template: PlaneTemplate,
  machine: StateMachineName,
  given?: string,
): void {
  const id = template.machines[machine];
  const { DefinitionString, DefinitionSubstitutions } = properties(template, id);
  const name = template.values.text({ 'Fn::GetAtt': [id, 'Name'] });
  const definition = (given ?? text(DefinitionString)).replace(/\$\{(\w+)\}/g, (_, key: string) =>
    text(field(DefinitionSubstitutions, key)),
  );
  cloud.states.putStateMachine({ name, role: name, definition });
}

function targetsOf(rule: Readonly<Record<string, unknown>>) {
  return list(rule.Targets).map((target) => {
    const [arn, letters] = [text(target.Arn), text(field(target.DeadLetterConfig, 'Arn'))];
    return {
      kind: arn.includes(':sns:') ? ('topic' as const) : ('function' as const),
      name: nameOf(arn),
      deadLetterQueue: nameOf(letters),
      retry: {
        maximumRetryAttempts: number(field(target.RetryPolicy, 'MaximumRetryAttempts')),
        maximumEventAgeSeconds: number(field(target.RetryPolicy, 'MaximumEventAgeInSeconds')),
      },
    };
  });
}

function addRules(cloud: LocalCloud, template: PlaneTemplate): void {
  for (const [id, rule] of template.ofType('AWS::Events::Rule')) {
    if (rule.EventPattern === undefined) continue;
    const name = template.values.text({ Ref: id });
    cloud.addRule({ name, pattern: rule.EventPattern, targets: targetsOf(rule) });
  }
}

function addSchedules(cloud: LocalCloud, template: PlaneTemplate, on: boolean, expression?: string): void {
  for (const [id, rule] of template.ofType('AWS::Events::Rule')) {
    if (rule.ScheduleExpression === undefined) continue;
    const name = template.values.text({ Ref: id });
    const targets = on ? targetsOf(rule) : [];
    cloud.addSchedule({ name, expression: expression ?? text(rule.ScheduleExpression), targets });
  }
}
