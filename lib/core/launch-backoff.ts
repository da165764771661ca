import type { Classified } from './classify.js';
import type { Backoff } from './group-record.js';
import type { ConfigHash, InstanceId, Instant } from './ids.js';
import { stateReasonText } from './instance.js';

const FIRST_DELAY_MS = 15_000;
const LONGEST_DELAY_MS = 15 * 60_000;

export const NO_BACKOFF: Backoff = { failures: 0, notBefore: 0, lastAt: 0, reason: '' };

/** One more failed launch: twice as long as before, from 15 s up to 15 minutes. */
export const failedAgain = (
  before: Backoff,
  now: Instant,
  reason: string,
  configHash: ConfigHash,
): Backoff => {
  const failures = before.failures + 1;
  const delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures - 1, 10));
  const refused = before.refusedAt === undefined ? {} : { refusedAt: before.refusedAt };
  return { failures, notBefore: now + delay, lastAt: now, reason, configHash, ...refused };
};

/**
 * Counts each instance that ended or was given up before it was ever healthy, once; all found together are one
 * failure of the group. Those of another config are told of and not held against this one, unless it is the steady one
 * that repairs of a held rollout launch. A member that turned healthy since the last failure resets the count, and
 * nothing else does.
 */
export const backoffAfter = (
  before: Backoff,
  members: readonly Classified[],
  now: Instant,
  configHash: ConfigHash,
  steadyHash?: ConfigHash,
): { readonly backoff: Backoff; readonly counted: readonly InstanceId[] } => {
  const isLaunched = ({ outdated, member }: Classified): boolean =>
    !outdated || (steadyHash !== undefined && member.configHash === steadyHash);
  const recovered = members.some(
    (entry) =>
      before.failures > 0 &&
      entry.bucket === 'healthy' &&
      isLaunched(entry) &&
      entry.member.healthSince > before.lastAt,
  );
  const isOther = before.configHash !== configHash && before.configHash !== (steadyHash ?? configHash);
  const start = recovered || isOther ? NO_BACKOFF : before;
  const failed = members.filter(isUncountedFailure);
  const first = failed.find(isLaunched);
  return {
    backoff: first === undefined ? start : failedAgain(start, now, failureReason(first), configHash),
    counted: failed.map((entry) => entry.member.id),
  };
};

const isUncountedFailure = ({ member, bucket, pastGrace }: Classified): boolean => {
  if (member.everHealthy || member.failureCounted) return false;
  const ended = bucket === 'gone' || bucket === 'ending';
  return (ended && !member.destroyedByUs) || (bucket === 'unhealthy' && pastGrace);
};

const failureReason = ({ member }: Classified): string => {
  const said = member.stateReason ? stateReasonText(member.stateReason) : member.healthReason;
  return `${member.id} was never healthy (${said || member.state})`;
};
