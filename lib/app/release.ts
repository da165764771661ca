import { ConflictError } from '../core/errors.js';
import { fleetDigest } from '../core/fleet-digest.js';
import { groupEvent } from '../core/group-event.js';
import { FAR_AWAY, type GroupRecord, type GroupStatus } from '../core/group-record.js';
import type { GroupId, Instant } from '../core/ids.js';
import { type InstanceRecord, isLive } from '../core/instance.js';
import type { Plan } from '../core/plan.js';
import { DEAD_AFTER_MS, isRolling, type Rollout } from '../core/rollout.js';
import { ABSENT_TO_GONE_MS } from '../core/timers.js';
import type { GroupChange } from '../ports/group-store.js';
import { leaveCluster } from './cluster-place.js';
import { groupStatus } from './group-status.js';
import { paceMachine, type Step, startExecution } from './pace-machine.js';
import { type PassState, saveGroup, saveRecords, tell } from './pass-state.js';
import type { Runtime } from './runtime.js';

/** A record is kept this long after its instance is gone. */
const RECORD_KEPT_MS = 2 * 3_600_000;
/** An instance to adopt that no read has shown yet. */
const ADOPTION_LOOK_MS = 5_000;
/** A member whose instance has ended and that its cluster still lists: by then it shows as gone there too. */
const GHOST_LOOK_MS = 10_000;
/** Timers beyond the next sweep are the sweep's. */
const SWEEP_MS = 60_000;

/**
 * Writes down what the pass found and gives the lease back, unless somebody woke the group since the observation
 * began: then answers false, and a new observation has begun. The `last` look gives it back all the same, and wakes.
 */
export const release = async (
  state: PassState,
  plan: Plan,
  {
    last,
    throttled,
    step,
  }: { readonly last: boolean; readonly throttled: boolean; readonly step?: Step | undefined },
): Promise<boolean> => {
  await keepAlarm(state);
  const finished = await finish(state, plan);
  const { group } = state;
  const wait = throttled ? waitAfterThrottle(state.runtime, group.throttles) : 0;
  const paced = paceMachine(group, plan, step, state.runtime);
  const change: GroupChange = {
    ...finished.change,
    ...(paced === undefined ? {} : { rollout: paced.rollout }),
    lookAgainAt: Math.min(finished.lookAgainAt, deathOf(paced?.rollout), hauntedUntil(state)) + wait,
    throttles: throttled ? group.throttles + 1 : 0,
    ...(state.asked ? { askedAt: state.runtime.clock.now() } : {}),
    lease: undefined,
  };
  try {
    state.group = await state.runtime.store.update(group.id, change, {
      fence: group.fence,
      wake: group.seen,
    });
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    return releaseWoken(state, change, last);
  }
  await setTimer(state.runtime, group.id, change.lookAgainAt ?? FAR_AWAY);
  if (paced?.starts) await startExecution(state.runtime, state.group, paced.rollout);
  return true;
};

/** Members whose instance is gone are still listed: taking them out is tried again. */
const hauntedUntil = ({ runtime, group, ghosts }: PassState): Instant =>
  ghosts.length > 0 && group.watch === 'watched' ? runtime.clock.now() + GHOST_LOOK_MS : FAR_AWAY;

/** When a machine that has not been heard of is dead, so that a fresh execution has to go on. */
const deathOf = (rollout: Rollout | undefined): Instant =>
  isRolling(rollout) ? rollout.beatBy + DEAD_AFTER_MS : FAR_AWAY;

const releaseWoken = async (state: PassState, change: GroupChange, last: boolean): Promise<boolean> => {
  const { store, wakes } = state.runtime;
  const current = await store.read(state.group.id);
  if (current === undefined || current.fence !== state.group.fence)
    throw new ConflictError('the lease was lost');
  if (!last) {
    // What was told of is on record, so that it is told once.
    const { backoff, breaker, status } = change;
    const kept = { seen: current.wake, backoff, breaker, status };
    state.group = await store.update(current.id, kept, { fence: current.fence });
    return false;
  }
  // A user may have commanded meanwhile: what is the users' to change, or was proved of another revision, stays as it is.
  const { rollout: _, basis: __, steady: ___, ...rest } = change;
  await store.update(current.id, rest, { fence: current.fence });
  await wakes.send({ group: current.id });
  return true;
};

/** Gives the lease back after an error; whatever it was, the group is looked at again soon. */
export const giveUp = async (runtime: Runtime, group: GroupRecord, error: unknown): Promise<void> => {
  const { clock, log, store } = runtime;
  const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  log.warn('pass ended early', { group: group.id, error: why });
  const throttles = error instanceof ConflictError ? 0 : group.throttles + 1;
  const lookAgainAt = clock.now() + waitAfterThrottle(runtime, group.throttles);
  try {
    await store.update(group.id, { lease: undefined, lookAgainAt, throttles }, { fence: group.fence });
    await setTimer(runtime, group.id, lookAgainAt);
  } catch (failure) {
    log.warn('the lease was not given back; it runs out by itself', {
      group: group.id,
      error: String(failure),
    });
  }
};

const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 60_000;

/**
 * Twice as long each time, since the account's limit is shared by all groups; and up to as long again by luck, so that
 * groups that were throttled together do not come back together.
 */
const waitAfterThrottle = ({ random }: Pick<Runtime, 'random'>, before: number): number =>
  Math.round(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(before, 10)) * (1 + random.fraction()));

const setTimer = async ({ clock, wakes }: Runtime, group: GroupId, due: Instant): Promise<void> => {
  const wait = due - clock.now();
  if (wait >= SWEEP_MS) return;
  await wakes.send({ group, due }, Math.max(0, Math.ceil(wait / 1000)));
};

/** What the pass leaves behind: status, digest, timer, and the end of a group that was freed or destroyed. */
const finish = async (
  state: PassState,
  plan: Plan,
): Promise<{ change: GroupChange; lookAgainAt: Instant }> => {
  const now = state.runtime.clock.now();
  await dropOld(state, now);
  const counted = countedFailures(state, plan);
  // The group's back-off first: a failure counted twice delays a launch, one that is never counted is the harm.
  if (counted.length > 0) await saveGroup(state, { backoff: plan.backoff }, false);
  await saveRecords(state, counted);
  const ended = await endOf(state, now);
  const status = groupStatus(state, plan, now);
  if (status.converged && !state.group.status.converged) {
    const words = `${status.healthy} of ${status.declared} healthy and up to date`;
    await tell(state, [groupEvent(now, 'group.converged', state.group.id, words)]);
  }
  await tellBreaker(state, plan, now);
  await tellQuorum(state, status, now);
  const pending = state.group.adopting.length > 0 ? now + ADOPTION_LOOK_MS : FAR_AWAY;
  const lookAgainAt = ended ? FAR_AWAY : Math.min(plan.lookAgainAt, pending);
  return {
    lookAgainAt,
    change: {
      status,
      lookAgainAt,
      digest: fleetDigest(shownAfter(state)),
      ...steadyOf(state, plan),
      impaired: state.impaired,
      foreign: state.foreign,
      breaker: plan.breaker,
      backoff: plan.backoff,
    },
  };
};

/** What EC2 is going to list: what it listed, after what this pass has launched and ended. */
const shownAfter = ({ listed, records }: PassState): readonly Pick<InstanceRecord, 'id' | 'state'>[] => {
  const known = new Map(records.map((record) => [record.id, record]));
  const here = records.filter(
    (record) =>
      record.goneAt === undefined &&
      record.absentSince === undefined &&
      !record.untagged &&
      isLive(record.state),
  );
  return [...listed.filter(({ id }) => !known.has(id)), ...here];
};

/**
 * A group that is whole, with every member of its revision, makes that the one to heal from and to roll back to when a
 * later one fails. What nobody runs has proved nothing.
 */
const steadyOf = ({ group }: PassState, plan: Plan): GroupChange => {
  const { declared, upToDate } = plan.counts;
  const isRun = declared > 0 && upToDate >= declared;
  if (!plan.converged || !isRun || group.steady?.specHash === group.specHash) return {};
  return {
    steady: { number: group.revision, specHash: group.specHash, configHash: group.configHash },
    basis: undefined,
  };
};

const countedFailures = (state: PassState, plan: Plan): readonly InstanceRecord[] =>
  state.records
    .filter((record) => plan.failuresCounted.includes(record.id) && !record.failureCounted)
    .map((record) => ({ ...record, failureCounted: true }));

const tellBreaker = async (state: PassState, plan: Plan, now: Instant): Promise<void> => {
  const before = state.group.breaker.openSince;
  const after = plan.breaker.openSince;
  if (before === undefined && after !== undefined) {
    await tell(state, [groupEvent(now, 'breaker.tripped', state.group.id, plan.breaker.reason ?? 'tripped')]);
  } else if (before !== undefined && after === undefined) {
    await tell(state, [
      groupEvent(now, 'breaker.closed', state.group.id, 'few enough failures in the last 10 minutes'),
    ]);
  }
};

const tellQuorum = async (state: PassState, { quorumLost }: GroupStatus, now: Instant): Promise<void> => {
  const before = state.group.status.quorumLost;
  if ((before === undefined) === (quorumLost === undefined)) return;
  const event =
    quorumLost === undefined
      ? groupEvent(now, 'cluster.quorum-regained', state.group.id, 'a majority answers again')
      : groupEvent(now, 'cluster.quorum-lost', state.group.id, quorumLost);
  await tell(state, [event]);
};

const dropOld = async (state: PassState, now: Instant): Promise<void> => {
  const old = state.records.filter(
    (record) => record.goneAt !== undefined && now - record.goneAt > RECORD_KEPT_MS,
  );
  if (old.length === 0) return;
  await state.runtime.store.dropInstances(
    state.group.id,
    old.map((record) => record.id),
    state.group.fence,
  );
  state.records = state.records.filter((record) => !old.includes(record));
};

/** Ends `freeing` when no order is open, `destroying` when two looks a minute apart saw no member besides. */
const endOf = async (state: PassState, now: Instant): Promise<boolean> => {
  const { group } = state;
  if (group.orders.length > 0) return group.watch === 'free' || group.watch === 'destroyed';
  if (group.watch === 'freeing') {
    await forget(state);
    await saveGroup(state, { watch: 'free' }, true);
    return true;
  }
  if (group.watch !== 'destroying') return group.watch !== 'watched';
  const alive = state.records.some((record) => record.goneAt === undefined && isLive(record.state));
  if (alive) {
    if (group.emptySince !== undefined) await saveGroup(state, { emptySince: undefined }, true);
    return false;
  }
  if (group.emptySince === undefined) {
    await saveGroup(state, { emptySince: now }, true);
    return false;
  }
  if (now - group.emptySince < ABSENT_TO_GONE_MS) return false;
  await leaveCluster(state);
  await forget(state);
  if (group.alarm) await state.runtime.alarms.remove(group.id);
  await tell(state, [
    groupEvent(now, 'group.destroyed', group.id, 'no order is open and two looks saw no member'),
  ]);
  await saveGroup(state, { watch: 'destroyed', alarm: false, emptySince: undefined }, true);
  return true;
};

const forget = async (state: PassState): Promise<void> => {
  await state.runtime.store.dropInstances(
    state.group.id,
    state.records.map((record) => record.id),
    state.group.fence,
  );
  state.records = [];
};

/** The group's own alarm exists exactly while its spec asks for it. */
const keepAlarm = async (state: PassState): Promise<void> => {
  const wanted = state.group.watch === 'watched' && state.revision.spec.alarm;
  if (wanted === state.group.alarm || state.group.watch === 'destroying') return;
  await (wanted ? state.runtime.alarms.put(state.group.id) : state.runtime.alarms.remove(state.group.id));
  await saveGroup(state, { alarm: wanted }, false);
};
