/** Something happened that must never happen. */
export interface Violation {
  /** Its short name; shrinking keeps to one. */
  readonly rule: Rule;
  readonly message: string;
  /** Milliseconds after the start. */
  readonly at: number;
}

export const RULES = {
  slot: 'never two live instances for one place of a pet',
  ceiling: 'never more instances than declared and the surge',
  token: 'never more instances by one order than it asked for',
  ledger: 'never a launch or an end without an order on the ledger',
  stranger: 'nothing that is not ours is touched',
  budget: 'voluntary disruption stays within the budget',
  quorum: 'a quorum is never broken by us',
  cause: 'nothing is destroyed without a cause in the world or a command',
  fence: 'no order is written by a superseded holder of the lease',
  intent: 'no order is written for a superseded intent',
  revision: 'no launch is ordered for a superseded revision',
  watch: 'no order is written for a group that is not watched',
  freeze: 'no order is written for a frozen group',
  error: 'nothing fails with an error that nobody has thought of',
  event: 'everything refused or failed leaves an event, with its reason',
  liveness: 'when the faults stop, everything becomes as declared',
  rollout: 'every rollout comes to an end',
  leftover: 'nothing is left over',
  stall: 'time goes on',
} as const;

export type Rule = keyof typeof RULES;
