import { NotFoundError, ThrottledError, UnansweredError } from '../core/errors.js';
import { freezeInForce } from '../core/freeze.js';
import { groupEvent } from '../core/group-event.js';
import type { Revision } from '../core/group-spec.js';
import type { InstanceId, Instant } from '../core/ids.js';
import type { InstanceRecord } from '../core/instance.js';
import { type TargetGroupSights, targetGroupName } from './read-target-groups.js';
import type { Runtime } from './runtime.js';

type RegisterRuntime = Pick<Runtime, 'bus' | 'store' | 'targetGroups'>;

/** Why one that should be registered is not: by target group and member. Those that are not in it were registered. */
export type Registered = (arn: string, id: InstanceId) => string | undefined;

/**
 * Registers those that are in a target group no more or not yet. Told after the answer, for a refused one is not registered.
 * The orders are read once more right before: a pass may have begun to end a member since these records were read.
 */
export const registerMissing = async (
  runtime: RegisterRuntime,
  revision: Revision,
  healthy: readonly InstanceRecord[],
  sights: TargetGroupSights,
  now: Instant,
): Promise<Registered> => {
  const missing = new Map<string, readonly InstanceId[]>();
  for (const [arn, sight] of sights) {
    const ids = sight.kind === 'read' ? healthy.filter(({ id }) => isOut(sight.health.get(id)?.state)) : [];
    if (ids.length > 0)
      missing.set(
        arn,
        ids.map(({ id }) => id),
      );
  }
  if (missing.size === 0) return () => undefined;
  const held = await whyHeld(runtime, revision, now);
  const refused = new Map<string, ReadonlyMap<InstanceId, string>>();
  const done = new Map<InstanceId, string[]>();
  for (const [arn, ids] of missing) {
    const allowed = ids.filter((id) => held(id) === undefined);
    if (allowed.length === 0) continue;
    const refusals = await registerOne(runtime, arn, allowed);
    refused.set(arn, refusals);
    for (const id of allowed)
      if (!refusals.has(id)) done.set(id, [...(done.get(id) ?? []), targetGroupName(arn)]);
  }
  await tellRegistered(runtime, revision, done, now);
  return (arn, id) => held(id) ?? refused.get(arn)?.get(id);
};

const isOut = (state: string | undefined): boolean => state === undefined || state === 'draining';

const whyHeld = async (
  runtime: RegisterRuntime,
  revision: Revision,
  now: Instant,
): Promise<(id: InstanceId) => string | undefined> => {
  const group = await runtime.store.read(revision.spec.id);
  if (group?.watch !== 'watched') return () => 'the group is not watched';
  if (freezeInForce(group, now) !== undefined) return () => 'the group is frozen';
  const ending = new Set<InstanceId>(
    group.orders.flatMap((order) => (order.kind === 'launch' ? [] : [order.instance])),
  );
  return (id) => (ending.has(id) ? 'it is about to end' : undefined);
};

/** @returns those that were not registered, and why. */
const registerOne = async (
  runtime: RegisterRuntime,
  arn: string,
  ids: readonly InstanceId[],
): Promise<ReadonlyMap<InstanceId, string>> => {
  try {
    return await runtime.targetGroups.register(arn, ids);
  } catch (error) {
    const known =
      error instanceof NotFoundError || error instanceof ThrottledError || error instanceof UnansweredError;
    if (!known) throw error;
    return new Map(ids.map((id) => [id, error.message]));
  }
};

const tellRegistered = async (
  { bus, store }: RegisterRuntime,
  revision: Revision,
  done: ReadonlyMap<InstanceId, readonly string[]>,
  now: Instant,
): Promise<void> => {
  const events = [...done].map(([instance, names]) =>
    groupEvent(
      now,
      'instance.registered',
      revision.spec.id,
      `healthy: registered with ${names.length === 1 ? 'target group' : 'target groups'} ${names.join(', ')}`,
      { instance },
    ),
  );
  if (events.length === 0) return;
  await store.putEvents(events);
  await bus.publish(events);
};
