import type { PlanView } from '../../protocol.js';
import { plural } from './plural.js';

/** `changes 2 of 3 groups`, `changes nothing`. */
export const changeText = (plans: readonly PlanView[]): string => {
  const changed = plans.filter((plan) => plan.changed).length;
  if (changed === 0) return 'changes nothing';
  return `changes ${changed === plans.length ? '' : `${changed} of `}${plural(plans.length, 'group')}`;
};

/** What to ask before plans that end more at once than the budget allows; `undefined` when none does. */
export const confirmationFor = (
  plans: readonly PlanView[],
): { readonly title: string; readonly lines: readonly string[]; readonly typed: string } | undefined => {
  const heavy = plans.filter(({ destroys }) => destroys > 0);
  const [first] = heavy;
  if (first === undefined) return undefined;
  const names = heavy.map(({ group }) => group).join(' ');
  return {
    title: `Destroy more than the budget of ${names}?`,
    lines: heavy.map(
      ({ group, plan, destroys }) =>
        `${group}: ${plan.split('\n')[0]}. This ends ${plural(destroys, 'instance')} at once, beyond the budget.`,
    ),
    typed: names,
  };
};
