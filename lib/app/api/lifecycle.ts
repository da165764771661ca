import { parseDuration } from '../../core/duration.js';
import { InvalidInputError, RefusedError } from '../../core/errors.js';
import type { Freeze } from '../../core/group-record.js';
import { isLive } from '../../core/instance.js';
import type { Params, Result } from '../api-types.js';
import { loadRevision } from '../load-revision.js';
import type { Runtime } from '../runtime.js';
import { command } from './command.js';
import { knownGroup, watchedGroup } from './require-group.js';

/** InfraKit's free: instances stay as they are. Open orders are settled first. */
export const unwatch = (
  runtime: Runtime,
  { ID, RequestId }: Params<'Group.Unwatch'>,
): Promise<{ ID: string }> =>
  command(runtime, {
    requestId: RequestId,
    read: () => watchedGroup(runtime, ID),
    decide: async () => ({
      change: { watch: 'freeing', adopting: [], destroying: [] },
      answer: { ID },
      event: ['group.unwatched', 'unwatched by a user; its instances stay'],
    }),
  });

export const destroyGroup = (
  runtime: Runtime,
  { ID, RequestId }: Params<'Group.Destroy'>,
): Promise<Result<'Group.Destroy'>> =>
  command(runtime, {
    requestId: RequestId,
    read: () => knownGroup(runtime, ID),
    decide: async (record) => {
      const { spec } = await loadRevision(runtime, record);
      if (spec.protect) throw new RefusedError(`group "${ID}" is protected: commit "Protect": false first`);
      if (record.watch === 'free' || record.watch === 'freeing') {
        throw new RefusedError(
          `group "${ID}" is not watched: watch it first, so that its instances are known`,
        );
      }
      const members = (await runtime.store.instances(record.id)).filter(
        (member) => member.goneAt === undefined && isLive(member.state),
      );
      const answer = { ID, Instances: members.length };
      if (record.watch === 'destroying') return { answer };
      return {
        change: { watch: 'destroying', adopting: [], destroying: [] },
        answer,
        event: ['group.destroying', `destroyed by a user with ${members.length} instances`],
      };
    },
  });

const freezeOf = (runtime: Runtime, { Reason, For }: Params<'Group.Freeze'>): Freeze => {
  const since = runtime.clock.now();
  return { reason: Reason, since, ...(For === undefined ? {} : { until: since + durationOf(For) }) };
};

const durationOf = (text: string): number => {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined || milliseconds <= 0) {
    throw new InvalidInputError([
      { path: 'For', message: `"${text}" is no duration: write one such as "30m" or "2h"` },
    ]);
  }
  return milliseconds;
};

/** A freeze of the fleet is kept in its own item for groups to come, and in every group's, where orders look. */
export const freeze = async (
  runtime: Runtime,
  params: Params<'Group.Freeze'>,
): Promise<Result<'Group.Freeze'>> => {
  const set = freezeOf(runtime, params);
  const until = set.until === undefined ? {} : { Until: new Date(set.until).toISOString() };
  if (params.ID === undefined) await runtime.store.putFleet({ freeze: set });
  const ids = params.ID === undefined ? await allGroups(runtime) : [params.ID];
  for (const id of ids) {
    await command(runtime, {
      requestId: params.RequestId,
      read: () => knownGroup(runtime, id),
      decide: async () => ({
        change: params.ID === undefined ? { fleetFreeze: set } : { freeze: set },
        answer: { ID: id },
        event: [
          'group.frozen',
          `${set.reason}${set.until === undefined ? '' : `, until ${new Date(set.until).toISOString()}`}`,
        ],
      }),
    });
  }
  return { Groups: ids, ...until };
};

/** Thaws one group, or the fleet; a group's own freeze survives the fleet's thaw. */
export const thaw = async (
  runtime: Runtime,
  { ID, RequestId }: Params<'Group.Thaw'>,
): Promise<Result<'Group.Thaw'>> => {
  if (ID === undefined) await runtime.store.putFleet({});
  const ids = ID === undefined ? await allGroups(runtime) : [ID];
  const thawed: string[] = [];
  for (const id of ids) {
    await command(runtime, {
      requestId: RequestId,
      read: () => knownGroup(runtime, id),
      decide: async (record) => {
        if (ID !== undefined && record.fleetFreeze !== undefined && record.freeze === undefined) {
          throw new RefusedError(`group "${id}" is frozen with the whole fleet: thaw without an id`);
        }
        const frozen = ID === undefined ? record.fleetFreeze : record.freeze;
        // A pass that has read the fleet's freeze just before is about to write it: this makes that write fail.
        if (frozen === undefined)
          return { answer: { ID: id }, ...(ID === undefined ? { change: { fleetFreeze: undefined } } : {}) };
        thawed.push(id);
        return {
          change: ID === undefined ? { fleetFreeze: undefined } : { freeze: undefined },
          answer: { ID: id },
          event: ['group.thawed', 'thawed by a user'],
        };
      },
    });
  }
  return { Groups: thawed };
};

const allGroups = async (runtime: Runtime): Promise<readonly string[]> =>
  (await runtime.store.list()).filter((group) => group.watch !== 'destroyed').map((group) => group.id);

export const overrideBreaker = (
  runtime: Runtime,
  { ID, For, RequestId }: Params<'Group.OverrideBreaker'>,
): Promise<Result<'Group.OverrideBreaker'>> =>
  command(runtime, {
    requestId: RequestId,
    read: () => watchedGroup(runtime, ID),
    decide: async () => {
      const until = runtime.clock.now() + durationOf(For);
      const Until = new Date(until).toISOString();
      return {
        change: { breakerOverrideUntil: until },
        answer: { ID, Until },
        event: ['breaker.overridden', `by a user until ${Until}`],
      };
    },
  });
