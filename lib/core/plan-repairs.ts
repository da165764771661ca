import type { Classified } from './classify.js';
import type { InstanceId, Instant } from './ids.js';
import type { Action, Undone } from './plan.js';
import type { QuorumKeeper } from './quorum.js';
import {
  blocked,
  deferred,
  destroy,
  inBucket,
  type Part,
  type Situation,
  sizeOf,
  staying,
} from './situation.js';

export interface Repairs extends Part {
  /** What this part ends, so that no other part counts on it. */
  readonly taken: ReadonlySet<InstanceId>;
}

/**
 * Ends confirmed failures, so that their places are filled again: unhealthy for longer than the grace, or announced
 * by EC2 to be taken. It costs no budget, since they serve nobody already. Unknown is never repaired.
 */
export const planRepairs = (situation: Situation, keeper: QuorumKeeper): Repairs => {
  const doomed = staying(situation).filter((entry) => isDoomed(entry, situation.now));
  const actions: Action[] = doomed.map((entry) =>
    destroy(entry, entry.member.leavingBy?.reason ?? 'leaving'),
  );
  const taken = new Set(doomed.map((entry) => entry.member.id));
  const failed = inBucket(situation, 'unhealthy').filter(
    (entry) => entry.pastGrace && !taken.has(entry.member.id),
  );
  const healthy = inBucket(situation, 'healthy').length;
  const undone: Undone[] = [];
  // One that never served holds up nothing: under `LaunchFirst` too it goes before its replacement comes.
  const served = failed.filter((entry) => entry.member.everHealthy);
  let allowed = situation.spec.repair.launchFirst ? replaced(situation, served, taken) : served.length;
  for (const entry of failed) {
    const why = whyNot(situation, entry) ?? keptFor(keeper, situation, entry);
    if (why) undone.push(why);
    else if (entry.member.everHealthy && allowed <= 0)
      undone.push(deferred(`replace ${entry.member.id}`, 'its replacement is not healthy yet'));
    else {
      if (entry.member.everHealthy) allowed -= 1;
      actions.push(destroy(entry, reasonOf(situation, entry, healthy)));
      keeper.take(entry);
      taken.add(entry.member.id);
    }
  }
  return { actions, undone, taken };
};

/** Failed members that wait for a stand-in, under `LaunchFirst`: none while repair is off or held back. */
export const awaitingStandIn = (situation: Situation): number => {
  const { repair, allocation } = situation.spec;
  if (!repair.launchFirst || !repair.enabled || allocation.kind !== 'size' || situation.breaker.holding)
    return 0;
  return inBucket(situation, 'unhealthy').filter((entry) => entry.pastGrace && !entry.member.untagged).length;
};

/** EC2 takes a spot instance two minutes after its warning, whatever we do: drain it while there is time. */
const isDoomed = ({ member, bucket }: Classified, now: Instant): boolean =>
  member.leavingBy?.kind === 'interruption' &&
  now <= member.leavingBy.at &&
  bucket !== 'absent' &&
  !member.untagged;

const whyNot = (situation: Situation, entry: Classified): Undone | undefined => {
  const what = `replace ${entry.member.id} (${entry.member.healthReason})`;
  if (!situation.spec.repair.enabled) return deferred(what, 'Repair.Enabled is false');
  if (entry.member.untagged)
    return blocked(
      what,
      'it lost its holdfast.stack or infrakit.group tag: tag it again or terminate it by hand',
    );
  if (situation.breaker.holding)
    return deferred(what, `breaker: ${situation.breaker.breaker.reason ?? 'tripped'}`);
  return undefined;
};

/** An unreachable member may hold what its cluster is recovered from; and a list that cannot be read proves nothing. */
const keptFor = (
  keeper: QuorumKeeper,
  { observed, revision }: Situation,
  entry: Classified,
): Undone | undefined => {
  // Without a list only what serves is guarded, and an unhealthy one does not.
  if (observed.cluster === undefined || revision.quorum === undefined) return undefined;
  const refusal = keeper.refusal(entry, 0);
  return refusal && { what: `replace ${entry.member.id} (${entry.member.healthReason})`, ...refusal };
};

/**
 * With `LaunchFirst`: how many failed ones have a stand-in by now. One that was never healthy is none yet; a member
 * whose health is unknown still holds its own place.
 */
const replaced = (
  situation: Situation,
  failed: readonly Classified[],
  taken: ReadonlySet<InstanceId>,
): number => {
  if (situation.spec.allocation.kind !== 'size') return failed.length;
  const failing = new Set(failed);
  const others = staying(situation).filter(
    (entry) => entry.member.everHealthy && !taken.has(entry.member.id) && !failing.has(entry),
  ).length;
  return Math.max(0, others + failed.length - sizeOf(situation));
};

const reasonOf = (situation: Situation, entry: Classified, healthy: number): string => {
  const { member } = entry;
  const served = member.everHealthy && !entry.proving;
  const from = served ? member.healthSince : member.launchedAt;
  const since = new Date(from).toISOString();
  const how = served ? `unhealthy since ${since}` : `never healthy since its launch at ${since}`;
  const patience = Math.round((entry.graceEndsAt - from) / 1000);
  const state = member.state === 'running' ? member.healthReason : `${member.state}, ${member.healthReason}`;
  return `${how}, longer than ${patience} s (${state}); ${healthy} of ${sizeOf(situation)} healthy`;
};
