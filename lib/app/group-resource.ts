import { HoldfastError } from '../core/errors.js';
import type { Json } from '../core/json.js';
import type { Clock } from '../ports/clock.js';
import type { GroupView, Method, Params, Result } from './api-types.js';
import { hopelessness } from './hopeless.js';

/** A group that a template declares: what CloudFormation asks for, and what it knows of the group already. */
export interface GroupRequest {
  readonly type: 'Create' | 'Update' | 'Delete';
  /** Makes every repeat of the request the same request. */
  readonly requestId: string;
  readonly groupId: string;
  readonly properties: Json;
  /** Whether creation and update end when the group is as declared. */
  readonly wait: boolean;
  readonly onDelete: 'free' | 'destroy';
  readonly physicalId?: string | undefined;
}

/** What a request that was begun still waits for; plain JSON, since another invocation may take over. */
export interface Progress {
  readonly wanted: 'converged' | 'destroyed';
  /** Whether the commit changed anything: if not, a rollout that turned back is none of ours. */
  readonly changed: boolean;
  /** The resource's id should this fail. */
  readonly idIfFailed: string;
}

export interface GroupResourceWorld {
  readonly api: { call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> };
  readonly clock: Clock;
  /** Whether CloudFormation takes the request's stack back to what it was. */
  readonly isRollingBack: () => Promise<boolean>;
}

/** What failed, and by what id CloudFormation should know the resource then: it deletes by that. */
export class GroupResourceError extends HoldfastError {
  readonly physicalId: string;
  constructor(message: string, physicalId: string, options?: ErrorOptions) {
    super('GroupResource', message, options);
    this.physicalId = physicalId;
  }
}

/** What may pass by itself; what was asked may have happened. */
const PASSING: ReadonlySet<string> = new Set(['Unanswered', 'Throttled', 'Conflict']);
const RETRY_MS = 5_000;
const LOOK_EVERY_MS = 10_000;

/** No group has a slash in its id: deleting such a resource takes nothing away. */
export const notOurs = (id: string): string => `${id}/not-ours`;
export const isOurs = (physicalId: string): boolean => !physicalId.includes('/');

/** Commits or ends the group. @returns what is to be waited for, if anything. @throws {GroupResourceError} */
export const begin = (
  world: GroupResourceWorld,
  request: GroupRequest,
  until: number,
): Promise<Progress | undefined> =>
  request.type === 'Delete' ? end(world, request, until) : commit(world, request, until);

const commit = async (
  world: GroupResourceWorld,
  request: GroupRequest,
  until: number,
): Promise<Progress | undefined> => {
  const { groupId, physicalId, requestId, properties } = request;
  // A failure takes nothing away but what this very request made.
  const before = physicalId ?? notOurs(groupId);
  let after = before;
  try {
    const isNew = physicalId !== groupId && !(await isWatched(world, groupId, until));
    after = physicalId === groupId || isNew ? groupId : before;
    const ask = (Confirm: boolean) =>
      persistently(world, until, () =>
        world.api.call('Group.CommitGroup', {
          Spec: { ID: groupId, Properties: properties },
          RequestId: requestId,
          Confirm,
        }),
      );
    const committed = await ask(mayShrink(properties)).catch(async (error: unknown) => {
      if (!isNamed(error, 'ConfirmationNeeded')) throw error;
      // What was there before may be smaller; whoever takes a stack back wants that.
      if (await world.isRollingBack()) return ask(true);
      throw new HoldfastError(
        'ConfirmationNeeded',
        `${error.message}: say "Allow": ["shrink"] in its properties, or shrink it in steps`,
      );
    });
    if (!request.wait) return undefined;
    return { wanted: 'converged', changed: committed.Changed, idIfFailed: after };
  } catch (error) {
    throw new GroupResourceError(messageOf(error), isPassing(error) ? after : before, { cause: error });
  }
};

/** As an upload says it: there is nobody to ask. */
const mayShrink = (properties: Json): boolean => {
  const allow: unknown = Object(properties).Allow;
  return Array.isArray(allow) && allow.includes('shrink');
};

const isWatched = async (world: GroupResourceWorld, ID: string, until: number): Promise<boolean> =>
  (await persistently(world, until, () => look(world, ID)))?.Watch === 'watched';

/** A group that is gone already, or was never ours, has been deleted. */
const end = async (
  world: GroupResourceWorld,
  { physicalId, groupId, requestId, onDelete }: GroupRequest,
  until: number,
): Promise<Progress | undefined> => {
  const ID = physicalId ?? groupId;
  if (!isOurs(ID)) return undefined;
  const method = onDelete === 'destroy' ? 'Group.Destroy' : 'Group.Unwatch';
  try {
    await persistently(world, until, () => world.api.call(method, { ID, RequestId: requestId }));
  } catch (error) {
    if (isNamed(error, 'NotFound')) return undefined;
    throw new GroupResourceError(messageOf(error), ID, { cause: error });
  }
  return onDelete === 'destroy' ? { wanted: 'destroyed', changed: true, idIfFailed: ID } : undefined;
};

/**
 * Looks at the group until it is as wanted. @returns whether it is: `false` when the invocation's time, `until`, came
 * first. @throws {GroupResourceError} when it cannot come to that, or not before the deadline.
 */
export const waitFor = async (
  world: GroupResourceWorld,
  ID: string,
  { wanted, changed, idIfFailed }: Progress,
  times: { readonly until: number; readonly startedAt: number; readonly deadline: number },
): Promise<boolean> => {
  const { clock } = world;
  for (;;) {
    const group = await look(world, ID).catch((error: unknown) => {
      if (isPassing(error)) return 'no answer' as const;
      throw new GroupResourceError(messageOf(error), idIfFailed, { cause: error });
    });
    if (group === undefined && wanted === 'destroyed') return true;
    if (group === undefined) throw new GroupResourceError(`group "${ID}" is gone`, idIfFailed);
    if (wanted === 'converged' && group !== 'no answer') {
      const isOld = !changed && group.Rollout?.Status === 'rolled-back';
      const hopeless = isOld ? undefined : hopelessness(group);
      if (hopeless !== undefined) throw new GroupResourceError(hopeless.message, idIfFailed);
      if (group.Converged) return true;
    }
    const next = clock.now() + LOOK_EVERY_MS;
    if (next > times.deadline) {
      const minutes = Math.round((clock.now() - times.startedAt) / 60_000);
      const state = group === 'no answer' ? 'it does not answer' : stateOf(group);
      throw new GroupResourceError(`group "${ID}" is not ${wanted} after ${minutes}m: ${state}`, idIfFailed);
    }
    if (next > times.until) return false;
    await clock.sleep(LOOK_EVERY_MS);
  }
};

const stateOf = ({ Rollout, Instances, Reasons, Watch }: GroupView): string => {
  if (Watch !== 'watched') return [`${Instances.length} left`, ...Reasons].join('; ');
  if (Rollout?.WaitsFor !== undefined)
    return `${Rollout.Replaced} of ${Rollout.Total} replaced, waits for ${Rollout.WaitsFor}`;
  return Reasons.length === 0 ? 'a pass is due' : Reasons.join('; ');
};

/** @returns the group, absent when nobody knows it. */
const look = async ({ api }: GroupResourceWorld, ID: string): Promise<GroupView | undefined> => {
  try {
    return await api.call('Group.DescribeGroup', { ID });
  } catch (error) {
    if (isNamed(error, 'NotFound')) return undefined;
    throw error;
  }
};

const persistently = async <T>(
  { clock }: GroupResourceWorld,
  until: number,
  ask: () => Promise<T>,
): Promise<T> => {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isPassing(error) || clock.now() + RETRY_MS > until) throw error;
    }
    await clock.sleep(RETRY_MS);
  }
};

const isNamed = (error: unknown, name: string): error is Error =>
  error instanceof Error && error.name === name;

const isPassing = (error: unknown): boolean => error instanceof Error && PASSING.has(error.name);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
