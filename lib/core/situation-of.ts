import { type Advanced, advanceRollout } from './advance-rollout.js';
import { budgetOf } from './amount.js';
import { beginRollout } from './begin-rollout.js';
import { breakerState } from './breaker.js';
import { type Classified, classify } from './classify.js';
import type { GroupRecord } from './group-record.js';
import { declaredSize, type Revision } from './group-spec.js';
import type { Instant } from './ids.js';
import { backoffAfter } from './launch-backoff.js';
import type { Observation } from './observation.js';
import { isHeld, isRolling, type Rollout } from './rollout.js';
import { effectiveAllocation, type RolloutFacts, rolloutFacts } from './rollout-facts.js';
import type { Roll, Situation } from './situation.js';

/** Everything that the parts of a plan look at, computed once; and the rollout whose place another one takes. */
export const situationOf = (
  group: GroupRecord,
  revision: Revision,
  observed: Observation,
  now: Instant,
): { readonly situation: Situation; readonly superseded?: Rollout } => {
  const { spec } = revision;
  const first = sorted(group, revision, observed, now, group.rollout);
  const { rollout, superseded } = beginRollout(
    group,
    revision,
    rolloutFacts(first, group),
    now,
    observed.freshId,
  );
  const isOther = rollout?.id !== group.rollout?.id;
  const members = isOther ? sorted(group, revision, observed, now, rollout) : first;
  const facts = rolloutFacts(members, group);
  const before = effectiveAllocation(spec, group, rollout, members);
  const size = declaredSize(before);
  const advanced = rollout && advanceRollout(rollout, { group, spec, members, facts, observed, size, now });
  const steady = isRolling(advanced?.rollout) || isHeld(advanced?.rollout) ? observed.steady : undefined;
  const { backoff, counted } = backoffAfter(
    group.backoff,
    members,
    now,
    spec.configHash,
    steady?.spec.configHash,
  );
  const allocation = effectiveAllocation(spec, group, advanced?.rollout, members);
  const roll = advanced && rollOf(advanced, group, facts, steady);
  const situation: Situation = {
    group,
    revision,
    spec,
    allocation,
    observed,
    ...(roll === undefined ? {} : { roll }),
    ...(steady === undefined ? {} : { steady }),
    declared: new Set(spec.allocation.kind === 'logicalIds' ? spec.allocation.logicalIds : []),
    members,
    budget: budgetOf(spec, declaredSize(allocation)),
    breaker: breakerState(group.breaker, members, spec, now, group.breakerOverrideUntil),
    backoff,
    failuresCounted: counted,
    now,
  };
  return { situation, ...(superseded === undefined ? {} : { superseded }) };
};

const sorted = (
  group: GroupRecord,
  { spec }: Revision,
  observed: Observation,
  now: Instant,
  rollout: Rollout | undefined,
): readonly Classified[] =>
  classify(observed, {
    orders: group.orders,
    configHash: spec.configHash,
    graceSeconds: spec.repair.graceSeconds,
    restartBefore: group.restartBefore,
    rollout: isRolling(rollout)
      ? { id: rollout.id, healthTimeoutSeconds: spec.updating.healthTimeoutSeconds }
      : undefined,
    now,
  });

/** A held rollout launches nothing more of what it leads to, unless there is nothing else or the group was whole under it. */
const rollOf = (
  advanced: Advanced,
  { orders, configHash, steady: whole }: GroupRecord,
  { fresh }: RolloutFacts,
  steady: Revision | undefined,
): Roll => {
  const matters = isRolling(advanced.rollout) || isHeld(advanced.rollout);
  const isKnown = whole?.configHash === configHash;
  const free = !matters || isKnown || (isHeld(advanced.rollout) && steady === undefined);
  const outdatedOnOrder = orders.reduce(
    (sum, order) =>
      order.kind === 'launch' && order.configHash !== undefined && order.configHash !== configHash
        ? sum + order.count
        : sum,
    0,
  );
  return {
    ...advanced,
    room: free ? Number.POSITIVE_INFINITY : Math.max(0, advanced.cap - fresh),
    outdatedOnOrder,
  };
};
