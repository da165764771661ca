import type { Action, Undone } from './plan.js';
import { blocked, deferred, destroy, type Part, type Situation, staying } from './situation.js';

/** Ends every member of a group that the user destroys. What cannot be seen waits until it can, or is gone. */
export const planDestroy = (situation: Situation): Part => {
  const actions: Action[] = [];
  const undone: Undone[] = [];
  for (const entry of staying(situation)) {
    const what = `destroy ${entry.member.id}`;
    if (entry.bucket === 'absent') undone.push(deferred(what, 'EC2 does not show it: absent is not gone'));
    else if (entry.member.untagged)
      undone.push(blocked(what, 'it lost its holdfast.stack or infrakit.group tag'));
    else actions.push(destroy(entry, 'the group is destroyed'));
  }
  return { actions, undone };
};
