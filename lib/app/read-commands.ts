import { ConflictError } from '../core/errors.js';
import type { PassState } from './pass-state.js';

/**
 * Looks whether a user has commanded something since the group was read; what was commanded then holds for the calls to
 * come, too. @throws {ConflictError} when one has, or when the lease was lost.
 */
export const readCommands = async (state: PassState): Promise<void> => {
  const current = await state.runtime.store.read(state.group.id);
  if (current === undefined || current.fence !== state.group.fence)
    throw new ConflictError('the lease was lost');
  if (current.intent !== state.group.intent) throw new ConflictError('a user has commanded meanwhile');
  state.group = current;
};
