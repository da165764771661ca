import type { GroupId } from '../core/ids.js';
import type { Runtime } from './runtime.js';

/** Asks for a pass after a command, whose write has marked the group: a lost message is made good by the sweep. */
export const wakeGroup = (runtime: Pick<Runtime, 'wakes'>, group: GroupId): Promise<void> =>
  runtime.wakes.send({ group });
