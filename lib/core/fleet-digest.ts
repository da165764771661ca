import { createHash } from 'node:crypto';
import type { InstanceDescription } from './instance.js';

/**
 * A short digest of what EC2 shows of one group: its live instances and whether they are up, in any order. The pass
 * stores it, the sweep compares; a group that shows the same needs no pass. `pending` and `running` are alike: whoever
 * waits for the one to become the other has a timer.
 */
export const fleetDigest = (instances: readonly Pick<InstanceDescription, 'id' | 'state'>[]): string => {
  const lines = instances.map(({ id, state }) => `${id}:${state === 'pending' ? 'running' : state}`).sort();
  return lines.length === 0 ? '' : createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
};
