import type { Classified } from './classify.js';
import { freezeEnd, freezeInForce } from './freeze.js';
import { FAR_AWAY } from './group-record.js';
import type { Instant } from './ids.js';
import type { InstanceRecord } from './instance.js';
import type { Undone } from './plan.js';
import { isRolling } from './rollout.js';
import type { Situation } from './situation.js';

/** Absent in two reads at least this far apart is gone (protocol rule 16). */
export const ABSENT_TO_GONE_MS = 60_000;

const SHORTEST_LOOK_MS = 2_000;
const LONGEST_BOOT_LOOK_MS = 30_000;
const ORDER_LOOK_MS = 5_000;
const SLOW_LOOK_MS = 60_000;
/** Cattle that a rollout has ended hold no place: their records can wait. */
const ROLLING_LOOK_MS = 300_000;

/**
 * Reads may be as old as this, and go backwards (EC2 Developer Guide, "Eventual consistency": minutes at most, by our
 * assumption): the absence of what is younger proves nothing, though it was shown before.
 */
export const OLDEST_READ_MS = 5 * 60_000;

/**
 * The earliest time at which the decision could be another, without anything new being heard: now when there is
 * something to do, else always later than now.
 */
export const lookAgainTime = (situation: Situation, acting: boolean, undone: readonly Undone[]): Instant => {
  const { now, group } = situation;
  const settling = group.watch === 'freeing' || group.watch === 'destroying';
  if (group.watch !== 'watched' && !settling) return FAR_AWAY;
  if (acting) return now;
  let earliest = FAR_AWAY;
  const consider = (time: Instant | undefined): void => {
    if (time !== undefined && time > now && time < earliest) earliest = time;
  };
  for (const entry of situation.members) consider(memberTime(situation, entry));
  for (const time of orderTimes(situation)) consider(time);
  for (const time of heldTimes(situation, undone)) consider(time);
  for (const time of rolloutTimes(situation)) consider(time);
  if (settling) consider(now + (group.orders.length > 0 ? ORDER_LOOK_MS : SLOW_LOOK_MS));
  return earliest;
};

const memberTime = ({ now, spec, roll }: Situation, entry: Classified): Instant | undefined => {
  switch (entry.bucket) {
    case 'booting':
      // The rollout's health checks look after it.
      if (entry.proving) return entry.graceEndsAt;
      return Math.min(now + bootLook(now - entry.member.launchedAt), entry.graceEndsAt);
    case 'absent':
      return absentTime(entry.member, now);
    case 'unhealthy':
      return entry.pastGrace ? now + SLOW_LOOK_MS : entry.graceEndsAt;
    case 'unknown':
      return now + SLOW_LOOK_MS;
    case 'ending':
      if (spec.allocation.kind === 'logicalIds') return now + ORDER_LOOK_MS;
      return now + (isRolling(roll?.rollout) ? ROLLING_LOOK_MS : SLOW_LOOK_MS);
    case 'healthy':
    case 'leaving':
    case 'gone':
      return undefined;
  }
};

/** From when on a read that does not show a member finds it gone. */
export const goneFrom = ({ launchedAt }: Pick<InstanceRecord, 'launchedAt'>, absentSince: Instant): Instant =>
  Math.max(absentSince + ABSENT_TO_GONE_MS, launchedAt + OLDEST_READ_MS);

/** When a read may find it gone; should one have come a moment too early, the next is soon. */
const absentTime = (member: InstanceRecord, now: Instant): Instant => {
  const time = goneFrom(member, member.absentSince ?? now);
  return time > now ? time : now + ORDER_LOOK_MS;
};

/** New instances are asked often at first, then ever less often: after half their age, from 2 to 30 s. */
const bootLook = (age: number): number =>
  Math.round(Math.max(SHORTEST_LOOK_MS, Math.min(LONGEST_BOOT_LOOK_MS, age / 2)));

/** Nothing is sent under a freeze, and what EC2 refuses stays refused for a while. */
const orderTimes = ({ group, now }: Situation): readonly Instant[] => {
  const frozen = freezeInForce(group, now) !== undefined;
  return group.orders.map((order) => {
    const slow = frozen || (order.kind === 'destroy' && order.blocked !== undefined);
    if (slow) return now + SLOW_LOOK_MS;
    // A launch may wait long, for an address that another holds: it is sent ever more seldom.
    const wait = order.kind === 'launch' ? Math.round((now - order.at) / 2) : 0;
    return now + Math.max(ORDER_LOOK_MS, Math.min(SLOW_LOOK_MS, wait));
  });
};

/** When a rollout's wait, its window or its time is over. */
const rolloutTimes = ({ group, roll, spec, observed }: Situation): readonly (Instant | undefined)[] => {
  if (roll === undefined || !isRolling(roll.rollout)) return [group.restartBefore];
  const { waitUntil, resumedAt } = roll.rollout;
  const { deadlineSeconds } = spec.updating;
  return [
    group.restartBefore,
    waitUntil,
    observed.window?.changesAt,
    deadlineSeconds === undefined ? undefined : resumedAt + deadlineSeconds * 1000,
  ];
};

/** What holds actions back by time: back-off, full pools, breaker, freeze; and a budget that others use, looked at again. */
const heldTimes = (situation: Situation, undone: readonly Undone[]): readonly Instant[] => {
  const { group, now, backoff, breaker } = situation;
  const frozen = freezeInForce(group, now) !== undefined;
  const waiting = !frozen && undone.some((entry) => entry.kind === 'deferred');
  return [
    ...(waiting ? [now + SLOW_LOOK_MS, backoff.notBefore, ...group.noRoom.map((entry) => entry.until)] : []),
    ...(breaker.changesAt === undefined ? [] : [breaker.changesAt]),
    ...freezeEnd(group, now),
  ];
};
