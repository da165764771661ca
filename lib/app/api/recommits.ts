import { NotFoundError, RefusedError } from '../../core/errors.js';
import type { GroupRecord, SteadyRevision } from '../../core/group-record.js';
import { declaredSize, type Pins } from '../../core/group-spec.js';
import type { Committed, Params } from '../api-types.js';
import { answerTo, commitGroups } from '../commit-groups.js';
import { loadRevision } from '../load-revision.js';
import { type Origin, withAllocationJson } from '../propose-commit.js';
import { wasScaledSince } from '../roll-back.js';
import type { Runtime } from '../runtime.js';
import { only, parseAll } from './commits.js';
import { watchedGroup } from './require-group.js';

/**
 * Commits a revision of before once more, with what was resolved for it; without a number the last one that the group
 * was whole under. A group that was scaled since keeps its size.
 */
export const rollback = async (runtime: Runtime, params: Params<'Group.Rollback'>): Promise<Committed> => {
  const record = await watchedGroup(runtime, params.ID);
  const repeated = answerTo(record, params.RequestId);
  if (repeated !== undefined) return repeated as unknown as Committed;
  const wanted = revisionWanted(record, params.Revision);
  const [good, current] = [
    await loadRevision(runtime, { id: record.id, specHash: wanted.specHash, revision: wanted.number }),
    await loadRevision(runtime, record),
  ];
  const { allocation } = current.spec;
  const keepsSize = wasScaledSince(record, wanted.number);
  const resolvesOtherwise =
    good.spec.configHash === current.spec.configHash && isOther(good.pins, current.pins);
  const origin: Origin = {
    name: 'rollback',
    pins: good.pins,
    // The hash does not cover what was resolved: without a restart nothing would be replaced.
    ...(resolvesOtherwise ? { restart: true as const } : {}),
    says: [
      `rollback to revision ${wanted.number}`,
      ...(keepsSize
        ? [`Keeps ${declaredSize(allocation)} instances: scaled since revision ${wanted.number}`]
        : []),
    ],
  };
  const properties = keepsSize ? withAllocationJson(good.properties, allocation) : good.properties;
  const groups = await commitGroups(runtime, {
    specs: parseAll(runtime, [{ ID: record.id, Properties: properties }]),
    pretend: params.Pretend ?? false,
    confirm: params.Confirm ?? false,
    origin,
    basis: record.revision,
    ...(params.RequestId === undefined ? {} : { requestId: params.RequestId }),
  });
  return only({ Groups: groups });
};

/** @throws {RefusedError} {NotFoundError} naming the revisions that are known. */
const revisionWanted = (record: GroupRecord, number: number | undefined): SteadyRevision => {
  const { steady, history, id } = record;
  if (number === undefined) {
    if (steady === undefined) throw new RefusedError('nothing to roll back to: no revision has finished yet');
    if (steady.specHash !== record.specHash) return steady;
    throw new RefusedError(`nothing to roll back to: revision ${record.revision} is the last that finished`);
  }
  const known: readonly SteadyRevision[] = [...history, ...(steady === undefined ? [] : [steady])];
  const found = known.find((revision) => revision.number === number);
  if (found !== undefined) return found;
  const numbers = [...new Set(known.map((revision) => revision.number))].sort((a, b) => b - a);
  throw new NotFoundError(`no revision ${number} of group "${id}"; known: ${numbers.join(', ')}`);
};

const isOther = (a: Pins, b: Pins): boolean =>
  a.launchTemplateVersion !== b.launchTemplateVersion ||
  Object.entries(a.images).some(([alias, image]) => b.images[alias] !== image);

/** Replaces every member with nothing changed but what aliases resolve to now. */
export const restart = async (runtime: Runtime, params: Params<'Group.Restart'>): Promise<Committed> => {
  const record = await watchedGroup(runtime, params.ID);
  const { properties } = await loadRevision(runtime, record);
  const groups = await commitGroups(runtime, {
    specs: parseAll(runtime, [{ ID: record.id, Properties: properties }]),
    pretend: false,
    confirm: params.Confirm ?? false,
    origin: { name: 'restart', restart: true },
    basis: record.revision,
    ...(params.RequestId === undefined ? {} : { requestId: params.RequestId }),
  });
  return only({ Groups: groups });
};
