import type { Action } from '../../lib/core/plan.js';

/** An action as stories tell it. */
export const sayAction = (action: Action): string =>
  action.kind === 'destroy'
    ? `  - destroy ${action.instance} (${action.reason})`
    : `  + launch ${action.slot ?? action.count}${action.zone ? ` in ${action.zone}` : ''} (${action.reason})`;
