import type { NoRoom } from './group-record.js';
import type { Pool } from './group-spec.js';
import type { Instant, LogicalId } from './ids.js';
import { isIpv4, poolFor } from './ip-range.js';

/** So many instances into one pool. */
export interface Placed {
  readonly pool: Pool;
  readonly count: number;
}

/** EC2 answers "no room" for a while; Karpenter leaves such an offering alone for three minutes. */
export const NO_ROOM_MS = 180_000;

/** Pools that are not known to be full, of the most wanted type that has any. Pools come in the order of preference. */
export const openPools = (
  pools: readonly Pool[],
  noRoom: readonly NoRoom[],
  now: Instant,
): readonly Pool[] => {
  const open = pools.filter((pool) => !noRoom.some((full) => now < full.until && isFor(full, pool)));
  const first = open[0];
  return first === undefined ? [] : open.filter((pool) => pool.instanceType === first.instanceType);
};

/**
 * The pools that a pet may be launched into. One whose logical ID is an address needs the subnet that holds it: when
 * that one is full, another is no substitute. A pool without a known range may hold any address.
 */
export const poolsForSlot = (slot: LogicalId, pools: readonly Pool[]): readonly Pool[] =>
  isIpv4(slot)
    ? pools.filter((pool) => pool.cidr === undefined || poolFor(slot, [pool]) !== undefined)
    : pools;

const isFor = (full: NoRoom, pool: Pool): boolean =>
  full.subnet === pool.subnet && full.instanceType === pool.instanceType;

/** Spreads `count` new instances so that the zones come out as even as they can. `present` counts instances by zone. */
export const spread = (
  count: number,
  pools: readonly Pool[],
  present: ReadonlyMap<string, number>,
): readonly Placed[] => {
  const only = pools[0];
  if (only === undefined || count <= 0) return [];
  if (pools.length === 1) return [{ pool: only, count }];
  const zones = new Map(present);
  const perPool = new Map<Pool, number>();
  for (let placed = 0; placed < count; placed += 1) {
    const pool = pools.reduce((best, candidate) =>
      emptier(candidate, best, zones, perPool) ? candidate : best,
    );
    zones.set(pool.zone ?? '', (zones.get(pool.zone ?? '') ?? 0) + 1);
    perPool.set(pool, (perPool.get(pool) ?? 0) + 1);
  }
  return pools.flatMap((pool) => {
    const share = perPool.get(pool);
    return share === undefined ? [] : [{ pool, count: share }];
  });
};

const emptier = (
  a: Pool,
  b: Pool,
  zones: ReadonlyMap<string, number>,
  perPool: ReadonlyMap<Pool, number>,
): boolean => {
  const byZone = (zones.get(a.zone ?? '') ?? 0) - (zones.get(b.zone ?? '') ?? 0);
  return byZone !== 0 ? byZone < 0 : (perPool.get(a) ?? 0) < (perPool.get(b) ?? 0);
};
