import { RefusedError } from '../core/errors.js';
import { declaredSize, type GroupSpec } from '../core/group-spec.js';
import type { GroupId, InstanceId } from '../core/ids.js';
import { type InstanceDescription, isLive } from '../core/instance.js';
import { BOOTSTRAP_HASH, CONFIG_HASH_TAG, STACK_TAG } from '../core/tags.js';
import type { Runtime } from './runtime.js';

export interface Adoption {
  /** To be taken over by the next pass. */
  readonly ids: readonly InstanceId[];
  readonly upToDate: number;
}

/**
 * Instances that a commit or watch takes over: of this group by their tag, and either without an owner or ours
 * without a record (unwatched, or a table that was lost). Once a group is watched, an instance that turns up with both
 * tags is a stranger. More of them than declared is a refusal, never a scale-in.
 */
export const findAdoption = async (
  runtime: Runtime,
  group: GroupId,
  spec: GroupSpec,
  watched: boolean,
): Promise<Adoption> => {
  const candidates = (await runtime.instances.candidates(group)).filter(
    (instance) => !watched || instance.tags[STACK_TAG] === undefined,
  );
  const records = candidates.length === 0 ? [] : await runtime.store.instances(group);
  const members = records.filter((record) => record.goneAt === undefined && isLive(record.state)).length;
  const adopted = candidates.filter((instance) => !records.some((record) => record.id === instance.id));
  const declared = declaredSize(spec.allocation);
  if (adopted.length > 0 && adopted.length + members > declared) throw tooMany(group, adopted, declared);
  const current: readonly (string | undefined)[] = [spec.configHash, BOOTSTRAP_HASH];
  const upToDate = adopted.filter((instance) => current.includes(instance.tags[CONFIG_HASH_TAG])).length;
  return { ids: adopted.map((instance) => instance.id), upToDate };
};

const tooMany = (group: GroupId, adopted: readonly InstanceDescription[], declared: number): RefusedError => {
  const ids = adopted
    .map((instance) => instance.id)
    .slice(0, 5)
    .join(', ');
  return new RefusedError(
    `${adopted.length} instances carry the tag infrakit.group=${group} (${ids}…) but ${declared} are declared: ` +
      'declare at least as many to adopt them, or take the tag off those that are not yours',
  );
};
