import { InvokeCommand } from '@aws-sdk/client-lambda';
import { awsRuntime } from '../../lambdas/runtime.js';
import { TASKS } from '../../lambdas/tasks.js';
import type { Method, Params, Result } from '../../lib/app/api-types.js';
import { nodeDocuments } from '../../lib/flavors/index.js';
import { type VirtualClock, virtualClock } from '../../lib/local/clock.js';
import { deployLocal } from '../../lib/local/deploy-local.js';
import type { InstanceSight } from '../../lib/local/ec2/index.js';
import { scriptedFaults } from '../../lib/local/faults.js';
import { type LocalCloud, startLocalCloud } from '../../lib/local/local-cloud.js';
import { memoryGroupStore, memoryTable } from '../../lib/local/memory-store.js';
import { models } from '../../lib/local/models/index.js';
import { seededRandom } from '../../lib/local/seeded-random.js';
import { START } from './world.js';

const STACK = 'holdfast';
const QUIET = { info: () => {}, warn: () => {}, error: () => {} };

/** The control plane as `holdfast up` has it, with modelled software on its instances; on virtual time, its table in memory. */
export interface LocalPlane {
  readonly cloud: LocalCloud;
  readonly clock: VirtualClock;
  /** Its group API's function. */
  readonly groupApi: string;
  /** @throws what the API answers, when that is an error. */
  api<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
  until(what: string, holds: () => Promise<boolean>): Promise<void>;
  /** Live instances of a group. */
  members(group: string): readonly InstanceSight[];
  stop(): Promise<void>;
}

const MOST_MS = 8 * 3_600_000;

export const startLocalPlane = async (): Promise<LocalPlane> => {
  const clock = virtualClock(START);
  const cloud = await startLocalCloud({ clock, seed: 1, withoutTable: true });
  cloud.ssm.useNodes(models(cloud, { faults: scriptedFaults(clock, seededRandom(1)) }));
  const store = memoryGroupStore({ table: memoryTable() });
  const plane = await deployLocal(
    cloud,
    STACK,
    (name, principal, environment) => {
      const { random } = cloud;
      const clients = cloud.clients(principal);
      return TASKS[name](
        awsRuntime(environment, { clients, clock, random, log: QUIET, store, writeMetrics: () => {} }),
      );
    },
    nodeDocuments,
  );
  const { lambda } = cloud.clients('user');
  const invoke = async (method: Method, params: object): Promise<unknown> => {
    const { Payload } = await lambda.send(
      new InvokeCommand({
        FunctionName: plane.functionName('group-api'),
        Payload: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      }),
    );
    const answer = JSON.parse(Payload?.transformToString() ?? 'null');
    if (answer.error === undefined) return answer.result;
    throw new Error(JSON.stringify(answer.error));
  };
  return {
    cloud,
    clock,
    groupApi: plane.functionName('group-api'),
    api: async (method, params) => {
      let ended = false;
      const asked = clock.run(() => invoke(method, params), 'user');
      const outcome = asked.then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
      void outcome.then(() => {
        ended = true;
      });
      await clock.runUntil(() => ended, { limitMs: 300_000 });
      const settled = await outcome;
      if ('error' in settled) throw settled.error;
      return settled.value as never;
    },
    until: async (what, holds) => {
      // Looks cost more than time does.
      for (const end = clock.now() + MOST_MS; !(await holds()); await clock.advance(5_000)) {
        if (clock.now() > end) throw new Error(`not within ${MOST_MS} ms: ${what}`);
      }
    },
    members: (group) =>
      cloud.ec2
        .instances()
        .filter(({ tags, state }) => tags['infrakit.group'] === group && LIVE.includes(state)),
    stop: () => cloud.stop(),
  };
};

const LIVE = ['pending', 'running', 'stopping', 'stopped'];
