import type { Classified } from './classify.js';
import type { GroupRecord } from './group-record.js';
import type { InstanceId } from './ids.js';
import type { Rollout } from './rollout.js';

/** Failed instances are remembered up to this many, so that each is counted once. */
const REMEMBERED = 100;

/** Counts what failed since: new instances, each once, and a launch that EC2 refused. */
export const countFailures = (
  rollout: Rollout,
  members: readonly Classified[],
  { backoff, configHash }: Pick<GroupRecord, 'backoff' | 'configHash'>,
): Rollout => {
  const known = new Set(rollout.failed);
  const failed = members
    .filter((entry) => !known.has(entry.member.id) && isFailed(entry, rollout))
    .map((entry) => entry.member.id);
  const counted = failed.length === 0 ? rollout : withFailed(rollout, failed);
  const { refusedAt } = backoff;
  const isRefused =
    refusedAt !== undefined &&
    backoff.configHash === configHash &&
    refusedAt > (rollout.refusedAt ?? rollout.startedAt);
  return isRefused ? { ...counted, failures: counted.failures + 1, refusedAt } : counted;
};

/** One more failure of the rollout, such as a drain that did not end; the same instance counts once. */
export const withFailed = (rollout: Rollout, ids: readonly InstanceId[]): Rollout => {
  const fresh = ids.filter((id) => !rollout.failed.includes(id));
  return {
    ...rollout,
    failures: rollout.failures + fresh.length,
    failed: [...rollout.failed, ...fresh].slice(-REMEMBERED),
  };
};

/** Never proved in its time, ended before it was, or unhealthy for longer than the grace after it. */
const isFailed = (entry: Classified, rollout: Rollout): boolean => {
  const { member, bucket, outdated, pastGrace } = entry;
  // What a rollback leads away from may fail as it likes.
  if (outdated) return false;
  const proving = member.proving === rollout.id;
  if (proving && (bucket === 'gone' || bucket === 'ending')) return !member.destroyedByUs;
  return (proving || member.launchedAt >= rollout.startedAt) && bucket === 'unhealthy' && pastGrace;
};
