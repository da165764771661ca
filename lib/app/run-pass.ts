import { hasEnded } from '../core/cluster.js';
import { ConflictError, ThrottledError, UnansweredError } from '../core/errors.js';
import type { GroupRecord } from '../core/group-record.js';
import type { GroupId } from '../core/ids.js';
import type { InstanceState } from '../core/instance.js';
import type { DestroyOrder } from '../core/order.js';
import type { Plan } from '../core/plan.js';
import { planGroup } from '../core/plan-group.js';
import type { Pace } from '../core/rollout.js';
import type { Wake } from '../ports/outbox.js';
import { adoptChosen } from './adopt.js';
import { provedByChecks } from './check-health.js';
import { watchFounding } from './cluster-place.js';
import { pollDrains } from './drain.js';
import { keepRollout } from './keep-rollout.js';
import { issueLaunches } from './launch.js';
import { loadRevision } from './load-revision.js';
import { observationOf } from './observation-of.js';
import { observe } from './observe.js';
import type { Step } from './pace-machine.js';
import { hasTimeFor, type PassState, saveRecords, tell } from './pass-state.js';
import { probeHealth } from './probe-health.js';
import { proveNew, readAlarms, rollingOf } from './prove-new.js';
import { giveUp, release } from './release.js';
import { rollBack } from './roll-back.js';
import type { Invocation, Runtime } from './runtime.js';
import { settleOrders } from './settle-orders.js';
import { issueDestroys } from './terminate.js';
import { tidyCluster } from './tidy-cluster.js';
import { writeOrders } from './write-orders.js';

/** How a pass ended: `busy` when another holds the lease, `dropped` when the wake is out of date. */
export type PassOutcome = 'done' | 'busy' | 'dropped' | 'lost' | 'later';

/** Added to the holder's deadline: the lease outlives the handler, never the other way round. */
const LEASE_MARGIN_MS = 10_000;
/** Further observations for wakes that came during this pass. */
const MOST_LOOKS = 3;
/** Rounds of decide and act on one observation: each can only fill what the one before found full or freed. */
const MOST_ROUNDS = 8;

/** How a pass ended and what it left behind. */
export interface Pass {
  readonly outcome: PassOutcome;
  /** As last written by the pass; absent when it did not come to its end. */
  readonly group?: GroupRecord;
  /** What the machine of the group's rollout does next. */
  readonly pace?: Pace;
}

export const runPass = async (runtime: Runtime, wake: Wake, invocation: Invocation): Promise<PassOutcome> =>
  (await passOver(runtime, wake, invocation)).outcome;

/**
 * One observe-decide-act over one group, under its lease. Level-triggered: the wake only says that there is something to
 * see. `step` is the execution of a rollout's machine that asked for it.
 */
export const passOver = async (
  runtime: Runtime,
  wake: Wake,
  invocation: Invocation,
  step?: Step,
): Promise<Pass> => {
  if (wake.due !== undefined && !(await isStillDue(runtime, wake.group, wake.due)))
    return { outcome: 'dropped' };
  const lease = { holder: invocation.id, until: invocation.deadline + LEASE_MARGIN_MS };
  const group = await runtime.store.takeLease(wake.group, lease, runtime.clock.now());
  if (group === undefined) return { outcome: 'busy' };
  try {
    const state = await stateOf(runtime, await withFleetFreeze(runtime, group), invocation);
    const pace = await lookUntilQuiet(state, wake, step);
    return { outcome: 'done', group: state.group, ...(pace === undefined ? {} : { pace }) };
  } catch (error) {
    await giveUp(runtime, group, error);
    if (error instanceof ConflictError) return { outcome: 'lost' };
    if (error instanceof ThrottledError || error instanceof UnansweredError) return { outcome: 'later' };
    throw error;
  }
};

/**
 * A group is frozen with the fleet exactly while the fleet's item says so: also one whose commit has missed it, or that a
 * command which died did not come to.
 */
const withFleetFreeze = async (runtime: Runtime, group: GroupRecord): Promise<GroupRecord> => {
  const { freeze } = await runtime.store.fleet();
  if (freeze?.since === group.fleetFreeze?.since) return group;
  const { fence, intent } = group;
  return runtime.store.update(group.id, { fleetFreeze: freeze }, { fence, intent });
};

const stateOf = async (runtime: Runtime, group: GroupRecord, invocation: Invocation): Promise<PassState> => ({
  runtime,
  invocation,
  group,
  revision: await loadRevision(runtime, group),
  records: [],
  foreign: [],
  listed: [],
  alarms: undefined,
  impaired: group.impaired,
  asked: false,
  cluster: undefined,
  ghosts: [],
});

const isStillDue = async (runtime: Runtime, id: GroupId, due: number): Promise<boolean> =>
  (await runtime.store.read(id))?.lookAgainAt === due;

const lookUntilQuiet = async (state: PassState, wake: Wake, step?: Step): Promise<Pace | undefined> => {
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    await lookOnce(state, look === 0 ? wake : { group: wake.group }, step !== undefined);
    const issued = await retryOnCommand(state, () => settleOrders(state));
    const plan = await retryOnCommand(state, () => actUntilQuiet(state, issued.throttled));
    const last = look === MOST_LOOKS - 1;
    if (await release(state, plan, { last, throttled: issued.throttled, step })) return plan.pace;
  }
  return undefined;
};

/** How long, and how often, a pass waits for EC2 to show what its own event told. */
const EVENT_LAG_MS = 7_000;
const EVENT_LOOK_MS = 1_000;

/** Observes, and again each second while EC2's reads lag behind the event that woke us; then it is the sweep's. */
const lookOnce = async (state: PassState, wake: Wake, stepping: boolean): Promise<void> => {
  await followRevision(state);
  await retryOnCommand(state, () => adoptChosen(state));
  await see(state, wake, stepping);
  const { expects, happenedAt } = wake;
  if (expects !== undefined) {
    for (let waited = 0; waited < EVENT_LAG_MS && !isShown(state, expects); waited += EVENT_LOOK_MS) {
      if (!hasTimeFor(state, EVENT_LOOK_MS)) break;
      await state.runtime.clock.sleep(EVENT_LOOK_MS);
      await see(state, wake, stepping);
    }
    if (happenedAt !== undefined && isShown(state, expects)) tellDetection(state, happenedAt);
  }
  await ask(state, wake);
};

/** From the event until a pass has seen what it told. */
const tellDetection = ({ runtime }: PassState, happenedAt: number): void => {
  const now = runtime.clock.now();
  const value = Math.max(0, Math.round((now - happenedAt) / 100) / 10);
  runtime.metrics.publish([{ name: 'DetectionSeconds', value, unit: 'Seconds' }], now);
};

/** What EC2 shows. */
const see = async (state: PassState, wake: Wake, stepping: boolean): Promise<void> => {
  const observed = await observe(state.runtime, state.group, {
    swept: wake.impaired !== undefined,
    stepping,
  });
  await tell(state, observed.events);
  state.records = observed.records;
  state.foreign = observed.foreign;
  state.listed = observed.listed;
  await saveRecords(state, observed.changed);
  await proveNew(state);
  state.alarms = await readAlarms(state);
};

/** What their flavor knows of the members. */
const ask = async (state: PassState, wake: Wake): Promise<void> => {
  state.asked = wake.impaired === 'same';
  if (needsProbe(state, wake)) await askAll(state);
};

const askAll = async (state: PassState): Promise<void> => {
  state.asked = true;
  const proving = provedByChecks(state.records, rollingOf(state));
  const probed = await probeHealth(
    state.runtime,
    state.revision,
    state.records.filter((record) => !proving.has(record.id)),
    state.records.filter((record) => proving.has(record.id)),
  );
  await tell(state, probed.events);
  state.records = [...probed.records, ...state.records.filter((record) => proving.has(record.id))];
  state.impaired = probed.impaired;
  state.cluster = probed.cluster;
  await saveRecords(state, probed.changed);
  await tidyCluster(state);
  await watchFounding(state);
};

/**
 * Members on record as healthy are watched by the sweep; the flavor is asked when the sweep saw a change, and about
 * members that are not known healthy unless the sweep has just seen them unchanged.
 */
const needsProbe = (state: PassState, wake: Wake): boolean => {
  if (wake.impaired === 'changed') return true;
  const { group, revision } = state;
  const known = (group.status.targetGroups ?? []).join();
  // What its members form together is known by nothing else.
  if (group.watch === 'watched' && revision.quorum !== undefined) return true;
  // Who has ended may still be listed, and only the list shows it.
  const tidies = state.runtime.flavors.find(revision.spec.flavor.plugin)?.tidy !== undefined;
  if (group.watch === 'watched' && tidies && state.records.some(hasEnded)) return true;
  if (group.watch === 'watched' && known !== (revision.targetGroups ?? []).join()) return true;
  const proving = provedByChecks(state.records, rollingOf(state));
  const running = state.records.filter(
    (record) => record.state === 'running' && record.goneAt === undefined && !proving.has(record.id),
  );
  return running.some(
    (record) =>
      record.health === 'unknown' ||
      !record.everHealthy ||
      (record.health === 'unhealthy' && wake.impaired !== 'same'),
  );
};

const PROGRESS: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 1,
  stopping: 2,
  stopped: 3,
  'shutting-down': 4,
  terminated: 5,
};

const isShown = (state: PassState, expects: NonNullable<Wake['expects']>): boolean => {
  const record = state.records.find((candidate) => candidate.id === expects.instance);
  if (record === undefined || record.goneAt !== undefined) return true;
  if (record.absentSince !== undefined) return false;
  return (
    PROGRESS[record.state] >= PROGRESS[expects.state] ||
    (expects.state === 'stopped' && record.state === 'running')
  );
};

/** Decides and acts until there is nothing left to do; answers update the view, so no read comes in between. */
const actUntilQuiet = async (state: PassState, throttled: boolean): Promise<Plan> => {
  let plan = await planKnowing(state);
  const settled = state.group.adopting.length === 0;
  for (let round = 0; round < MOST_ROUNDS && plan.actions.length > 0 && settled && !throttled; round += 1) {
    if (!hasTimeFor(state, 30_000)) break;
    const orders = await writeOrders(state, plan);
    await pollDrains(state);
    await issueDestroys(
      state,
      state.group.orders.filter(
        (order): order is DestroyOrder => order.kind === 'destroy' && order.blocked === undefined,
      ),
    );
    const launches = orders.filter((order) => order.kind === 'launch');
    const issued = launches.length > 0 ? await issueLaunches(state, launches, true) : undefined;
    plan = await planKnowing(state);
    if (issued?.throttled) break;
  }
  return plan;
};

/** A sweep and its probe, each a minute, and what they take: as old may be what is known at rest. */
const KNOWN_MS = 180_000;

const isFresh = ({ asked, group, runtime }: PassState): boolean =>
  asked || runtime.clock.now() - (group.askedAt ?? 0) < KNOWN_MS;

/**
 * No healthy member goes by what is merely on record of the others: the sweep that would have told may have been unable
 * to ask for long.
 */
const planKnowing = async (state: PassState): Promise<Plan> => {
  const plan = await planNow(state);
  const healthy = new Set(state.records.filter(({ health }) => health === 'healthy').map(({ id }) => id));
  const disrupts = plan.actions.some((action) => action.kind === 'destroy' && healthy.has(action.instance));
  if (isFresh(state) || !disrupts || state.group.watch !== 'watched') return plan;
  await askAll(state);
  return planNow(state);
};

/** Decides by the revision that the group's item names now: a write may have brought a newer one into view. */
const planNow = async (state: PassState): Promise<Plan> => {
  await followRevision(state);
  const plan = await decide(state);
  await keepRollout(state, plan);
  if (plan.rollBack === undefined) return plan;
  await rollBack(state, plan, plan.rollBack.reason);
  await followRevision(state);
  const back = await decide(state);
  await keepRollout(state, back);
  return back;
};

const decide = async (state: PassState): Promise<Plan> =>
  planGroup(state.group, state.revision, await observationOf(state), state.runtime.clock.now());

const followRevision = async (state: PassState): Promise<void> => {
  const { group, revision } = state;
  if (revision.specHash === group.specHash && revision.number === group.revision) return;
  state.revision = await loadRevision(state.runtime, group);
};

/** A user's command during the pass makes its writes fail; what was commanded is read, and the work done again. */
const retryOnCommand = async <T>(state: PassState, work: () => Promise<T>): Promise<T> => {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ConflictError) || tries >= 3) throw error;
      const current = await state.runtime.store.read(state.group.id);
      if (current === undefined || current.fence !== state.group.fence) throw error;
      state.group = current;
      state.revision = await loadRevision(state.runtime, current);
    }
  }
};
