import { awsRuntime } from '../../lambdas/runtime.js';
import { TASKS } from '../../lambdas/tasks.js';
import { STATE_MACHINES } from '../../lib/core/deployment.js';
import { nodeDocuments } from '../../lib/flavors/index.js';
import { type Deployed, definitionOf, deployLocal } from '../../lib/local/deploy-local.js';
import { currentInvocation } from '../../lib/local/lambda/invocation.js';
import type { LocalCloud } from '../../lib/local/local-cloud.js';
import { type MemoryTable, memoryGroupStore, memoryTable } from '../../lib/local/memory-store.js';
import type { Clock } from '../../lib/ports/clock.js';
import type { GroupStore } from '../../lib/ports/group-store.js';
import { PREVIOUS_HEALTH_CHECK, PREVIOUS_ROLLING_UPDATE } from '../support/previous-release.js';
import type { PlaneName } from './story.js';

/** The control plane's name, by what stories call it. */
export const STACKS: Readonly<Record<PlaneName, string>> = { one: 'holdfast-a', two: 'holdfast-b' };

const PREVIOUS = { 'health-check': PREVIOUS_HEALTH_CHECK, 'rolling-update': PREVIOUS_ROLLING_UPDATE };

/** One of the two control planes, its table in memory. */
export interface Plane extends Deployed {
  readonly name: PlaneName;
  readonly stack: string;
  readonly table: MemoryTable;
  /** The table without faults and witnesses. */
  readonly store: GroupStore;
  /** The version of items that its code writes and understands. */
  release: 1 | 2;
  /** Warm functions forget what they know. */
  forget(): void;
  deployMachines(previous: boolean): void;
}

export interface PlaneOptions {
  readonly cloud: LocalCloud;
  readonly name: PlaneName;
  /** What functions of different sandboxes think the time is. */
  readonly clock: Clock;
  /** Breaks and watches the calls of a function on its table. */
  readonly around: (table: MemoryTable, store: GroupStore) => GroupStore;
  readonly onLog: (line: string) => void;
}

/** Deploys a control plane whose functions keep their groups in memory. */
export const deployPlane = async ({ cloud, name, clock, around, onLog }: PlaneOptions): Promise<Plane> => {
  const stack = STACKS[name];
  const named = (what: string): string => `${stack}-${what}`;
  const table = memoryTable();
  const warm = new Map<string, ReturnType<(typeof TASKS)[keyof typeof TASKS]>>();
  const log =
    (level: string) =>
    (message: string, fields: object = {}) =>
      onLog(`${level} ${message} ${JSON.stringify(fields)}`);
  const deployed = await deployLocal(
    cloud,
    stack,
    (of, _principal, environment) => {
      const start = () => {
        const store = memoryGroupStore({ table, schemaVersion: plane.release });
        return TASKS[of](
          awsRuntime(environment, {
            // All its functions call by the same ones: a thousand worlds are made of them.
            clients: cloud.clients(`${stack}-function`),
            clock,
            random: cloud.random,
            log: { info: log('info'), warn: log('warn'), error: log('error') },
            store: around(table, store),
            // Nobody reads them here: no group of a story has alarms.
            writeMetrics: () => {},
          }),
        );
      };
      return async (event, context) => {
        const task = warm.get(of) ?? start();
        warm.set(of, task);
        try {
          return await task(event, context);
        } finally {
          // Its process has died: the next starts from nothing.
          if (currentInvocation()?.killed !== undefined) warm.delete(of);
        }
      };
    },
    nodeDocuments,
  );
  const plane: Plane = {
    ...deployed,
    name,
    stack,
    table,
    store: memoryGroupStore({ table, schemaVersion: 2 }),
    release: 1,
    forget: () => warm.clear(),
    deployMachines: (previous) => {
      for (const machine of STATE_MACHINES) {
        const physical = named(machine);
        const definition = definitionOf(machine, named, previous ? PREVIOUS[machine] : undefined);
        cloud.states.putStateMachine({ name: physical, role: physical, definition });
      }
    },
  };
  return plane;
};
