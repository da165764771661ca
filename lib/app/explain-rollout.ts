import type { GroupRecord } from '../core/group-record.js';
import type { Revision } from '../core/group-spec.js';
import { isHeld, isRolling } from '../core/rollout.js';

export interface RolloutChange {
  readonly record: GroupRecord | undefined;
  readonly revision: Revision;
  /** The commit asks for a roll of its own: its config differs from the one in force, or it is a restart. */
  readonly rollsAnew: boolean;
  readonly changed: boolean;
  /** Members that the revision makes outdated. */
  readonly outdated: number;
}

/** What a commit does to rollouts, a line each: to the one that is not over, and to the one that it asks for. */
export const explainRollout = (change: RolloutChange): readonly string[] =>
  [fateOf(change), strategyOf(change), quorumOf(change)].filter((line) => line !== undefined);

const fateOf = ({ record, revision, rollsAnew, changed }: RolloutChange): string | undefined => {
  const rollout = record?.rollout;
  if (!changed || record?.watch !== 'watched' || !(isRolling(rollout) || isHeld(rollout))) return undefined;
  const { from, to, replaced, total, status } = rollout;
  const which = `the rollout from revision ${from} to ${to}`;
  if (rollsAnew || rollout.configHash !== revision.spec.configHash)
    return `Supersedes ${which} (${replaced} of ${total} replaced)`;
  if (isHeld(rollout)) return `T${which.slice(1)} stays ${status} under this revision`;
  return revision.spec.updating.strategy === 'opportunistic'
    ? `Stops ${which} (${replaced} of ${total} replaced)`
    : `T${which.slice(1)} goes on under this revision`;
};

const strategyOf = ({ revision, outdated }: RolloutChange): string | undefined =>
  outdated > 0 && revision.spec.updating.strategy === 'opportunistic'
    ? `Strategy is opportunistic: ${outdated} instances stay as they are until they are replaced for another reason`
    : undefined;

const quorumOf = ({ revision: { quorum, spec }, outdated }: RolloutChange): string | undefined =>
  outdated > 0 &&
  quorum !== undefined &&
  quorum.majorityOf <= 2 &&
  spec.updating.strategy === 'rolling' &&
  !spec.updating.allowQuorumLoss
    ? `A quorum of ${quorum.majorityOf} cannot lose a member: it rolls only with Updating.AllowQuorumLoss`
    : undefined;
