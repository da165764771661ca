import { RefusedError } from '../../core/errors.js';
import type { EventName } from '../../core/group-event.js';
import type { GroupRecord } from '../../core/group-record.js';
import { isHeld, type Rollout, type RolloutStatus } from '../../core/rollout.js';
import type { Params, Result } from '../api-types.js';
import type { Runtime } from '../runtime.js';
import { command } from './command.js';
import { watchedGroup } from './require-group.js';

const STOPPABLE: ReadonlySet<RolloutStatus> = new Set(['running', 'rolling-back', 'paused']);

/** InfraKit's: what was begun is finished, and no other instance is replaced. */
export const stopUpdate = (
  runtime: Runtime,
  { ID, RequestId }: Params<'Group.StopUpdate'>,
): Promise<Result<'Group.StopUpdate'>> =>
  command(runtime, {
    requestId: RequestId,
    read: () => watchedGroup(runtime, ID),
    decide: async ({ rollout }) => {
      if (rollout === undefined || !STOPPABLE.has(rollout.status))
        throw new RefusedError(`group "${ID}" is not being updated`);
      const { until: _, ...rest } = rollout;
      const stopped: Rollout = { ...rest, status: 'stopped', reason: 'stopped by a user', waitsFor: '' };
      return { change: { rollout: stopped }, answer: { ID }, event: eventOf('rollout.stopped', stopped) };
    },
  });

/** Goes on with a rollout that is held; one that waits for approval is approved by it. */
export const resume = (
  runtime: Runtime,
  { ID, RequestId }: Params<'Group.Resume'>,
): Promise<Result<'Group.Resume'>> =>
  command(runtime, {
    requestId: RequestId,
    read: () => watchedGroup(runtime, ID),
    decide: async (record) => {
      const held = heldRollout(record);
      const resumed = resumedFrom(held, runtime.clock.now());
      return {
        change: { rollout: resumed },
        answer: { ID, Approved: held.awaitsApproval === true },
        event: eventOf('rollout.resumed', resumed),
      };
    },
  });

const heldRollout = ({ id, rollout }: GroupRecord): Rollout => {
  if (isHeld(rollout)) return rollout;
  if (rollout === undefined) throw new RefusedError(`group "${id}" was never updated: nothing to resume`);
  const { from, to, status } = rollout;
  throw new RefusedError(
    `nothing to resume: the rollout of group "${id}" from revision ${from} to ${to} has ended: ${status}`,
  );
};

/** Failures count afresh, and what has failed already does not count again. With no machine expected, the next pass starts one. */
const resumedFrom = (held: Rollout, now: number): Rollout => {
  const { awaitsApproval, endedAt: _, until: __, told: ___, ...rest } = held;
  const running: Rollout = {
    ...rest,
    status: 'running',
    reason: 'resumed by a user',
    resumedAt: now,
    progressedAt: now,
    failures: 0,
    waitsFor: '',
    beatBy: 0,
  };
  if (awaitsApproval === undefined) return running;
  const { waitUntil: ____, ...approved } = running;
  return {
    ...approved,
    reason: 'approved by a user',
    phase: 'rolling',
    checkpoints: running.checkpoints + 1,
  };
};

const eventOf = (name: EventName, { from, to, replaced, total, reason }: Rollout): [EventName, string] => [
  name,
  `revision ${from} to ${to}: ${replaced} of ${total} replaced: ${reason}`,
];
