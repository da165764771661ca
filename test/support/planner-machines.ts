import { type InstanceId, instanceId, type LogicalId, type OrderId } from '../../lib/core/ids.js';
import {
  type HealthReport,
  type InstanceDescription,
  type InstanceState,
  isLive,
} from '../../lib/core/instance.js';

const PENDING_MS = 10_000;
const BOOT_MS = 60_000;
const ENDING_MS = 20_000;

/** One virtual instance: what is true of it, whatever a read shows. */
export interface Machine {
  readonly id: InstanceId;
  readonly zone: string;
  readonly subnet: string;
  readonly slot: LogicalId | undefined;
  readonly launchedAt: number;
  readonly runsAt: number;
  readonly healthyAt: number;
  readonly hash: string;
  readonly token: OrderId;
  diesAt: number;
  state: InstanceState;
  endsAt: number;
  ill: boolean;
  leads: boolean;
  hidden: boolean;
  byUs: boolean;
}

/** How machines launched from now on behave. */
export interface Nature {
  /** They end so long after their launch. */
  readonly dieAfterMs?: number;
  readonly neverHealthy?: boolean;
  /** How long they take to become healthy; a minute unless told. */
  readonly bootMs?: number;
}

export type Launch = Pick<Machine, 'zone' | 'subnet' | 'slot' | 'hash' | 'token'>;

/** Machines that boot, fall ill and end, on the time that they are told. */
export const plannerMachines = () => {
  const all: Machine[] = [];
  return {
    all,
    alive: () => all.filter((machine) => isLive(machine.state)).length,
    launch: (launch: Launch, nature: Nature, now: number): Machine => {
      const bootMs = nature.bootMs ?? BOOT_MS;
      const machine: Machine = {
        ...launch,
        id: instanceId(`i-${String(all.length + 1).padStart(2, '0')}`),
        launchedAt: now,
        runsAt: now + Math.min(PENDING_MS, bootMs),
        healthyAt: nature.neverHealthy ? Number.POSITIVE_INFINITY : now + bootMs,
        diesAt: nature.dieAfterMs === undefined ? Number.POSITIVE_INFINITY : now + nature.dieAfterMs,
        state: 'pending',
        endsAt: Number.POSITIVE_INFINITY,
        ill: false,
        leads: false,
        hidden: false,
        byUs: false,
      };
      all.push(machine);
      return machine;
    },
    /** False when it does not run any more. */
    end: (id: InstanceId, now: number): boolean => {
      const machine = all.find((candidate) => candidate.id === id);
      if (machine === undefined || !isLive(machine.state)) return false;
      machine.byUs = true;
      machine.state = 'shutting-down';
      machine.endsAt = now + ENDING_MS;
      return true;
    },
    /** Lets every machine become what it is by now. */
    age: (now: number) => {
      for (const machine of all) {
        if (machine.state === 'shutting-down' && now >= machine.endsAt) machine.state = 'terminated';
        if (isLive(machine.state) && now >= machine.diesAt) machine.state = 'terminated';
        if (machine.state === 'pending' && now >= machine.runsAt) machine.state = 'running';
      }
    },
    /** When EC2 would tell of something by itself. */
    nextEvent: (now: number): number => {
      let next = Number.POSITIVE_INFINITY;
      for (const machine of all)
        for (const time of [machine.runsAt, machine.endsAt, machine.diesAt])
          if (time > now && time < next) next = time;
      return next;
    },
    /** What its flavor says; nothing of one that does not run. */
    healthOf: (machine: Machine, now: number): HealthReport | undefined => {
      if (machine.state !== 'running' || machine.hidden) return undefined;
      if (machine.ill) return { health: 'unhealthy', reason: 'impaired' };
      if (now < machine.healthyAt) return { health: 'unknown', reason: 'initializing' };
      return { health: 'healthy', reason: 'checks pass' };
    },
  };
};

export const describeMachine = (machine: Machine): InstanceDescription => ({
  id: machine.id,
  state: machine.state,
  tags: {
    'holdfast.stack': 'prod',
    'infrakit.group': 'web',
    'infrakit.config.hash': machine.hash,
    ...(machine.slot === undefined ? {} : { 'infrakit.logical_id': machine.slot }),
  },
  launchedAt: machine.launchedAt,
  token: machine.token,
  zone: machine.zone,
  subnet: machine.subnet,
  ...(machine.state === 'terminated' && !machine.byUs
    ? { stateReason: { code: 'Server.Failure', message: 'it ended by itself' } }
    : {}),
});
