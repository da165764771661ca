import { ConflictError, ThrottledError, UnansweredError } from '../core/errors.js';
import type { GroupRecord } from '../core/group-record.js';
import type { GroupId } from '../core/ids.js';
import type { InstanceState } from '../core/instance.js';
import type { Plan } from '../core/plan.js';
import { planGroup } from '../core/plan-group.js';
import type { Wake } from '../ports/outbox.js';
import { adoptChosen } from './adopt.js';
import { issueLaunches } from './launch.js';
import { loadRevision } from './load-revision.js';
import { observe } from './observe.js';
import { hasTimeFor, observationOf, type PassState, saveRecords, tell } from './pass-state.js';
import { probeHealth } from './probe-health.js';
import { giveUp, release } from './release.js';
import type { Invocation, Runtime } from './runtime.js';
import { settleOrders } from './settle-orders.js';
import { issueDestroys } from './terminate.js';
import { writeOrders } from './write-orders.js';

/** How a pass ended: `busy` when another holds the lease, `dropped` when the wake is out of date. */
export type PassOutcome = 'done' | 'busy' | 'dropped' | 'lost' | 'later';

/** Added to the holder's deadline: the lease outlives the handler, never the other way round. */
const LEASE_MARGIN_MS = 10_000;
/** Further observations for wakes that came during this pass. */
const MOST_LOOKS = 3;
/** Rounds of decide and act on one observation: each can only fill what the one before found full or freed. */
const MOST_ROUNDS = 8;

/** One observe-decide-act over one group, under its lease. Level-triggered: the wake only says that there is something to see. */
export const runPass = async (runtime: Runtime, wake: Wake, invocation: Invocation): Promise<PassOutcome> => {
  if (wake.due !== undefined && !(await isStillDue(runtime, wake.group, wake.due))) return 'dropped';
  const lease = { holder: invocation.id, until: invocation.deadline + LEASE_MARGIN_MS };
  const group = await runtime.store.takeLease(wake.group, lease, runtime.clock.now());
  if (group === undefined) return 'busy';
  try {
    return await lookUntilQuiet(
      await stateOf(runtime, await withFleetFreeze(runtime, group), invocation),
      wake,
    );
  } catch (error) {
    await giveUp(runtime, group, error);
    if (error instanceof ConflictError) return 'lost';
    if (error instanceof ThrottledError || error instanceof UnansweredError) return 'later';
    throw error;
  }
};

/** A fleet freeze that this group's commit has missed holds for it as well. */
const withFleetFreeze = async (runtime: Runtime, group: GroupRecord): Promise<GroupRecord> => {
  const { freeze } = await runtime.store.fleet();
  if (freeze === undefined || group.fleetFreeze !== undefined) return group;
  return runtime.store.update(group.id, { fleetFreeze: freeze }, { fence: group.fence });
};

const stateOf = async (runtime: Runtime, group: GroupRecord, invocation: Invocation): Promise<PassState> => ({
  runtime,
  invocation,
  group,
  revision: await loadRevision(runtime, group),
  records: [],
  foreign: [],
  digest: group.digest,
  impaired: group.impaired,
});

const isStillDue = async (runtime: Runtime, id: GroupId, due: number): Promise<boolean> =>
  (await runtime.store.read(id))?.lookAgainAt === due;

const lookUntilQuiet = async (state: PassState, wake: Wake): Promise<PassOutcome> => {
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    await lookOnce(state, look === 0 ? wake : { group: wake.group });
    const issued = await retryOnCommand(state, () => settleOrders(state));
    const plan = await retryOnCommand(state, () => actUntilQuiet(state, issued.throttled));
    const last = look === MOST_LOOKS - 1;
    if (await release(state, plan, { last, throttled: issued.throttled })) return 'done';
  }
  return 'done';
};

/** How long, and how often, a pass waits for EC2 to show what its own event told. */
const EVENT_LAG_MS = 7_000;
const EVENT_LOOK_MS = 1_000;

/** Observes, and again each second while EC2's reads lag behind the event that woke us; then it is the sweep's. */
const lookOnce = async (state: PassState, wake: Wake): Promise<void> => {
  await followRevision(state);
  await retryOnCommand(state, () => adoptChosen(state));
  await observeOnce(state, wake);
  if (wake.expects === undefined) return;
  for (let waited = 0; waited < EVENT_LAG_MS && !isShown(state, wake.expects); waited += EVENT_LOOK_MS) {
    if (!hasTimeFor(state, EVENT_LOOK_MS)) return;
    await state.runtime.clock.sleep(EVENT_LOOK_MS);
    await observeOnce(state, wake);
  }
};

const observeOnce = async (state: PassState, wake: Wake): Promise<void> => {
  const observed = await observe(state.runtime, state.group, wake.impaired !== undefined);
  await tell(state, observed.events);
  state.records = observed.records;
  state.foreign = observed.foreign;
  state.digest = observed.digest;
  await saveRecords(state, observed.changed);
  if (!needsProbe(state, wake)) return;
  const probed = await probeHealth(state.runtime, state.revision, state.records);
  await tell(state, probed.events);
  state.records = probed.records;
  state.impaired = probed.impaired;
  await saveRecords(state, probed.changed);
};

/**
 * Members on record as healthy are watched by the sweep; the flavor is asked when the sweep saw a change, and about
 * members that are not known healthy unless the sweep has just seen them unchanged.
 */
const needsProbe = (state: PassState, wake: Wake): boolean => {
  if (wake.impaired === 'changed') return true;
  const running = state.records.filter((record) => record.state === 'running' && record.goneAt === undefined);
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
  let plan = await planNow(state);
  const settled = state.group.adopting.length === 0;
  for (let round = 0; round < MOST_ROUNDS && plan.actions.length > 0 && settled && !throttled; round += 1) {
    if (!hasTimeFor(state, 30_000)) break;
    const orders = await writeOrders(state, plan);
    await issueDestroys(
      state,
      orders.filter((order) => order.kind === 'destroy'),
    );
    const launches = orders.filter((order) => order.kind === 'launch');
    const issued = launches.length > 0 ? await issueLaunches(state, launches, true) : undefined;
    plan = await planNow(state);
    if (issued?.throttled) break;
  }
  return plan;
};

/** Decides by the revision that the group's item names now: a write may have brought a newer one into view. */
const planNow = async (state: PassState): Promise<Plan> => {
  await followRevision(state);
  return planGroup(state.group, state.revision, observationOf(state), state.runtime.clock.now());
};

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
