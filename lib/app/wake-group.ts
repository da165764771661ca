import type { GroupId } from '../core/ids.js';
import type { Runtime } from './runtime.js';

/** Asks for a pass after a command, whose write has marked the group: a lost message is made good by the sweep. */
export const wakeGroup = async (runtime: Pick<Runtime, 'wakes' | 'log'>, group: GroupId): Promise<void> => {
  try {
    await runtime.wakes.send({ group });
  } catch (error) {
    runtime.log.warn('a wake was not queued; the sweep will see the mark', {
      group,
      error: error instanceof Error ? error.name : String(error),
    });
  }
};
