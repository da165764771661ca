import type { InstanceId, Instant, OrderId, RolloutId } from './ids.js';
import { configHash, logicalId } from './ids.js';
import { type InstanceDescription, type InstanceRecord, type InstanceState, isLive } from './instance.js';
import type { ClosedToken, Order } from './order.js';
import { CONFIG_HASH_TAG, GROUP_TAG, LOGICAL_ID_TAG, STACK_TAG } from './tags.js';
import { goneFrom } from './timers.js';

/** EC2's answers of one pass. */
export interface Sighting {
  /** Live, with both our tags. */
  readonly listed: readonly InstanceDescription[];
  /** Known members that were not listed, asked for by id. */
  readonly asked: readonly InstanceDescription[];
  /** Known members that nobody asked for: nothing was learned of them. */
  readonly unasked?: ReadonlySet<InstanceId>;
}

/** What makes an unknown instance a member. */
export interface Claims {
  readonly orders: readonly Order[];
  readonly closedTokens: readonly ClosedToken[];
  /** The tags that a member carries. */
  readonly owner: { readonly stack: string; readonly group: string };
}

export interface Merged {
  readonly records: readonly InstanceRecord[];
  /** Records that are new or changed, to be written. */
  readonly changed: readonly InstanceRecord[];
  readonly foreign: readonly InstanceId[];
}

/** Merges what EC2 shows with what is on record. Reads go backwards: an ending instance never comes back to life. */
export const mergeObservation = (
  records: readonly InstanceRecord[],
  seen: Sighting,
  claims: Claims,
  now: Instant,
): Merged => {
  const listed = new Map(seen.listed.map((description) => [description.id, description]));
  const asked = new Map(seen.asked.map((description) => [description.id, description]));
  const known = new Set(records.map((record) => record.id));
  const ending = new Set(claims.orders.flatMap((order) => (order.kind === 'launch' ? [] : [order.instance])));
  const merged = records.map((record) => {
    const marked =
      ending.has(record.id) && !record.destroyedByUs ? { ...record, destroyedByUs: true } : record;
    if (marked.goneAt !== undefined) return stillGone(marked, listed.get(record.id), now);
    const description = listed.get(record.id) ?? asked.get(record.id);
    if (description === undefined) return seen.unasked?.has(record.id) ? marked : unseen(marked, now);
    const untagged =
      !listed.has(record.id) && isLive(description.state) && !isTagged(description, claims.owner);
    return shown(marked, description, untagged, now);
  });
  const strangers = seen.listed.filter((description) => !known.has(description.id));
  const ours = tokensOf(claims);
  const isClaimed = ({ token }: InstanceDescription) => token !== undefined && ours.has(token);
  const provingOf = ({ token }: InstanceDescription) => {
    const proving = token === undefined ? undefined : ours.get(token);
    return proving === undefined ? {} : { proving };
  };
  const added = strangers.filter(isClaimed).map((description) => ({
    ...recordOf(description, false, now),
    ...provingOf(description),
  }));
  const foreign = strangers
    .filter((description) => !isClaimed(description))
    .map((description) => description.id)
    .sort();
  const changed = merged.filter((record, index) => record !== records[index]);
  return { records: [...merged, ...added], changed: [...changed, ...added], foreign };
};

/** An instance under one of these is a member, however late it turns up, and of the rollout that launched it. */
const tokensOf = ({ orders, closedTokens }: Claims): ReadonlyMap<OrderId, RolloutId | undefined> =>
  new Map([
    ...closedTokens.map((closed) => [closed.token, closed.rollout] as const),
    ...orders.flatMap((order) => (order.kind === 'launch' ? [[order.id, order.rollout] as const] : [])),
  ]);

/** What EC2 said was ending stays gone. What was merely absent and is listed again is a member again, unasked as yet. */
const stillGone = (
  record: InstanceRecord,
  description: InstanceDescription | undefined,
  now: Instant,
): InstanceRecord => {
  if (description === undefined || !isLive(record.state) || !isLive(description.state)) return record;
  const { goneAt: _, ...present } = record;
  const healthReason = 'shown again after it was gone, not asked yet';
  const back: InstanceRecord = { ...present, health: 'unknown', healthReason, healthSince: now };
  return shown(back, description, false, now);
};

/** The record of a new member. An adopted one has served before, so it is no failed launch while it cannot be asked. */
export const recordOf = (
  description: InstanceDescription,
  adopted: boolean,
  now: Instant,
): InstanceRecord => {
  const slot = description.tags[LOGICAL_ID_TAG];
  const hash = description.tags[CONFIG_HASH_TAG];
  return {
    id: description.id,
    state: description.state,
    ...(slot ? { logicalId: logicalId(slot) } : {}),
    ...(hash ? { configHash: configHash(hash) } : {}),
    launchedAt: description.launchedAt,
    ...placeOf(description),
    health: 'unknown',
    healthReason: adopted ? 'adopted, not asked yet' : 'booting',
    healthSince: now,
    everHealthy: adopted,
    // Nobody has asked yet: time alone proves nothing.
    unanswered: true,
    destroyedByUs: false,
    untagged: false,
    failureCounted: false,
  };
};

const placeOf = ({ token, launchIndex, zone, subnet, instanceType, privateIp }: InstanceDescription) => ({
  ...(token === undefined ? {} : { token }),
  ...(launchIndex === undefined ? {} : { launchIndex }),
  ...(zone === undefined ? {} : { zone }),
  ...(subnet === undefined ? {} : { subnet }),
  ...(instanceType === undefined ? {} : { instanceType }),
  ...(privateIp === undefined ? {} : { privateIp }),
});

const RANK: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 0,
  stopping: 0,
  stopped: 0,
  'shutting-down': 1,
  terminated: 2,
};

/** Whether a read shows what was before: an end is for good, and what runs has been pending. */
const isOlder = (read: InstanceState, known: InstanceState): boolean =>
  RANK[read] < RANK[known] || (read === 'pending' && known === 'running');

const shown = (
  record: InstanceRecord,
  description: InstanceDescription,
  lostTags: boolean,
  now: Instant,
): InstanceRecord => {
  const state = isOlder(description.state, record.state) ? record.state : description.state;
  const next: InstanceRecord = {
    ...record,
    ...placeOf(description),
    ...(isLive(state) || description.stateReason === undefined
      ? {}
      : { stateReason: description.stateReason }),
    state,
    untagged: lostTags && isLive(state),
    ...(state === 'terminated' ? { goneAt: now } : {}),
    ...healthOfState(record, state, now),
  };
  const { absentSince: _, ...present } = next;
  return same(record, present) ? record : present;
};

/** A live member that only the id filter finds lost a tag, or was listed by an older read: its tags tell. */
const isTagged = (description: InstanceDescription, owner: Claims['owner']): boolean =>
  description.tags[STACK_TAG] === owner.stack && description.tags[GROUP_TAG] === owner.group;

const healthOfState = (record: InstanceRecord, state: InstanceState, now: Instant) => {
  const off = state === 'stopping' || state === 'stopped';
  if (off && !(record.health === 'unhealthy' && record.healthReason === 'stopped')) {
    return {
      health: 'unhealthy' as const,
      healthReason: 'stopped',
      healthSince: record.health === 'unhealthy' ? record.healthSince : now,
    };
  }
  if (!off && record.healthReason === 'stopped' && isLive(state)) {
    return { health: 'unknown' as const, healthReason: 'started again, not asked yet', healthSince: now };
  }
  return {};
};

/** Not shown by tags nor by id. A launch may be invisible for minutes, and again in an older read. */
const unseen = (record: InstanceRecord, now: Instant): InstanceRecord => {
  const absentSince = record.absentSince ?? now;
  if (now >= goneFrom(record, absentSince)) return { ...record, absentSince, goneAt: now };
  return record.absentSince === undefined ? { ...record, absentSince } : record;
};

const same = (a: InstanceRecord, b: InstanceRecord): boolean => {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const key of keys)
    if (!equal(a[key as keyof InstanceRecord], b[key as keyof InstanceRecord])) return false;
  return true;
};

const equal = (a: unknown, b: unknown): boolean =>
  Object.is(a, b) ||
  (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b));
