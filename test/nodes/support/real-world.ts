import { InvokeCommand } from '@aws-sdk/client-lambda';
import type {
  GroupView,
  Method,
  Params,
  Result,
  RpcResponse,
  SpecDocument,
} from '../../../lib/app/api-types.js';
import { dynamoGroupStore } from '../../../lib/aws/dynamo-group-store.js';
import type { GroupEvent } from '../../../lib/core/group-event.js';
import { groupId } from '../../../lib/core/ids.js';
import { realClock } from '../../../lib/local/clock.js';
import type { InstanceSight } from '../../../lib/local/ec2/index.js';
import { type LocalCloud, startLocalCloud } from '../../../lib/local/local-cloud.js';
import { type RealNodes, type RealNodesOptions, startRealNodes } from '../../../lib/local/real/real-nodes.js';
import type { Ran } from '../../../lib/local/real/run-program.js';
import type { FlavorRegistry } from '../../../lib/ports/flavor.js';
import type { GroupStore } from '../../../lib/ports/group-store.js';
import { type DeployedPlane, deployTemplate } from '../../support/scenario-deploy.js';
import { planeTemplate } from '../../support/scenario-template.js';
import { ApiError, type LogLine } from '../../support/world.js';
import { nodeAuthoriser } from './node-profile.js';

/** The name of the control plane, and so a part of the paths of clusters' parameters. */
export const STACK = 'holdfast-a';

export interface RealWorldOptions
  extends Pick<RealNodesOptions, 'files' | 'environment' | 'timing' | 'impairedMs'> {
  /** One command in so many never arrives; none when absent. */
  readonly loseEvery?: number;
  /** Flavors in the place of our own. */
  readonly flavors?: FlavorRegistry;
  /** From one sweep to the next: a minute on AWS. @default 1000 */
  readonly sweepMs?: number;
}

/** The control plane over real nodes, on the real clock. */
export interface RealWorld {
  readonly cloud: LocalCloud;
  readonly plane: DeployedPlane;
  readonly store: GroupStore;
  readonly nodes: RealNodes;
  readonly logs: readonly LogLine[];
  /** Calls of nodes that their role did not allow, `i-1 GetParameter /name: why`. */
  readonly denials: readonly string[];
  /** What went wrong by itself. */
  readonly problems: readonly string[];
  /** @throws {ApiError} */
  api<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
  commit(spec: SpecDocument, more?: { Confirm?: boolean }): Promise<Result<'Group.CommitGroup'>>;
  view(id: string): Promise<GroupView>;
  events(id: string): Promise<readonly GroupEvent[]>;
  /** Live instances with our tags of a group, in truth. */
  members(id: string): readonly InstanceSight[];
  /** Asks again and again; returns the seconds that it took. @throws with the story so far when it does not come true. */
  until(what: string, holds: () => boolean | Promise<boolean>, seconds: number): Promise<number>;
  /** The same request until it is granted, as a user would who reads a refusal that will pass: commands get lost here. */
  insist<M extends Method>(method: M, params: Params<M>, seconds: number): Promise<Result<M>>;
  /** Recovers a group until its members can decide, asking again as an operator would: the node may run out of its time. */
  recover(id: string, survivor: string): Promise<void>;
  /** Until the group is as declared and every member healthy; returns the seconds that it took. */
  settle(id: string, seconds: number): Promise<number>;
  /** A script for bash in an instance's namespaces. */
  exec(id: string, script: string, timeoutMs?: number): Promise<Ran>;
  /** SIGKILL to everything in it: EC2 still says that it runs. */
  kill(id: string): Promise<void>;
  /** Terminates it behind the control plane's back. */
  terminate(id: string): void;
  cutOff(id: string): Promise<void>;
  reconnect(id: string): Promise<void>;
  /** What an instance wrote at boot. */
  console(id: string): string;
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

const TIMING = { bootMs: 100, checksMs: 300, shuttingDownMs: 300, stoppingMs: 300, tagsFadeMs: 2_000 };
const LOOK_AGAIN_MS = 100;
const INSIST_MS = 1_000;
/** Longer than a node takes. */
const RECOVER_AGAIN_MS = 120_000;
/** What is waited for takes as long as a laptop with two cores needs; a busy one may need a multiple. */
const PATIENCE = 3;
const SWEEP_MS = 1_000;
const MOST_WAITS = 50;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const textOf = (error: unknown) =>
  error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error);

/** Starts a cloud, its control plane from the synthesized template, and real nodes behind them. */
export async function startRealWorld(options: RealWorldOptions = {}): Promise<RealWorld> {
  const { flavors, sweepMs = SWEEP_MS, loseEvery, ...forNodes } = options;
  const logs: LogLine[] = [];
  const denials: string[] = [];
  const problems: string[] = [];
  const clock = realClock((error) => void problems.push(textOf(error)));
  const authoriseNode = nodeAuthoriser(STACK, (id) => cloud.ec2.instance(id)?.instanceProfile);
  const onError = ({ where, error }: { where: string; error: unknown }) =>
    void problems.push(`${where}: ${textOf(error)}`);
  const cloud = await startLocalCloud({
    clock,
    seed: Date.now() % 2 ** 31,
    timing: TIMING,
    pages: 'real',
    onError,
    authorise: (call) => {
      const verdict = authoriseNode(call);
      if (verdict !== 'allow') denials.push(verdict.denied);
      return verdict;
    },
  });
  const plane = await deployTemplate(cloud, planeTemplate(STACK), {
    log: (name) => {
      const line =
        (level: LogLine['level']) =>
        (message: string, fields: LogLine['fields'] = {}) =>
          void logs.push({ at: clock.now(), function: name, level, message, fields });
      return { info: line('info'), warn: line('warn'), error: line('error') };
    },
    flavors,
    onInvoke: () => {},
  });
  plane.runSchedules(false);
  for (const name of flavors?.known ?? []) {
    for (const document of flavors?.find(name)?.documents ?? [])
      cloud.ssm.putDocument(document.name, document);
  }
  let sent = 0;
  const commandLost = () => {
    sent += 1;
    return loseEvery !== undefined && sent % loseEvery === 0;
  };
  const nodes = await startRealNodes({ cloud, impairedMs: 2_000, ...forNodes, commandLost, onError });
  cloud.ssm.useNodes(nodes);
  const store = dynamoGroupStore({ client: cloud.clients('observer').dynamo, table: plane.table });
  let stopped = false;

  const sweep = async () => {
    const outcome = await cloud.lambda.invoke(plane.functionName('sweep'), {});
    if (outcome.kind !== 'answered' && !stopped) problems.push(`sweep: ${textOf(outcome.error)}`);
  };
  const sweeping = (async () => {
    while (!stopped) {
      await sweep();
      await pause(sweepMs);
      // On a slow machine a minute of ours takes longer too, or questions pile up.
      for (let waits = 0; !stopped && waits < MOST_WAITS && nodes.running() > 0; waits++)
        await pause(LOOK_AGAIN_MS);
    }
  })();

  const api: RealWorld['api'] = async (method, params) => {
    const { Payload, FunctionError } = await cloud.clients('user').lambda.send(
      new InvokeCommand({
        FunctionName: plane.functionName('group-api'),
        Payload: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      }),
    );
    const payload = Payload?.transformToString() ?? '';
    if (FunctionError !== undefined) throw new Error(`group-api failed: ${payload}`);
    const response = JSON.parse(payload) as RpcResponse;
    if ('error' in response)
      throw new ApiError(response.error.message, response.error.code, response.error.data);
    return response.result as Result<typeof method>;
  };
  const members: RealWorld['members'] = (id) =>
    cloud.ec2
      .instances()
      .filter(
        ({ tags, state }) =>
          tags['holdfast.stack'] === plane.stack &&
          tags['infrakit.group'] === id &&
          (state === 'pending' || state === 'running'),
      );
  const until: RealWorld['until'] = async (what, holds, seconds) => {
    const from = Date.now();
    while (!(await holds())) {
      if (Date.now() > from + PATIENCE * seconds * 1000)
        throw new Error(`${what}: not within ${PATIENCE * seconds} s\n${await story()}`);
      await pause(LOOK_AGAIN_MS);
    }
    return (Date.now() - from) / 1000;
  };
  const insist: RealWorld['insist'] = async (method, params, seconds) => {
    const until = Date.now() + PATIENCE * seconds * 1000;
    for (;;) {
      try {
        return await api(method, params);
      } catch (error) {
        if (!(error instanceof ApiError) || Date.now() > until) throw error;
        await pause(INSIST_MS);
      }
    }
  };
  const recover: RealWorld['recover'] = async (ID, Instance) => {
    let askAt = 0;
    const isWhole = async () => (await api('Flavor.Healthy', { ID })).Cluster?.Quorum === 'kept';
    await until(
      `group "${ID}" recovered`,
      async () => {
        if (Date.now() < askAt) return isWhole();
        await insist('Flavor.Recover', { ID, Instance, Confirm: ID }, 60);
        askAt = Date.now() + RECOVER_AGAIN_MS;
        return isWhole();
      },
      240,
    );
  };
  /** What a failed test needs to be understood. */
  const story = async (): Promise<string> => {
    const groups = await store.list();
    const told = await Promise.all(
      groups.map(async ({ id }) => {
        const events = await store.events(id, { limit: 1000, now: clock.now() });
        return events.map((event) => `${id} ${JSON.stringify(event)}`);
      }),
    );
    const consoles = cloud.ec2
      .instances()
      .filter(({ state }) => state === 'running')
      .map(({ id }) => `--- ${id}\n${nodes.instance(id).console().split('\n').slice(-25).join('\n')}`);
    const warnings = logs.filter(({ level }) => level !== 'info').slice(-10);
    return [
      ...told.flat().slice(-40),
      ...consoles,
      ...warnings.map((it) => JSON.stringify(it)),
      ...denials,
      ...problems,
    ].join('\n');
  };

  return {
    cloud,
    plane,
    store,
    nodes,
    logs,
    denials,
    problems,
    api,
    commit: (Spec, more = {}) => api('Group.CommitGroup', { Spec, ...more }),
    view: (id) => api('Group.DescribeGroup', { ID: id }),
    events: (id) => store.events(groupId(id), { limit: 1000, now: clock.now() }),
    members,
    until,
    insist,
    recover,
    settle: (id, seconds) =>
      until(
        `group "${id}" as declared and healthy`,
        async () => {
          const view = await api('Group.DescribeGroup', { ID: id });
          return (
            view.Converged &&
            view.Instances.length === view.Declared &&
            view.Instances.every(({ Health }) => Health === 'healthy') &&
            members(id).length === view.Declared
          );
        },
        seconds,
      ),
    exec: nodes.exec,
    kill: nodes.kill,
    terminate: (id) => cloud.ec2.others.terminate(id),
    cutOff: nodes.cutOff,
    reconnect: nodes.reconnect,
    console: (id) => nodes.instance(id).console(),
    sweep,
    stop: async () => {
      stopped = true;
      await sweeping;
      await nodes.stop();
      await cloud.stop();
      clock.stop();
    },
  };
}
