import { createHash } from 'node:crypto';
import type { Method, Params, RpcResponse } from '../../lib/app/api-types.js';
import { groupId } from '../../lib/core/ids.js';
import { type VirtualClock, virtualClock } from '../../lib/local/clock.js';
import { type Faults, type ScriptedFaults, scriptedFaults } from '../../lib/local/faults.js';
import { currentInvocation } from '../../lib/local/lambda/invocation.js';
import { type LocalCloud, startLocalCloud } from '../../lib/local/local-cloud.js';
import { type Models, models } from '../../lib/local/models/index.js';
import { seededRandom } from '../../lib/local/seeded-random.js';
import type { Clock } from '../../lib/ports/clock.js';
import { witnessCalls } from './call-witness.js';
import { fallible } from './fallible-store.js';
import { witnessLaunches } from './launch-witness.js';
import { witnessOrders } from './order-witness.js';
import { deployPlane, type Plane } from './plane.js';
import type { PlaneName, Story } from './story.js';
import { Truth } from './truth.js';
import type { Rule, Violation } from './violation.js';

/** 2026-01-01T00:00:00Z */
const START = 1_767_225_600_000;

/** Everything that a story happens in. */
export interface SimulatedWorld {
  readonly story: Story;
  readonly clock: VirtualClock;
  readonly cloud: LocalCloud;
  readonly faults: ScriptedFaults;
  readonly models: Models | undefined;
  readonly planes: Readonly<Record<PlaneName, Plane>>;
  readonly truth: Truth;
  readonly violations: Violation[];
  /** Lines of what happened, when they are kept. */
  readonly lines: string[];
  /** Of every line, kept or not. */
  digest(): string;
  /** Milliseconds since the start. */
  since(): number;
  note(line: string): void;
  blame(rule: Rule, message: string): void;
  /** The next call of any function waits so long. */
  freezeProcess(ms: number): void;
  /** A request to the group API, by a process of its own. */
  ask<M extends Method>(plane: PlaneName, method: M, params: Params<M>): Promise<RpcResponse>;
  stop(): Promise<void>;
}

/** Quick, so that a story of half an hour has room for much. */
const TIMING = {
  bootMs: 6_000,
  checksMs: 20_000,
  shuttingDownMs: 15_000,
  stoppingMs: 10_000,
  tagsFadeMs: 20_000,
};
/** What nobody need have noticed yet: a sweep and its probe, each a minute, and what they take. */
const BLIND_MS = 180_000;

export const startSimulatedWorld = async (story: Story, keepLines: boolean): Promise<SimulatedWorld> => {
  const clock = virtualClock(START);
  const violations: Violation[] = [];
  const lines: string[] = [];
  const hash = createHash('sha256');
  const since = () => clock.now() - START;
  const note = (line: string) => {
    const whole = `${(since() / 1000).toFixed(3)} ${line}`;
    hash.update(whole);
    if (keepLines) lines.push(whole);
  };
  const blame = (rule: Rule, message: string) => {
    note(`VIOLATION ${rule}: ${message}`);
    violations.push({ rule, message, at: since() });
  };
  const count = countCalls(() => clock.now(), blame);
  const scripted = scriptedFaults(clock, seededRandom(story.seed ^ 0x5eed));
  const cloud = await startLocalCloud({
    clock,
    seed: story.seed,
    faults: onlyFunctions(scripted),
    withoutTable: true,
    timing: TIMING,
    authorise: (call) => {
      note(`${currentInvocation()?.functionName ?? call.principal} ${call.operation}`);
      count();
      witness.call(call);
      return 'allow';
    },
    onError: ({ where, error }) => noteError(where, error),
  });
  const noteError = (where: string, error: unknown) => {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    note(`error in ${where}: ${text}`);
    if (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError)
      blame('error', `${where}: ${error.stack}`);
  };
  const machines = story.models ? models(cloud, { faults: scripted }) : undefined;
  if (machines) cloud.ssm.useNodes(machines);
  const truth = new Truth(cloud, machines, (stack, group, id) =>
    Object.values(planes).some(
      (plane) => plane.stack === stack && plane.table.instances.get(groupId(group))?.has(id) === true,
    ),
  );
  let frozenMs = 0;
  const beforeCall = async () => {
    const ms = frozenMs;
    frozenMs = 0;
    if (ms > 0 && currentInvocation() !== undefined) await clock.sleep(ms);
  };
  const skewed = skewedClock(clock, story);
  const deploy = (name: PlaneName) =>
    deployPlane({
      cloud,
      name,
      clock: skewed,
      around: (table, store) =>
        fallible(
          witnessOrders(store, {
            stack: name === 'one' ? 'holdfast-a' : 'holdfast-b',
            table,
            truth,
            now: () => clock.now(),
            blindMs: BLIND_MS + story.lagMs,
            blame,
          }),
          onlyFunctions(scripted),
          async ({ operation }) => {
            note(`${currentInvocation()?.functionName} ${operation}`);
            count();
            await beforeCall();
          },
        ),
      onLog: (line) => note(line),
    });
  const planes = { one: await deploy('one'), two: await deploy('two') };
  const witness = witnessCalls({ cloud, planes, truth, blame });
  witnessLaunches({ cloud, planes, truth, blame, note });
  const look = () => {
    truth.look();
    clock.at(clock.now() + LOOK_MS, look);
  };
  look();

  const world: SimulatedWorld = {
    story,
    clock,
    cloud,
    faults: scripted,
    models: machines,
    planes,
    truth,
    violations,
    lines,
    digest: () => hash.copy().digest('hex').slice(0, 16),
    since,
    note,
    blame,
    freezeProcess: (ms) => {
      frozenMs = ms;
    },
    ask: async (plane, method, params) => {
      const name = planes[plane].functionName('group-api');
      const request = { jsonrpc: '2.0', id: 1, method, params };
      const outcome = await cloud.lambda.invoke(name, request);
      if (outcome.kind === 'answered') return JSON.parse(outcome.payload);
      return { jsonrpc: '2.0', id: 1, error: { code: 0, message: outcome.payload } };
    },
    stop: () => cloud.stop(),
  };
  return world;
};

const LOOK_MS = 5_000;

/** What users and the cloud itself call always works: they are not what is tested. */
const onlyFunctions = (faults: ScriptedFaults): Faults => ({
  ...faults,
  call: (service, operation) => (currentInvocation() === undefined ? {} : faults.call(service, operation)),
});

/** Each invocation runs in a sandbox whose clock is off by its own share of the skew. */
const skewedClock = (clock: VirtualClock, { skewMs }: Story): Clock => ({
  now: () => {
    const id = currentInvocation()?.requestId;
    if (skewMs === 0 || id === undefined) return clock.now();
    const share = Number.parseInt(id.slice(0, 6), 16) / 0xff_ffff;
    return clock.now() + Math.round((share - 0.5) * skewMs);
  },
  sleep: (ms) => clock.sleep(ms),
});

/** Far more than all functions of a story make at one moment. */
const MOST_CALLS_AT_ONCE = 20_000;

/** Ends a function that calls and calls while no time goes by: nothing else would. */
const countCalls = (now: () => number, blame: SimulatedWorld['blame']): (() => void) => {
  let [at, calls] = [now(), 0];
  return () => {
    calls = now() === at ? calls + 1 : 1;
    at = now();
    if (calls < MOST_CALLS_AT_ONCE) return;
    if (calls === MOST_CALLS_AT_ONCE) blame('stall', `${calls} calls at one moment`);
    throw new Error(`${calls} calls at one moment`);
  };
};
