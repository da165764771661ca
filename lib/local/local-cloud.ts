import { join } from 'node:path';
import type { Random } from '../ports/random.js';
import { type Authoriser, allowAll } from './authorise.js';
import { type CallLog, callLog } from './call-log.js';
import { clearDirectory } from './clear-directory.js';
import { type Clients, clientsOf, type OwnClients } from './clients.js';
import type { LocalClock } from './clock.js';
import { type LocalCloudWatch, localCloudWatch } from './cloudwatch/local-cloudwatch.js';
import { MINUTE_MS } from './cloudwatch/metric-store.js';
import { oneAtATime } from './dynamodb/one-at-a-time.js';
import { answeredTable, type LocalDynamoDb, noTable, startDynalite } from './dynamodb/start-dynalite.js';
import { type LocalEc2, localEc2, type Timing, type World } from './ec2/index.js';
import { type LocalElb, localElb } from './elb/local-elb.js';
import type { EmittedEvent } from './events/event.js';
import { type LocalEvents, localEvents, type Rule, type Schedule } from './events/local-events.js';
import { type Topics, topics } from './events/topics.js';
import { type Faults, noFaults } from './faults.js';
import { keptAnswer, keptOthers } from './keep-ec2.js';
import { eventSource } from './lambda/event-source.js';
import type { FunctionOptions, Handler } from './lambda/invoke-function.js';
import { type LocalLambda, localLambda } from './lambda/local-lambda.js';
import { lockDirectory } from './lock-directory.js';
import { forgetful, type Keeper, type Kept, persistIn } from './persist.js';
import { fileBlobs } from './s3/blobs.js';
import { type LocalS3, localS3 } from './s3/local-s3.js';
import { seededRandom } from './seeded-random.js';
import { type LocalSqs, localSqs } from './sqs/local-sqs.js';
import type { Queue, QueueOptions } from './sqs/queue.js';
import { type LocalSsm, localSsm } from './ssm/local-ssm.js';
import { publicImage } from './ssm/public-images.js';
import { type LocalStates, localStates } from './states/local-states.js';

export interface LocalCloudOptions {
  readonly clock: LocalClock;
  /** The same seed and the same calls on a virtual clock give the same cloud. */
  readonly seed: number;
  /** Where everything is kept, so that a restart finds it; in memory when absent. */
  readonly directory?: string;
  /** Forgets what the folder holds, once no other local cloud uses it. */
  readonly fresh?: boolean;
  readonly faults?: Faults;
  readonly authorise?: Authoriser;
  readonly world?: World;
  readonly timing?: Partial<Timing>;
  /** `tiny`, the default, makes everybody page; `real` has AWS's sizes, for measurements. */
  readonly pages?: 'tiny' | 'real';
  /** Without DynamoDB: its functions have stores of their own. Thousands of clouds in one process start faster so. */
  readonly withoutTable?: boolean;
  /** DynamoDB in this process and without HTTP, at a tenth of the time. It keeps nothing in `directory`. */
  readonly tableInProcess?: boolean;
  /** From an event until its targets have it. */
  readonly eventLatencyMs?: number;
  /** Of what runs by itself: an asynchronous function that failed, an event that was lost. */
  readonly onError?: (problem: { readonly where: string; readonly error: unknown }) => void;
}

/** AWS on one machine: nothing in it knows Holdfast. */
export interface LocalCloud {
  readonly clock: LocalClock;
  readonly random: Random;
  readonly ec2: LocalEc2;
  readonly s3: LocalS3;
  readonly sqs: LocalSqs;
  readonly events: LocalEvents;
  readonly lambda: LocalLambda;
  readonly ssm: LocalSsm;
  readonly cloudwatch: LocalCloudWatch;
  readonly states: LocalStates;
  readonly elb: LocalElb;
  readonly topics: Topics;
  readonly callLog: CallLog;
  readonly dynamo: Pick<LocalDynamoDb, 'endpoint' | 'tableName' | 'createTable'>;
  /** Clients whose calls are counted and authorised as this principal's; the same ones each time. */
  clients(principal: string): Clients;
  registerFunction(name: string, handler: Handler, options: FunctionOptions): void;
  addRule(rule: Rule): void;
  addSchedule(schedule: Schedule): void;
  /** Feeds a function from a queue, one message a run, at most `concurrency` side by side. */
  mapQueue(queue: string, functionName: string, concurrency: number): void;
  /** @returns its URL. */
  createQueue(name: string, options?: QueueOptions): string;
  createBucket(name: string): void;
  /** @returns its ARN. */
  createTopic(name: string): string;
  emit(event: EmittedEvent): void;
  /** Keeps what others put into this cloud in its folder, under a name of its own; see `Persistence`. */
  keep(name: string, kept: Kept): Keeper;
  /** Writes everything down and ends what runs by itself. The clock stays the caller's. */
  stop(): Promise<void>;
}

const REAL_PAGES = { byDefault: 1_000, atMost: 1_000 };

/** @throws when another local cloud uses the folder. */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const { clock, directory, faults = noFaults() } = options;
  const random = seededRandom(options.seed);
  const unlock = directory === undefined ? () => {} : lockDirectory(directory);
  if (directory !== undefined && options.fresh) clearDirectory(directory);
  const persistence = directory === undefined ? forgetful : persistIn(directory);
  const pageSize = options.pages === 'real' ? 1_000 : undefined;
  const log = callLog();
  const known: Topics = topics(clock);
  const report = (where: string) => (error: unknown) => options.onError?.({ where, error });
  /** Keepers are there after their services; until then nothing changes. */
  const keepers = new Map<string, Keeper>();
  const changed = (name: string) => () => keepers.get(name)?.changed();
  const flushed = (name: string) => () => keepers.get(name)?.flush();
  const keep = (name: string, kept: Kept): Keeper => {
    const keeper = persistence.keep(name, kept);
    keepers.set(name, keeper);
    return keeper;
  };

  const sqs = localSqs({ clock, random, changed: changed('sqs') });
  const events: LocalEvents = localEvents({
    clock,
    random,
    latencyMs: options.eventLatencyMs,
    deliveries: faults.deliveries,
    invokeLater: (name, event) => lambda.invokeLater(name, event),
    sendToQueue: (queue, body, attributes) => void sqs.find(queue).send(body, attributes),
    publish: known.publish,
    onLost: (event, error) => report(`event ${event['detail-type']}`)(error),
  });
  const cloudwatch = localCloudWatch({
    clock,
    pageSize,
    emit: events.emit,
    act: (arn, message, subject) => {
      if (arn.includes(':sns:')) known.publish(arn, message, subject);
    },
    changed: changed('cloudwatch'),
  });
  const lambda: LocalLambda = localLambda({
    clock,
    random,
    metrics: cloudwatch,
    sendToQueue: (queue, body) => void sqs.find(queue).send(body),
  });
  lambda.onError((failure) => report(failure.function)(failure.error));
  const ssm = localSsm({
    clock,
    random,
    pageSize,
    publicParameter: (name) => publicImage(name, ec2.world().images),
    changed: flushed('ssm'),
  });
  const raw = localEc2({
    clock,
    faults,
    random,
    emit: (event) => {
      changed('ec2')();
      events.deliver(event);
    },
    world: options.world,
    timing: options.timing,
    ...(options.pages === 'real' && { pages: REAL_PAGES }),
    resolveParameter: async (name) => ssm.value(name),
  });
  const ec2Keeper = keep('ec2', raw);
  const ec2: LocalEc2 = {
    ...raw,
    answer: keptAnswer(raw.answer, ec2Keeper),
    others: keptOthers(raw, ec2Keeper),
  };
  const s3 = localS3({
    clock,
    random,
    pageSize,
    emit: events.emit,
    changed: flushed('s3'),
    ...(directory !== undefined && { blobs: fileBlobs(join(directory, 's3')) }),
  });
  keep('s3', s3);
  keep('ssm', ssm);
  keep('sqs', sqs);
  keep('cloudwatch', cloudwatch);
  cloudwatch.beforeEvaluation(() => measureQueues(sqs.queues(), cloudwatch, clock.now()));
  const states = localStates({
    clock,
    random,
    pageSize,
    emit: events.emit,
    clients: (role) => clientsFor(role),
    changed: flushed('states'),
    onError: report('an execution'),
  });
  // What ran is aborted from now on, also for the next start.
  keep('states', states).changed();
  const elb = localElb({
    clock,
    instance: ec2.instance,
    defaultVpc: () => (ec2.world().vpcs.find(({ isDefault }) => isDefault) ?? ec2.world().vpcs[0])?.id ?? '',
    changed: flushed('elb'),
    pageSize,
  });
  keep('elb', elb);
  const starting = async (): Promise<LocalDynamoDb> => {
    if (options.withoutTable) return noTable;
    if (options.tableInProcess) return answeredTable();
    return startDynalite(directory === undefined ? undefined : join(directory, 'dynamodb'));
  };
  const dynamo = await starting().catch((error: unknown) => {
    unlock();
    throw error;
  });

  const dynamoLine = oneAtATime();
  const clients = new Map<string, OwnClients>();
  const clientsFor = (principal: string): Clients => {
    const made: OwnClients =
      clients.get(principal) ??
      clientsOf(principal, {
        answers: {
          ec2: ec2.answer,
          s3: s3.answer,
          sqs: sqs.answer,
          events: events.answer,
          lambda: lambda.answer,
          ssm: ssm.answer,
          cloudwatch: cloudwatch.answer,
          sfn: states.answer,
          elb: elb.answer,
        },
        dynamo,
        dynamoLine,
        authorise: options.authorise ?? allowAll,
        callLog: log,
        faults,
      });
    clients.set(principal, made);
    return made;
  };
  const mappings: (() => void)[] = [];
  return {
    clock,
    random,
    ec2,
    s3,
    sqs,
    events,
    lambda,
    ssm,
    cloudwatch,
    states,
    elb,
    topics: known,
    callLog: log,
    dynamo,
    clients: clientsFor,
    registerFunction: lambda.registerFunction,
    addRule: events.addRule,
    addSchedule: events.addSchedule,
    mapQueue: (queue, functionName, concurrency) =>
      void mappings.push(
        eventSource(sqs.find(queue), lambda, functionName, concurrency, clock, report(functionName)),
      ),
    createQueue: sqs.createQueue,
    createBucket: s3.createBucket,
    createTopic: known.createTopic,
    emit: events.emit,
    keep,
    stop: async () => {
      for (const unmap of mappings) unmap();
      states.stop();
      events.stop();
      cloudwatch.stop();
      ec2Keeper.changed();
      persistence.stop();
      for (const own of clients.values()) own.end();
      await dynamo.stop();
      unlock();
    },
  };
}

/** What SQS itself measures once a minute; it belongs to the minute that ends now. */
function measureQueues(queues: readonly Queue[], cloudwatch: LocalCloudWatch, now: number): void {
  const at = Math.floor(now / MINUTE_MS) * MINUTE_MS - 1;
  for (const queue of queues) {
    const { visible, inFlight, delayed } = queue.counts();
    const put = (metric: string, value: number) =>
      cloudwatch.put({ namespace: 'AWS/SQS', metric, dimensions: { QueueName: queue.name }, value, at });
    put('ApproximateNumberOfMessagesVisible', visible);
    put('ApproximateNumberOfMessagesNotVisible', inFlight);
    put('ApproximateNumberOfMessagesDelayed', delayed);
    put('ApproximateAgeOfOldestMessage', queue.oldestAgeSeconds());
  }
}
