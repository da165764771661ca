import { InvalidInputError, RefusedError } from '../../core/errors.js';
import type { NamedDestroy } from '../../core/group-record.js';
import { type Allocation, declaredSize } from '../../core/group-spec.js';
import { type InstanceRecord, isLive } from '../../core/instance.js';
import type { Committed, Params } from '../api-types.js';
import { answerTo, commitGroups, withNamed } from '../commit-groups.js';
import { loadRevision } from '../load-revision.js';
import { withAllocationJson } from '../propose-commit.js';
import type { Runtime } from '../runtime.js';
import { command } from './command.js';
import { watchedGroup } from './require-group.js';

/** InfraKit's: shrinks the group by these; its words, without its defect of shrinking by ids that are no members. */
export const destroyInstances = (
  runtime: Runtime,
  params: Params<'Group.DestroyInstances'>,
): Promise<Committed> => replaceInstances(runtime, { ...params, Shrink: true });

/**
 * Ends the named instances, drained and within the budget; each is replaced, unless the group shrinks by them. One
 * write names them and shrinks the group, so that these go and no others.
 */
export const replaceInstances = async (
  runtime: Runtime,
  params: Params<'Group.ReplaceInstances'>,
): Promise<Committed> => {
  const ids = [...new Set(params.Instances)];
  const repeated = answerTo(await watchedGroup(runtime, params.ID), params.RequestId);
  if (repeated !== undefined) return repeated as unknown as Committed;
  const members = await membersNamed(runtime, params.ID, ids);
  const reason = params.Shrink
    ? 'named by a user, who shrinks the group by it'
    : 'named by a user, to be replaced';
  const naming = members.map(({ id }): NamedDestroy => ({ instance: id, reason }));
  if (params.Shrink) return shrink(runtime, params, members, naming);
  return command(runtime, {
    requestId: params.RequestId,
    read: () => watchedGroup(runtime, params.ID),
    decide: async (record) => ({
      change: { destroying: withNamed(record, naming) },
      answer: {
        ID: params.ID,
        Plan: `Replacing ${ids.length} instances`,
        Changed: true,
        Destroys: 0,
        Warnings: [],
      },
    }),
  });
};

/** @throws {InvalidInputError} naming each id that is no live member. */
const membersNamed = async (
  runtime: Runtime,
  group: string,
  ids: readonly string[],
): Promise<readonly InstanceRecord[]> => {
  const record = await watchedGroup(runtime, group);
  const members = (await runtime.store.instances(record.id)).filter(
    (member) => member.goneAt === undefined && isLive(member.state),
  );
  const strangers = ids.filter((id) => !members.some((member) => member.id === id));
  if (ids.length === 0)
    throw new InvalidInputError([{ path: 'Instances', message: 'name at least one instance' }]);
  if (strangers.length > 0) {
    const known = members.map((member) => member.id).join(', ') || 'none';
    throw new InvalidInputError(
      strangers.map((id) => ({
        path: 'Instances',
        message: `"${id}" is not a member of group "${group}"; its members: ${known}`,
      })),
    );
  }
  return members.filter((member) => ids.includes(member.id));
};

const shrink = async (
  runtime: Runtime,
  params: Params<'Group.ReplaceInstances'>,
  members: readonly InstanceRecord[],
  naming: readonly NamedDestroy[],
): Promise<Committed> => {
  const record = await watchedGroup(runtime, params.ID);
  const { spec, properties } = await loadRevision(runtime, record);
  const parsed = runtime.parser.group(
    record.id,
    withAllocationJson(properties, smaller(spec.allocation, members)),
  );
  if (!parsed.ok) throw new InvalidInputError(parsed.issues);
  const [committed] = await commitGroups(runtime, {
    specs: [parsed.value],
    pretend: false,
    confirm: params.Confirm ?? false,
    origin: { name: 'shrink' },
    naming,
    basis: record.revision,
    ...(params.RequestId === undefined ? {} : { requestId: params.RequestId }),
  });
  if (committed === undefined) throw new RefusedError(`group "${params.ID}" was not shrunk`);
  return committed;
};

const smaller = (allocation: Allocation, members: readonly InstanceRecord[]): Allocation =>
  allocation.kind === 'size'
    ? { kind: 'size', size: Math.max(0, declaredSize(allocation) - members.length) }
    : {
        ...allocation,
        logicalIds: allocation.logicalIds.filter((id) => !members.some((member) => member.logicalId === id)),
      };
