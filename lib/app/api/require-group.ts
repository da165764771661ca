import { NotFoundError, RefusedError } from '../../core/errors.js';
import type { GroupRecord } from '../../core/group-record.js';
import { type GroupId, groupId } from '../../core/ids.js';
import type { Runtime } from '../runtime.js';

/** The group of an id, watched or not. @throws {NotFoundError} in InfraKit's words. */
export const knownGroup = async (runtime: Runtime, id: string): Promise<GroupRecord> => {
  const record = await runtime.store.read(groupId(id));
  if (record === undefined || record.watch === 'destroyed') throw notWatched(id);
  return record;
};

/** A group that is watched. @throws {NotFoundError} in InfraKit's words. */
export const watchedGroup = async (runtime: Runtime, id: string): Promise<GroupRecord> => {
  const record = await knownGroup(runtime, id);
  if (record.watch === 'destroying') throw new RefusedError(`group "${id}" is being destroyed`);
  if (record.watch !== 'watched') throw notWatched(id);
  return record;
};

const notWatched = (id: GroupId | string): NotFoundError =>
  new NotFoundError(`Group '${id}' is not being watched`);
