import type { Instant } from '../../core/ids.js';
import type { InstanceSight } from '../ec2/index.js';
import type { Faults } from '../faults.js';
import type { LocalCloud } from '../local-cloud.js';
import type { MachineFaults } from '../machine-faults.js';
import type { ManagedNode, Nodes } from '../ssm/commands.js';
import { containerdModel } from './containerd.js';
import { etcdModel } from './etcd.js';
import { galeraModel } from './galera.js';
import { kubernetesModel } from './kubernetes.js';
import type { ClusterTruth, Loss, Machine, Site, SoftwareModel } from './machine.js';
import { nodeParameters } from './node-parameters.js';
import { softwareOf } from './software.js';
import { swarmModel } from './swarm.js';
import { zookeeperModel } from './zookeeper.js';

export type { ClusterTruth } from './machine.js';

/** Machines that run models of what their boot scripts install. */
export interface Models extends Nodes, MachineFaults {
  /** Every cluster that machines ever formed, as it truly is. */
  clusters(): readonly ClusterTruth[];
}

export interface ModelOptions {
  readonly faults: Faults;
  readonly timing?: Partial<MachineTiming>;
}

/** In milliseconds. Assumptions: AWS promises no times. */
export interface MachineTiming {
  /** From running until the agent has registered with Systems Manager. */
  readonly agentMs: number;
  /** Until Systems Manager calls a silent agent lost. */
  readonly silentMs: number;
  /** How long a command is on its way. */
  readonly commandMs: number;
}

const TIMING: MachineTiming = { agentMs: 4_000, silentMs: 300_000, commandMs: 300 };

/** What is kept of a machine. Plain JSON. */
interface Kept {
  readonly id: string;
  /** Counts its boots; each runs the boot script. */
  boots: number;
  bootedAt: Instant;
  /** Its boot script has come to its end. */
  ready: boolean;
  killed: boolean;
  cutOffAt?: Instant;
}

/**
 * Puts machines behind a local cloud: each instance that boots runs a model of the software that its boot script names,
 * with the times and failures that were measured on the real software. What they know is kept in the cloud's folder: a
 * restart finds clusters, ghosts and cut cables as they were.
 */
export const models = (cloud: LocalCloud, { faults, timing: changed }: ModelOptions): Models => {
  const { clock, ec2 } = cloud;
  const timing = { ...TIMING, ...changed };
  const machines = new Map<string, Kept>();

  const isRunning = (id: string): boolean => ec2.instance(id)?.state === 'running';
  /** Its image is so broken that nothing on it starts, not even the agent. */
  const isBroken = (id: string): boolean => ec2.instance(id)?.checksEndAs === 'impaired';
  const isUp = (id: string): boolean => isRunning(id) && !isBroken(id) && machines.get(id)?.killed === false;
  const isConnected = (id: string): boolean => machines.get(id)?.cutOffAt === undefined;
  const lossOf = (id: string): Loss => {
    if (!isRunning(id)) return 'gone';
    return isConnected(id) ? 'killed' : 'cut-off';
  };
  const site: Site = {
    clock,
    random: cloud.random,
    isUp,
    isReachable: (id) => isUp(id) && isConnected(id),
    lossOf,
    parameters: ({ id }) => {
      const role = ec2.instance(id)?.instanceProfile ?? 'none';
      return nodeParameters(cloud.clients(`node-role/${role}`).ssm, () => {
        if (!isRunning(id) || !isConnected(id)) throw new Error(`${id} reaches nobody`);
      });
    },
    joinDelayMs: () => faults.joinDelayMs() ?? 0,
    changed: () => keeper.flush(),
  };
  const softwares: readonly SoftwareModel[] = [
    swarmModel(site),
    zookeeperModel(site),
    etcdModel(site),
    galeraModel(site),
    kubernetesModel(site),
    containerdModel(site),
  ];

  const keeper = cloud.keep('models', {
    snapshot: () => ({
      machines: [...machines.values()],
      software: Object.fromEntries(softwares.map((software) => [nameOf(software), software.snapshot()])),
    }),
    restore: (state) => {
      const kept = state as {
        readonly machines: readonly Kept[];
        readonly software: Readonly<Record<string, unknown>>;
      };
      for (const machine of kept.machines) machines.set(machine.id, machine);
      for (const software of softwares) {
        const own = kept.software[nameOf(software)];
        if (own !== undefined) software.restore(own);
      }
    },
  });
  const settle = () => {
    for (const software of softwares) software.settle();
    keeper.changed();
  };

  const boot = (sight: InstanceSight, kept: Kept) => {
    const machine: Machine = { id: sight.id, address: sight.privateIp, zone: sight.zone };
    const { boots } = kept;
    const isUnderWay = () => isUp(machine.id) && machines.get(machine.id)?.boots === boots;
    clock.at(clock.now(), async () => {
      for (const software of softwareOf(sight.userData)) {
        const model = softwares.find(({ flavors }) => flavors.includes(software.flavor));
        await model?.boot({ machine, software, isUnderWay });
      }
      kept.ready = isUnderWay();
      keeper.changed();
    });
  };
  ec2.onBoot((sight) => {
    const { boots = 0 } = machines.get(sight.id) ?? {};
    const kept: Kept = { id: sight.id, boots: boots + 1, bootedAt: clock.now(), ready: false, killed: false };
    machines.set(sight.id, kept);
    settle();
    boot(sight, kept);
  });
  ec2.onHalt(settle);
  ec2.onEnd(({ id }) => {
    machines.delete(id);
    settle();
  });
  for (const sight of ec2.instances().filter(({ state }) => state === 'running')) {
    const kept = machines.get(sight.id) ?? {
      id: sight.id,
      boots: 1,
      bootedAt: clock.now(),
      ready: false,
      killed: false,
    };
    machines.set(sight.id, kept);
    if (!kept.ready && !kept.killed) boot(sight, kept);
  }
  settle();

  const known = (id: string): Kept => {
    const kept = machines.get(id);
    if (kept === undefined || !isRunning(id)) throw new Error(`instance "${id}" does not run`);
    return kept;
  };
  const nodeOf = ({ id, bootedAt, cutOffAt }: Kept): readonly ManagedNode[] => {
    const now = clock.now();
    if (now < bootedAt + timing.agentMs || isBroken(id)) return [];
    const isSilent = cutOffAt !== undefined && now >= cutOffAt + timing.silentMs;
    return [
      {
        instanceId: id,
        pingStatus: isRunning(id) && !isSilent ? 'Online' : 'ConnectionLost',
        lastPing: cutOffAt ?? now,
      },
    ];
  };
  /** On virtual time a process that never ends has to wait. */
  const forever = () => clock.wait(new Promise<never>(() => {}));

  return {
    managed: () => [...machines.values()].flatMap(nodeOf),
    runOnNode: async (id, document, parameters, delivery) => {
      const isLost = faults.commandLost();
      await clock.sleep(timing.commandMs);
      const sight = ec2.instance(id);
      if (isLost || sight === undefined || !isRunning(id) || !isConnected(id)) return forever();
      delivery.arrived();
      const machine: Machine = { id, address: sight.privateIp, zone: sight.zone };
      const values = Object.fromEntries(
        Object.entries(parameters).map(([name, [value = '']]) => [name, value]),
      );
      const answer = softwares
        .flatMap(({ documents }) => Object.entries(documents))
        .find(([name]) => document === name || document.endsWith(`-${name}`))?.[1];
      if (answer === undefined)
        return { exitCode: 127, stdout: '', stderr: `${document}: no model knows this document` };
      const result = await answer(machine, values);
      return isRunning(id) && isConnected(id) ? result : forever();
    },
    kill: (id) => {
      known(id).killed = true;
      settle();
    },
    cutOff: (id) => {
      known(id).cutOffAt ??= clock.now();
      settle();
    },
    reconnect: (id) => {
      delete known(id).cutOffAt;
      settle();
    },
    cutOffNow: () =>
      [...machines.values()].filter(({ cutOffAt }) => cutOffAt !== undefined).map(({ id }) => id),
    clusters: () => softwares.flatMap((software) => software.truth()),
  };
};

const nameOf = ({ flavors }: SoftwareModel): string => flavors[0];
