import { NotFoundError } from '../core/errors.js';
import type { GroupRecord } from '../core/group-record.js';
import type { Revision } from '../core/group-spec.js';
import type { Runtime } from './runtime.js';

const KEPT = 500;
const cached = new WeakMap<object, Map<string, Revision>>();

/** The group's current revision; immutable, so a warm Lambda reads each once. */
export const loadRevision = async (
  runtime: Pick<Runtime, 'store' | 'parser'>,
  group: Pick<GroupRecord, 'id' | 'specHash' | 'revision'>,
): Promise<Revision> => {
  const known = cached.get(runtime.store) ?? new Map<string, Revision>();
  cached.set(runtime.store, known);
  const key = `${group.id}#${group.specHash}#${group.revision}`;
  const warm = known.get(key);
  if (warm) return warm;
  const stored = await runtime.store.spec(group.id, group.specHash);
  if (stored === undefined) {
    throw new NotFoundError(`spec "${group.specHash}" of group "${group.id}" is not in the table`);
  }
  const revision = runtime.parser.revision(stored, group.specHash, group.revision);
  if (known.size >= KEPT) known.clear();
  known.set(key, revision);
  return revision;
};
