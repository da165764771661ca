import { isStaying } from './classify.js';
import { countsOf, reasonsOf } from './divergence.js';
import { freezeInForce } from './freeze.js';
import type { GroupRecord } from './group-record.js';
import type { Revision } from './group-spec.js';
import type { Instant } from './ids.js';
import type { Observation } from './observation.js';
import type { Action, Plan, Undone } from './plan.js';
import { planDestroy } from './plan-destroy.js';
import { planLaunches } from './plan-launches.js';
import { planRemovals } from './plan-removals.js';
import { planRepairs } from './plan-repairs.js';
import { quorumKeeper } from './quorum.js';
import { isRolling, type Rollout } from './rollout.js';
import { type Waiting, waitingOf } from './rollout-pace.js';
import { afterEnding, blocked, deferred, type Part, type Situation } from './situation.js';
import { situationOf } from './situation-of.js';
import { lookAgainTime } from './timers.js';

/**
 * Decides the next step towards what was declared: the only thing that decides. Pure, blind to the order of its
 * input, safe to call at any time on any state. Nothing is destroyed because something is absent or unknown.
 */
export const planGroup = (
  group: GroupRecord,
  revision: Revision,
  observed: Observation,
  now: Instant,
): Plan => {
  const { situation, superseded } = situationOf(group, revision, observed, now);
  const { roll } = situation;
  const decided = bounded(situation, withRefusals(situation, decide(situation)));
  const counts = countsOf(situation);
  const divergence =
    group.watch === 'watched' ? counts.missing + counts.unwell + counts.surplus + counts.outdated : 0;
  const held = heldBack(group, now);
  const undone =
    held === undefined ? decided.undone : [...decided.undone, ...decided.actions.map(heldAction(held))];
  const acting = decided.actions.length > 0 && held === undefined;
  const waiting = waitingOf(situation, undone[0] ?? decided.next, acting);
  return {
    actions: held === undefined ? decided.actions : [],
    undone,
    counts,
    divergence,
    converged: isConverged(situation, divergence, decided),
    breaker: situation.breaker.breaker,
    backoff: situation.backoff,
    failuresCounted: situation.failuresCounted,
    lookAgainAt: lookAgainTime(situation, acting, undone),
    reasons: reasonsOf(situation, counts, undone),
    ...(waiting === undefined || roll === undefined
      ? {}
      : { rollout: withWait(roll.rollout, waiting), pace: waiting.pace }),
    ...(superseded === undefined ? {} : { superseded }),
    ...(roll?.rollBack === undefined || held !== undefined ? {} : { rollBack: roll.rollBack }),
  };
};

const withWait = (rollout: Rollout, { waitsFor, until }: Waiting): Rollout => {
  const { until: _, ...rest } = rollout;
  return { ...rest, waitsFor, ...(until === undefined ? {} : { until }) };
};

/** Drain and destroy orders open at once: a group's item holds 400 KB, and an order up to about 0.5 KB. */
const MOST_END_ORDERS = 200;

/** What is beyond the ledger's size waits for the next round, which comes when EC2 has answered this one. */
const bounded = (situation: Situation, part: Part): Part => {
  const room = MOST_END_ORDERS - situation.group.orders.filter((order) => order.kind !== 'launch').length;
  const ends = part.actions.filter((action) => action.kind === 'destroy');
  if (ends.length <= room) return part;
  const kept = new Set(ends.slice(0, Math.max(0, room)));
  const waiting = ends.length - kept.size;
  return {
    ...part,
    actions: part.actions.filter((action) => action.kind === 'launch' || kept.has(action)),
    undone: [
      ...part.undone,
      deferred(`destroy ${waiting} more`, `at most ${MOST_END_ORDERS} are being ended at once`),
    ],
  };
};

/** Repairs and removals first: the launches of the same plan already count what these end as leaving. */
const decide = (situation: Situation): Part => {
  const { watch } = situation.group;
  if (watch === 'destroying') return planDestroy(situation);
  if (watch !== 'watched') return { actions: [], undone: [] };
  const keeper = quorumKeeper(situation);
  const repairs = planRepairs(situation, keeper);
  const removals = planRemovals(situation, repairs.taken, keeper);
  const ended = [...repairs.actions, ...removals.actions].flatMap((action) =>
    action.kind === 'destroy' ? [action.instance] : [],
  );
  const launches = planLaunches(afterEnding(situation, new Set(ended)), removals.waiting);
  return {
    actions: [...repairs.actions, ...removals.actions, ...launches.actions],
    undone: [...repairs.undone, ...removals.undone, ...launches.undone],
    ...(removals.next === undefined ? {} : { next: removals.next }),
  };
};

/** Destroys that EC2 refuses: they stay on order, and need an operator. */
const withRefusals = ({ group }: Situation, part: Part): Part => {
  const refused = group.orders
    .flatMap((order) =>
      order.kind === 'destroy' && order.blocked !== undefined
        ? [blocked(`destroy ${order.instance}`, order.blocked)]
        : [],
    )
    .sort((a, b) => (a.what < b.what ? -1 : 1));
  return refused.length === 0 ? part : { ...part, undone: [...part.undone, ...refused] };
};

const heldBack = (group: GroupRecord, now: Instant): string | undefined => {
  const freeze = freezeInForce(group, now);
  return freeze ? `frozen: ${freeze.reason}` : undefined;
};

const heldAction =
  (why: string) =>
  (action: Action): Undone => ({
    what: action.kind === 'launch' ? `launch ${action.count}` : `${action.kind} ${action.instance}`,
    why,
    kind: 'deferred',
  });

/** Exactly what was declared is running, up to date and healthy, and nothing is left to do. */
const isConverged = (situation: Situation, divergence: number, { actions }: Part): boolean => {
  const { group, members } = situation;
  const named = new Set(group.destroying.map(({ instance }) => instance));
  const awaitsApproval = situation.roll?.rollout.awaitsApproval === true;
  const mayBeMixed = situation.spec.updating.strategy === 'opportunistic';
  return (
    group.watch === 'watched' &&
    !isRolling(situation.roll?.rollout) &&
    !awaitsApproval &&
    (mayBeMixed || !members.some((entry) => isStaying(entry) && entry.outdated)) &&
    divergence === 0 &&
    actions.length === 0 &&
    group.orders.length === 0 &&
    !members.some((entry) => isStaying(entry) && named.has(entry.member.id)) &&
    members.every(
      (entry) => entry.bucket === 'healthy' || entry.bucket === 'gone' || entry.bucket === 'ending',
    )
  );
};
