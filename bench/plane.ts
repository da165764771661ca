import type { Method, Params, Result, RpcResponse, SpecDocument } from '../lib/app/api-types.js';
import type { FunctionName, StateMachineName } from '../lib/core/deployment.js';
import { type VirtualClock, virtualClock } from '../lib/local/clock.js';
import type { Deployed } from '../lib/local/deploy-local.js';
import { defaultWorld, withSubnet } from '../lib/local/ec2/world.js';
import { type ScriptedFaults, scriptedFaults } from '../lib/local/faults.js';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../lib/local/local-cloud.js';
import { seededRandom } from '../lib/local/seeded-random.js';
import { stateMachineArn } from '../lib/local/states/local-states.js';
import type { FlavorRegistry } from '../lib/ports/flavor.js';
import { type Adapt, deploy, type Traces } from './deploy.js';

/** A control plane in a local cloud of its own, on virtual time. */
export interface Plane {
  readonly clock: VirtualClock;
  readonly cloud: LocalCloud;
  readonly faults: ScriptedFaults;
  readonly deployed: Deployed;
  readonly traces: Traces;
  call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
  commit(specs: readonly SpecDocument[]): Promise<void>;
  /** The role of a function in the call log. */
  principal(name: FunctionName): string;
  machineArn(name: StateMachineName): string;
  /** Moves time until every group is converged, by seconds. @throws when that takes more than ten minutes. */
  converge(): Promise<void>;
  /** Moves time to `milliseconds` after the start of the next minute: sweeps run at full minutes. */
  toMinute(milliseconds: number): Promise<void>;
  stop(): Promise<void>;
}

/** 2026-11-22T12:00:00Z; a full minute. */
const START = Date.UTC(2026, 10, 22, 12);
const STACK = 'bench';
const MINUTE_MS = 60_000;
/** Groups a commit; the API takes 200. */
const AT_ONCE = 100;
/** Room for more instances than the usual subnets have addresses. */
export const WIDE_SUBNET = 'subnet-wide';

export interface PlaneOptions {
  readonly adapt?: (clock: VirtualClock) => Adapt;
  /** In the place of our own. */
  readonly flavors?: FlavorRegistry;
  readonly timing?: LocalCloudOptions['timing'];
}

export const startPlane = async ({
  adapt = () => (runtime) => runtime,
  flavors,
  timing,
}: PlaneOptions = {}): Promise<Plane> => {
  // Calls over HTTP of a thousand lambdas at one instant of virtual time may take long on a busy machine.
  const clock = virtualClock(START, { stallMs: 300_000 });
  const faults = scriptedFaults(clock, seededRandom(2));
  const cloud = await startLocalCloud({
    clock,
    faults,
    seed: 1,
    pages: 'real',
    eventLatencyMs: 0,
    timing,
    world: withSubnet(defaultWorld(), {
      id: WIDE_SUBNET,
      vpc: 'vpc-wide',
      zone: 'eu-west-1a',
      cidr: '172.16.0.0/16',
      defaultForZone: false,
    }),
    onError: ({ where, error }) => {
      throw new Error(`in ${where}`, { cause: error });
    },
  });
  const traces: Traces = { logLines: 0, metricLines: [], runs: new Map() };
  const deployed = await deploy(cloud, STACK, traces, adapt(clock), flavors);
  const call: Plane['call'] = async (method, params) => {
    const request = { jsonrpc: '2.0', id: 1, method, params };
    const outcome = await cloud.lambda.invoke(deployed.functionName('group-api'), request);
    if (outcome.kind === 'failed') throw new Error(`${method} failed`, { cause: outcome.error });
    const response: RpcResponse = JSON.parse(outcome.payload);
    if ('error' in response) throw new Error(`${method}: ${JSON.stringify(response.error)}`);
    return response.result as Awaited<ReturnType<typeof call<typeof method>>>;
  };
  const toMinute = (milliseconds: number): Promise<void> =>
    clock.advanceTo(Math.ceil((clock.now() + 1) / MINUTE_MS) * MINUTE_MS + milliseconds);
  return {
    clock,
    cloud,
    faults,
    deployed,
    traces,
    call,
    commit: async (specs) => {
      for (let from = 0; from < specs.length; from += AT_ONCE) {
        await call('Group.CommitGroups', { Specs: specs.slice(from, from + AT_ONCE) });
      }
    },
    principal: (name) => deployed.functionName(name),
    machineArn: (name) => stateMachineArn(`${STACK}-${name}`),
    converge: async () => {
      for (let second = 0; second < 600; second += 1) {
        await clock.advance(1_000);
        const { Groups } = await call('Group.List', {});
        if (Groups.every((group) => group.Converged)) return;
      }
      throw new Error('not converged within ten minutes');
    },
    toMinute,
    stop: () => cloud.stop(),
  };
};
