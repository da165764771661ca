import { expectedBoot, secondsToCheck } from './check-pace.js';
import { freezeInForce } from './freeze.js';
import type { Instant } from './ids.js';
import type { Undone } from './plan.js';
import { isRolling, type Pace } from './rollout.js';
import { inBucket, onOrder, type Situation } from './situation.js';

/** What a rollout waits for, and what its machine does meanwhile. */
export interface Waiting {
  readonly pace: Pace;
  readonly waitsFor: string;
  readonly until?: Instant;
}

const HELD_MS = 300_000;
const LOOK_MS = 60_000;
const ORDER_MS = 5_000;
const LONGEST_MS = 3_600_000;

/** The first thing that the rollout waits for decides. Every pass acts, so that long waits delay nothing that an event tells. */
export const waitingOf = (
  situation: Situation,
  held: Undone | undefined,
  acting: boolean,
): Waiting | undefined => {
  const { roll, group, now, observed } = situation;
  if (roll === undefined) return undefined;
  const { rollout } = roll;
  if (!isRolling(rollout)) return { pace: { next: 'end', seconds: 0 }, waitsFor: '' };
  const until = (time: Instant, waitsFor: string, longest: number): Waiting => ({
    pace: { next: 'wait', seconds: seconds(Math.min(time - now, longest)) },
    waitsFor,
    until: time,
  });
  const look = (milliseconds: number, waitsFor: string): Waiting => ({
    pace: { next: 'wait', seconds: seconds(milliseconds) },
    waitsFor,
  });
  const freeze = freezeInForce(group, now);
  if (freeze !== undefined) return look(HELD_MS, `frozen: ${freeze.reason}`);
  const proving = situation.members.filter((entry) => entry.proving && entry.bucket === 'booting');
  if (proving.length > 0) {
    const { updating } = situation.spec;
    const members = situation.members.map((entry) => entry.member);
    const wait = secondsToCheck(
      proving.map((entry) => entry.member),
      updating,
      rollout.boot ?? expectedBoot(members, updating),
      now,
    );
    const last = proving.reduce((a, b) => Math.min(a, b.graceEndsAt), Number.POSITIVE_INFINITY);
    return {
      pace: { next: 'check', seconds: wait },
      waitsFor: `${proving.length} new to become healthy`,
      until: last,
    };
  }
  if (acting) return look(0, 'the next step');
  const drains = group.orders.filter((order) => order.kind === 'drain');
  if (drains.length > 0) {
    const age = now - drains.reduce((a, b) => Math.min(a, b.at), now);
    const deadline = drains.reduce((a, b) => Math.min(a, b.deadline), Number.POSITIVE_INFINITY);
    return until(deadline, `${drains.length} to be drained`, Math.max(2_000, Math.min(30_000, age / 3)));
  }
  if (group.orders.length > 0)
    return look(
      ORDER_MS,
      onOrder(situation) > 0 ? `${onOrder(situation)} being launched` : 'EC2 to take instances down',
    );
  const ending = inBucket(situation, 'ending').length;
  if (ending > 0 && situation.spec.allocation.kind === 'logicalIds')
    return look(ORDER_MS, `${ending} to be terminated, so that their places are free`);
  if (roll.hold !== undefined) {
    const changesAt = observed.window?.open === false ? observed.window.changesAt : undefined;
    return changesAt === undefined ? look(LOOK_MS, roll.hold) : until(changesAt, roll.hold, LONGEST_MS);
  }
  if (rollout.waitUntil !== undefined && now < rollout.waitUntil) {
    const watched = situation.spec.updating.alarms.length > 0 ? LOOK_MS : LONGEST_MS;
    return until(rollout.waitUntil, WAITS[rollout.phase] ?? rollout.phase, watched);
  }
  return look(
    held === undefined ? ORDER_MS : LOOK_MS,
    held === undefined ? 'the next look' : `${held.what}: ${held.why}`,
  );
};

const WAITS: Readonly<Record<string, string>> = {
  'canary-bake': 'the canary to bake',
  checkpoint: 'the checkpoint to pass',
  bake: 'the end of the bake',
};

const seconds = (milliseconds: number): number => Math.max(0, Math.ceil(milliseconds / 1000));
