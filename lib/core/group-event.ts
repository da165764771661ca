import type { GroupId, InstanceId, Instant } from './ids.js';

/** Every kind of event, `noun.past-tense`. Registered here once; docs and rules are checked against this list. */
export const EVENT_NAMES = [
  'group.committed',
  'group.converged',
  'group.diverged',
  'group.unwatched',
  'group.frozen',
  'group.thawed',
  'group.destroying',
  'group.destroyed',
  'group.refused',
  'breaker.tripped',
  'breaker.closed',
  'breaker.overridden',
  'rollout.started',
  'rollout.progressed',
  'rollout.paused',
  'rollout.resumed',
  'rollout.stopped',
  'rollout.succeeded',
  'rollout.failed',
  'rollout.rolling-back',
  'rollout.rolled-back',
  'rollout.superseded',
  'rollout.handed-over',
  'launch.ordered',
  'launch.failed',
  'instance.launched',
  'instance.adopted',
  'instance.registered',
  'instance.deregistered',
  'instance.healthy',
  'instance.unhealthy',
  'instance.gone',
  'instance.leaving',
  'instance.draining',
  'instance.destroyed',
  'instance.kept',
  'instance.blocked',
  'instance.foreign',
  'instance.untagged',
  'cluster.tidied',
  'cluster.claim-released',
  'cluster.quorum-lost',
  'cluster.quorum-regained',
  'cluster.recovered',
  'cluster.tokens-rotated',
  'upload.committed',
  'upload.proposed',
  'upload.refused',
  'upload.deleted',
] as const;

export type EventName = (typeof EVENT_NAMES)[number];

/** Something that happened to a group, and why. Written before the call that it announces. */
export interface GroupEvent {
  /** Sort key: time, order id and phase, so that a repeat overwrites itself. */
  readonly key: string;
  readonly time: Instant;
  readonly event: EventName;
  readonly group: GroupId;
  readonly instance?: InstanceId;
  readonly reason: string;
}

/** An event with its key made from time and `what` it is about (an order's id and phase, or an instance). */
export const groupEvent = (
  time: Instant,
  event: EventName,
  group: GroupId,
  reason: string,
  about: { readonly instance?: InstanceId; readonly what?: string } = {},
): GroupEvent => ({
  key: `${new Date(time).toISOString()}#${about.what ?? about.instance ?? group}#${event}`,
  time,
  event,
  group,
  reason,
  ...(about.instance ? { instance: about.instance } : {}),
});
