import type { Pool } from './group-spec.js';
import type { LogicalId } from './ids.js';
import { lastEnded, lastEndedBySlot, unproved, whatEnded } from './last-ended.js';
import { type LaunchSource, launchSources } from './launch-sources.js';
import { openPools, poolsForSlot, spread } from './placement.js';
import type { Action, Undone } from './plan.js';
import { awaitingStandIn } from './plan-repairs.js';
import { lostOrUnread, type QuorumRefusal } from './quorum.js';
import { isRolling } from './rollout.js';
import {
  blocked,
  deferred,
  hasDeclaredPlace,
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

/**
 * Fills empty places: cattle by number, pets by name. Held by back-off, breaker, ceiling and room. `waiting` members
 * are replaced once a stand-in is healthy, which the ceiling may have room for.
 */
export const planLaunches = (situation: Situation, waiting = 0): Part => {
  const part =
    situation.spec.allocation.kind === 'size' ? launchCattle(situation, waiting) : launchPets(situation);
  const kept = part.actions.length === 0 ? undefined : keptByCluster(situation);
  if (kept !== undefined) {
    const what = `launch ${part.actions.reduce((sum, action) => sum + countOf(action), 0)}`;
    return { actions: [], undone: [...part.undone, { what, ...kept }] };
  }
  const room = Math.max(0, MOST_OPEN_ORDERS - launchOrders(situation).length);
  const cut = part.actions.slice(room);
  if (cut.length === 0) return part;
  const count = cut.reduce((sum, action) => sum + countOf(action), 0);
  const why = `at most ${MOST_OPEN_ORDERS} launch orders may be open`;
  return {
    actions: part.actions.slice(0, room),
    undone: [...part.undone, deferred(`launch ${count}`, why)],
  };
};

/** A place is free again when EC2 shows shutting-down; until then its instance counts against the ceiling. */
const launchCattle = (situation: Situation, waiting: number): Part => {
  const size = sizeOf(situation);
  const present = staying(situation).length;
  const filled = present + onOrder(situation);
  const alive = filled + inBucket(situation, 'leaving').length;
  const standIns = awaitingStandIn(situation) + waiting;
  const wanted = Math.min(size + standIns - filled, situation.budget.ceiling - alive);
  if (wanted <= 0) return { actions: [], undone: [] };
  const limit = limitOf(situation);
  const provable = limit.provedOnly ? wanted - unproved(situation).length : wanted;
  const count = Math.max(0, Math.min(provable, limit.most));
  const undone = count < wanted ? [deferred(`launch ${wanted - count}`, limit.why)] : [];
  if (count === 0) return { actions: [], undone };
  const ordered = onOrder(situation) > 0 ? `, ${onOrder(situation)} on order` : '';
  const extra = filled + count > size ? `, ${filled + count - size} to stand in` : '';
  const reason = `${present} of ${size} present${ordered}${extra}${whatEnded(lastEnded(situation.members))}`;
  const shared = launchSources(situation, count, size - filled);
  const parts = shared.sources.map((source) => launchFrom(situation, source, reason));
  return {
    actions: parts.flatMap((part) => part.actions),
    undone: [...undone, ...shared.undone, ...parts.flatMap((part) => part.undone)],
  };
};

const launchFrom = (situation: Situation, source: LaunchSource, why: string): Part => {
  const pools = openPools(source.revision.pools, situation.group.noRoom, situation.now);
  if (pools.length === 0) return { actions: [], undone: [noRoom(situation, `${source.count}`)] };
  const reason = `${why}${source.note}`;
  const steady = source.steady ? { steady: source.steady } : {};
  const actions = spread(source.count, pools, zonesInUse(situation)).flatMap(({ pool, count: share }) =>
    chunks(share).map(
      (chunk): Action => ({ kind: 'launch', count: chunk, ...place(pool), ...steady, reason }),
    ),
  );
  return { actions, undone: [] };
};

const launchPets = (situation: Situation): Part => {
  const empty = emptySlots(situation);
  if (empty.length === 0) return { actions: [], undone: [] };
  const limit = limitOf(situation);
  const doubtful = new Set(
    limit.provedOnly ? unproved(situation).map((entry) => entry.member.logicalId) : [],
  );
  const allowed = empty.filter((slot) => !doubtful.has(slot)).slice(0, Math.max(0, limit.most));
  const undone: Undone[] = [];
  if (allowed.length < empty.length)
    undone.push(deferred(`launch ${notIn(empty, new Set(allowed)).join(', ')}`, limit.why));
  const places = Math.max(0, placesLeft(situation));
  const late = allowed.slice(places);
  if (late.length > 0)
    undone.push(deferred(`launch ${late.join(', ')}`, 'what is not declared any more has to go first'));
  const zones = new Map(zonesInUse(situation));
  const ended = lastEndedBySlot(situation.members);
  const slots = allowed.slice(0, places);
  const shared = launchSources(situation, slots.length, slots.length);
  undone.push(...shared.undone);
  const sources = shared.sources.flatMap((source) => Array.from({ length: source.count }, () => source));
  const actions = slots.slice(0, sources.length).flatMap((slot, index): readonly Action[] => {
    const source = sources[index];
    const fitting = poolsForSlot(slot, source?.revision.pools ?? []);
    if (fitting.length === 0) {
      undone.push(blocked(`launch ${slot}`, 'none of the subnets holds this address'));
      return [];
    }
    const open = openPools(fitting, situation.group.noRoom, situation.now);
    const pool = spread(1, open, zones)[0]?.pool;
    if (pool === undefined) {
      undone.push(noRoom(situation, slot));
      return [];
    }
    zones.set(pool.zone ?? '', (zones.get(pool.zone ?? '') ?? 0) + 1);
    const reason = `${slot} has no instance${whatEnded(ended.get(slot))}${source?.note ?? ''}`;
    const steady = source?.steady ? { steady: source.steady } : {};
    return [{ kind: 'launch', count: 1, slot, ...place(pool), ...steady, reason }];
  });
  return { actions, undone };
};

const notIn = (slots: readonly LogicalId[], others: ReadonlySet<LogicalId>): readonly LogicalId[] =>
  slots.filter((slot) => !others.has(slot));

/** A pet's place is free only when its instance is terminated: two must never hold one identity. */
const emptySlots = (situation: Situation): readonly LogicalId[] => {
  const { allocation } = situation;
  const held = new Set([
    ...situation.members.filter((entry) => entry.bucket !== 'gone').map((entry) => entry.member.logicalId),
    ...launchOrders(situation).map((order) => order.slot),
  ]);
  return allocation.kind === 'logicalIds' ? allocation.logicalIds.filter((slot) => !held.has(slot)) : [];
};

/** How many more pets may run beside those that are on their way out. What cannot be ended holds up nobody. */
const placesLeft = (situation: Situation): number => {
  const { group, members, budget } = situation;
  const stuck = new Set(
    group.orders.flatMap((order) => (order.kind === 'destroy' && order.blocked ? [order.instance] : [])),
  );
  const held = new Set<LogicalId>();
  let going = 0;
  for (const entry of members) {
    const { member, bucket } = entry;
    if (bucket === 'gone' || member.logicalId === undefined) continue;
    if (hasDeclaredPlace(situation, entry)) held.add(member.logicalId);
    else if (bucket !== 'ending' && !member.untagged && !stuck.has(member.id)) going += 1;
  }
  for (const order of launchOrders(situation)) if (order.slot !== undefined) held.add(order.slot);
  return budget.ceiling - held.size - going;
};

interface Limit {
  readonly most: number;
  /** Only what EC2 says has ended is replaced. */
  readonly provedOnly: boolean;
  readonly why: string;
}

/** How many may be launched now, and what holds back the rest. */
const limitOf = (situation: Situation): Limit => {
  const { backoff, breaker, now } = situation;
  const { pace, holding } = breaker;
  const tripped = `breaker: ${breaker.breaker.reason ?? 'tripped'}; ${pace} at a time`;
  if (now < backoff.notBefore) {
    const at = new Date(backoff.notBefore).toISOString();
    const failed =
      backoff.failures === 1 ? '1 failed launch' : `${backoff.failures} failed launches in a row`;
    const why = `${failed}, next at ${at}: ${backoff.reason}`;
    return { most: 0, provedOnly: holding, why };
  }
  const underWay = onOrder(situation) + inBucket(situation, 'booting').length;
  // The breaker gates repair: what a rollout has taken down it puts up again (protocol rule 23).
  const most = isRolling(situation.roll?.rollout) ? Number.POSITIVE_INFINITY : pace - underWay;
  if (holding) return { most, provedOnly: true, why: tripped };
  if (backoff.failures > 0) {
    const why = `after a failed launch ${pace} at a time: ${backoff.reason}`;
    return { most: pace - underWay, provedOnly: false, why };
  }
  return { most: Number.POSITIVE_INFINITY, provedOnly: false, why: '' };
};

const countOf = (action: Action): number => (action.kind === 'launch' ? action.count : 0);

/** A new member of a quorum joins nothing that is lost, nor beside the entry of a dead one. */
const keptByCluster = (situation: Situation): QuorumRefusal | undefined => {
  const { revision, observed } = situation;
  if (revision.quorum === undefined) return undefined;
  if (observed.cluster?.kind === 'lost') return lostOrUnread(situation);
  const [ghost] = observed.ghosts ?? [];
  if (ghost === undefined) return undefined;
  const why = `${ghost} has ended and is still in the member list: first it is taken out`;
  return { kind: 'deferred', why };
};

/** Every pool is full; says why of the one that was found full last. */
const noRoom = (situation: Situation, what: string): Undone => {
  const last = [...situation.group.noRoom].sort(
    (a, b) => b.until - a.until || (a.reason < b.reason ? -1 : 1),
  )[0];
  return deferred(`launch ${what}`, `no room anywhere: ${last?.reason ?? 'no capacity'}`);
};

const place = ({ subnet, zone, instanceType }: Pool): Pool => ({
  ...(subnet === undefined ? {} : { subnet }),
  ...(zone === undefined ? {} : { zone }),
  ...(instanceType === undefined ? {} : { instanceType }),
});

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
