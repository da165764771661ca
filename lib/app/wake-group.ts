import type { GroupId } from '../core/ids.js';
import type { Runtime } from './runtime.js';

/** Marks a group for a look and asks for one. A lost message is made good by the sweep, which sees the mark. */
export const wakeGroup = async (runtime: Pick<Runtime, 'store' | 'wakes'>, group: GroupId): Promise<void> => {
  await runtime.store.wake(group);
  await runtime.wakes.send({ group });
};
