import type { Classified } from './classify.js';
import type { Situation } from './situation.js';

/** What serves now, counted as the budget counts it, and kept current while a plan takes from it. */
export interface HealthyPlaces {
  readonly left: () => number;
  /** Whether one healthy place fewer would be left without this member. */
  readonly costs: (entry: Classified) => boolean;
  readonly take: (entry: Classified) => void;
}

/**
 * Every healthy one of a herd serves; of pets each logical ID serves once, however many hold it. One that is no
 * longer declared still serves: an exchange of logical IDs has to keep to the budget too.
 */
export const healthyPlaces = (situation: Situation, present: readonly Classified[]): HealthyPlaces => {
  const cattle = situation.spec.allocation.kind === 'size';
  const placeOf = ({ member }: Classified): string => (cattle ? '' : (member.logicalId ?? member.id));
  const perPlace = new Map<string, number>();
  let left = 0;
  for (const entry of present) {
    if (entry.bucket !== 'healthy') continue;
    const held = perPlace.get(placeOf(entry)) ?? 0;
    perPlace.set(placeOf(entry), held + 1);
    if (cattle || held === 0) left += 1;
  }
  const costs = (entry: Classified): boolean =>
    entry.bucket === 'healthy' && (cattle || perPlace.get(placeOf(entry)) === 1);
  return {
    left: () => left,
    costs,
    take: (entry) => {
      if (entry.bucket !== 'healthy') return;
      if (costs(entry)) left -= 1;
      perPlace.set(placeOf(entry), (perPlace.get(placeOf(entry)) ?? 0) - 1);
    },
  };
};
