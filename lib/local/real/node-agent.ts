import type { LocalClock } from '../clock.js';
import type { LocalEc2 } from '../ec2/index.js';
import type { ManagedNode, NodeResult, Nodes } from '../ssm/commands.js';
import type { RealInstance } from './real-instance.js';

/** An instance as its Systems Manager agent shows it. */
export interface AgentView {
  readonly instance: RealInstance;
  readonly bootedAt: number;
  /** When its system died or lost its network. */
  readonly silentSince?: number | undefined;
}

export interface AgentTiming {
  /** From the boot of an instance until Systems Manager knows it. */
  readonly registerMs: number;
  /** Without a sign of life for so long, Systems Manager calls a node lost. */
  readonly lostMs: number;
}

export interface AgentParts {
  readonly clock: LocalClock;
  readonly ec2: LocalEc2;
  readonly timing: AgentTiming;
  readonly agents: () => readonly AgentView[];
  /** Whether the command that is sent now never arrives. */
  readonly commandLost: () => boolean;
}

/** How often a command that waits for its node looks for it. */
const LOOK_MS = 100;
/** The agent runs so many at once, others wait. amazon-ssm-agent, `appconfig`, CommandWorkersLimit. */
const WORKERS = 5;

export interface Agents extends Nodes {
  /** Commands that run on nodes now. */
  running(): number;
}

/** The agents of real nodes: what Systems Manager has of them. */
export function nodeAgents({ clock, ec2, timing, agents, commandLost }: AgentParts): Agents {
  const working = new Map<string, number>();
  const workersOf = (id: string) => working.get(id) ?? 0;
  const take = (id: string, by: number) => void working.set(id, workersOf(id) + by);
  const find = (id: string) => agents().find(({ instance }) => instance.id === id);
  const managed = ({ instance, bootedAt, silentSince }: AgentView): readonly ManagedNode[] => {
    const now = clock.now();
    if (ec2.instance(instance.id)?.state !== 'running' || now < bootedAt + timing.registerMs) return [];
    const isLost = silentSince !== undefined && now >= silentSince + timing.lostMs;
    return [
      {
        instanceId: instance.id,
        pingStatus: isLost ? 'ConnectionLost' : 'Online',
        lastPing: silentSince ?? now,
      },
    ];
  };
  /** The node, as soon as it can be reached and has a worker free; `undefined` when it is gone for good. */
  const reached = async (id: string): Promise<RealInstance | undefined> => {
    for (;;) {
      const agent = find(id);
      if (agent === undefined) return undefined;
      if (isReachable(agent) && workersOf(id) < WORKERS) return agent.instance;
      await clock.sleep(LOOK_MS);
    }
  };
  return {
    running: () => [...working.values()].reduce((sum, count) => sum + count, 0),
    managed: () => agents().flatMap(managed),
    runOnNode: async (id, name, parameters, { document, arrived }): Promise<NodeResult> => {
      const instance = commandLost() ? undefined : await reached(id);
      if (instance === undefined || !arrived()) return never();
      if (document === undefined) return { exitCode: 127, stdout: '', stderr: `${name}: no such document` };
      const values = Object.entries(parameters).map(([variable, [value = '']]) => `${variable}='${value}'`);
      const script = ['#!/bin/bash', ...values, document.script].join('\n');
      take(id, 1);
      const result = await instance.run(script, document.timeoutSeconds * 1000).catch(() => undefined);
      take(id, -1);
      // What it said is lost with the node, or with its way to us.
      const agent = find(id);
      return result !== undefined && agent !== undefined && isReachable(agent) ? result : never();
    },
  };
}

const isReachable = ({ instance }: AgentView) => instance.pid !== undefined && instance.connected;

const never = (): Promise<never> => new Promise(() => {});
