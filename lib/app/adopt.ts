import { RefusedError } from '../core/errors.js';
import { type GroupEvent, groupEvent } from '../core/group-event.js';
import type { Instant, LogicalId } from '../core/ids.js';
import { logicalId } from '../core/ids.js';
import { type InstanceDescription, type InstanceRecord, isLive } from '../core/instance.js';
import { recordOf } from '../core/merge-observation.js';
import { BOOTSTRAP_HASH, GROUP_TAG, STACK_TAG } from '../core/tags.js';
import { OLDEST_READ_MS } from '../core/timers.js';
import { type PassState, saveGroup, saveRecords, tell } from './pass-state.js';

/**
 * Takes over the instances that the last commit or watch chose: tags them as ours, puts them on record. One that a
 * lagging read does not show stays chosen for five minutes; until then the pass acts on nothing else.
 */
export const adoptChosen = async (state: PassState): Promise<void> => {
  if (state.group.adopting.length === 0 || state.group.watch !== 'watched') return;
  const { clock, instances } = state.runtime;
  if (!(await tagAsOurs(state))) return;
  const { adopting, id } = state.group;
  const now = clock.now();
  const known = new Set((await state.runtime.store.instances(id)).map((record) => record.id));
  const seen = await instances.byIds(adopting);
  const found = seen.filter((instance) => isLive(instance.state) && !known.has(instance.id));
  const records = found.map((instance) => adoptedRecord(state, instance, now));
  await saveRecords(state, records);
  await tell(
    state,
    records.map((record) => adoptedEvent(state, record, now)),
  );
  const since = state.group.adoptingSince ?? now;
  const unseen = adopting.filter(
    (instance) => !known.has(instance) && !seen.some((shown) => shown.id === instance),
  );
  const left = now - since < OLDEST_READ_MS ? unseen : [];
  await saveGroup(state, { adopting: left, adoptingSince: left.length > 0 ? since : undefined }, true);
};

/**
 * Tags what was chosen. When one of them has another owner by now, the others are still ours to take. @returns whether
 * anything is left to take over.
 */
const tagAsOurs = async (state: PassState): Promise<boolean> => {
  const { adopting, id } = state.group;
  const { clock, instances, stack } = state.runtime;
  try {
    await instances.adopt(adopting, state.revision.spec.configHash);
    return true;
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    await tell(state, [groupEvent(clock.now(), 'group.refused', id, error.message, { what: 'adoption' })]);
    const lost = (await instances.byIds(adopting)).filter(
      ({ tags }) => tags[GROUP_TAG] !== id || (tags[STACK_TAG] !== undefined && tags[STACK_TAG] !== stack),
    );
    // No instance is at fault: a permission is missing. Nothing may be launched beside those that were promised.
    if (lost.length === 0) throw error;
    return keepOthers(state, lost);
  }
};

const keepOthers = async (state: PassState, lost: readonly InstanceDescription[]): Promise<boolean> => {
  const left = state.group.adopting.filter((chosen) => !lost.some((instance) => instance.id === chosen));
  await saveGroup(
    state,
    { adopting: left, adoptingSince: left.length > 0 ? state.group.adoptingSince : undefined },
    true,
  );
  return left.length > 0 ? tagAsOurs(state) : false;
};

const adoptedEvent = ({ group }: PassState, { id }: InstanceRecord, now: Instant): GroupEvent =>
  groupEvent(now, 'instance.adopted', group.id, 'carried the group’s tag and no other owner', {
    instance: id,
  });

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
