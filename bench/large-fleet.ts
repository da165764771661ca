import { memoryGroupStore, memoryTable, type StoreHook } from '../lib/local/memory-store.js';
import { cattle } from './documents.js';
import { type Plane, startPlane, WIDE_SUBNET } from './plane.js';

export const GROUPS = 1_000;
export const SIZE = 10;

export interface LargeFleet extends Plane {
  /** Milliseconds of virtual time that each call of the store takes for `reconcile`; 0 at first. */
  readonly latency: { storeMs: number };
}

/**
 * A thousand converged groups of ten over a store in memory, which passes the contract of the DynamoDB one: what is
 * measured is Holdfast and not the emulator of DynamoDB.
 */
export const startLargeFleet = async (): Promise<LargeFleet> => {
  const table = memoryTable();
  const latency = { storeMs: 0 };
  const plane = await startPlane({
    adapt: (clock) => (runtime, name) => {
      const slow: StoreHook = async (_method, next) => {
        if (name === 'reconcile' && latency.storeMs > 0) await clock.sleep(latency.storeMs);
        return next();
      };
      return { ...runtime, store: memoryGroupStore({ table, hook: slow }) };
    },
  });
  await plane.commit(
    Array.from({ length: GROUPS }, (_, index) => cattle(`group-${index}`, SIZE, WIDE_SUBNET)),
  );
  await plane.converge();
  return { ...plane, latency };
};
