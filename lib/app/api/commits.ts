import { InvalidInputError, NotFoundError, RefusedError } from '../../core/errors.js';
import { groupId } from '../../core/ids.js';
import type { Json } from '../../core/json.js';
import type { ParsedSpec } from '../../ports/spec-parser.js';
import type { Committed, Params, Result, SpecDocument } from '../api-types.js';
import { commitGroups } from '../commit-groups.js';
import { loadRevision } from '../load-revision.js';
import { withAllocationJson } from '../propose-commit.js';
import type { Runtime } from '../runtime.js';
import { watchedGroup } from './require-group.js';

const API_ORIGIN = { name: 'api' };

/** Parses every spec; throws all mistakes of all of them at once. */
export const parseAll = (runtime: Runtime, specs: readonly SpecDocument[]): readonly ParsedSpec[] => {
  const parsed = specs.map((spec) => runtime.parser.group(spec.ID, spec.Properties));
  const issues = parsed.flatMap((result) => (result.ok ? [] : result.issues));
  const repeated = specs.filter((spec, index) => specs.findIndex((other) => other.ID === spec.ID) !== index);
  const all = [
    ...issues,
    ...repeated.map((spec) => ({ path: `groups.${spec.ID}`, message: `group "${spec.ID}" is given twice` })),
  ];
  if (all.length > 0) throw new InvalidInputError(all);
  return parsed.flatMap((result) => (result.ok ? [result.value] : []));
};

export const commitAll = async (
  runtime: Runtime,
  { Specs, Pretend, Confirm, RequestId }: Params<'Group.CommitGroups'>,
): Promise<Result<'Group.CommitGroups'>> => {
  const groups = await commitGroups(runtime, {
    specs: parseAll(runtime, Specs),
    pretend: Pretend ?? false,
    confirm: Confirm ?? false,
    origin: API_ORIGIN,
    ...(RequestId === undefined ? {} : { requestId: RequestId }),
  });
  return { Groups: groups };
};

export const commitSpec = async (
  runtime: Runtime,
  { Spec, ...rest }: Params<'Group.CommitGroup'>,
): Promise<Committed> => only(await commitAll(runtime, { Specs: [Spec], ...rest }));

export const only = ({ Groups }: Result<'Group.CommitGroups'>): Committed => {
  const first = Groups[0];
  if (first === undefined) throw new NotFoundError('no group was given');
  return first;
};

/** A spec commits; an id of a known group is watched again, with its instances adopted from their tags. */
export const watch = async (runtime: Runtime, params: Params<'Group.Watch'>): Promise<Committed> => {
  const { Spec, ID, ...asking } = params;
  if (Spec !== undefined) return commitSpec(runtime, { Spec, ...asking });
  const record = ID === undefined ? undefined : await runtime.store.read(groupId(ID));
  if (record === undefined || record.watch === 'destroyed') {
    throw new NotFoundError(`group "${ID ?? ''}" was never committed: give its spec`);
  }
  const { properties } = await loadRevision(runtime, record);
  return commitSpec(runtime, { Spec: { ID: record.id, Properties: properties }, ...asking });
};

/** Commits the same spec with another size. */
export const setSize = async (runtime: Runtime, params: Params<'Group.SetSize'>): Promise<Committed> => {
  const record = await watchedGroup(runtime, params.ID);
  const { spec, properties } = await loadRevision(runtime, record);
  if (spec.allocation.kind === 'logicalIds') {
    throw new RefusedError('cannot set size if logic ids are explicitly set');
  }
  if (params.Size < 0) throw new InvalidInputError([{ path: 'Size', message: 'size cannot be negative' }]);
  const resized: Json = withAllocationJson(properties, { kind: 'size', size: params.Size });
  const committed = await commitGroups(runtime, {
    specs: parseAll(runtime, [{ ID: record.id, Properties: resized }]),
    pretend: false,
    confirm: params.Confirm ?? false,
    origin: { name: 'scale' },
    ...(params.RequestId === undefined ? {} : { requestId: params.RequestId }),
  });
  return only({ Groups: committed });
};
