import { afterEach } from 'vitest';
import { type VirtualClock, virtualClock } from '../../lib/local/clock.js';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../lib/local/local-cloud.js';

/** 2026-01-01T00:00:00Z */
export const START = 1_767_225_600_000;

export interface TestCloud extends LocalCloud {
  readonly clock: VirtualClock;
}

const running: LocalCloud[] = [];
afterEach(async () => {
  for (const cloud of running.splice(0)) await cloud.stop();
});

/** A local cloud on virtual time, stopped after the test. */
export async function aCloud(options: Partial<LocalCloudOptions> = {}): Promise<TestCloud> {
  const clock = virtualClock(START);
  const cloud = await startLocalCloud({ seed: 1, ...options, clock });
  running.push(cloud);
  return { ...cloud, clock };
}
