import { type Calls, countCalls } from '../count-calls.js';
import type { Fleet } from './fleet.js';
import { quantile } from './quantile.js';
import type { StoreCounts } from './witness-store.js';

const STEP_MS = 15 * 60_000;
const MEGABYTE = 1_000_000;

/** What some hours of a fleet took. */
export interface Metered {
  readonly hours: number;
  readonly calls: Calls;
  readonly store: StoreCounts;
  /** Runs of `reconcile` that a message of the wake queue began. */
  readonly wakes: number;
  readonly refused: ReadonlyMap<string, number>;
  readonly cpuSeconds: number;
  readonly peakHeapMegabytes: number;
  /** Of the process since it began. */
  readonly peakRssMegabytes: number;
}

/** Moves a fleet's time while counting what it does; memory is read every quarter of an hour, and then told of. */
export const meter = async (
  fleet: Fleet,
  hours: number,
  tell: (soFar: string) => void = () => {},
): Promise<Metered> => {
  const counted = countCalls(fleet.cloud.callLog);
  const store = { ...fleet.store };
  const refused = new Map(fleet.limits.refused);
  const wakesOf = () => fleet.runs.get('reconcile') ?? 0;
  const wakes = wakesOf();
  const cpu = process.cpuUsage();
  const until = fleet.clock.now() + hours * 3_600_000;
  let peakHeap = 0;
  while (fleet.clock.now() < until) {
    await fleet.clock.advanceTo(Math.min(until, fleet.clock.now() + STEP_MS));
    const heap = process.memoryUsage().heapUsed;
    peakHeap = Math.max(peakHeap, heap);
    const times = fleet.watch.spells.map(({ ms }) => ms / 1000);
    const left = (until - fleet.clock.now()) / 3_600_000;
    tell(
      `${left} hours to go; ${times.length} times divergent, p99 ${quantile(times, 0.99)} s, longest ${quantile(times, 1)} s; ${Math.round(heap / MEGABYTE)} MB`,
    );
  }
  const { user, system } = process.cpuUsage(cpu);
  const since = (key: keyof StoreCounts) => fleet.store[key] - store[key];
  return {
    hours,
    calls: counted(),
    store: {
      calls: since('calls'),
      passes: since('passes'),
      busy: since('busy'),
      conflicts: since('conflicts'),
      lostLeases: since('lostLeases'),
      takenOver: since('takenOver'),
    },
    wakes: wakesOf() - wakes,
    refused: new Map(
      [...fleet.limits.refused].map(([name, count]) => [name, count - (refused.get(name) ?? 0)]),
    ),
    cpuSeconds: (user + system) / 1_000_000,
    peakHeapMegabytes: peakHeap / MEGABYTE,
    peakRssMegabytes: (process.resourceUsage().maxRSS * 1024) / MEGABYTE,
  };
};
