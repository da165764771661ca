import type { Checkpoint } from '../../core/group-spec.js';
import type { Rollout } from '../../core/rollout.js';
import type { RevisionView, RolloutView } from '../api-types.js';
import { iso } from './iso.js';

export const rolloutView = (rollout: Rollout, checkpoints: readonly Checkpoint[]): RolloutView => ({
  Status: rollout.status,
  From: rollout.from,
  To: rollout.to,
  Replaced: rollout.replaced,
  Total: rollout.total,
  Reason: rollout.reason,
  Phase: rollout.phase,
  Failures: rollout.failures,
  ...(rollout.waitsFor === '' ? {} : { WaitsFor: rollout.waitsFor }),
  ...(rollout.until === undefined ? {} : { Until: iso(rollout.until) }),
  StartedAt: iso(rollout.startedAt),
  ...(rollout.endedAt === undefined ? {} : { EndedAt: iso(rollout.endedAt) }),
  AwaitsApproval: rollout.status === 'paused' && rollout.awaitsApproval === true,
  ...(rollout.failedRevision === undefined ? {} : { FailedRevision: rollout.failedRevision }),
  IsRollback: rollout.isRollback,
  Execution: rollout.execution,
  Checkpoints: checkpoints.map(({ atPercent, wait }, index) => ({
    AtPercent: atPercent,
    Wait: wait.kind === 'approval' ? wait.kind : wait.seconds,
    Passed: rollout.status === 'succeeded' || index < rollout.checkpoints,
  })),
});

/** What became of it, beside the revision that it led to. */
export const outcomeView = (rollout: Rollout): NonNullable<RevisionView['Rollout']> => ({
  Status: rollout.status,
  Reason: rollout.reason,
  From: rollout.from,
  Replaced: rollout.replaced,
  Total: rollout.total,
  StartedAt: iso(rollout.startedAt),
  ...(rollout.endedAt === undefined ? {} : { EndedAt: iso(rollout.endedAt) }),
});
