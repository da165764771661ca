import { BREAKER_WINDOW_MS } from './breaker.js';
import type { Pool } from './group-spec.js';
import type { LogicalId } from './ids.js';
import { addressPool, openPools, spread } from './placement.js';
import type { Action, Undone } from './plan.js';
import {
  deferred,
  inBucket,
  launchOrders,
  onOrder,
  type Part,
  type Situation,
  sizeOf,
  staying,
} from './situation.js';

/** EC2 fulfils an order of this many quickly; more are several orders (protocol rule 11). */
const MOST_PER_ORDER = 100;
const MOST_OPEN_ORDERS = 10;

/** Fills empty places: cattle by number, pets by name. Held by back-off, breaker, ceiling and room. */
export const planLaunches = (situation: Situation): Part => {
  const places =
    situation.spec.allocation.kind === 'size' ? missingCattle(situation) : missingPets(situation);
  const missing = places.kind === 'cattle' ? places.count : places.slots.length;
  if (missing <= 0) return { actions: [], undone: [] };
  const limit = limitOf(situation, missing);
  const undone: Undone[] =
    limit.why && limit.count < missing ? [deferred(`launch ${missing - limit.count}`, limit.why)] : [];
  if (limit.count <= 0) return { actions: [], undone };
  const pools = openPools(situation.revision.pools, situation.group.noRoom, situation.now);
  if (pools.length === 0) {
    const full = situation.group.noRoom.map((entry) => entry.reason).at(0) ?? 'no capacity';
    return {
      actions: [],
      undone: [...undone, deferred(`launch ${limit.count}`, `no room anywhere: ${full}`)],
    };
  }
  const actions =
    places.kind === 'cattle'
      ? launchCattle(situation, limit.count, pools)
      : launchPets(situation, places.slots.slice(0, limit.count), pools);
  const room = Math.max(0, MOST_OPEN_ORDERS - launchOrders(situation).length);
  return { actions: actions.slice(0, room), undone };
};

type Places =
  | { readonly kind: 'cattle'; readonly count: number }
  | { readonly kind: 'pets'; readonly slots: readonly LogicalId[] };

/** A place is free again when EC2 shows shutting-down; until then its instance counts against the ceiling. */
const missingCattle = (situation: Situation): Places => {
  const { repair } = situation.spec;
  const present = staying(situation).length;
  const failed = inBucket(situation, 'unhealthy').filter((entry) => entry.pastGrace).length;
  const standIns = repair.launchFirst && repair.enabled ? failed : 0;
  const filled = present + onOrder(situation);
  const alive = filled + inBucket(situation, 'leaving').length;
  const wanted = sizeOf(situation) + standIns - filled;
  return { kind: 'cattle', count: Math.min(wanted, situation.budget.ceiling - alive) };
};

/** A pet's place is free only when its instance is terminated: two must never hold one identity. */
const missingPets = (situation: Situation): Places => {
  const { allocation } = situation.spec;
  const held = new Set([
    ...situation.members.filter((entry) => entry.bucket !== 'gone').map((entry) => entry.member.logicalId),
    ...launchOrders(situation).map((order) => order.slot),
  ]);
  const declared = allocation.kind === 'logicalIds' ? allocation.logicalIds : [];
  return { kind: 'pets', slots: declared.filter((slot) => !held.has(slot)) };
};

/** How many may be launched now, and what holds back the rest. */
const limitOf = (
  situation: Situation,
  missing: number,
): { readonly count: number; readonly why?: string } => {
  const { backoff, breaker, now } = situation;
  if (now < backoff.notBefore) {
    const at = new Date(backoff.notBefore).toISOString();
    return {
      count: 0,
      why: `${backoff.failures} failed launches in a row, next at ${at}: ${backoff.reason}`,
    };
  }
  const underWay = onOrder(situation) + inBucket(situation, 'booting').length;
  if (breaker.holding) {
    const proved = missing - goneUnproved(situation);
    const count = Math.max(0, Math.min(proved, breaker.pace - underWay));
    return { count, why: `breaker: ${breaker.breaker.reason ?? 'tripped'}; ${breaker.pace} at a time` };
  }
  if (backoff.failures > 0) {
    const count = Math.max(0, Math.min(missing, breaker.pace - underWay));
    return { count, why: `after a failed launch ${breaker.pace} at a time: ${backoff.reason}` };
  }
  return { count: missing };
};

/** Lately gone for being absent, without EC2 saying so: not replaced while the breaker holds. */
const goneUnproved = (situation: Situation): number =>
  inBucket(situation, 'gone').filter(
    ({ member }) =>
      member.state !== 'terminated' &&
      !member.destroyedByUs &&
      member.goneAt !== undefined &&
      situation.now - member.goneAt < BREAKER_WINDOW_MS,
  ).length;

const launchCattle = (situation: Situation, count: number, pools: readonly Pool[]): readonly Action[] => {
  const size = sizeOf(situation);
  const reason = `${staying(situation).length} of ${size} present${pending(situation)}${whatEnded(situation)}`;
  return spread(count, pools, zonesInUse(situation)).flatMap(({ pool, count: share }) =>
    chunks(share).map((chunk): Action => ({ kind: 'launch', count: chunk, ...place(pool), reason })),
  );
};

const launchPets = (
  situation: Situation,
  slots: readonly LogicalId[],
  pools: readonly Pool[],
): readonly Action[] => {
  const zones = new Map(zonesInUse(situation));
  return slots.flatMap((slot): readonly Action[] => {
    const fitting = addressPool(slot, pools);
    const pool = fitting ?? spread(1, pools, zones)[0]?.pool;
    if (pool === undefined) return [];
    zones.set(pool.zone ?? '', (zones.get(pool.zone ?? '') ?? 0) + 1);
    return [
      {
        kind: 'launch',
        count: 1,
        slot,
        ...place(pool),
        reason: `${slot} has no instance${whatEnded(situation, slot)}`,
      },
    ];
  });
};

const place = ({ subnet, zone, instanceType }: Pool): Pool => ({
  ...(subnet === undefined ? {} : { subnet }),
  ...(zone === undefined ? {} : { zone }),
  ...(instanceType === undefined ? {} : { instanceType }),
});

const pending = (situation: Situation): string => {
  const count = onOrder(situation);
  return count > 0 ? `, ${count} on order` : '';
};

const whatEnded = (situation: Situation, slot?: LogicalId): string => {
  const ended = situation.members
    .filter((entry) => entry.bucket === 'ending' || entry.bucket === 'gone')
    .filter(({ member }) => slot === undefined || member.logicalId === slot)
    .sort((a, b) => (b.member.goneAt ?? situation.now) - (a.member.goneAt ?? situation.now))[0];
  return ended
    ? `; last ended: ${ended.member.id} (${ended.member.stateReason?.code ?? ended.member.state})`
    : '';
};

const zonesInUse = (situation: Situation): ReadonlyMap<string, number> => {
  const zones = new Map<string, number>();
  for (const { member } of staying(situation))
    zones.set(member.zone ?? '', (zones.get(member.zone ?? '') ?? 0) + 1);
  for (const order of launchOrders(situation)) {
    zones.set(order.zone ?? '', (zones.get(order.zone ?? '') ?? 0) + order.count);
  }
  return zones;
};

const chunks = (count: number): readonly number[] =>
  Array.from({ length: Math.ceil(count / MOST_PER_ORDER) }, (_, index) =>
    Math.min(MOST_PER_ORDER, count - index * MOST_PER_ORDER),
  );
