import { InvokeCommand } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type {
  GroupView,
  Method,
  Params,
  Result,
  RpcResponse,
  SpecDocument,
} from '../../lib/app/api-types.js';
import { dynamoGroupStore } from '../../lib/aws/dynamo-group-store.js';
import type { FunctionName } from '../../lib/core/deployment.js';
import type { GroupEvent } from '../../lib/core/group-event.js';
import type { GroupRecord } from '../../lib/core/group-record.js';
import { groupId } from '../../lib/core/ids.js';
import type { AuthorisedCall } from '../../lib/local/authorise.js';
import { type VirtualClock, virtualClock } from '../../lib/local/clock.js';
import type { Books, InstanceSight, SomebodyElse } from '../../lib/local/ec2/index.js';
import type { CloudEvent } from '../../lib/local/events/event.js';
import type { FaultRule } from '../../lib/local/fault-rule.js';
import { type ScriptedFaults, scriptedFaults } from '../../lib/local/faults.js';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../lib/local/local-cloud.js';
import { type Models, models } from '../../lib/local/models/index.js';
import { seededRandom } from '../../lib/local/seeded-random.js';
import type { FlavorRegistry } from '../../lib/ports/flavor.js';
import type { GroupStore } from '../../lib/ports/group-store.js';
import { type Crash, type Interruption, Interruptions } from './scenario-calls.js';
import { type DeployedPlane, deployTemplate } from './scenario-deploy.js';
import { type Neighbours, settleIn } from './scenario-neighbours.js';
import { planeTemplate } from './scenario-template.js';

/** 2026-01-01T00:00:00Z */
export const START = 1_767_225_600_000;

/** An SDK call of one of our functions, as IAM saw it. */
export interface SeenCall extends AuthorisedCall {
  readonly at: number;
}

export interface LogLine {
  readonly at: number;
  readonly function: string;
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface WorldOptions {
  readonly seed?: number;
  /** Without the neighbours: for measurements and for what the neighbours would drown. */
  readonly alone?: boolean;
  readonly faults?: readonly FaultRule[];
  /** Flavors in the place of our own. */
  readonly flavors?: FlavorRegistry;
  /** Steps of one execution of a rollout's machine, in the place of our own limit. */
  readonly mostTurns?: number;
  /** Instances run models of what their boot scripts install. */
  readonly models?: boolean;
  /** DynamoDB over HTTP, for the stories that show the whole way there and back. */
  readonly wire?: boolean;
  readonly cloud?: Partial<Pick<LocalCloudOptions, 'timing' | 'pages' | 'world' | 'eventLatencyMs'>>;
}

/** A JSON-RPC error, thrown by `api`. */
export class ApiError extends Error {
  readonly code: number;
  readonly data: unknown;
  constructor(message: string, code: number, data: unknown) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.data = data;
  }
}

/** One control plane, as users, its table and its functions' calls show it. */
export interface Plane extends DeployedPlane {
  readonly store: GroupStore;
}

/** The control plane under its synthesized template in the local cloud, on virtual time, with its neighbours. */
export interface World {
  readonly cloud: LocalCloud;
  readonly clock: VirtualClock;
  readonly faults: ScriptedFaults;
  readonly books: Books;
  readonly others: SomebodyElse;
  /** What runs on instances. @throws in a world where nothing does. */
  software(): Models;
  readonly plane: Plane;
  readonly neighbours: Neighbours | undefined;
  readonly interruptions: Interruptions;
  readonly denials: readonly string[];
  readonly logs: LogLine[];
  /** Every call of our functions so far; empty it to look at what comes. */
  readonly seen: SeenCall[];
  readonly events_: readonly CloudEvent[];
  now(): number;
  /** One request to the group API; time moves only as long as the answer takes. @throws {ApiError} */
  api<M extends Method>(
    method: M,
    params: Params<M>,
    options?: { alias?: string; plane?: Plane },
  ): Promise<Result<M>>;
  /** The same from inside an interruption, where time is not ours to move. */
  apiWithin<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
  commit(
    spec: SpecDocument,
    more?: { Confirm?: boolean; RequestId?: string },
  ): Promise<Result<'Group.CommitGroup'>>;
  upload(key: string, text: string): Promise<void>;
  removeUpload(key: string): Promise<void>;
  /** What was written beside an upload. */
  result(key: string): Promise<Readonly<Record<string, unknown>> | undefined>;
  advance(seconds: number): Promise<void>;
  until(what: string, holds: () => boolean | Promise<boolean>, limitSeconds?: number): Promise<void>;
  /** Until the group is as declared, by its own word and in truth. */
  settle(id: string, limitSeconds?: number): Promise<void>;
  record(id: string): Promise<GroupRecord>;
  view(id: string): Promise<GroupView>;
  events(id: string): Promise<readonly GroupEvent[]>;
  /** Live instances with our tags of a group, in truth. */
  members(id: string): readonly InstanceSight[];
  /** EC2 calls of some functions of ours since `from`. */
  ec2Calls(functions: readonly FunctionName[], from?: number): readonly SeenCall[];
  before(hook: Interruption): () => void;
  crash(plan: Omit<Crash, 'stack'>): void;
  /** Empties our table, as a restore into a new one would find it; warm functions forget too. */
  loseTable(): Promise<void>;
  stop(): Promise<void>;
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const clock = virtualClock(START);
  const seed = options.seed ?? 1;
  const faults = scriptedFaults(clock, seededRandom(seed + 1));
  for (const rule of options.faults ?? []) faults.add(rule);
  const interruptions = new Interruptions();
  const denials: string[] = [];
  const seen: SeenCall[] = [];
  const logs: LogLine[] = [];
  const busEvents: CloudEvent[] = [];
  const stacks = options.alone ? ['holdfast-a'] : ['holdfast-a', 'holdfast-b'];
  const cloud = await startLocalCloud({
    clock,
    seed,
    faults: interruptions.over(faults),
    tableInProcess: !options.wire,
    ...options.cloud,
    authorise: (call) => {
      const stack = stacks.find((name) => call.principal.startsWith(`${name}-`));
      if (stack === undefined) return 'allow';
      const principal = call.principal.slice(stack.length + 1);
      seen.push({ ...call, at: clock.now() });
      const verdict = planeTemplate(stack).evaluator.authorise(
        { ...call, principal },
        { tagsOf: (id) => cloud.ec2.instance(id)?.tags },
      );
      if (verdict !== 'allow')
        denials.push(`${call.principal} ${call.service}:${call.operation}: ${verdict.denied}`);
      return verdict;
    },
  });
  cloud.events.onEvent((event) => void busEvents.push(event));
  const machines = options.models ? models(cloud, { faults }) : undefined;
  if (machines) cloud.ssm.useNodes(machines);
  const deploy = async (stack: string): Promise<Plane> => {
    const deployed = await deployTemplate(cloud, planeTemplate(stack), {
      log: (name) => {
        const line =
          (level: LogLine['level']) =>
          (message: string, fields: LogLine['fields'] = {}) =>
            void logs.push({ at: clock.now(), function: `${stack}-${name}`, level, message, fields });
        return { info: line('info'), warn: line('warn'), error: line('error') };
      },
      flavors: options.flavors,
      mostTurns: options.mostTurns,
      onInvoke: (_, requestId, event) => interruptions.begins(requestId, event),
      hooked: (name, clients) => interruptions.hookInto(stack, name, clients),
    });
    const { dynamo } = cloud.clients('observer');
    return { ...deployed, store: dynamoGroupStore({ client: dynamo, table: deployed.table }) };
  };
  const plane = await deploy('holdfast-a');
  interruptions.onCrash = () => plane.redeploy();

  const invoke = async <M extends Method>(on: Plane, method: M, params: Params<M>, alias?: string) => {
    const { Payload, FunctionError } = await cloud.clients('user').lambda.send(
      new InvokeCommand({
        FunctionName: on.functionName('group-api'),
        Payload: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
        ...(alias === undefined ? {} : { Qualifier: alias }),
      }),
    );
    const payload = Payload?.transformToString() ?? '';
    if (FunctionError !== undefined) throw new Error(`group-api failed: ${payload}`);
    const response = JSON.parse(payload) as RpcResponse;
    if ('error' in response)
      throw new ApiError(response.error.message, response.error.code, response.error.data);
    return response.result as Result<M>;
  };
  /** Starts something in the cloud and moves time until it has ended. */
  const whole = async <T>(work: () => Promise<T>): Promise<T> => {
    let ended = false;
    const outcome = clock.run(work, 'user').then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    void outcome.then(() => {
      ended = true;
    });
    await clock.runUntil(() => ended, { limitMs: 300_000 });
    const settled = await outcome;
    if ('error' in settled) throw settled.error;
    return settled.value;
  };
  const { s3 } = cloud.clients('user');
  const record = async (id: string): Promise<GroupRecord> => {
    const found = await plane.store.read(groupId(id));
    if (!found) throw new Error(`no group "${id}"`);
    return found;
  };
  const members = (id: string): readonly InstanceSight[] =>
    cloud.ec2
      .instances()
      .filter(
        ({ tags, state }) =>
          tags['holdfast.stack'] === plane.stack &&
          tags['infrakit.group'] === id &&
          ['pending', 'running', 'stopping', 'stopped'].includes(state),
      );
  const until: World['until'] = async (what, holds, limitSeconds = 900) => {
    try {
      await clock.runUntil(holds, { limitMs: limitSeconds * 1000 });
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('not so within')) throw error;
      throw new Error(`${what}: not within ${limitSeconds} s`);
    }
  };

  const world: World = {
    cloud,
    clock,
    faults,
    books: cloud.ec2.books,
    others: cloud.ec2.others,
    software: () => {
      if (machines === undefined) throw new Error('nothing runs on the instances of this world');
      return machines;
    },
    plane,
    neighbours: undefined,
    interruptions,
    denials,
    logs,
    seen,
    events_: busEvents,
    now: () => clock.now(),
    api: (method, params, { alias, plane: on = plane } = {}) =>
      whole(() => invoke(on, method, params, alias)),
    apiWithin: (method, params) => invoke(plane, method, params),
    commit: (Spec, more = {}) => whole(() => invoke(plane, 'Group.CommitGroup', { Spec, ...more })),
    upload: (Key, Body) =>
      whole(async () => {
        await s3.send(new PutObjectCommand({ Bucket: plane.bucket, Key, Body }));
      }),
    removeUpload: (Key) =>
      whole(async () => {
        await s3.send(new DeleteObjectCommand({ Bucket: plane.bucket, Key }));
      }),
    result: async (key) => {
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: plane.bucket, Key: `results/${key}` }));
        return JSON.parse((await Body?.transformToString()) ?? 'null');
      } catch (error) {
        if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
        throw error;
      }
    },
    advance: (seconds) => clock.advance(Math.round(seconds * 1000)),
    until,
    settle: async (id, limitSeconds = 900) => {
      let why = '';
      const isSettled = async () => {
        const all = members(id);
        const running = all.filter(({ state }) => state === 'running').length;
        why = `${running} of ${all.length} run`;
        if (running !== all.length) return false;
        const { status, wake, seen: looked, lease, orders, watch } = await record(id);
        why = JSON.stringify({ watch, status, running, orders, lease, wake, looked });
        return (
          watch === 'watched' &&
          status.converged &&
          wake === looked &&
          lease === undefined &&
          orders.length === 0 &&
          running === status.declared
        );
      };
      try {
        await until(`group "${id}" as declared`, isSettled, limitSeconds);
      } catch (error) {
        throw new Error(`${error instanceof Error ? error.message : error}: ${why}`);
      }
    },
    record,
    view: (id) => whole(() => invoke(plane, 'Group.DescribeGroup', { ID: id })),
    events: (id) => plane.store.events(groupId(id), { limit: 1000, now: clock.now() }),
    members,
    ec2Calls: (functions, from = 0) =>
      seen.filter(
        ({ principal, service, at }) =>
          service === 'EC2' && at >= from && functions.some((name) => principal === plane.functionName(name)),
      ),
    before: (hook) => interruptions.add(hook),
    crash: (plan) => interruptions.crash({ stack: plane.stack, ...plan }),
    loseTable: async () => {
      const { dynamo } = cloud.clients('observer');
      const TableName = plane.table;
      for (;;) {
        const { Items = [] }: { Items?: Record<string, unknown>[] } = await dynamo.send(
          new ScanCommand({ TableName }),
        );
        if (Items.length === 0) break;
        for (const { pk, sk } of Items) await dynamo.send(new DeleteCommand({ TableName, Key: { pk, sk } }));
      }
      plane.redeploy();
    },
    stop: () => cloud.stop(),
  };
  if (options.alone) return world;
  const second = await deploy('holdfast-b');
  const neighbours = await settleIn(world, second);
  seen.length = 0;
  logs.length = 0;
  return { ...world, neighbours };
}
