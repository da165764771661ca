import type { Classified } from './classify.js';
import { freezeEnd } from './freeze.js';
import { FAR_AWAY } from './group-record.js';
import type { Instant } from './ids.js';
import { inBucket, type Situation, sizeOf, staying } from './situation.js';

/** Absent in two reads at least this far apart is gone (protocol rule 16). */
export const ABSENT_TO_GONE_MS = 60_000;

const SHORTEST_LOOK_MS = 2_000;
const LONGEST_BOOT_LOOK_MS = 30_000;
const ORDER_LOOK_MS = 5_000;
const SLOW_LOOK_MS = 60_000;

/** The earliest time at which the decision could be another, without anything new being heard. */
export const lookAgainTime = (situation: Situation, acting: boolean): Instant => {
  const { now, group } = situation;
  const settling = group.watch === 'freeing' || group.watch === 'destroying';
  if (group.watch !== 'watched' && !settling) return FAR_AWAY;
  const times = [
    ...(acting ? [now] : []),
    ...memberTimes(situation),
    ...orderTimes(situation),
    ...heldTimes(situation),
    ...(settling ? [now + (group.orders.length > 0 ? ORDER_LOOK_MS : SLOW_LOOK_MS)] : []),
  ];
  return Math.min(FAR_AWAY, ...times.filter((time) => time > now || acting));
};

const memberTimes = (situation: Situation): readonly Instant[] =>
  situation.members.flatMap((entry) => memberTime(situation, entry) ?? []);

const memberTime = ({ now, spec }: Situation, entry: Classified): Instant | undefined => {
  switch (entry.bucket) {
    case 'booting':
      return Math.min(now + bootLook(now - entry.member.launchedAt), entry.graceEndsAt);
    case 'absent':
      return (entry.member.absentSince ?? now) + ABSENT_TO_GONE_MS;
    case 'unhealthy':
      return entry.pastGrace ? now + SLOW_LOOK_MS : entry.graceEndsAt;
    case 'unknown':
      return now + SLOW_LOOK_MS;
    case 'ending':
      return now + (spec.allocation.kind === 'logicalIds' ? ORDER_LOOK_MS : SLOW_LOOK_MS);
    case 'healthy':
    case 'leaving':
    case 'gone':
      return undefined;
  }
};

/** New instances are asked often at first, then ever less often: after half their age, from 2 to 30 s. */
const bootLook = (age: number): number =>
  Math.round(Math.max(SHORTEST_LOOK_MS, Math.min(LONGEST_BOOT_LOOK_MS, age / 2)));

const orderTimes = ({ group, now }: Situation): readonly Instant[] =>
  group.orders.map(
    (order) => now + (order.kind === 'destroy' && order.blocked ? SLOW_LOOK_MS : ORDER_LOOK_MS),
  );

/** What holds actions back by time: back-off, full pools, breaker, freeze, named destroys that wait for budget. */
const heldTimes = (situation: Situation): readonly Instant[] => {
  const { group, now, backoff, breaker } = situation;
  const short = staying(situation).length < sizeOf(situation);
  return [
    ...(short ? [backoff.notBefore, ...group.noRoom.map((entry) => entry.until)] : []),
    ...(breaker.changesAt === undefined ? [] : [breaker.changesAt]),
    ...(group.destroying.length > 0 || inBucket(situation, 'leaving').length > 0
      ? [now + ORDER_LOOK_MS]
      : []),
    ...freezeEnd(group, now),
  ];
};
