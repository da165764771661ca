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
  { backoff }: Pick<GroupRecord, 'backoff'>,
): Rollout => {
  const known = new Set(rollout.failed);
  const failed = members
    .filter((entry) => !known.has(entry.member.id) && isFailed(entry, rollout))
    .map((entry) => entry.member.id);
  const counted = failed.length === 0 ? rollout : withFailed(rollout, failed);
  const { refusedAt } = backoff;
  const isRefused =
    refusedAt !== undefined &&
    refusedAt > Math.max(rollout.refusedAt ?? rollout.startedAt, rollout.resumedAt);
  return isRefused ? { ...counted, failures: counted.failures + 1, refusedAt } : counted;
};

/** Drains that failed; the same instance may fail again, after a resume. */
export const withFailedDrains = (rollout: Rollout, ids: readonly InstanceId[]): Rollout => ({
  ...withFailed(rollout, ids),
  failures: rollout.failures + ids.length,
});

/** More failures of the rollout; the same instance counts once. */
export const withFailed = (rollout: Rollout, ids: readonly InstanceId[]): Rollout => {
  const fresh = ids.filter((id) => !rollout.failed.includes(id));
  return {
    ...rollout,
    failures: rollout.failures + fresh.length,
    failed: [...rollout.failed, ...fresh].slice(-REMEMBERED),
  };
};

/** EC2's codes for an end that says nothing of the config (EC2 API Reference, "StateReason"). */
const ENDED_BY_OTHERS: ReadonlySet<string> = new Set([
  'Client.UserInitiatedShutdown',
  'Server.SpotInstanceShutdown',
  'Server.SpotInstanceTermination',
]);

/** Never proved in its time, ended before it was, or unhealthy for longer than the grace after it. */
const isFailed = (entry: Classified, rollout: Rollout): boolean => {
  const { member, bucket, outdated, pastGrace } = entry;
  // What a rollback leads away from may fail as it likes.
  if (outdated) return false;
  const proving = member.proving === rollout.id;
  if (proving && member.failureCounted) return false;
  if (proving && (bucket === 'gone' || bucket === 'ending'))
    return !member.destroyedByUs && !ENDED_BY_OTHERS.has(member.stateReason?.code ?? '');
  return (proving || member.launchedAt >= rollout.startedAt) && bucket === 'unhealthy' && pastGrace;
};
