import type { GroupRecord } from '../../lib/core/group-record.js';
import { declaredSize, type Revision } from '../../lib/core/group-spec.js';
import { orderId } from '../../lib/core/ids.js';
import type { DrainOrder } from '../../lib/core/order.js';
import type { Action } from '../../lib/core/plan.js';
import { isRolling, type Rollout } from '../../lib/core/rollout.js';

export const committed = ({ number, specHash, spec }: Revision) => ({
  number,
  specHash,
  configHash: spec.configHash,
});

/** The group once a revision is committed. */
export const entered = (
  group: GroupRecord,
  revision: Revision,
  origin: string,
  now: number,
): GroupRecord => ({
  ...group,
  revision: revision.number,
  specHash: revision.specHash,
  configHash: revision.spec.configHash,
  declared: declaredSize(revision.spec.allocation),
  history: [{ ...committed(revision), at: now, origin }, ...group.history].slice(0, 10),
});

/** The same with what a roll keeps to: what was declared before it. */
export const declaredOver = (
  { basis: kept, ...group }: GroupRecord,
  before: Revision,
  after: Revision,
): GroupRecord => {
  const rolls = group.revision > 0 && after.spec.configHash !== before.spec.configHash;
  const basis = (isRolling(group.rollout) ? kept : undefined) ?? (rolls ? before.spec.allocation : undefined);
  return {
    ...group,
    ...(basis === undefined ? {} : { basis }),
    ...(rolls || group.rolls ? { rolls: true } : {}),
  };
};

/** A failed rollout once the steady revision is committed again. */
export const rolledBack = (
  { waitUntil: _, ...rollout }: Rollout,
  back: Revision,
  reason: string,
  now: number,
): Rollout => ({
  ...rollout,
  status: 'rolling-back',
  reason,
  to: back.number,
  configHash: back.spec.configHash,
  isRollback: true,
  phase: 'rolling',
  failures: 0,
  resumedAt: now,
});

/** A held rollout that a user lets go on; that approves a checkpoint. */
export const resumed = (
  { waitUntil: _, endedAt: __, awaitsApproval, ...before }: Rollout,
  now: number,
): Rollout => ({
  ...before,
  ...(awaitsApproval ? { checkpoints: before.checkpoints + 1, phase: 'rolling' as const } : {}),
  status: before.isRollback && before.status === 'failed' ? 'rolling-back' : 'running',
  reason: 'resumed',
  failures: 0,
  beatBy: 0,
  resumedAt: now,
});

export const drainOrder = (
  { instance, context, reason }: Extract<Action, { kind: 'destroy' }>,
  now: number,
  timeoutSeconds: number,
): DrainOrder => ({
  kind: 'drain',
  id: orderId(`drain-${instance}`),
  instance,
  at: now,
  deadline: now + timeoutSeconds * 1000,
  context,
  reason,
});
