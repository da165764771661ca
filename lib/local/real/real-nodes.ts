import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { InstanceSight } from '../ec2/index.js';
import type { LocalCloud } from '../local-cloud.js';
import type { MachineFaults } from '../machine-faults.js';
import type { Limits } from './cgroups.js';
import { makeScratch, removeLeftovers, removeScratch } from './leftovers.js';
import { type Described, metadataService, newRoleKeys } from './metadata-service.js';
import { type Agents, type AgentTiming, nodeAgents } from './node-agent.js';
import { parameterEndpoint } from './parameter-endpoint.js';
import { startRealHost } from './real-host.js';
import { type RealInstance, realInstance } from './real-instance.js';
import type { Ran } from './run-program.js';

export interface RealNodesOptions {
  /** On the real clock. */
  readonly cloud: LocalCloud;
  /** Where disks are kept over restarts; an overlay must be possible there. Absent: removed at the end. */
  readonly directory?: string;
  /** @default 500 ms to register, lost after 5 s; minutes on AWS */
  readonly timing?: Partial<AgentTiming>;
  /** From the death of an instance's system until its status check fails; never when absent. */
  readonly impairedMs?: number;
  /** Asked of each command: whether it never arrives. */
  readonly commandLost?: () => boolean;
  /** Files of the image: path in the instance, path on this machine. */
  readonly files?: Readonly<Record<string, string>>;
  /** Of instances that were launched without one, so that they have keys. */
  readonly instanceProfile?: string;
  /** For user data and commands. Values without quotes. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly limits?: Partial<Limits>;
  readonly onError?: (problem: { readonly where: string; readonly error: unknown }) => void;
}

/** The cloud's instances, real ones: what happens to an instance in EC2 happens to its namespaces. */
export interface RealNodes extends Agents, MachineFaults {
  /** The folder of what is removed at the end. */
  readonly scratch: string;
  instance(id: string): RealInstance;
  /** Runs a script for bash in an instance, not by way of Systems Manager. */
  exec(id: string, script: string, timeoutMs?: number): Promise<Ran>;
  /** SIGKILL to all that runs in it; EC2 still says that it runs. */
  kill(id: string): Promise<void>;
  /** Takes its network away, and the agent with it. */
  cutOff(id: string): Promise<void>;
  reconnect(id: string): Promise<void>;
  stop(): Promise<void>;
}

interface Machine {
  readonly instance: RealInstance;
  readonly described: Described;
  bootedAt: number;
  cutOff: boolean;
  silentSince: number | undefined;
}

const LIMITS: Limits = { memoryBytes: 1_500_000_000, processes: 4_096 };
const TIMING: AgentTiming = { registerMs: 500, lostMs: 5_000 };
const METADATA = '169.254.169.254';
const PARAMETERS_PORT = 8080;
const ENVIRONMENT = {
  AWS_ENDPOINT_URL_SSM: `http://${METADATA}:${PARAMETERS_PORT}`,
  // Else an engine asks the public registry first, and waits: there is none.
  DOCKER_SERVICE_PREFER_OFFLINE_IMAGE: '1',
};
const EXEC_MS = 60_000;
/** How often a system that may have died by itself is looked at. */
const LOOK_MS = 200;

/** Puts real machines under a local cloud. All of it ends with this process; what a former one left is removed first. */
export async function startRealNodes(options: RealNodesOptions): Promise<RealNodes> {
  const { cloud } = options;
  const { clock, ec2 } = cloud;
  removeLeftovers();
  const scratch = makeScratch();
  const disks = options.directory ?? join(scratch, 'disks');
  mkdirSync(disks, { recursive: true, mode: 0o700 });
  const host = await startRealHost(
    scratch,
    ec2.world().vpcs.map(({ cidr }) => cidr),
  );
  const machines = new Map<string, Machine>();
  let numbers = 0;
  let stopped = false;

  const report = (where: string) => (error: unknown) => {
    if (!stopped) options.onError?.({ where, error });
  };
  const known = (id: string): Machine => {
    const machine = machines.get(id);
    if (!machine)
      throw new Error(`no real node ${id}; there are ${[...machines.keys()].join(', ') || 'none'}`);
    return machine;
  };
  const instanceAt = (address: string) =>
    [...machines.values()].find(({ described }) => described.privateIp === address)?.described;
  const clientOf = (id: string) => cloud.clients(`node/${id}`).ssm;
  await host.serve(METADATA, 80, metadataService(instanceAt));
  await host.serve(METADATA, PARAMETERS_PORT, parameterEndpoint({ instanceAt, clientOf }));

  const make = (sight: InstanceSight): Machine => {
    numbers += 1;
    const { vpcs, subnets } = ec2.world();
    const bits = subnets.find(({ id }) => id === sight.subnet)?.cidr.split('/')[1] ?? '24';
    const instance = realInstance({
      host,
      world: basename(scratch),
      id: sight.id,
      disk: join(disks, sight.id),
      number: numbers,
      address: `${sight.privateIp}/${bits}`,
      networks: vpcs.map(({ cidr }) => cidr),
      limits: { ...LIMITS, ...options.limits },
      environment: { ...ENVIRONMENT, ...options.environment },
      files: options.files ?? {},
      userData: Buffer.from(sight.userData ?? '', 'base64'),
    });
    return {
      instance,
      described: {
        ...(options.instanceProfile !== undefined && { instanceProfile: options.instanceProfile }),
        ...sight,
        keys: newRoleKeys(),
      },
      bootedAt: clock.now(),
      silentSince: undefined,
      cutOff: false,
    };
  };
  const boot = async (sight: InstanceSight) => {
    const machine = machines.get(sight.id) ?? make(sight);
    Object.assign(machine, { bootedAt: clock.now(), silentSince: undefined, cutOff: false });
    machines.set(sight.id, machine);
    await machine.instance.boot().catch(report(`the boot of ${sight.id}`));
    watch(machine, machine.bootedAt);
  };
  const isOn = ({ instance, bootedAt }: Machine, boot: number) =>
    !stopped && boot === bootedAt && ec2.instance(instance.id)?.state === 'running';
  /** Notices when a system dies by itself. */
  const watch = (machine: Machine, boot: number): void => {
    if (!isOn(machine, boot)) return;
    if (machine.instance.pid === undefined) died(machine, boot);
    else clock.at(clock.now() + LOOK_MS, () => watch(machine, boot));
  };
  const died = (machine: Machine, boot: number) => {
    machine.silentSince ??= clock.now();
    if (options.impairedMs === undefined) return;
    clock.at(clock.now() + options.impairedMs, () => {
      if (isOn(machine, boot)) ec2.others.impair(machine.instance.id);
    });
  };
  // EC2 does not wait: a machine boots while others do.
  ec2.onBoot((sight) => void boot(sight));
  ec2.onHalt(({ id }) => {
    machines
      .get(id)
      ?.instance.powerOff()
      .catch(report(`the end of ${id}`));
  });
  ec2.onEnd(async ({ id }) => {
    const machine = machines.get(id);
    machines.delete(id);
    await machine?.instance.remove().catch(report(`the end of ${id}`));
  });
  const running = ec2.instances().filter(({ state }) => state === 'running');
  removeDisks(disks, (id) => ec2.instance(id) !== undefined && ec2.instance(id)?.state !== 'terminated');
  await Promise.all(running.map(boot));

  return {
    ...nodeAgents({
      clock,
      ec2,
      timing: { ...TIMING, ...options.timing },
      agents: () => (stopped ? [] : [...machines.values()]),
      commandLost: options.commandLost ?? (() => false),
    }),
    scratch,
    instance: (id) => known(id).instance,
    exec: (id, script, timeoutMs = EXEC_MS) => known(id).instance.run(script, timeoutMs),
    kill: async (id) => {
      const machine = known(id);
      machine.silentSince ??= clock.now();
      await machine.instance.powerOff();
    },
    cutOff: async (id) => {
      const machine = known(id);
      machine.silentSince ??= clock.now();
      machine.cutOff = true;
      await machine.instance.connect(false);
    },
    reconnect: async (id) => {
      const machine = known(id);
      await machine.instance.connect(true);
      machine.silentSince = undefined;
      machine.cutOff = false;
    },
    cutOffNow: () => [...machines].filter(([, { cutOff }]) => cutOff).map(([id]) => id),
    stop: async () => {
      stopped = true;
      await host.stop();
      removeScratch(scratch);
    },
  };
}

const removeDisks = (folder: string, isNeeded: (id: string) => boolean): void => {
  for (const id of existsSync(folder) ? readdirSync(folder) : []) {
    if (!isNeeded(id)) rmSync(join(folder, id), { recursive: true, force: true });
  }
};
