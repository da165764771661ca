import type { Classified } from './classify.js';
import { declaredSize } from './group-spec.js';
import { isRolling, type Rollout } from './rollout.js';
import { hasDeclaredPlace, type Situation, sizeOf } from './situation.js';

/**
 * The outdated members whose turn it is, in the order in which they go: those that serve nobody, then the oldest, the
 * leader of an ensemble last. As many as the phase of the rollout allows; the budget decides how many go at once.
 */
export const outdatedToReplace = (
  situation: Situation,
  present: readonly Classified[],
): readonly Classified[] => {
  const { roll, budget, spec } = situation;
  if (roll === undefined || roll.hold !== undefined || !isReplacing(roll.rollout)) return [];
  const size = sizeOf(situation);
  const outdated = present.filter((entry) => entry.outdated && hasDeclaredPlace(situation, entry));
  // Every place that holds no outdated member is, or is going to be, an up-to-date one's.
  const allowed = roll.cap - (size - outdated.length - roll.outdatedOnOrder);
  if (allowed <= 0) return [];
  const shown = outdated.filter((entry) => entry.bucket !== 'absent');
  // A group shrinks first: it is for the surplus to choose who goes.
  const most = budget.ceiling - size + declaredSize(spec.allocation);
  if (present.filter((entry) => entry.bucket !== 'absent').length > most) return [];
  const idle = shown.filter((entry) => rankOf(entry) < SERVING);
  const serving = shown.filter((entry) => rankOf(entry) >= SERVING);
  const atOnce = Math.max(1, budget.maxUnavailable + budget.ceiling - size);
  return [...inOrder(idle), ...inOrder(serving).slice(0, atOnce)].slice(0, allowed);
};

const isReplacing = (rollout: Rollout): boolean =>
  isRolling(rollout) && (rollout.phase === 'canary' || rollout.phase === 'rolling');

const SERVING = 2;

/** Never healthy and unhealthy ones cost nothing, so a fix reaches a broken group first. */
const rankOf = ({ bucket, member }: Classified): number => {
  if (bucket === 'unhealthy') return 0;
  if (bucket === 'booting') return 1;
  if (bucket === 'unknown') return SERVING;
  return member.leader ? SERVING + 2 : SERVING + 1;
};

/** Stable: members come oldest first. */
const inOrder = (entries: readonly Classified[]): readonly Classified[] =>
  [...entries].sort((a, b) => rankOf(a) - rankOf(b));
