import type { Revision } from './group-spec.js';
import type { Undone } from './plan.js';
import { isHeld } from './rollout.js';
import { deferred, type Situation } from './situation.js';

/** What a number of instances is launched from. */
export interface LaunchSource {
  readonly count: number;
  readonly revision: Revision;
  /** Set when it is not the declared revision. */
  readonly steady?: true;
  /** Added to the reason of the launch. */
  readonly note: string;
}

/**
 * Shares launches among revisions; `missing` of them fill empty places, the others stand in. While a rollout's phase allows no more of the declared one, or the rollout is held,
 * the rest comes from the revision that the group was last whole under, so that healing never spreads what is
 * not proved; without such a revision it waits.
 */
export const launchSources = (
  situation: Situation,
  count: number,
  missing: number,
): { readonly sources: readonly LaunchSource[]; readonly undone: readonly Undone[] } => {
  const { roll, steady, revision } = situation;
  const fresh = roll === undefined ? count : Math.min(count, Math.max(0, roll.room));
  // A stand-in that is outdated itself would be the next to be replaced, unless nothing is for now.
  const needed = isHeld(roll?.rollout) ? count : Math.min(count, missing);
  const rest = Math.max(0, needed - fresh);
  const sources: LaunchSource[] = [];
  if (fresh > 0) sources.push({ count: fresh, revision, note: '' });
  if (rest === 0) return { sources, undone: [] };
  if (steady === undefined)
    return { sources, undone: [deferred(`launch ${rest}`, 'the first of this revision is not proved yet')] };
  const note = `, from revision ${steady.number}: the rollout is ${roll?.rollout.status ?? 'held'}`;
  return { sources: [...sources, { count: rest, revision: steady, steady: true, note }], undone: [] };
};
