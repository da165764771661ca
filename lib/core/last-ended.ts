import type { Classified } from './classify.js';
import type { LogicalId } from './ids.js';
import { isLive } from './instance.js';
import type { Situation } from './situation.js';

/** The member that ended last; one that is ending counts as ending now. */
export const lastEnded = (members: readonly Classified[]): Classified | undefined => {
  let last: Classified | undefined;
  for (const entry of members) if (hasEnded(entry)) last = later(last, entry);
  return last;
};

/** The same for each pet's place. */
export const lastEndedBySlot = (members: readonly Classified[]): ReadonlyMap<LogicalId, Classified> => {
  const last = new Map<LogicalId, Classified>();
  for (const entry of members) {
    const { logicalId } = entry.member;
    if (logicalId !== undefined && hasEnded(entry)) last.set(logicalId, later(last.get(logicalId), entry));
  }
  return last;
};

const hasEnded = ({ bucket }: Classified): boolean => bucket === 'ending' || bucket === 'gone';

const later = (last: Classified | undefined, entry: Classified): Classified =>
  last === undefined || endedAt(entry) >= endedAt(last) ? entry : last;

/** For the reason of a launch. */
export const whatEnded = (ended: Classified | undefined): string =>
  ended === undefined
    ? ''
    : `; last ended: ${ended.member.id} (${ended.member.stateReason?.code ?? ended.member.state})`;

const endedAt = ({ member }: Classified): number => member.goneAt ?? Number.POSITIVE_INFINITY;

/**
 * Gone for being absent, without a word of EC2 or of ours, and not replaced before the breaker tripped: while it
 * holds, these may all be running still.
 */
export const unproved = ({ members, breaker, now }: Situation): readonly Classified[] => {
  const openSince = breaker.breaker.openSince ?? now;
  const launches = members.map((entry) => entry.member.launchedAt).filter((at) => at < openSince);
  const lastLaunch = launches.reduce((a, b) => Math.max(a, b), 0);
  return members.filter(({ member, bucket }) => {
    if (bucket !== 'gone' || !isLive(member.state) || member.destroyedByUs) return false;
    const goneAt = member.goneAt ?? now;
    return goneAt >= openSince || goneAt > lastLaunch;
  });
};
