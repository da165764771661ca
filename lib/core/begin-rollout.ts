import type { GroupRecord } from './group-record.js';
import type { Revision } from './group-spec.js';
import type { Instant, RolloutId } from './ids.js';
import { isHeld, isRolling, type Rollout } from './rollout.js';
import type { RolloutFacts } from './rollout-facts.js';

/** The rollout in force, and the one whose place it took. */
export interface Begun {
  readonly rollout?: Rollout;
  readonly superseded?: Rollout;
}

/**
 * Keeps the rollout that leads to the declared config, or begins one when members are outdated. One that led elsewhere
 * and was not over is superseded, so that a newer revision is never held up by a failing rollout.
 */
export const beginRollout = (
  group: GroupRecord,
  revision: Revision,
  facts: RolloutFacts,
  now: Instant,
  freshId: RolloutId | undefined,
): Begun => {
  const { rollout } = group;
  const isOpen = isRolling(rollout) || isHeld(rollout);
  if (rollout !== undefined && isOpen && group.watch !== 'watched')
    return {
      rollout: { ...rollout, status: 'stopped', reason: `the group is ${group.watch}`, endedAt: now },
    };
  if (rollout !== undefined && isOpen && leadsHere(group, rollout))
    return { rollout: kept(rollout, revision) };
  const isUnfinished = isOpen && rollout?.endedAt === undefined;
  const superseded =
    rollout !== undefined && isUnfinished ? supersededBy(rollout, group, revision, now) : undefined;
  const rolls = revision.spec.updating.strategy === 'rolling' && group.watch === 'watched';
  const outdated = facts.outdated + facts.outdatedUnderWay;
  if (isAhead(group, now)) return rollout === undefined ? {} : { rollout };
  if (!rolls || freshId === undefined || (outdated === 0 && superseded === undefined)) {
    const last = superseded ?? rollout;
    return last === undefined ? {} : { rollout: last };
  }
  return {
    rollout: newRollout(group, revision, outdated + facts.fresh, now, freshId),
    ...(superseded === undefined ? {} : { superseded }),
  };
};

/** The clock that stamped a restart runs ahead of this one: what was launched now would be outdated at once. */
const isAhead = ({ restartBefore }: Pick<GroupRecord, 'restartBefore'>, now: Instant): boolean =>
  restartBefore !== undefined && now < restartBefore;

/** A restart asks for another one, though the config is the same. */
const leadsHere = (
  { configHash, restartBefore }: Pick<GroupRecord, 'configHash' | 'restartBefore'>,
  rollout: Rollout,
): boolean => rollout.configHash === configHash && rollout.restartBefore === restartBefore;

/** A commit that changes nothing that rolls leaves the rollout as it is: it goes on under the newer revision. */
const kept = (rollout: Rollout, { number, spec }: Revision): Rollout => {
  const current = rollout.to === number ? rollout : { ...rollout, to: number };
  if (!isRolling(current) || spec.updating.strategy === 'rolling') return current;
  return { ...current, status: 'stopped', reason: 'Updating.Strategy is opportunistic now' };
};

const supersededBy = (
  rollout: Rollout,
  { configHash }: Pick<GroupRecord, 'configHash'>,
  { number }: Revision,
  now: Instant,
): Rollout => {
  const why =
    rollout.configHash === configHash ? 'a restart was asked for' : `revision ${number} was committed`;
  return {
    ...rollout,
    status: 'superseded',
    reason: `${why}; ${rollout.replaced} of ${rollout.total} were replaced`,
    endedAt: now,
    waitsFor: '',
  };
};

const newRollout = (
  group: GroupRecord,
  { number }: Revision,
  there: number,
  now: Instant,
  id: RolloutId,
): Rollout => ({
  id,
  number: (group.rollout?.number ?? 0) + 1,
  status: 'running',
  reason: reasonOf(group, number),
  from: group.steady?.number ?? group.history[1]?.number ?? number - 1,
  to: number,
  configHash: group.configHash,
  ...(group.restartBefore === undefined ? {} : { restartBefore: group.restartBefore }),
  isRollback: group.history[0]?.origin === 'rollback',
  startedAt: now,
  resumedAt: now,
  phase: 'canary',
  checkpoints: 0,
  replaced: 0,
  total: there,
  failures: 0,
  failed: [],
  progressedAt: now,
  waitsFor: '',
  execution: 0,
  beatBy: now,
});

const reasonOf = ({ history }: Pick<GroupRecord, 'history'>, number: number): string => {
  const origin = history[0]?.origin;
  if (origin === 'restart' || origin === 'rollback') return `a ${origin} was asked for`;
  return `revision ${number} was committed`;
};
