import type { Amount, GroupSpec } from './group-spec.js';
import { declaredSize } from './group-spec.js';

/** Resolves an amount against a size; a share, of at most three decimals, is rounded as asked. */
export const resolveAmount = (amount: Amount, size: number, round: 'down' | 'up'): number => {
  if (amount.kind === 'count') return amount.count;
  // Whole thousandths first: 33.3 % of 1,000 is 333 exactly, not 332.99….
  const share = (Math.round(amount.percent * 1000) * size) / 100_000;
  return round === 'down' ? Math.floor(share) : Math.ceil(share);
};

/** What a group's one budget comes to, in instances. */
export interface Budget {
  /** Healthy instances that voluntary disruption must leave. */
  readonly floor: number;
  /** Instances that may exist at once. */
  readonly ceiling: number;
  readonly maxUnavailable: number;
}

/** `MaxUnavailable` rounds down, to at least 1 when there is no surge; `MaxSurge` rounds up (protocol rule 24). */
export const budgetOf = (
  spec: Pick<GroupSpec, 'allocation' | 'updating' | 'repair'>,
  size: number = declaredSize(spec.allocation),
): Budget => {
  const cattle = spec.allocation.kind === 'size';
  const surge = cattle ? resolveAmount(spec.updating.maxSurge, size, 'up') : 0;
  const rounded = resolveAmount(spec.updating.maxUnavailable, size, 'down');
  const maxUnavailable = surge === 0 ? Math.max(1, rounded) : rounded;
  const ceiling = size + (cattle && spec.repair.launchFirst ? Math.max(surge, 1) : surge);
  return { floor: Math.max(0, size - maxUnavailable), ceiling, maxUnavailable };
};
