import { applyHealth } from '../../lib/core/apply-health.js';
import { classify } from '../../lib/core/classify.js';
import type { GroupRecord } from '../../lib/core/group-record.js';
import type { Revision } from '../../lib/core/group-spec.js';
import { type InstanceId, instanceId, type LogicalId, orderId } from '../../lib/core/ids.js';
import {
  type HealthReport,
  type InstanceDescription,
  type InstanceRecord,
  type InstanceState,
  isLive,
} from '../../lib/core/instance.js';
import { mergeObservation, recordOf } from '../../lib/core/merge-observation.js';
import type { Order } from '../../lib/core/order.js';
import { NO_ROOM_MS } from '../../lib/core/placement.js';
import type { Action, Plan } from '../../lib/core/plan.js';
import { planGroup } from '../../lib/core/plan-group.js';
import { type Declared, groupOf, NOON, revisionOf } from '../core/planner-samples.js';
import { sayAction } from '../golden/say-action.js';

const PENDING_MS = 10_000;
const BOOT_MS = 60_000;
const ENDING_MS = 20_000;
const MOST_STEPS = 600;

/** One virtual instance: what is true of it, whatever a read shows. */
interface Machine {
  readonly id: InstanceId;
  readonly zone: string;
  readonly subnet: string;
  readonly slot: LogicalId | undefined;
  readonly launchedAt: number;
  readonly healthyAt: number;
  readonly hash: string;
  readonly token: string;
  diesAt: number;
  state: InstanceState;
  endsAt: number;
  ill: boolean;
  hidden: boolean;
  byUs: boolean;
}

/** Numbers that a story states by hand: what must hold after every step. */
export interface Limits {
  /** Instances that may exist when a launch is added. */
  readonly atMost: number;
  /** Healthy ones that an end of a healthy one must leave. */
  readonly atLeast: number;
}

/** How machines launched from now on behave. */
export interface Nature {
  /** They end so long after their launch. */
  readonly dieAfterMs?: number;
  readonly neverHealthy?: boolean;
}

/** A world with one group: it boots, fails and loses machines, applies plans, and checks the limits at every step. */
export const plannerWorld = (shuffle: <T>(items: readonly T[]) => readonly T[]) => {
  const lines: string[] = [];
  const machines: Machine[] = [];
  let now = NOON;
  let group: GroupRecord = groupOf();
  let revision: Revision = revisionOf();
  let records: readonly InstanceRecord[] = [];
  let limits: Limits = { atMost: 0, atLeast: 0 };
  let nature: Nature = {};
  let full = new Set<string>();
  let last = '';
  let orders = 0;
  let steps = 0;

  const fail = (what: string): never => {
    throw new Error(`${what}\n${lines.slice(-12).join('\n')}`);
  };
  const clockText = () => {
    const seconds = Math.round((now - NOON) / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  };
  const alive = () => machines.filter((machine) => isLive(machine.state)).length;

  const describeMachine = (machine: Machine): InstanceDescription => ({
    id: machine.id,
    state: machine.state,
    tags: {
      'holdfast.stack': 'prod',
      'infrakit.group': 'web',
      'infrakit.config.hash': machine.hash,
      ...(machine.slot === undefined ? {} : { 'infrakit.logical_id': machine.slot }),
    },
    launchedAt: machine.launchedAt,
    token: orderId(machine.token),
    zone: machine.zone,
    subnet: machine.subnet,
    ...(machine.state === 'terminated' && !machine.byUs
      ? { stateReason: { code: 'Server.Failure', message: 'it ended by itself' } }
      : {}),
  });

  /** Lets every machine become what it is by now. */
  const age = () => {
    for (const machine of machines) {
      if (machine.state === 'shutting-down' && now >= machine.endsAt) machine.state = 'terminated';
      if (isLive(machine.state) && now >= machine.diesAt) machine.state = 'terminated';
      if (machine.state === 'pending' && now >= machine.launchedAt + PENDING_MS) machine.state = 'running';
    }
  };

  const observe = () => {
    const shown = machines.filter((machine) => !machine.hidden).map(describeMachine);
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
    const reports = new Map<InstanceId, HealthReport>();
    for (const machine of machines) {
      if (machine.state !== 'running' || machine.hidden) continue;
      if (machine.ill) reports.set(machine.id, { health: 'unhealthy', reason: 'impaired' });
      else if (now >= machine.healthyAt)
        reports.set(machine.id, { health: 'healthy', reason: 'checks pass' });
      else reports.set(machine.id, { health: 'unknown', reason: 'initializing' });
    }
    records = applyHealth(merged.records, reports, now).records;
  };

  const decide = (): Plan => {
    const plan = planGroup(
      { ...group, orders: shuffle(group.orders), noRoom: shuffle(group.noRoom) },
      revision,
      { members: shuffle(records), foreign: [] },
      now,
    );
    if (plan.actions.length === 0 && plan.lookAgainAt <= now) fail('it would look again at once, for ever');
    const frozen = group.freeze !== undefined && now < (group.freeze.until ?? Number.POSITIVE_INFINITY);
    if (frozen && plan.actions.length > 0) fail('it acts while frozen');
    return plan;
  };

  /** What a pass writes down of a plan, whether or not it acts. */
  const note = (plan: Plan) => {
    const counted = new Set(plan.failuresCounted);
    records = records.map((record) =>
      counted.has(record.id) ? { ...record, failureCounted: true } : record,
    );
    group = { ...group, breaker: plan.breaker, backoff: plan.backoff };
  };

  /** Writes the orders of a plan, then sends them. */
  const apply = (plan: Plan) => {
    note(plan);
    const ended = new Set<InstanceId>();
    for (const action of plan.actions) if (action.kind === 'destroy') ended.add(action.instance);
    group = { ...group, destroying: group.destroying.filter(({ instance }) => !ended.has(instance)) };
    checkEnds(ended);
    for (const action of plan.actions) {
      lines.push(sayAction(action));
      if (action.kind === 'destroy') end(action.instance);
      else launch(action);
    }
  };

  const checkEnds = (ended: ReadonlySet<InstanceId>) => {
    const healthy = records.filter(
      (record) =>
        record.health === 'healthy' &&
        record.state === 'running' &&
        record.absentSince === undefined &&
        record.goneAt === undefined,
    );
    const costly = healthy.filter((record) => ended.has(record.id) && record.leavingBy === undefined);
    const left = healthy.filter((record) => !ended.has(record.id)).length;
    if (costly.length > 0 && left < limits.atLeast) fail(`only ${left} healthy ones would be left`);
    for (const id of ended) {
      const record = records.find((candidate) => candidate.id === id);
      if (record === undefined || record.goneAt !== undefined || record.absentSince !== undefined)
        fail(`${id} is ended although nothing shows it`);
    }
  };

  const end = (id: InstanceId) => {
    const machine = machines.find((candidate) => candidate.id === id);
    if (machine === undefined || !isLive(machine.state)) return;
    machine.byUs = true;
    machine.state = 'shutting-down';
    machine.endsAt = now + ENDING_MS;
    records = records.map((record) =>
      record.id === id ? { ...record, state: 'shutting-down', destroyedByUs: true } : record,
    );
  };

  const launch = (action: Extract<Action, { kind: 'launch' }>) => {
    const { subnet = 'subnet-a', zone = 'a', slot, count } = action;
    if (alive() + count > limits.atMost) fail(`${alive() + count} would run, more than ${limits.atMost}`);
    if (
      slot !== undefined &&
      machines.some((machine) => machine.slot === slot && machine.state !== 'terminated')
    )
      fail(`two would hold ${slot}`);
    orders += 1;
    const token = orderId(`order-${orders}`);
    group = { ...group, closedTokens: [...group.closedTokens, { token, at: now }] };
    if (full.has(subnet)) {
      const entry = { subnet, until: now + NO_ROOM_MS, reason: `no room in ${subnet}` };
      group = { ...group, noRoom: [...group.noRoom, entry] };
      lines.push(`    no room in ${subnet}`);
      return;
    }
    for (let index = 0; index < count; index += 1) {
      const machine: Machine = {
        id: instanceId(`i-${String(machines.length + 1).padStart(2, '0')}`),
        zone,
        subnet,
        slot,
        launchedAt: now,
        healthyAt: nature.neverHealthy ? Number.POSITIVE_INFINITY : now + BOOT_MS,
        diesAt: nature.dieAfterMs === undefined ? Number.POSITIVE_INFINITY : now + nature.dieAfterMs,
        hash: revision.spec.configHash,
        token,
        state: 'pending',
        endsAt: Number.POSITIVE_INFINITY,
        ill: false,
        hidden: false,
        byUs: false,
      };
      machines.push(machine);
      records = [...records, recordOf(describeMachine(machine), false, now)];
    }
  };

  const show = (plan: Plan) => {
    const entries = classify(
      { members: records, foreign: [] },
      {
        orders: [] as readonly Order[],
        configHash: revision.spec.configHash,
        graceSeconds: revision.spec.repair.graceSeconds,
        now,
      },
    );
    const words = entries
      .filter((entry) => entry.bucket !== 'gone')
      .map(({ member, bucket }) => `${member.id}/${member.logicalId ?? member.zone}:${bucket}`);
    const body = [
      ...(words.length === 0 ? ['nothing'] : words),
      ...(plan.converged ? ['— converged'] : []),
    ].join(' ');
    const undone = plan.undone.map((entry) => `  . ${entry.what}: ${entry.why}`);
    const text = [body, ...undone].join('\n');
    if (text === last && plan.actions.length === 0) return;
    last = text;
    lines.push([`${clockText()} ${body}`, ...undone].join('\n'));
  };

  /** One pass: observe, then decide and act until there is nothing left to do. */
  const pass = (): Plan => {
    steps += 1;
    if (steps > MOST_STEPS) fail(`no end after ${MOST_STEPS} passes`);
    age();
    observe();
    let plan = decide();
    show(plan);
    for (let round = 0; plan.actions.length > 0; round += 1) {
      if (round > 8) fail('it acts without end on one observation');
      apply(plan);
      plan = decide();
    }
    note(plan);
    if (plan.converged) show(plan);
    return plan;
  };

  /** When EC2 would tell of something by itself. */
  const nextEvent = (): number => {
    const times = machines.flatMap((machine) => [
      machine.launchedAt + PENDING_MS,
      machine.endsAt,
      machine.diesAt,
    ]);
    return Math.min(...times.filter((time) => time > now), Number.POSITIVE_INFINITY);
  };

  const advance = (until: number, stop: (plan: Plan) => boolean) => {
    for (;;) {
      const plan = pass();
      if (stop(plan)) return;
      const next = Math.min(plan.lookAgainAt, nextEvent());
      if (next > until) {
        now = until;
        return;
      }
      now = Math.max(now + 1, next);
    }
  };

  const find = (id: string): Machine =>
    machines.find((machine) => machine.id === id) ?? fail(`there is no ${id}`);

  return {
    lines,
    note: (text: string) => {
      lines.push(`${clockText()} # ${text}`);
      last = '';
    },
    declare: (declared: Declared, next: Limits) => {
      revision = revisionOf(declared);
      group = { ...group, configHash: revision.spec.configHash };
      limits = next;
    },
    command: (change: Partial<GroupRecord>) => {
      group = { ...group, ...change };
    },
    launchesAre: (next: Nature) => {
      nature = next;
    },
    fill: (...subnets: readonly string[]) => {
      full = new Set(subnets);
    },
    kill: (...ids: readonly string[]) => {
      for (const id of ids) find(id).diesAt = now;
    },
    sicken: (...ids: readonly string[]) => {
      for (const id of ids) find(id).ill = true;
    },
    hide: (hidden: boolean) => {
      for (const machine of machines) machine.hidden = hidden;
    },
    warn: (id: string, kind: 'interruption' | 'advice', reason: string) => {
      const leavingBy = { kind, at: now + 120_000, reason };
      records = records.map((record) => (record.id === id ? { ...record, leavingBy } : record));
    },
    /** Lets the time pass; EC2's events and the timers of the plans wake the group. */
    run: (milliseconds: number) => advance(now + milliseconds, () => false),
    /** Until it is converged, or an hour is over. */
    settle: () => advance(now + 3_600_000, (plan) => plan.converged),
    now: () => now,
  };
};

export type PlannerWorld = ReturnType<typeof plannerWorld>;
