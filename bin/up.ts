import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemRandom } from '../lambdas/system.js';
import type { GroupLine, GroupView, RpcResponse } from '../lib/app/api-types.js';
import type { ExitCode, RunLocalCloud } from '../lib/cli/command.js';
import { cloudEndpoint } from '../lib/local/cloud-endpoint.js';
import type { Deployed } from '../lib/local/deploy-local.js';
import { type ScriptedFaults, scriptedFaults } from '../lib/local/faults.js';
import { keepTime, startOf } from '../lib/local/keep-time.js';
import { type LocalCloud, startLocalCloud } from '../lib/local/local-cloud.js';
import { models } from '../lib/local/models/index.js';
import { pacedClock } from '../lib/local/paced-clock.js';
import { startRealNodes } from '../lib/local/real/real-nodes.js';
import { missingForNodes } from '../lib/local/real/requirements.js';
import { serve } from '../lib/local/serve.js';
import type { Log } from '../lib/ports/outbox.js';
import { localConsole } from './console.js';
import { endLeases, startControlPlane } from './control-plane.js';
import { stopped } from './stopped.js';
import { sweepOften } from './sweep-often.js';

const STACK = 'local';

/** Quick enough to watch: EC2 itself takes one to three minutes for what takes seconds here. */
const TIMING = { bootMs: 1_500, checksMs: 2_000, shuttingDownMs: 2_000, stoppingMs: 2_000 };

/** The same for agents: Systems Manager knows a new machine sooner than it would a real one. */
const MACHINE_TIMING = { agentMs: 1_500 };

/** Real machines take their own time to boot, and theirs alone. */
const REAL_TIMING = { ...TIMING, bootMs: 100, shuttingDownMs: 500 };

/** `holdfast up`: the local cloud and the control plane in it, until the signal. */
export const runLocalCloud: RunLocalCloud = async ({
  port,
  fresh,
  realNodes,
  directory,
  io,
  onServing,
}): Promise<ExitCode> => {
  const say = (line: string) => io.stdout.write(`${line}\n`);
  const complain = (line: string) => io.stderr.write(`${line}\n`);
  const clock = pacedClock({
    onError: (error) => complain(`error: ${String(error)}`),
    ...(fresh ? {} : { startAt: startOf(directory) }),
  });
  const faults = scriptedFaults(clock, systemRandom);
  const open: { close(): Promise<void> }[] = [];
  let isServing = false;
  try {
    if (realNodes) requireRealNodes();
    const cloud = await startLocalCloud({
      clock,
      faults,
      directory,
      fresh,
      seed: Math.floor(systemRandom.fraction() * 2 ** 31),
      timing: realNodes ? REAL_TIMING : TIMING,
      onError: ({ where, error }) => complain(`error in ${where}: ${describe(error)}`),
    });
    open.unshift({ close: () => cloud.stop() });
    const machines = realNodes
      ? await realMachines(cloud, faults, join(directory, 'nodes'), complain)
      : models(cloud, { faults, timing: MACHINE_TIMING });
    if ('stop' in machines) open.unshift({ close: () => machines.stop() });
    cloud.ssm.useNodes(machines);
    const plane = await startControlPlane(cloud, STACK, quietLog(complain));
    await endLeases(cloud, plane);
    sweepOften(cloud, plane);
    const call = callerOf(cloud, plane);
    const keeper = keepTime(clock, directory);
    open.unshift({ close: async () => keeper.close() });
    // Real nodes live in real time.
    const speed = realNodes ? undefined : { clock, keeper };
    const endpoints = { rpc: call, cloud: cloudEndpoint(cloud, faults, plane.bucket, machines, speed) };
    const page = localConsole(endpoints, `local cloud at http://127.0.0.1:${port}`, io.signal);
    const server = await serve(port, endpoints, page.handle);
    open.unshift(server, { close: async () => page.stop() });
    isServing = true;
    onServing(server.url);
    say(`local cloud and control plane at ${server.url} (kept in ${directory})`);
    say(`console at ${server.url}/`);
    if (!io.signal.aborted) await welcome(call, say, io.signal);
    await stopped(io.signal);
    say('stopping');
    return 0;
  } catch (error) {
    if (!isServing) throw error;
    complain(`error: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    for (const opened of open) await opened.close();
    clock.stop();
  }
};

const requireRealNodes = (): void => {
  const missing = missingForNodes();
  if (missing.length > 0) throw new Error(`real nodes cannot run on this machine: ${missing.join('; ')}`);
};

const realMachines = (
  cloud: LocalCloud,
  faults: ScriptedFaults,
  directory: string,
  complain: (line: string) => void,
) =>
  startRealNodes({
    cloud,
    directory,
    instanceProfile: `${STACK}-nodes`,
    impairedMs: 10_000,
    commandLost: faults.commandLost,
    onError: ({ where, error }) => complain(`error in ${where}: ${describe(error)}`),
  });

type Call = (body: unknown) => Promise<unknown>;

const callerOf =
  (cloud: LocalCloud, plane: Deployed): Call =>
  async (body) => {
    const outcome = await cloud.lambda.invoke(plane.functionName('group-api'), body);
    if (outcome.kind === 'answered') return JSON.parse(outcome.payload);
    return {
      jsonrpc: '2.0',
      id: null,
      error: { code: -32603, message: describe(outcome.error), data: { name: 'Internal' } },
    };
  };

const ask = async (call: Call, method: string, params: unknown): Promise<unknown> => {
  const response = (await call({ jsonrpc: '2.0', id: 1, method, params })) as RpcResponse;
  if ('error' in response) throw new Error(response.error.message);
  return response.result;
};

/** An empty control plane gets the quickstart, and shows how it converges; another one tells what it holds. */
const welcome = async (call: Call, say: (line: string) => void, signal: AbortSignal): Promise<void> => {
  const { Groups } = (await ask(call, 'Group.List', {})) as {
    Groups: readonly GroupLine[];
  };
  if (Groups.length > 0) {
    for (const group of Groups) say(`  ${group.ID}: ${stateOf(group)}`);
    return;
  }
  const document = JSON.parse(await readFile(quickstartPath(), 'utf8')) as {
    groups: Record<string, { Properties: unknown }>;
  };
  const Specs = Object.entries(document.groups).map(([ID, { Properties }]) => ({ ID, Properties }));
  const committed = (await ask(call, 'Group.CommitGroups', { Specs })) as {
    Groups: readonly { ID: string; Plan: string }[];
  };
  for (const { ID, Plan } of committed.Groups) say(`Committed ${ID}: ${Plan}`);
  for (const { ID } of Specs) await watchConverge(call, ID, say, signal);
  const [first, last] = [Specs[0]?.ID, Specs.at(-1)?.ID];
  say('');
  say('Try, in a second terminal:');
  for (const line of ['group ls', `group describe ${first}`, `group scale ${last} 6`, `group events ${last}`])
    say(`  npx holdfast ${line}`);
};

const stateOf = ({ Watch, Healthy, Declared }: GroupLine): string =>
  Watch === 'watched' ? `${Healthy} of ${Declared} healthy` : Watch;

const watchConverge = async (
  call: Call,
  id: string,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> => {
  let last = '';
  while (!signal.aborted) {
    const view = (await ask(call, 'Group.DescribeGroup', { ID: id })) as GroupView;
    const healthy = view.Instances.filter((instance) => instance.Health === 'healthy').length;
    const line = `  ${id}: ${view.Instances.length} of ${view.Declared} instances, ${healthy} healthy${view.Converged ? ', converged' : ''}`;
    if (line !== last) say(line);
    last = line;
    if (view.Converged) return;
    await pause(500, signal);
  }
};

const quickstartPath = (): string => {
  const here = fileURLToPath(import.meta.url);
  const root = here.includes('/dist/') ? '../../examples/quickstart.json' : '../examples/quickstart.json';
  return fileURLToPath(new URL(root, import.meta.url));
};

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });

const describe = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : JSON.stringify(error);

/** Warnings and errors only: what happens is told by events. */
const quietLog = (complain: (line: string) => void): Log => ({
  info: () => {},
  warn: (message, fields) => complain(`warning: ${message} ${fields ? JSON.stringify(fields) : ''}`),
  error: (message, fields) => complain(`error: ${message} ${fields ? JSON.stringify(fields) : ''}`),
});
