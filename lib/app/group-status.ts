import { freezeInForce } from '../core/freeze.js';
import type { GroupStatus } from '../core/group-record.js';
import type { Instant } from '../core/ids.js';
import type { Plan } from '../core/plan.js';
import { isHeld, isRolling } from '../core/rollout.js';
import type { PassState } from './pass-state.js';

/** What the last pass found, for `group ls`, the sweep and the fleet's metrics. */
export const groupStatus = (state: PassState, plan: Plan, now: Instant): GroupStatus => {
  const { declared, instances, healthy, upToDate } = plan.counts;
  const before = state.group.status;
  const since = plan.divergence > 0 ? (before.divergentSince ?? now) : undefined;
  const until = plan.divergence === 0 && before.divergentSince !== undefined ? now : before.divergentUntil;
  return {
    revision: state.group.revision,
    declared,
    instances,
    healthy,
    upToDate,
    converged: plan.converged,
    divergence: plan.divergence,
    ...(since === undefined ? {} : { divergentSince: since }),
    ...(until === undefined ? {} : { divergentUntil: until }),
    reasons: plan.reasons,
    ...balancedBy(state),
    ...clusterStatus(state),
    ...rolloutStatus(state, plan, now),
  };
};

/** The sweep asks these; those of a group that is not watched any more are nobody's business. */
const balancedBy = ({ group, revision }: PassState): Partial<GroupStatus> =>
  group.watch === 'watched' && revision.targetGroups !== undefined
    ? { targetGroups: revision.targetGroups }
    : {};

/** For the sweep: whose nodes it asks, and whose quorum is lost. */
const clusterStatus = ({ group, revision, cluster, runtime }: PassState): Partial<GroupStatus> => {
  if (group.watch !== 'watched') return {};
  const asks = (runtime.flavors.find(revision.spec.flavor.plugin)?.documents ?? []).length > 0;
  // Silence is no regained quorum.
  const before = cluster?.kind === 'read' ? undefined : group.status.quorumLost;
  const lost = cluster?.kind === 'lost' ? cluster.reason : before;
  return {
    ...(asks ? { asksNodes: revision.specHash } : {}),
    ...(revision.quorum !== undefined && lost !== undefined ? { quorumLost: lost } : {}),
  };
};

/** A rollout that stands still for this many times as long as one instance may take has made no progress. */
const PATIENCE = 2;

const rolloutStatus = (
  { group, revision }: PassState,
  { rollout }: Plan,
  now: Instant,
): Partial<GroupStatus> => {
  if (rollout === undefined || !(isRolling(rollout) || isHeld(rollout))) return {};
  const { drainTimeoutSeconds, healthTimeoutSeconds } = revision.spec.updating;
  const patience = PATIENCE * (drainTimeoutSeconds + healthTimeoutSeconds) * 1000;
  const waits =
    freezeInForce(group, now) !== undefined || (rollout.until !== undefined && now < rollout.until);
  const still = isRolling(rollout) && !waits && now - rollout.progressedAt > patience;
  const failed = rollout.status === 'failed' || (rollout.status === 'paused' && !rollout.awaitsApproval);
  return { rollout: { status: rollout.status, stuck: failed || still } };
};
