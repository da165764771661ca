import type { Classified } from './classify.js';
import type { InstanceId } from './ids.js';
import type { Undone } from './plan.js';
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
export const planRepairs = (situation: Situation): Repairs => {
  const failed = inBucket(situation, 'unhealthy').filter((entry) => entry.pastGrace);
  const allowed = situation.spec.repair.launchFirst ? replaced(situation, failed) : failed.length;
  const doomed = staying(situation).filter((entry) => isDoomed(entry, situation.now));
  const actions = doomed.map((entry) => destroy(entry, entry.member.leavingBy?.reason ?? 'leaving'));
  const undone: Undone[] = [];
  for (const [index, entry] of failed.entries()) {
    if (doomed.includes(entry)) continue;
    const why = whyNot(situation, entry);
    if (why) undone.push(why);
    else if (index >= allowed)
      undone.push(deferred(`replace ${entry.member.id}`, 'its replacement is not healthy yet'));
    else actions.push(destroy(entry, reasonOf(situation, entry)));
  }
  const taken = new Set(actions.flatMap((action) => (action.kind === 'destroy' ? [action.instance] : [])));
  return { actions, undone, taken };
};

/** EC2 takes a spot instance two minutes after its warning, whatever we do: drain it while there is time. */
const isDoomed = (entry: Classified, now: number): boolean => {
  const leaving = entry.member.leavingBy;
  return (
    leaving !== undefined && leaving.kind === 'interruption' && now <= leaving.at && !entry.member.untagged
  );
};

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

/** With `LaunchFirst`: how many failed ones have a healthy stand-in by now. */
const replaced = (situation: Situation, failed: readonly Classified[]): number =>
  situation.spec.allocation.kind === 'size'
    ? Math.max(0, inBucket(situation, 'healthy').length + failed.length - sizeOf(situation))
    : failed.length;

const reasonOf = (situation: Situation, { member }: Classified): string => {
  const since = new Date(member.everHealthy ? member.healthSince : member.launchedAt).toISOString();
  const healthy = inBucket(situation, 'healthy').length;
  const how = member.everHealthy ? `unhealthy since ${since}` : `never healthy since its launch at ${since}`;
  const state = member.state === 'running' ? member.healthReason : `${member.state}, ${member.healthReason}`;
  return `${how}, longer than ${situation.spec.repair.graceSeconds} s (${state}); ${healthy} of ${sizeOf(situation)} healthy`;
};
