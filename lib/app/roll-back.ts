import { contentHash } from '../core/content-hash.js';
import { groupEvent } from '../core/group-event.js';
import type { CommittedRevision, GroupRecord } from '../core/group-record.js';
import { type Allocation, declaredSize, type Revision } from '../core/group-spec.js';
import { type SpecHash, specHash } from '../core/ids.js';
import type { Json } from '../core/json.js';
import type { Plan } from '../core/plan.js';
import type { Rollout } from '../core/rollout.js';
import { HISTORY_KEPT } from './commit-groups.js';
import { loadRevision } from './load-revision.js';
import { type PassState, tell } from './pass-state.js';
import { withAllocationJson } from './propose-commit.js';

/**
 * Commits the revision that the group was last whole under once more, because the rollout of a later one failed. Like a
 * user's command it raises the intent, so that a commit made at the same moment is asked again.
 * @throws {ConflictError} when a user has commanded meanwhile.
 */
export const rollBack = async (state: PassState, plan: Plan, reason: string): Promise<void> => {
  const { runtime, group } = state;
  const { steady } = group;
  const { rollout } = plan;
  if (steady === undefined || rollout === undefined) return;
  const now = runtime.clock.now();
  const good = await loadRevision(runtime, {
    id: group.id,
    specHash: steady.specHash,
    revision: steady.number,
  });
  const { hash, allocation } = await restored(state, good);
  const number = group.revision + 1;
  const entry: CommittedRevision = {
    number,
    specHash: hash,
    configHash: good.spec.configHash,
    at: now,
    origin: 'rollback',
  };
  const back: Rollout = {
    ...withoutWait(rollout),
    status: 'rolling-back',
    reason,
    to: number,
    failedRevision: rollout.to,
    configHash: good.spec.configHash,
    isRollback: true,
    phase: 'rolling',
    failures: 0,
    resumedAt: now,
    progressedAt: now,
  };
  const words = `revision ${rollout.to} failed: ${reason}; revision ${number} is revision ${steady.number} again`;
  await tell(state, [
    groupEvent(now, 'rollout.rolling-back', group.id, words, { what: `rollout-${rollout.number}` }),
  ]);
  state.group = await runtime.store.command(
    group.id,
    {
      revision: number,
      specHash: hash,
      configHash: good.spec.configHash,
      declared: declaredSize(allocation),
      history: [entry, ...group.history].slice(0, HISTORY_KEPT),
      rolls: true,
      restartBefore: undefined,
      rollout: back,
    },
    { intent: group.intent, fence: group.fence },
  );
};

const withoutWait = ({
  waitUntil: _,
  until: __,
  awaitsApproval: ___,
  restartBefore: ____,
  ...rest
}: Rollout) => rest;

/** The steady spec; with the present Allocation when the group was scaled since it was committed. */
const restored = async (
  { runtime, group, revision }: PassState,
  good: Revision,
): Promise<{ readonly hash: SpecHash; readonly allocation: Allocation }> => {
  if (!wasScaledSince(group, good.number)) return { hash: good.specHash, allocation: good.spec.allocation };
  const { allocation } = revision.spec;
  const stored = {
    id: group.id,
    properties: withAllocationJson(good.properties, allocation),
    pins: good.pins,
  };
  const hash = specHash(contentHash(stored as unknown as Json));
  await runtime.store.putSpec(hash, stored);
  return { hash, allocation };
};

/** By `scale`, or by any later commit that changed nothing that rolls. History is newest first. */
export const wasScaledSince = ({ history }: Pick<GroupRecord, 'history'>, revision: number): boolean =>
  history.some((entry, index) => {
    const before = history[index + 1];
    const rolls = before !== undefined && before.configHash !== entry.configHash;
    return entry.number > revision && (entry.origin === 'scale' || (before !== undefined && !rolls));
  });
