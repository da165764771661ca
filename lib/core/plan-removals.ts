import type { Classified } from './classify.js';
import { declaredSize } from './group-spec.js';
import { healthyPlaces } from './healthy-places.js';
import type { InstanceId, LogicalId } from './ids.js';
import { outdatedToReplace } from './outdated-to-replace.js';
import type { Action, Undone } from './plan.js';
import type { QuorumKeeper } from './quorum.js';
import { removalOrder } from './removal-order.js';
import { blocked, deferred, destroy, type Part, type Situation, sizeOf, staying } from './situation.js';

export interface Removals extends Part {
  /** Members to be replaced that wait for a stand-in, since without it too few would be healthy. */
  readonly waiting: number;
}

/**
 * Voluntary disruption: instances that the user named, those that EC2 advises to move, and what is beyond the
 * declared size. Healthy ones go only while more than the budget's floor stay healthy.
 */
export const planRemovals = (
  situation: Situation,
  taken: ReadonlySet<InstanceId>,
  keeper: QuorumKeeper,
): Removals => {
  const present = staying(situation).filter((entry) => !taken.has(entry.member.id));
  const chosen = [...replacements(situation, present)];
  const named = new Set(chosen.map(({ entry }) => entry));
  const rolled = outdatedToReplace(situation, present).filter((entry) => !named.has(entry));
  const rolledIds = new Set(rolled.map((entry) => entry.member.id));
  chosen.push(...rolled.map((entry) => rolling(situation, entry)));
  const chosenIds = new Set(chosen.map(({ entry }) => entry.member.id));
  const rest = chosen.length === 0 ? present : present.filter((entry) => !chosenIds.has(entry.member.id));
  const excess = situation.spec.allocation.kind === 'size' ? surplusCattle : surplusPets;
  const surplus = excess(situation, rest);
  const places = healthyPlaces(situation, present);
  const actions: Action[] = [];
  const undone: Undone[] = [...surplus.undone];
  let waiting = 0;
  let next: Undone | undefined;
  for (const { entry, reason, held } of [...chosen, ...surplus.wanted]) {
    const why = held ?? whyNot(situation, entry, places.left(), places.costs(entry), keeper);
    if (why) {
      // What a rollout cannot take yet it takes later: its state machine looks again.
      if (!rolledIds.has(entry.member.id) || why.kind === 'blocked') undone.push(why);
      else next ??= why;
      if (why.kind === 'deferred' && entry.bucket === 'healthy' && chosenIds.has(entry.member.id))
        waiting += 1;
    } else {
      places.take(entry);
      keeper.take(entry);
      actions.push({
        ...destroy(entry, reason(places.left())),
        ...(rolledIds.has(entry.member.id) ? { context: 'rolling_update' as const } : {}),
      });
    }
  }
  return { actions, undone, waiting, ...(next === undefined ? {} : { next }) };
};

interface Wanted {
  readonly entry: Classified;
  readonly reason: (healthyLeft: number) => string;
  /** It stays for now, whatever the budget says. */
  readonly held?: Undone;
}

interface Surplus {
  readonly wanted: readonly Wanted[];
  readonly undone: readonly Undone[];
}

const whyNot = (
  situation: Situation,
  entry: Classified,
  healthy: number,
  costs: boolean,
  keeper: QuorumKeeper,
): Undone | undefined => {
  const { floor } = situation.budget;
  const left = costs ? healthy - 1 : healthy;
  const guarded = costs || entry.bucket === 'unknown';
  const shown = entry.bucket !== 'absent';
  const asked = guarded || situation.observed.cluster !== undefined;
  const quorum = asked ? keeper.refusal(entry, left) : undefined;
  if (shown && !entry.member.untagged && !(guarded && left < floor) && quorum === undefined) return undefined;
  const what = `destroy ${entry.member.id}`;
  if (!shown) return deferred(what, 'EC2 does not show it: absent is not gone');
  if (entry.member.untagged) return blocked(what, 'it lost its holdfast.stack or infrakit.group tag');
  return guarded && left < floor
    ? deferred(what, `${left} would be healthy, fewer than ${floor}`)
    : { what, ...(quorum ?? { why: 'it is needed', kind: 'deferred' }) };
};

/** An outdated member whose turn it is in a rollout. */
const rolling = ({ roll, budget }: Situation, entry: Classified): Wanted => ({
  entry,
  reason: (left) =>
    `outdated, ${entry.bucket}; ${roll?.rollout.replaced ?? 0} of ${roll?.rollout.total ?? 0} replaced, ${left} healthy, floor ${budget.floor}`,
});

/** What a user named, then what EC2 advises to move; neither is for the surplus to choose. */
const replacements = (situation: Situation, present: readonly Classified[]): readonly Wanted[] => {
  const { group, budget, breaker } = situation;
  const named = new Set(group.destroying.map(({ instance }) => instance));
  const byId = new Map(
    present.filter((entry) => named.has(entry.member.id)).map((entry) => [entry.member.id, entry]),
  );
  const wanted = new Map<InstanceId, Wanted>();
  for (const { instance, reason } of group.destroying) {
    const entry = byId.get(instance);
    if (entry === undefined) continue;
    wanted.set(instance, {
      entry,
      reason: (left) => `${reason}; ${left} healthy, floor ${budget.floor}`,
    });
  }
  const closed = situation.observed.window?.open === false ? 'its maintenance window is closed' : undefined;
  const held = breaker.holding ? `breaker: ${breaker.breaker.reason ?? 'tripped'}` : closed;
  for (const entry of present) {
    const { leavingBy, id } = entry.member;
    if (leavingBy?.kind !== 'advice' || wanted.has(id)) continue;
    wanted.set(id, {
      entry,
      reason: () => leavingBy.reason,
      ...(held === undefined ? {} : { held: deferred(`replace ${id} (${leavingBy.reason})`, held) }),
    });
  }
  return [...wanted.values()];
};

/** Counts only what EC2 shows: an absent one may be gone, and then a healthy one would have ended for it. */
const surplusCattle = (situation: Situation, present: readonly Classified[]): Surplus => {
  const { repair } = situation.spec;
  const size = declaredSize(situation.spec.allocation);
  const shown = present.filter((entry) => entry.bucket !== 'absent');
  const removable = shown.filter((entry) => !entry.member.untagged);
  const unwell = removable.filter((entry) => entry.bucket === 'unhealthy').length;
  // A stand-in is a member's successor, not one too many, until it is healthy; also while its rollout is held.
  const standIns = shown.filter(isStandIn).length;
  const excess = Math.max(0, shown.length - standIns - size);
  // The unhealthy go first: only when none but they are too many may some be waiting for their stand-ins.
  const mayStandIn = repair.launchFirst && repair.enabled && excess <= unwell;
  const room = situation.budget.ceiling - sizeOf(situation);
  const count = mayStandIn ? Math.max(0, excess - room) : excess;
  const undone: Undone[] = [];
  const unshown = Math.min(present.length - shown.length, present.length - size);
  if (unshown > 0)
    undone.push(deferred(`destroy ${unshown} more`, 'EC2 does not show as many: absent is not gone'));
  if (count > removable.length)
    undone.push(
      blocked(
        `destroy ${count - removable.length} more`,
        'the rest lost their holdfast.stack or infrakit.group tag',
      ),
    );
  const { floor } = situation.budget;
  const wanted = removalOrder(removable)
    .slice(0, count)
    .map((entry) => ({
      entry,
      reason: (left: number) =>
        `${present.length} present, ${size} declared (${describe(entry)}); ${left} healthy, floor ${floor}`,
    }));
  return { wanted, undone };
};

const isStandIn = ({ member, bucket, outdated }: Classified): boolean =>
  member.proving !== undefined && bucket === 'booting' && !outdated;

/** A pet that is no longer declared, and all but the best of several in one place. */
const surplusPets = (situation: Situation, present: readonly Classified[]): Surplus => {
  const kept = keepers(situation, present);
  const undone: Undone[] = [];
  const wanted: Wanted[] = [];
  for (const entry of present) {
    const { logicalId, id } = entry.member;
    if (logicalId === undefined) {
      const why = 'it has no infrakit.logical_id: terminate it by hand, or name it to destroy it';
      undone.push(blocked(`place ${id}`, why));
      continue;
    }
    const keeper = kept.get(logicalId);
    if (keeper === entry) continue;
    const why = keeper
      ? `${keeper.member.id} holds ${logicalId} as well`
      : `${logicalId} is not declared any more`;
    wanted.push({
      entry,
      reason: (left) => `${why}; ${left} healthy, floor ${situation.budget.floor}`,
    });
  }
  return { wanted, undone };
};

/** Who keeps a place that several hold: the one that serves, or is likeliest to; then the oldest. */
const KEEPING: readonly Classified['bucket'][] = ['healthy', 'unknown', 'booting', 'unhealthy', 'absent'];

/** For each declared logical ID the member that keeps the place; members come oldest first. */
const keepers = (
  situation: Situation,
  present: readonly Classified[],
): ReadonlyMap<LogicalId, Classified> => {
  const best = new Map<LogicalId, Classified>();
  for (const entry of present) {
    const slot = entry.member.logicalId;
    if (slot === undefined || !situation.declared.has(slot)) continue;
    const other = best.get(slot);
    if (other === undefined || KEEPING.indexOf(entry.bucket) < KEEPING.indexOf(other.bucket))
      best.set(slot, entry);
  }
  return best;
};

const describe = (entry: Classified): string =>
  [entry.outdated ? 'outdated' : 'up to date', entry.bucket, entry.member.zone].filter(Boolean).join(', ');
