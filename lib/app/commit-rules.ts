import { budgetOf } from '../core/amount.js';
import type { GroupRecord } from '../core/group-record.js';
import { declaredSize, type Revision } from '../core/group-spec.js';
import type { Issue } from '../core/issue.js';
import type { Origin } from './propose-commit.js';

export interface CommitFacts {
  readonly record: GroupRecord | undefined;
  /** The revision in force; absent when the group is not watched. */
  readonly before: Revision | undefined;
  readonly revision: Revision;
  /** Members and instances to adopt. */
  readonly present: number;
  readonly origin: Origin;
}

/** Why a commit that is well formed is refused all the same; empty when it is not. */
export const refusalOf = (facts: CommitFacts): readonly Issue[] =>
  [whileDestroying(facts), changedKind(facts), protectedShrink(facts), unallowedShrink(facts)].filter(
    (issue) => issue !== undefined,
  );

const whileDestroying = ({ record, revision }: CommitFacts): Issue | undefined =>
  record?.watch === 'destroying' || record?.watch === 'freeing'
    ? {
        path: '',
        message: `group "${revision.spec.id}" is ${record.watch}: wait until that is done, then commit again`,
      }
    : undefined;

const changedKind = ({ before, revision, present }: CommitFacts): Issue | undefined => {
  if (before === undefined || present === 0) return undefined;
  const [from, to] = [before.spec.allocation.kind, revision.spec.allocation.kind];
  if (from === to) return undefined;
  const names = { size: 'Size', logicalIds: 'LogicalIDs' };
  return {
    path: 'Properties.Allocation',
    message: `${names[from]} cannot become ${names[to]} while ${present} instances run: scale the group to 0 first, or use another id`,
  };
};

const isShrink = ({ before, revision }: CommitFacts): boolean => {
  if (before === undefined) return false;
  const [from, to] = [before.spec.allocation, revision.spec.allocation];
  if (from.kind === 'logicalIds' && to.kind === 'logicalIds')
    return from.logicalIds.some((id) => !to.logicalIds.includes(id));
  return declaredSize(to) < declaredSize(from);
};

const protectedShrink = (facts: CommitFacts): Issue | undefined =>
  facts.before?.spec.protect && facts.revision.spec.protect && isShrink(facts)
    ? {
        path: 'Properties.Allocation',
        message: 'the group is protected from shrinking: commit "Protect": false first',
      }
    : undefined;

/** An upload has nobody to ask: a shrink beyond the budget must be written into the file. */
const unallowedShrink = (facts: CommitFacts): Issue | undefined => {
  const { before, revision, origin, record, present } = facts;
  if (origin.upload === undefined || before === undefined || revision.spec.allow.includes('shrink'))
    return undefined;
  const ends = beyondBudget(before, revision, present + onOrder(record));
  const sizes = `from ${declaredSize(before.spec.allocation)} to ${declaredSize(revision.spec.allocation)}`;
  const message = `shrinks ${sizes}: add "Allow": ["shrink"] to end ${ends} instances at once`;
  return ends > 0 ? { path: 'Properties.Allocation', message } : undefined;
};

/** Places that open launch orders may fill. */
export const onOrder = (record: Pick<GroupRecord, 'orders'> | undefined): number =>
  (record?.orders ?? []).reduce((sum, order) => sum + (order.kind === 'launch' ? order.count : 0), 0);

/**
 * How many instances a shrink ends at once when that is more than the budget lets go; else 0. `there` are the members, and
 * places on order: what was declared and never launched ends nothing.
 */
export const beyondBudget = (before: Revision | undefined, after: Revision, there: number): number => {
  if (before === undefined) return 0;
  const [from, to] = [before.spec.allocation, after.spec.allocation];
  const ends =
    from.kind === 'logicalIds' && to.kind === 'logicalIds'
      ? from.logicalIds.filter((id) => !to.logicalIds.includes(id)).length
      : Math.max(0, Math.min(declaredSize(from), there) - declaredSize(to));
  return ends > budgetOf(before.spec).maxUnavailable ? ends : 0;
};
