import { flavorRegistry } from '../lib/flavors/index.js';
import { vanilla } from '../lib/flavors/vanilla.js';
import type { LocalCloudOptions } from '../lib/local/local-cloud.js';
import type { Flavor } from '../lib/ports/flavor.js';
import { type Calls, countCalls } from './count-calls.js';
import { cpuOf } from './cpu.js';
import type { Adapt } from './deploy.js';
import { versioned } from './documents.js';
import { type Plane, startPlane, WIDE_SUBNET } from './plane.js';

/** A group of cattle that is rolled, and the cloud that it is rolled in. */
export interface Roll {
  readonly size: number;
  /** As in `Updating`. */
  readonly maxUnavailable: number | string;
  /** From the launch until the status checks pass, half of it pending. */
  readonly bootSeconds: number;
  /** How long the command takes that an instance runs before its end; 0: there is none. */
  readonly drainSeconds: number;
}

export interface Rolled<Seen> {
  /** Virtual time from the commit until the rollout has succeeded. */
  readonly seconds: number;
  /** Of everybody, from the commit on. */
  readonly calls: Calls;
  readonly cpuMs: number;
  readonly seen: Seen;
}

/** Puts something else into the functions' runtimes. `watch` sees the world before the commit; what it returns, after the roll. */
export interface Watching<Seen> {
  readonly adapt?: Adapt;
  readonly watch: (plane: Plane) => () => Seen | Promise<Seen>;
}

/** A roll that takes this many times what its instances take one after another has failed. */
const PATIENCE = 2;
/** What an instance takes on a cloud that boots at once. */
const LEAST_SECONDS = 5;

/**
 * Seconds that no roll can beat: the first goes alone, then as many at once as may be unavailable, and each batch is
 * drained, boots and is found healthy in no time.
 */
export const floorSeconds = (
  { size, bootSeconds, drainSeconds }: Omit<Roll, 'maxUnavailable'>,
  atOnce: number,
): number => (1 + Math.ceil((size - 1) / atOnce)) * (drainSeconds + bootSeconds);

/** Rolls a converged group once, from 5 s after a sweep on. */
export const rollOnce = async <Seen>(
  { size, maxUnavailable, bootSeconds, drainSeconds }: Roll,
  { adapt, watch }: Watching<Seen>,
): Promise<Rolled<Seen>> => {
  const plane = await startPlane({
    timing: timingOf(bootSeconds),
    ...(adapt === undefined ? {} : { adapt: () => adapt }),
    ...(drainSeconds > 0 ? { flavors: flavorRegistry([drained]) } : {}),
  });
  try {
    putNodes(plane, drainSeconds);
    await plane.commit([versioned(1, size, WIDE_SUBNET, maxUnavailable)]);
    await plane.converge();
    await plane.toMinute(5_000);
    let hasSucceeded = false;
    plane.cloud.events.onEvent((event) => {
      hasSucceeded ||= event['detail-type'] === 'rollout.succeeded';
    });
    const counted = countCalls(plane.cloud.callLog);
    const seen = watch(plane);
    const started = plane.clock.now();
    const cpuMs = await cpuOf(async () => {
      await plane.commit([versioned(2, size, WIDE_SUBNET, maxUnavailable)]);
      await plane.clock.runUntil(() => hasSucceeded, {
        limitMs: PATIENCE * size * (bootSeconds + drainSeconds + LEAST_SECONDS) * 1000,
      });
    });
    return { seconds: (plane.clock.now() - started) / 1000, calls: counted(), cpuMs, seen: await seen() };
  } finally {
    await plane.stop();
  }
};

const timingOf = (bootSeconds: number): LocalCloudOptions['timing'] => ({
  bootMs: bootSeconds * 500,
  checksMs: bootSeconds * 500,
  ...(bootSeconds === 0 ? { shuttingDownMs: 0 } : {}),
});

/** Vanilla, with a command to run before the end. */
const drained: Flavor = {
  ...vanilla,
  drain: () => ({ on: 'itself', command: { document: 'drain', parameters: {}, timeoutSeconds: 300 } }),
};

/** Every instance that runs is a node whose commands take so long. */
const putNodes = ({ cloud, clock }: Plane, seconds: number): void =>
  cloud.ssm.useNodes({
    managed: () =>
      cloud.ec2
        .instances()
        .filter(({ state }) => state === 'running')
        .map(({ id }) => ({ instanceId: id, pingStatus: 'Online' })),
    runOnNode: async () => {
      await clock.sleep(seconds * 1000);
      return { exitCode: 0, stdout: '', stderr: '' };
    },
  });
