import { applyHealth } from '../../lib/core/apply-health.js';
import { expectedBoot, secondsToCheck } from '../../lib/core/check-pace.js';
import type { GroupRecord } from '../../lib/core/group-record.js';
import type { Revision } from '../../lib/core/group-spec.js';
import { type InstanceId, orderId, rolloutId, specHash } from '../../lib/core/ids.js';
import { type HealthReport, type InstanceRecord, isLive } from '../../lib/core/instance.js';
import { mergeObservation, recordOf } from '../../lib/core/merge-observation.js';
import type { AlarmState, MaintenanceState, Observation } from '../../lib/core/observation.js';
import { NO_ROOM_MS } from '../../lib/core/placement.js';
import type { Action, Plan } from '../../lib/core/plan.js';
import { planGroup } from '../../lib/core/plan-group.js';
import { proveMembers } from '../../lib/core/prove.js';
import { isRolling, type Rollout } from '../../lib/core/rollout.js';
import { type Declared, groupOf, NOON, revisionOf } from '../core/planner-samples.js';
import { sayAction } from '../golden/say-action.js';
import { sayPlan } from '../golden/say-plan.js';
import { sayRollout } from '../golden/say-rollout.js';
import { checkNew } from './planner-checks.js';
import { committed, declaredOver, drainOrder, entered, resumed, rolledBack } from './planner-commands.js';
import { endingOf, type Limits, wrongEnd, wrongPlan } from './planner-limits.js';
import { describeMachine, type Machine, type Nature, plannerMachines } from './planner-machines.js';
import { plannerPacer } from './planner-pacer.js';

const MOST_STEPS = 20_000;

/** A world with one group: it boots, fails and loses machines, applies plans, and checks the limits at every step. */
export const plannerWorld = (shuffle: <T>(items: readonly T[]) => readonly T[]) => {
  const lines: string[] = [];
  const machines = plannerMachines();
  const pacer = plannerPacer();
  const archived: Rollout[] = [];
  const count = { passes: 0, checks: 0, orders: 0, rollouts: 0 };
  let now = NOON;
  let group: GroupRecord = groupOf({ revision: 0, history: [] });
  let revision: Revision = revisionOf();
  let steady: Revision | undefined;
  let records: readonly InstanceRecord[] = [];
  let limits: Limits = { atMost: 0, atLeast: 0 };
  let nature: Nature = {};
  let drainMs = 0;
  let full = new Set<string>();
  let alarms: Observation['alarms'];
  let window: MaintenanceState | undefined;
  let last = '';
  let lastRollout = '';
  let isConverged = false;

  const fail = (what: string): never => {
    throw new Error(`${what}\n${lines.slice(-14).join('\n')}`);
  };
  const clockText = () => {
    const seconds = Math.round((now - NOON) / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  };
  const observe = () => {
    const shown = machines.all.filter((machine) => !machine.hidden).map(describeMachine);
    const listed = shown.filter((description) => isLive(description.state));
    const unlisted = new Set(
      records.filter((record) => record.goneAt === undefined).map((record) => record.id),
    );
    for (const description of listed) unlisted.delete(description.id);
    const asked = shown.filter((description) => unlisted.has(description.id));
    const owner = { stack: 'prod', group: 'web' };
    const claims = { orders: shuffle(group.orders), closedTokens: shuffle(group.closedTokens), owner };
    const seen = { listed: shuffle(listed), asked: shuffle(asked) };
    const merged = mergeObservation(shuffle(records), seen, claims, now);
    const { rollout } = group;
    const isProving = ({ proving }: InstanceRecord) => isRolling(rollout) && proving === rollout.id;
    const proving = new Set(records.filter(isProving).map((record) => record.id));
    const reports = new Map<InstanceId, HealthReport>();
    for (const machine of machines.all) {
      const report = proving.has(machine.id) ? undefined : machines.healthOf(machine, now);
      if (report !== undefined) reports.set(machine.id, report);
    }
    records = applyHealth(merged.records, reports, now).records;
    records = records.map(({ leader: _, ...record }) =>
      find(record.id).leads ? { ...record, leader: true } : record,
    );
  };

  const prove = () => {
    if (!isRolling(group.rollout)) return;
    const proved = proveMembers(shuffle(records), group.rollout, revision.spec.updating, now);
    records = proved.records;
    if (proved.boot !== undefined) group = { ...group, rollout: { ...group.rollout, boot: proved.boot } };
  };

  /** True when the planner has something to decide. */
  const check = (): boolean => {
    const { rollout } = group;
    if (!isRolling(rollout)) return true;
    count.checks += 1;
    machines.age(now);
    const { updating } = revision.spec;
    const healthOf = (id: InstanceId) => machines.healthOf(find(id), now);
    const checked = checkNew(records, rollout, endingOf(group), updating, healthOf, now);
    records = checked.records;
    if (checked.isDue || pacer.checkedLong(now)) return true;
    const boot = rollout.boot ?? expectedBoot(records, updating);
    pacer.checkAgain(now, secondsToCheck(shuffle(checked.asked), updating, boot, now));
    return false;
  };

  const decide = (): Plan => {
    const another = steady !== undefined && steady.specHash !== revision.specHash ? { steady } : {};
    const plan = planGroup(
      { ...group, orders: shuffle(group.orders), noRoom: shuffle(group.noRoom) },
      revision,
      {
        members: shuffle(records),
        foreign: [],
        ...(group.rolls ? { freshId: rolloutId(`rollout-${count.rollouts + 1}`) } : {}),
        ...another,
        ...(alarms === undefined ? {} : { alarms }),
        ...(window === undefined ? {} : { window }),
      },
      now,
    );
    const wrong = wrongPlan(plan, group, window, now);
    if (wrong !== undefined) fail(wrong);
    return plan;
  };

  /** What a pass writes down of a plan, whether or not it acts. */
  const note = (plan: Plan) => {
    const counted = new Set(plan.failuresCounted);
    records = records.map((record) =>
      counted.has(record.id) ? { ...record, failureCounted: true } : record,
    );
    if (plan.superseded !== undefined) archived.push(plan.superseded);
    const { rollout } = plan;
    if (rollout !== undefined && rollout.id !== group.rollout?.id) count.rollouts += 1;
    group = {
      ...group,
      breaker: plan.breaker,
      backoff: plan.backoff,
      ...(rollout === undefined ? {} : { rollout }),
    };
    const isDone = rollout?.status === 'succeeded' || rollout?.status === 'rolled-back';
    if (plan.converged || (isDone && steady?.specHash !== revision.specHash)) {
      steady = revision;
      group = { ...group, steady: committed(revision) };
    }
  };

  /** Writes the orders of a plan, then sends them. */
  const apply = (plan: Plan) => {
    note(plan);
    const ended = new Set<InstanceId>();
    for (const action of plan.actions) if (action.kind === 'destroy') ended.add(action.instance);
    group = { ...group, destroying: group.destroying.filter(({ instance }) => !ended.has(instance)) };
    const wrong = wrongEnd(records, endingOf(group), ended, limits);
    if (wrong !== undefined) fail(wrong);
    for (const action of plan.actions) {
      lines.push(sayAction(action));
      if (action.kind === 'launch') launch(action);
      else if (drainMs === 0) end(action.instance);
      else drain(action);
    }
  };

  const end = (id: InstanceId) => {
    if (!machines.end(id, now)) return;
    records = records.map((record) =>
      record.id === id ? { ...record, state: 'shutting-down', destroyedByUs: true } : record,
    );
  };

  const drain = (action: Extract<Action, { kind: 'destroy' }>) => {
    const { drainTimeoutSeconds } = revision.spec.updating;
    group = { ...group, orders: [...group.orders, drainOrder(action, now, drainTimeoutSeconds)] };
  };

  const settleDrains = () => {
    const done = group.orders.filter((order) => order.kind === 'drain' && now >= order.at + drainMs);
    for (const order of done) if (order.kind === 'drain') end(order.instance);
    group = { ...group, orders: group.orders.filter((order) => !done.includes(order)) };
  };

  const launch = (action: Extract<Action, { kind: 'launch' }>) => {
    const { subnet = 'subnet-a', zone = 'a', slot } = action;
    const many = machines.alive() + action.count;
    if (many > limits.atMost) fail(`${many} would run, more than ${limits.atMost}`);
    const isHeldBy = (machine: Machine) => machine.slot === slot && machine.state !== 'terminated';
    if (slot !== undefined && machines.all.some(isHeldBy)) fail(`two would hold ${slot}`);
    const source = action.steady ? (steady ?? fail('there is no steady revision')) : revision;
    count.orders += 1;
    const token = orderId(`order-${count.orders}`);
    group = { ...group, closedTokens: [...group.closedTokens, { token, at: now }] };
    if (full.has(subnet)) {
      const entry = { subnet, until: now + NO_ROOM_MS, reason: `no room in ${subnet}` };
      group = { ...group, noRoom: [...group.noRoom, entry] };
      lines.push(`    no room in ${subnet}`);
      return;
    }
    const { rollout } = group;
    const proving = isRolling(rollout) && !action.steady ? { proving: rollout.id } : {};
    for (let index = 0; index < action.count; index += 1) {
      const hash = source.spec.configHash;
      const machine = machines.launch({ zone, subnet, slot, hash, token }, nature, now);
      records = [...records, { ...recordOf(describeMachine(machine), false, now), ...proving }];
    }
  };

  const show = (plan: Plan) => {
    const text = sayPlan(plan, group, revision, records, now);
    if (text === last && plan.actions.length === 0) return;
    last = text;
    lines.push(`${clockText()} ${text}`);
  };

  const showRollout = () => {
    const said = archived.splice(0).map(sayRollout);
    if (group.rollout !== undefined) said.push(sayRollout(group.rollout));
    const text = said.at(-1) ?? '';
    if (text === lastRollout && said.length < 2) return;
    lastRollout = text;
    lines.push(...said.map((line) => `  > ${clockText()} ${line}`));
  };

  /** Commits the steady revision again, as the shell does when a rollout fails. */
  const rollBack = ({ rollout: failed, rollBack: why }: Plan) => {
    const back = steady ?? fail('there is nothing to roll back to');
    const rollout = failed ?? fail('there is no rollout');
    revision = { ...back, number: group.revision + 1 };
    group = {
      ...entered(group, revision, 'rollback', now),
      rollout: rolledBack(rollout, revision, why?.reason ?? '', now),
    };
  };

  /** One pass: observe, then decide and act until there is nothing left to do. */
  const pass = (stepping: boolean): Plan => {
    count.passes += 1;
    if (count.passes > MOST_STEPS) fail(`no end after ${MOST_STEPS} passes`);
    machines.age(now);
    settleDrains();
    observe();
    prove();
    let plan = decide();
    if (plan.rollBack !== undefined) {
      rollBack(plan);
      plan = decide();
    }
    show(plan);
    for (let round = 0; plan.actions.length > 0; round += 1) {
      if (round > 8) fail('it acts without end on one observation');
      apply(plan);
      plan = decide();
    }
    note(plan);
    if (plan.converged) show(plan);
    if (plan.rollout !== undefined && plan.pace !== undefined)
      group = { ...group, rollout: pacer.pace(plan.rollout, plan.pace, stepping, now) };
    showRollout();
    isConverged = plan.converged;
    return plan;
  };

  const advance = (until: number, stop: (plan: Plan) => boolean) => {
    let stepping = false;
    let plan = pass(false);
    while (!stop(plan)) {
      const events = Math.min(plan.lookAgainAt, machines.nextEvent(now));
      const next = Math.min(events, pacer.at());
      if (next > until) {
        now = until;
        return;
      }
      now = Math.max(now + 1, next);
      stepping = now >= pacer.at() && (!pacer.checks() || check());
      if (stepping || now >= events) plan = pass(stepping);
    }
  };

  const change = (ids: readonly string[], to: Partial<Machine>) => {
    for (const id of ids) Object.assign(find(id), to);
  };
  const find = (id: string): Machine =>
    machines.all.find((machine) => machine.id === id) ?? fail(`there is no ${id}`);

  return {
    lines,
    count,
    note: (text: string) => {
      lines.push(`${clockText()} # ${text}`);
      last = '';
    },
    /** Commits; `origin` is `rollback` when a user rolls back. */
    declare: (declared: Declared, next: Limits, origin = 'api') => {
      const number = group.revision + 1;
      const after = { ...revisionOf(declared), number, specHash: specHash(`s${number}`) };
      group = entered(declaredOver(group, revision, after), after, origin, now);
      revision = after;
      limits = next;
    },
    command: (change: Partial<GroupRecord>) => {
      group = { ...group, ...change };
    },
    /** What users do to a rollout: its status and what belongs to it. */
    rollout: (change: (before: Rollout) => Rollout) => {
      group = { ...group, rollout: change(group.rollout ?? fail('there is no rollout')) };
    },
    /** A user lets it go on. */
    resume: () => {
      group = { ...group, rollout: resumed(group.rollout ?? fail('there is no rollout'), now) };
    },
    launchesAre: (next: Nature) => {
      nature = next;
    },
    drainsTake: (milliseconds: number) => {
      drainMs = milliseconds;
    },
    alarmsAre: (states: Readonly<Record<string, AlarmState>> | 'unreadable') => {
      alarms = states === 'unreadable' ? states : new Map(Object.entries(states));
    },
    windowIs: (next: MaintenanceState | undefined) => {
      window = next;
    },
    stopExecution: () => pacer.stop(),
    fill: (...subnets: readonly string[]) => {
      full = new Set(subnets);
    },
    kill: (...ids: readonly string[]) => change(ids, { diesAt: now }),
    sicken: (...ids: readonly string[]) => change(ids, { ill: true }),
    heal: (...ids: readonly string[]) => change(ids, { ill: false }),
    lead: (id: string) => change([id], { leads: true }),
    hide: (hidden: boolean) =>
      change(
        machines.all.map(({ id }) => id),
        { hidden },
      ),
    warn: (id: string, kind: 'interruption' | 'advice', reason: string) => {
      const leavingBy = { kind, at: now + 120_000, reason };
      records = records.map((record) => (record.id === id ? { ...record, leavingBy } : record));
    },
    /** Lets the time pass; EC2's events, the state machine and the timers of the plans wake the group. */
    run: (milliseconds: number) => advance(now + milliseconds, () => false),
    /** Until it is converged, or an hour is over. */
    settle: () => advance(now + 3_600_000, (plan) => plan.converged),
    /** Until a plan is as asked, or the time is over. */
    until: (isSo: (plan: Plan) => boolean, milliseconds = 3_600_000) => advance(now + milliseconds, isSo),
    now: () => now,
    group: () => group,
    converged: () => isConverged,
    alive: () => machines.all.filter((machine) => isLive(machine.state)).map(({ id }) => id),
  };
};

export type PlannerWorld = ReturnType<typeof plannerWorld>;
