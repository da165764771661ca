import { RefusedError } from '../core/errors.js';
import { groupEvent } from '../core/group-event.js';
import type { LogicalId } from '../core/ids.js';
import { logicalId } from '../core/ids.js';
import { type InstanceDescription, type InstanceRecord, isLive } from '../core/instance.js';
import { recordOf } from '../core/merge-observation.js';
import { BOOTSTRAP_HASH } from '../core/tags.js';
import { type PassState, saveGroup, saveRecords, tell } from './pass-state.js';

/** Takes over the instances that the last commit or watch chose: tags them as ours, puts them on record. */
export const adoptChosen = async (state: PassState): Promise<void> => {
  const { adopting, id } = state.group;
  if (adopting.length === 0 || state.group.watch !== 'watched') return;
  const { clock, instances } = state.runtime;
  try {
    await instances.adopt(adopting);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    await tell(state, [groupEvent(clock.now(), 'group.refused', id, error.message, { what: 'adoption' })]);
    await saveGroup(state, { adopting: [] }, true);
    return;
  }
  const now = clock.now();
  const known = new Set(state.records.map((record) => record.id));
  const found = (await instances.byIds(adopting)).filter(
    (instance) => isLive(instance.state) && !known.has(instance.id),
  );
  const records = found.map((instance) => adoptedRecord(state, instance, now));
  await saveRecords(state, records);
  await tell(
    state,
    records.map((record) =>
      groupEvent(now, 'instance.adopted', id, 'carried the group’s tag and no other owner', {
        instance: record.id,
      }),
    ),
  );
  await saveGroup(state, { adopting: [] }, true);
};

/**
 * InfraKit knows a pet by its tag, and without one by its private address. Its hash `bootstrap` says: take this one as
 * up to date.
 */
const adoptedRecord = (state: PassState, instance: InstanceDescription, now: number): InstanceRecord => {
  const tagged = recordOf(instance, true, now);
  const { allocation, configHash } = state.revision.spec;
  const record = tagged.configHash === BOOTSTRAP_HASH ? { ...tagged, configHash } : tagged;
  if (allocation.kind === 'size') return record;
  const slot = record.logicalId ?? declaredAddress(instance, allocation.logicalIds);
  return slot === undefined ? record : { ...record, logicalId: slot };
};

const declaredAddress = (
  instance: InstanceDescription,
  declared: readonly LogicalId[],
): LogicalId | undefined => {
  const address = instance.privateIp === undefined ? undefined : logicalId(instance.privateIp);
  return address !== undefined && declared.includes(address) ? address : undefined;
};
