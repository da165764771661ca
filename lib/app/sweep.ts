import { ThrottledError, UnansweredError } from '../core/errors.js';
import { fleetDigest } from '../core/fleet-digest.js';
import { groupEvent } from '../core/group-event.js';
import type { GroupId, InstanceId, Instant } from '../core/ids.js';
import type { InstanceDescription } from '../core/instance.js';
import { GROUP_TAG } from '../core/tags.js';
import type { GroupSummary } from '../ports/group-store.js';
import type { Metric, Wake } from '../ports/outbox.js';
import { isAmiss, readTargetGroups, type TargetGroupSights } from './read-target-groups.js';
import type { Runtime } from './runtime.js';
import { type NodesSay, sweepNodes } from './sweep-nodes.js';

/** A group that has been divergent for this long is told of, by name. */
export const DIVERGED_AFTER_MS = 10 * 60_000;
const SWEEP_MS = 60_000;

export interface Swept {
  readonly groups: number;
  readonly woken: number;
}

/**
 * Looks at every group with one paginated read of EC2, and at every target group once, and wakes the groups that need
 * a pass. It decides nothing else, and what it read is never planned on. For a group that is whole nothing is written, sent or logged.
 */
export const sweep = async (runtime: Runtime): Promise<Swept> => {
  const groups = await runtime.store.list();
  const now = runtime.clock.now();
  const seen = groups.length === 0 ? {} : await look(runtime, groups, now);
  const wakes = groups.flatMap((group) => wakeFor(group, seen, now) ?? []);
  if (wakes.length > 0) await runtime.wakes.sendAll(wakes);
  await measure(runtime, groups, now);
  if (seen.failure) throw seen.failure;
  return { groups: groups.length, woken: wakes.length };
};

/** What was shown to this sweep; `impaired` and `targets` only when it was time to ask. */
interface Seen {
  /** By group; absent when EC2 did not answer. */
  readonly shown?: ReadonlyMap<string, readonly InstanceDescription[]>;
  /** Told at the end, by failing: a control plane that cannot see must not look well. */
  readonly failure?: Error;
  readonly impaired?: ReadonlySet<InstanceId>;
  readonly targets?: TargetGroupSights;
  /** What nodes answered, of groups that were asked a minute ago. */
  readonly nodes?: ReadonlyMap<GroupId, NodesSay>;
}

/** Without EC2's answer the sweep still wakes what is due: timers, marks and open orders need no read. */
const look = async (runtime: Runtime, groups: readonly GroupSummary[], now: Instant): Promise<Seen> => {
  try {
    const shown = byGroup(await runtime.instances.fleet());
    if (!isProbeTime(now, runtime.probeIntervalSeconds)) return { shown };
    const impaired = await runtime.instances.impaired();
    const asking = groups.map((group) => ({ group, shown: shown.get(group.id) ?? [] }));
    return {
      shown,
      impaired,
      targets: await readTargetGroups(runtime.targetGroups, groups.flatMap(targetGroupsOf)),
      nodes: await sweepNodes(runtime, asking, impaired),
    };
  } catch (error) {
    if (!(error instanceof ThrottledError || error instanceof UnansweredError)) throw error;
    return { failure: error };
  }
};

const targetGroupsOf = ({ watch, status }: GroupSummary): readonly string[] =>
  watch === 'watched' ? (status.targetGroups ?? []) : [];

const byGroup = (
  instances: readonly InstanceDescription[],
): ReadonlyMap<string, readonly InstanceDescription[]> => {
  const groups = new Map<string, InstanceDescription[]>();
  for (const instance of instances) {
    const group = instance.tags[GROUP_TAG];
    if (group === undefined) continue;
    const members = groups.get(group);
    if (members) members.push(instance);
    else groups.set(group, [instance]);
  }
  return groups;
};

/** `undefined` for a group at rest, or one that another pass holds at this moment. */
const wakeFor = (group: GroupSummary, seen: Seen, now: Instant): Wake | undefined => {
  if (group.lease !== undefined && now < group.lease.until) return undefined;
  if (group.watch === 'free' || group.watch === 'destroyed') return undefined;
  const abandoned = group.lease !== undefined;
  const due = abandoned || group.lookAgainAt <= now || group.wake !== group.seen || group.openOrders > 0;
  if (seen.shown === undefined) return due ? { group: group.id } : undefined;
  const listed = seen.shown.get(group.id) ?? [];
  const shown = listed.filter(({ id }) => !group.foreign.includes(id));
  const impaired = seen.impaired && impairedOf(group, shown, seen);
  const changed = impaired !== undefined && isChanged(group, impaired, seen);
  if (!changed && !due && fleetDigest(listed) === group.digest) return undefined;
  return { group: group.id, ...(impaired === undefined ? {} : { impaired: changed ? 'changed' : 'same' }) };
};

/**
 * Impaired by EC2's checks or by what nodes say, or running and not healthy in a target group: what a pass records, see
 * `Asked`. `undefined` when the group's nodes were not asked.
 */
const impairedOf = (
  group: GroupSummary,
  shown: readonly InstanceDescription[],
  { impaired: byChecks = new Set(), targets, nodes }: Seen,
): readonly InstanceId[] | undefined => {
  const say = nodes?.get(group.id);
  if (group.status.asksNodes !== undefined && say === undefined) return undefined;
  const impaired = say === undefined ? byChecks : new Set(say.amiss);
  const sights = targetGroupsOf(group).map((arn) => targets?.get(arn));
  return shown
    .filter(
      ({ id, state }) =>
        impaired.has(id) || (state === 'running' && sights.some((sight) => isAmiss(sight, id))),
    )
    .map(({ id }) => id)
    .sort();
};

/**
 * With a target group that could not be read, only more than is on record is a change; by what nodes say, fewer are one
 * only when they are said to be healthy.
 */
const isChanged = (
  group: GroupSummary,
  impaired: readonly InstanceId[],
  { targets, nodes }: Seen,
): boolean => {
  const blind = targetGroupsOf(group).some((arn) => targets?.get(arn)?.kind === 'unreadable');
  const more = impaired.some((id) => !group.impaired.includes(id));
  const healthy = nodes?.get(group.id)?.healthy;
  if (blind) return more;
  if (healthy !== undefined)
    return more || group.impaired.some((id) => healthy.has(id) && !impaired.includes(id));
  return impaired.join() !== [...group.impaired].sort().join();
};

/** Once in every interval, in the sweep of its first minute. */
const isProbeTime = (now: Instant, intervalSeconds: number): boolean => {
  const minutes = Math.max(1, Math.round(intervalSeconds / 60));
  return Math.floor(now / SWEEP_MS) % minutes === 0;
};

/**
 * Three metrics for the fleet, one more while rollouts are stuck and one while quorums are lost; one more for each group that is divergent, and once
 * when it no longer is.
 */
const measure = async (runtime: Runtime, groups: readonly GroupSummary[], now: Instant): Promise<void> => {
  const watched = groups.filter((group) => group.watch === 'watched');
  const divergent = watched.filter((group) => group.status.divergence > 0);
  const stuck = watched.filter((group) => group.status.rollout?.stuck).length;
  const lost = watched.filter((group) => group.status.quorumLost !== undefined).length;
  const ages = divergent.map((group) => now - (group.status.divergentSince ?? now));
  const metrics: Metric[] = [
    { name: 'GroupsDivergent', value: divergent.length, unit: 'Count' },
    { name: 'OldestDivergenceSeconds', value: Math.round(Math.max(0, ...ages) / 1000), unit: 'Seconds' },
    {
      name: 'BreakersOpen',
      value: watched.filter((group) => group.breaker.openSince !== undefined).length,
      unit: 'Count',
    },
    ...(lost === 0 ? [] : [{ name: 'QuorumsLost', value: lost, unit: 'Count' } satisfies Metric]),
    ...(stuck === 0 ? [] : [{ name: 'RolloutsStuck', value: stuck, unit: 'Count' } satisfies Metric]),
    ...divergent.map(
      (group): Metric => ({
        name: 'Divergence',
        value: group.status.divergence,
        unit: 'Count',
        group: group.id,
      }),
    ),
    ...watched
      .filter((group) => isBack(group, now))
      .map((group): Metric => ({ name: 'Divergence', value: 0, unit: 'Count', group: group.id })),
  ];
  runtime.metrics.publish(metrics, now);
  const overdue = divergent.filter((group) => crosses(now - (group.status.divergentSince ?? now)));
  const events = overdue.map((group) => divergedEvent(group.id, group.status.reasons, now));
  if (events.length === 0) return;
  await runtime.store.putEvents(events);
  await runtime.bus.publish(events);
};

/** In the one sweep that finds the limit passed since the sweep before. */
const crosses = (age: number): boolean => age >= DIVERGED_AFTER_MS && age < DIVERGED_AFTER_MS + SWEEP_MS;

const isBack = (group: GroupSummary, now: Instant): boolean => {
  const until = group.status.divergentUntil;
  return until !== undefined && now - until < SWEEP_MS;
};

const divergedEvent = (group: GroupId, reasons: readonly string[], now: Instant) => {
  const minutes = DIVERGED_AFTER_MS / 60_000;
  return groupEvent(
    now,
    'group.diverged',
    group,
    `for ${minutes} minutes: ${reasons.slice(0, 5).join('; ') || 'not as declared'}`,
  );
};
