import { FAR_AWAY, type GroupRecord } from '../../lib/core/group-record.js';
import type { Amount, GroupSpec, Pool, Repair, Revision, Updating } from '../../lib/core/group-spec.js';
import {
  configHash,
  groupId,
  instanceId,
  launchHash,
  logicalId,
  orderId,
  rolloutId,
  specHash,
} from '../../lib/core/ids.js';
import type { InstanceRecord } from '../../lib/core/instance.js';
import { newGroup } from '../../lib/core/new-group.js';
import type { DestroyOrder, LaunchOrder } from '../../lib/core/order.js';
import type { Plan } from '../../lib/core/plan.js';
import { planGroup } from '../../lib/core/plan-group.js';
import type { Rollout } from '../../lib/core/rollout.js';

/** 2026-06-01T12:00:00Z: the time of every sample plan. */
export const NOON = 1_780_315_200_000;
export const SECOND = 1000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;

export const V1 = configHash('v1');
export const V2 = configHash('v2');
export const V3 = configHash('v3');

export const count = (n: number): Amount => ({ kind: 'count', count: n });
export const percent = (n: number): Amount => ({ kind: 'percent', percent: n });

export interface Declared {
  readonly size?: number;
  readonly pets?: readonly string[];
  readonly repair?: Partial<Repair>;
  readonly updating?: Partial<Updating>;
  readonly hash?: typeof V1;
  readonly pools?: readonly Pool[];
  /** Members that form a quorum together. */
  readonly quorum?: number;
}

export const specOf = ({
  size = 3,
  pets,
  repair = {},
  updating = {},
  hash = V1,
}: Declared = {}): GroupSpec => ({
  id: groupId('web'),
  allocation: pets ? { kind: 'logicalIds', logicalIds: pets.map(logicalId) } : { kind: 'size', size },
  instance: { plugin: 'aws/ec2-instance', properties: {} },
  flavor: { plugin: 'vanilla', properties: {} },
  updating: {
    maxUnavailable: count(1),
    maxSurge: count(0),
    skipDrain: false,
    drainTimeoutSeconds: 300,
    healthTimeoutSeconds: 900,
    checkpoints: [],
    bakeSeconds: 0,
    maxFailures: 0,
    onFailure: 'pause',
    alarms: [],
    maintenanceWindows: [],
    allowQuorumLoss: false,
    strategy: 'rolling',
    ...updating,
  },
  repair: { enabled: true, graceSeconds: 600, maxUnhealthy: percent(20), launchFirst: false, ...repair },
  protect: false,
  alarm: false,
  allow: [],
  configHash: hash,
});

export const revisionOf = (declared: Declared = {}): Revision => ({
  number: 1,
  specHash: specHash('s1'),
  spec: specOf(declared),
  properties: {},
  pins: { images: {}, subnets: [] },
  pools: declared.pools ?? [{}],
  ...(declared.quorum === undefined ? {} : { quorum: { majorityOf: declared.quorum } }),
});

export const ZONES: readonly Pool[] = ['a', 'b', 'c'].map((zone) => ({ subnet: `subnet-${zone}`, zone }));

export const groupOf = (change: Partial<GroupRecord> = {}): GroupRecord => ({
  ...newGroup(
    groupId('web'),
    { number: 1, specHash: specHash('s1'), configHash: V1, at: NOON - 24 * HOUR, origin: 'api' },
    NOON - 24 * HOUR,
  ),
  lookAgainAt: FAR_AWAY,
  ...change,
});

export type Change = Omit<Partial<InstanceRecord>, 'id' | 'logicalId'> & { readonly logicalId?: string };

/** A member that has been healthy for hours, unless told otherwise. */
export const member = (id: string, { logicalId: slot, ...change }: Change = {}): InstanceRecord => ({
  id: instanceId(id),
  state: 'running',
  configHash: V1,
  launchedAt: NOON - 5 * HOUR,
  health: 'healthy',
  healthReason: 'status checks pass',
  healthSince: NOON - 4 * HOUR,
  everHealthy: true,
  destroyedByUs: false,
  untagged: false,
  failureCounted: false,
  ...(slot === undefined ? {} : { logicalId: logicalId(slot) }),
  ...change,
});

export const healthy = member;

export const unhealthy = (id: string, forMs = 11 * MINUTE, change: Change = {}) =>
  member(id, { health: 'unhealthy', healthReason: 'impaired', healthSince: NOON - forMs, ...change });

export const unknown = (id: string, forMs = 11 * MINUTE, change: Change = {}) =>
  member(id, { health: 'unknown', healthReason: 'could not ask', healthSince: NOON - forMs, ...change });

export const booting = (id: string, ageMs = 30 * SECOND, change: Change = {}) =>
  member(id, {
    health: 'unknown',
    healthReason: 'booting',
    everHealthy: false,
    launchedAt: NOON - ageMs,
    healthSince: NOON - ageMs,
    ...change,
  });

export const absent = (id: string, forMs = 20 * SECOND, change: Change = {}) =>
  member(id, { absentSince: NOON - forMs, ...change });

/** EC2 said that it ended, and not by us. */
export const terminated = (id: string, agoMs = 10 * SECOND, change: Change = {}) =>
  member(id, { state: 'terminated', goneAt: NOON - agoMs, ...change });

/** Gone because EC2 no longer showed it; EC2 never said that it ended. */
export const vanished = (id: string, agoMs = 10 * SECOND, change: Change = {}) =>
  member(id, { absentSince: NOON - agoMs - MINUTE, goneAt: NOON - agoMs, ...change });

export const shuttingDown = (id: string, change: Change = {}) =>
  member(id, { state: 'shutting-down', ...change });

export const launchOrder = (id: string, change: Partial<LaunchOrder> = {}): LaunchOrder => ({
  kind: 'launch',
  id: orderId(id),
  launch: launchHash('l1'),
  count: 1,
  at: NOON - 5 * SECOND,
  notAfter: NOON + MINUTE,
  reason: 'test',
  ...change,
});

export const destroyOrder = (instance: string, change: Partial<DestroyOrder> = {}): DestroyOrder => ({
  kind: 'destroy',
  id: orderId(`d-${instance}`),
  instance: instanceId(instance),
  at: NOON - 5 * SECOND,
  context: 'terminate',
  reason: 'test',
  ...change,
});

export const plan = (
  declared: Declared,
  members: readonly InstanceRecord[],
  group: Partial<GroupRecord> = {},
  now = NOON,
): Plan => planGroup(groupOf(group), revisionOf(declared), { members, foreign: [] }, now);

/** A rollout from v1 to v2 that began a minute ago. */
export const rolloutOf = (change: Partial<Rollout> = {}): Rollout => ({
  id: rolloutId('roll'),
  number: 1,
  status: 'running',
  reason: '3 outdated',
  from: 1,
  to: 2,
  configHash: V2,
  isRollback: false,
  startedAt: NOON - MINUTE,
  resumedAt: NOON - MINUTE,
  phase: 'rolling',
  checkpoints: 0,
  replaced: 0,
  total: 3,
  failures: 0,
  failed: [],
  progressedAt: NOON - MINUTE,
  waitsFor: '',
  execution: 1,
  beatBy: NOON + MINUTE,
  ...change,
});

export const destroyed = (result: Plan): readonly string[] =>
  result.actions.flatMap((action) => (action.kind === 'destroy' ? [action.instance] : []));

export const launched = (result: Plan): number =>
  result.actions.reduce((sum, action) => sum + (action.kind === 'launch' ? action.count : 0), 0);

export const slots = (result: Plan): readonly (string | undefined)[] =>
  result.actions.flatMap((action) => (action.kind === 'launch' ? [action.slot] : []));

export const whys = (result: Plan): string =>
  result.undone.map((entry) => `${entry.what}: ${entry.why}`).join('\n');

export const reasonsFor = (result: Plan): readonly string[] => result.actions.map((action) => action.reason);
