import { basename, join } from 'node:path';
import type { InstanceSight } from '../ec2/index.js';
import type { LocalCloud } from '../local-cloud.js';
import type { Delivery, ManagedNode, NodeResult } from '../ssm/commands.js';
import type { Limits } from './cgroups.js';
import { makeScratch, removeLeftovers, removeScratch } from './leftovers.js';
import { type Described, metadataService, newRoleKeys } from './metadata-service.js';
import { parameterEndpoint } from './parameter-endpoint.js';
import { startRealHost } from './real-host.js';
import { type RealInstance, realInstance } from './real-instance.js';
import type { Ran } from './run-program.js';

export interface RealNodesOptions {
  /** On the real clock. */
  readonly cloud: LocalCloud;
  /** Where disks are; an overlay must be possible there. @default the folder for temporary files */
  readonly scratch?: string;
  /** From the boot of an instance until Systems Manager knows it. @default 500 */
  readonly registerMs?: number;
  /** Without a sign of life for so long, Systems Manager calls a node lost. @default 5000; minutes on AWS */
  readonly lostMs?: number;
  /** From the death of an instance's system until its status check fails; never when absent. */
  readonly impairedMs?: number;
  /** One command in so many never arrives; none when absent. */
  readonly loseEvery?: number;
  /** Files of the image: path in the instance, path on this machine. */
  readonly files?: Readonly<Record<string, string>>;
  /** For user data and commands. Values without quotes. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly limits?: Partial<Limits>;
  readonly onError?: (problem: { readonly where: string; readonly error: unknown }) => void;
}

/** The cloud's instances, real ones: what happens to an instance in EC2 happens to its namespaces. */
export interface RealNodes {
  /** The folder that holds the disks; removed at the end. */
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
  readonly bootedAt: number;
  /** Set when the system died or was cut off; what the agent last said is older than that. */
  silentSince?: number;
}

const DEFAULT_LIMITS: Limits = { memoryBytes: 1_500_000_000, processes: 4_096 };
const METADATA = '169.254.169.254';
const PARAMETERS_PORT = 8080;
const EXEC_MS = 60_000;
const DOCUMENT_SECONDS = 3_600;

/** Puts real nodes behind a local cloud. All of it ends with this process; what a former one left is removed first. */
export async function startRealNodes(options: RealNodesOptions): Promise<RealNodes> {
  const { cloud, registerMs = 500, lostMs = 5_000 } = options;
  const { clock, ec2 } = cloud;
  removeLeftovers(options.scratch);
  const scratch = makeScratch(options.scratch);
  const networks = ec2.world().vpcs.map(({ cidr }) => cidr);
  const host = await startRealHost(scratch, networks);
  const machines = new Map<string, Machine>();
  let numbers = 0;
  let sent = 0;
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
  await host.serve(METADATA, 80, metadataService(instanceAt));
  await host.serve(
    METADATA,
    PARAMETERS_PORT,
    parameterEndpoint({ instanceAt, clientOf: (id) => cloud.clients(`node/${id}`).ssm }),
  );

  const make = (sight: InstanceSight): Machine => {
    numbers += 1;
    const subnet = ec2.world().subnets.find(({ id }) => id === sight.subnet);
    const instance = realInstance({
      host,
      world: basename(scratch),
      id: sight.id,
      disk: join(scratch, sight.id),
      number: numbers,
      address: `${sight.privateIp}/${subnet?.cidr.split('/')[1] ?? '24'}`,
      networks: ec2.world().vpcs.map(({ cidr }) => cidr),
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      environment: {
        AWS_ENDPOINT_URL_SSM: `http://${METADATA}:${PARAMETERS_PORT}`,
        DOCKER_SERVICE_PREFER_OFFLINE_IMAGE: '1',
        ...options.environment,
      },
      files: options.files ?? {},
      userData: Buffer.from(sight.userData ?? '', 'base64'),
    });
    return { instance, described: { ...sight, keys: newRoleKeys() }, bootedAt: clock.now() };
  };
  const boot = async (sight: InstanceSight) => {
    const before = machines.get(sight.id);
    const machine: Machine = before
      ? { instance: before.instance, described: before.described, bootedAt: clock.now() }
      : make(sight);
    machines.set(sight.id, machine);
    await machine.instance.boot();
    watch(machine);
  };
  /** Notices when a system dies by itself. */
  const watch = (machine: Machine) => {
    const { id } = machine.instance;
    const look = () => {
      if (stopped || machines.get(id) !== machine || ec2.instance(id)?.state !== 'running') return;
      if (machine.instance.pid === undefined) died(machine);
      else clock.at(clock.now() + 200, look);
    };
    look();
  };
  const died = (machine: Machine) => {
    const { id } = machine.instance;
    machine.silentSince ??= clock.now();
    if (options.impairedMs === undefined) return;
    clock.at(clock.now() + options.impairedMs, () => {
      const isDead = machines.get(id) === machine && machine.instance.pid === undefined;
      if (isDead && ec2.instance(id)?.state === 'running') ec2.others.impair(id);
    });
  };
  ec2.onBoot((sight) => boot(sight).catch(report(`the boot of ${sight.id}`)));
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

  const isReachable = ({ instance }: Machine) => instance.pid !== undefined && instance.connected;
  const managedNode = (machine: Machine): readonly ManagedNode[] => {
    const instanceId = machine.instance.id;
    const now = clock.now();
    if (ec2.instance(instanceId)?.state !== 'running' || now < machine.bootedAt + registerMs) return [];
    const { silentSince } = machine;
    const isLost = silentSince !== undefined && now >= silentSince + lostMs;
    return [{ instanceId, pingStatus: isLost ? 'ConnectionLost' : 'Online', lastPing: silentSince ?? now }];
  };
  /** When the command is on the node; never, when it is lost or the node goes. */
  const arrival = async (id: string): Promise<RealInstance> => {
    sent += 1;
    if (options.loseEvery !== undefined && sent % options.loseEvery === 0) return never();
    for (;;) {
      const machine = machines.get(id);
      if (stopped || machine === undefined) return never();
      if (isReachable(machine)) return machine.instance;
      await clock.sleep(100);
    }
  };
  cloud.ssm.useNodes({
    managed: () => [...machines.values()].flatMap(managedNode),
    runOnNode: async (id, _name, parameters, { document, arrived }: Delivery): Promise<NodeResult> => {
      const instance = await arrival(id);
      arrived();
      if (document === undefined)
        return { exitCode: 1, stdout: '', stderr: 'the document has no content here' };
      const values = Object.entries(parameters).map(([name, [value = '']]) => `${name}='${value}'`);
      const script = ['#!/bin/bash', ...values, document.script].join('\n');
      const ran = await instance.run(script, (document.timeoutSeconds || DOCUMENT_SECONDS) * 1000);
      // What it said is lost with the node, or with its way to us.
      const machine = machines.get(id);
      if (machine === undefined || !isReachable(machine)) return never();
      return ran;
    },
  });

  for (const sight of ec2.instances()) {
    if (sight.state === 'running') await boot(sight).catch(report(`the boot of ${sight.id}`));
  }
  return {
    scratch,
    instance: (id) => known(id).instance,
    exec: (id, script, timeoutMs = EXEC_MS) => known(id).instance.run(script, timeoutMs),
    kill: async (id) => {
      const machine = known(id);
      await machine.instance.powerOff();
      machine.silentSince ??= clock.now();
    },
    cutOff: async (id) => {
      const machine = known(id);
      await machine.instance.connect(false);
      machine.silentSince ??= clock.now();
    },
    reconnect: async (id) => {
      const machine = known(id);
      await machine.instance.connect(true);
      delete machine.silentSince;
    },
    stop: async () => {
      stopped = true;
      await host.stop();
      removeScratch(scratch);
    },
  };
}

const never = (): Promise<never> => new Promise(() => {});
