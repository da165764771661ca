import { isRolling, type Rollout } from '../../lib/core/rollout.js';

/** A rollout as stories tell it. */
export const sayRollout = (rollout: Rollout): string => {
  const { number, from, to, status, phase, replaced, total, failures, reason, waitsFor, execution } = rollout;
  const counts = `${replaced} of ${total} replaced${failures > 0 ? `, ${failures} failed` : ''}`;
  const again = execution > 1 ? `, execution ${execution}` : '';
  const what = isRolling(rollout) && waitsFor !== '' ? `waits: ${waitsFor}` : reason;
  return `rollout ${number} (${from} to ${to}) ${status}, ${phase}${again}: ${counts}; ${what}`;
};
