import type { Json } from '../../lib/core/json.js';

/** What a user's words come to, counted here once more: the planner's own arithmetic is what is tested. */
export interface Allowance {
  readonly size: number;
  /** Members of use that voluntary disruption must leave. */
  readonly floor: number;
  /** Instances that may exist. */
  readonly ceiling: number;
  readonly places: readonly string[] | undefined;
}

const share = (
  amount: unknown,
  size: number,
  otherwise: number,
  round: (value: number) => number,
): number => {
  if (amount === undefined) return otherwise;
  return typeof amount === 'string' ? round((Number.parseFloat(amount) * size) / 100) : Number(amount);
};

/** Of a group's Properties. `rolled`: what a roll in progress counts against, since what is declared beyond it comes last. */
export const allowanceOf = (properties: Json, rolled = Number.POSITIVE_INFINITY): Allowance => {
  const { Allocation, Updating, Repair } = Object(properties);
  const places: readonly string[] | undefined = Allocation.LogicalIDs;
  const declared: number = places?.length ?? Allocation.Size;
  const size = Math.min(declared, rolled);
  const surge = places === undefined ? share(Updating?.MaxSurge, declared, 0, Math.ceil) : 0;
  const unavailable = share(Updating?.MaxUnavailable, size, 1, Math.floor);
  const first = places === undefined && Repair?.LaunchFirst ? 1 : 0;
  return {
    size: declared,
    floor: Math.max(0, size - (surge === 0 ? Math.max(1, unavailable) : unavailable)),
    ceiling: declared + Math.max(surge, first),
    places,
  };
};
