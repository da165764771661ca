import type { Amount, GroupSpec } from './group-spec.js';
import { declaredSize } from './group-spec.js';

/** Resolves an amount against a size; a share is rounded as asked. */
export const resolveAmount = (amount: Amount, size: number, round: 'down' | 'up'): number => {
  if (amount.kind === 'count') return amount.count;
  const share = (amount.percent * size) / 100;
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
export const budgetOf = (spec: GroupSpec): Budget => {
  const size = declaredSize(spec.allocation);
  const surge = spec.allocation.kind === 'size' ? resolveAmount(spec.updating.maxSurge, size, 'up') : 0;
  const rounded = resolveAmount(spec.updating.maxUnavailable, size, 'down');
  const maxUnavailable = surge === 0 ? Math.max(1, rounded) : rounded;
  const ceiling = size + (spec.repair.launchFirst ? Math.max(surge, 1) : surge);
  return { floor: Math.max(0, size - maxUnavailable), ceiling, maxUnavailable };
};
