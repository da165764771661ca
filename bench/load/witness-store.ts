import { ConflictError } from '../../lib/core/errors.js';
import { hooked, type MemoryTable } from '../../lib/local/memory-store.js';
import type { GroupStore } from '../../lib/ports/group-store.js';

/** What the table's conditional writes came to. */
export interface StoreCounts {
  calls: number;
  /** Leases taken: observations of a pass or of a step. */
  passes: number;
  /** Leases that another held. */
  busy: number;
  /** Writes refused because a user or a wake came first. */
  conflicts: number;
  /** Writes refused because another had taken the lease over. */
  lostLeases: number;
  /** Leases taken from one whose time had run out. */
  takenOver: number;
}

export const newCounts = (): StoreCounts => ({
  calls: 0,
  passes: 0,
  busy: 0,
  conflicts: 0,
  lostLeases: 0,
  takenOver: 0,
});

/** Counts what a store is asked, each call after its latency. */
export const witnessStore = (
  store: GroupStore,
  table: MemoryTable,
  counts: StoreCounts,
  delay: () => Promise<void>,
): GroupStore => {
  const counted = hooked(store, async (_method, next) => {
    counts.calls += 1;
    await delay();
    try {
      return await next();
    } catch (error) {
      if (error instanceof ConflictError) {
        if (error.message.includes(': fence is')) counts.lostLeases += 1;
        else counts.conflicts += 1;
      }
      throw error;
    }
  });
  return {
    ...counted,
    takeLease: async (id, lease, now) => {
      const held = table.groups.get(id)?.lease;
      const abandoned = held !== undefined && held.until <= now;
      const taken = await counted.takeLease(id, lease, now);
      if (taken === undefined) counts.busy += 1;
      else {
        counts.passes += 1;
        if (abandoned) counts.takenOver += 1;
      }
      return taken;
    },
  };
};
