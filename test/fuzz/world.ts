import { createHash } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { task as configUploaded } from '../../lambdas/config-uploaded.js';
import { task as groupApi } from '../../lambdas/group-api.js';
import { awsRuntime } from '../../lambdas/runtime.js';
import { TASKS } from '../../lambdas/tasks.js';
import type { RpcResponse } from '../../lib/app/api-types.js';
import { s3ConfigBucket } from '../../lib/aws/s3-config-bucket.js';
import type { EventName } from '../../lib/core/group-event.js';
import { nodeDocuments } from '../../lib/flavors/index.js';
import { virtualClock } from '../../lib/local/clock.js';
import { deployLocal } from '../../lib/local/deploy-local.js';
import { startLocalCloud } from '../../lib/local/local-cloud.js';
import { memoryGroupStore, memoryTable } from '../../lib/local/memory-store.js';
import type { WakeQueue } from '../../lib/ports/outbox.js';
import { START } from '../support/world.js';

const BUCKET = 'hostile-files';

/** Nobody passes over the groups: what changes is the entries' doing. */
const NOBODY: WakeQueue = { send: async () => {}, sendAll: async () => {} };

/** Told of a refusal by design: nothing else may come of one. */
const TOLD: EventName = 'upload.refused';

/** The table in memory makes a group's maps when they are first read. */
const filled = (map: ReadonlyMap<unknown, unknown>): readonly unknown[] =>
  [...map].filter(([, inner]) => !(inner instanceof Map && inner.size === 0));

/** Calls of AWS that change something, of those that the two entries may make. EC2's books tell of launches: RunInstances may be a dry run. */
const CHANGING = [
  'TerminateInstances',
  'CreateTags',
  'PutParameter',
  'DeleteParameters',
  'SendCommand',
  'StartExecution',
  'PutMetricAlarm',
  'DeleteAlarms',
];

/** A control plane on the local cloud, asked through its two entries. Nothing in it runs by itself. */
export interface FuzzWorld {
  ask(request: unknown): Promise<RpcResponse>;
  upload(key: string, bytes: Buffer): Promise<string>;
  /** Of the table, but for events that tell of a refused upload, of EC2's books and of the calls that change anything. */
  state(): string;
  /** What went to the log as an error since the last look. */
  logged(): readonly string[];
  stop(): Promise<void>;
}

export const startFuzzWorld = async (): Promise<FuzzWorld> => {
  const clock = virtualClock(START);
  const cloud = await startLocalCloud({ clock, seed: 1, withoutTable: true });
  const table = memoryTable();
  const store = memoryGroupStore({ table });
  let errors: string[] = [];
  const log = {
    info: () => {},
    warn: () => {},
    error: (message: string, about?: unknown) => void errors.push(`${message} ${JSON.stringify(about)}`),
  };
  const runtimes = new Map<string, ReturnType<typeof awsRuntime>>();
  await deployLocal(
    { ...cloud, addRule: () => {}, addSchedule: () => {}, mapQueue: () => {} },
    'holdfast',
    (name, principal, environment) => {
      const { random } = cloud;
      const clients = cloud.clients(principal);
      const runtime = awsRuntime(environment, { clients, clock, random, log, store, writeMetrics: () => {} });
      runtimes.set(name, runtime);
      return TASKS[name](runtime);
    },
    nodeDocuments,
  );
  cloud.createBucket(BUCKET);
  const { s3 } = cloud.clients('user');
  const runtimeOf = (name: string) => {
    const runtime = runtimes.get(name);
    if (runtime === undefined) throw new Error(`no function "${name}"`);
    return runtime;
  };
  const api = groupApi({ ...runtimeOf('group-api'), wakes: NOBODY });
  const uploaded = configUploaded({
    ...runtimeOf('config-uploaded'),
    wakes: NOBODY,
    bucket: s3ConfigBucket({ client: s3, bucket: BUCKET }),
  });
  const run = async <T>(what: () => Promise<T>): Promise<T> => {
    let ended = false;
    const outcome = clock.run(what, 'user').then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    void outcome.then(() => {
      ended = true;
    });
    await clock.runUntil(() => ended, { limitMs: 300_000 });
    const settled = await outcome;
    if ('error' in settled) throw settled.error;
    return settled.value;
  };
  const context = {
    awsRequestId: 'r',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:group-api',
    getRemainingTimeInMillis: () => 60_000,
  };
  let sequence = 0;
  return {
    ask: (request) => run(() => api(request, context)),
    upload: (key, bytes) =>
      run(async () => {
        sequence += 1;
        const put = await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: bytes }));
        return uploaded({
          'detail-type': 'Object Created',
          detail: {
            object: { key, sequencer: sequence.toString(16).padStart(16, '0'), 'version-id': put.VersionId },
          },
        });
      }),
    state: () => {
      const { groups, specs, launches, instances, rollouts, fleet } = table;
      const events = [...table.events.values()].flatMap((told) =>
        [...told.values()].filter(({ value }) => value.event !== TOLD),
      );
      const calls = CHANGING.map((operation) => cloud.callLog.total({ operation }));
      const kept = [
        groups,
        specs,
        launches,
        instances,
        rollouts,
        fleet,
        events,
        calls,
        cloud.ec2.instances(),
      ];
      return createHash('sha256')
        .update(JSON.stringify(kept, (_, value: unknown) => (value instanceof Map ? filled(value) : value)))
        .digest('hex');
    },
    logged: () => {
      const said = errors;
      errors = [];
      return said;
    },
    stop: () => cloud.stop(),
  };
};
