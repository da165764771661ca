import type { Classified } from './classify.js';
import type { InstanceId, LogicalId } from './ids.js';
import type { Action, Undone } from './plan.js';
import { removalOrder } from './removal-order.js';
import { blocked, deferred, destroy, type Part, type Situation, sizeOf, staying } from './situation.js';

/**
 * Voluntary disruption: instances that the user named, those that EC2 advises to move, and what is beyond the
 * declared size. Healthy ones go only while more than the budget's floor stay healthy.
 */
export const planRemovals = (situation: Situation, taken: ReadonlySet<InstanceId>): Part => {
  const present = staying(situation).filter((entry) => !taken.has(entry.member.id));
  const chosen = [...named(situation, present), ...advised(present)];
  const rest = present.filter((entry) => !chosen.some((other) => other.entry === entry));
  const wanted = [...chosen, ...surplus(situation, rest)];
  const seen = new Set<InstanceId>();
  const actions: Action[] = [];
  const undone: Undone[] = [];
  let healthy = present.filter((entry) => entry.bucket === 'healthy' && hasPlace(situation, entry)).length;
  for (const { entry, reason } of wanted) {
    const { id } = entry.member;
    if (seen.has(id)) continue;
    seen.add(id);
    const costs = entry.bucket === 'healthy' && hasPlace(situation, entry);
    const why = whyNot(situation, entry, healthy, costs);
    if (why) undone.push(why);
    else {
      if (costs) healthy -= 1;
      actions.push(destroy(entry, reason(healthy)));
    }
  }
  return { actions, undone };
};

interface Wanted {
  readonly entry: Classified;
  readonly reason: (healthyLeft: number) => string;
}

const whyNot = (
  situation: Situation,
  entry: Classified,
  healthy: number,
  costs: boolean,
): Undone | undefined => {
  const what = `destroy ${entry.member.id}`;
  if (entry.bucket === 'absent') return deferred(what, 'EC2 does not show it: absent is not gone');
  if (entry.member.untagged) return blocked(what, 'it lost its holdfast.stack or infrakit.group tag');
  const { floor } = situation.budget;
  const left = costs ? healthy - 1 : healthy;
  const guarded = costs || entry.bucket === 'unknown';
  return guarded && left < floor
    ? deferred(what, `${left} would be healthy, fewer than ${floor}`)
    : undefined;
};

const named = (situation: Situation, present: readonly Classified[]): readonly Wanted[] =>
  situation.group.destroying.flatMap(({ instance, reason }) => {
    const entry = present.find((candidate) => candidate.member.id === instance);
    return entry
      ? [{ entry, reason: (left: number) => `${reason}; ${left} healthy, floor ${situation.budget.floor}` }]
      : [];
  });

const advised = (present: readonly Classified[]): readonly Wanted[] =>
  present.flatMap((entry) => {
    const leaving = entry.member.leavingBy;
    return leaving?.kind === 'advice' ? [{ entry, reason: () => leaving.reason }] : [];
  });

const surplus = (situation: Situation, present: readonly Classified[]): readonly Wanted[] =>
  situation.spec.allocation.kind === 'size'
    ? surplusCattle(situation, present)
    : surplusPets(situation, present);

const surplusCattle = (situation: Situation, present: readonly Classified[]): readonly Wanted[] => {
  const size = sizeOf(situation);
  const removable = present.filter((entry) => entry.bucket !== 'absent');
  const standIns = situation.spec.repair.launchFirst
    ? present.filter((entry) => entry.bucket === 'unhealthy').length
    : 0;
  const count = Math.max(0, present.length - size - standIns);
  return removalOrder(removable)
    .slice(0, count)
    .map((entry) => ({
      entry,
      reason: (left: number) =>
        `${present.length} present, ${size} declared (${describe(entry)}); ${left} healthy, floor ${situation.budget.floor}`,
    }));
};

/** A pet that is no longer declared, and all but the best of several in one place. */
const surplusPets = (situation: Situation, present: readonly Classified[]): readonly Wanted[] => {
  const kept = keepers(situation, present);
  return present.flatMap((entry) => {
    const { logicalId, id } = entry.member;
    if (logicalId === undefined || kept.get(logicalId) === id) return [];
    const why = kept.has(logicalId)
      ? `${kept.get(logicalId)} holds ${logicalId} as well`
      : `${logicalId} is not declared any more`;
    return [{ entry, reason: () => why }];
  });
};

/** For each declared logical ID the member that keeps the place: a healthy one, then the oldest. */
const keepers = (
  situation: Situation,
  present: readonly Classified[],
): ReadonlyMap<LogicalId, InstanceId> => {
  const { allocation } = situation.spec;
  const declared = allocation.kind === 'logicalIds' ? allocation.logicalIds : [];
  const best = [...present].sort(
    (a, b) =>
      Number(b.bucket === 'healthy') - Number(a.bucket === 'healthy') ||
      a.member.launchedAt - b.member.launchedAt ||
      (a.member.id < b.member.id ? -1 : 1),
  );
  const kept = new Map<LogicalId, InstanceId>();
  for (const { member } of best) {
    if (member.logicalId === undefined || !declared.includes(member.logicalId)) continue;
    if (!kept.has(member.logicalId)) kept.set(member.logicalId, member.id);
  }
  return kept;
};

/** Whether the budget counts it: cattle always, a pet when its logical ID is declared. */
const hasPlace = (situation: Situation, entry: Classified): boolean => {
  const { allocation } = situation.spec;
  if (allocation.kind === 'size') return true;
  return entry.member.logicalId !== undefined && allocation.logicalIds.includes(entry.member.logicalId);
};

const describe = (entry: Classified): string =>
  [entry.outdated ? 'outdated' : 'up to date', entry.bucket, entry.member.zone].filter(Boolean).join(', ');
