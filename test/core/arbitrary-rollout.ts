import fc from 'fast-check';
import type { GroupRecord } from '../../lib/core/group-record.js';
import type { Allocation } from '../../lib/core/group-spec.js';
import { logicalId, rolloutId } from '../../lib/core/ids.js';
import type { InstanceRecord } from '../../lib/core/instance.js';
import type { Observation } from '../../lib/core/observation.js';
import type { Rollout } from '../../lib/core/rollout.js';
import { type Scene, sceneOf } from './arbitrary-group.js';
import {
  count,
  type Declared,
  HOUR,
  MINUTE,
  NOON,
  rolloutOf,
  SECOND,
  V1,
  V2,
  V3,
} from './planner-samples.js';

/** A group that rolls to v2, or has done so, in any state. */
export interface RollingScene extends Scene {
  readonly rollout: Rollout;
  readonly observed: Pick<Observation, 'alarms' | 'window' | 'freshId'>;
  readonly steady: Declared | undefined;
}

const STATUSES = [
  'running',
  'running',
  'running',
  'rolling-back',
  'paused',
  'stopped',
  'failed',
  'succeeded',
  'superseded',
] as const;
const PHASES = ['canary', 'canary-bake', 'rolling', 'rolling', 'checkpoint', 'growing', 'bake'] as const;

const rollout = fc
  .record({
    status: fc.constantFrom(...STATUSES),
    phase: fc.constantFrom(...PHASES),
    configHash: fc.constantFrom(V2, V2, V2, V3),
    checkpoints: fc.integer({ min: 0, max: 1 }),
    failures: fc.integer({ min: 0, max: 1 }),
    wait: fc.constantFrom(undefined, NOON - 1, NOON + MINUTE),
    startedAt: fc.constantFrom(NOON - SECOND, NOON - 2 * HOUR),
  })
  .map(({ wait, ...rest }) => rolloutOf({ ...rest, ...(wait === undefined ? {} : { waitUntil: wait }) }));

const updating = fc.record({
  maxUnavailable: fc.integer({ min: 0, max: 3 }).map(count),
  maxSurge: fc.integer({ min: 0, max: 2 }).map(count),
  canary: fc.constantFrom(undefined, { size: count(2), bakeSeconds: 60 }),
  checkpoints: fc.constantFrom(
    [],
    [{ atPercent: 50, wait: { kind: 'approval' as const } }],
    [{ atPercent: 30, wait: { kind: 'seconds' as const, seconds: 60 } }],
  ),
  bakeSeconds: fc.constantFrom(0, 0, 60),
  onFailure: fc.constantFrom('pause' as const, 'rollback' as const, 'continue' as const),
  alarms: fc.constantFrom([], [], ['errors']),
  allowQuorumLoss: fc.boolean(),
  strategy: fc.constantFrom(
    'rolling' as const,
    'rolling' as const,
    'rolling' as const,
    'opportunistic' as const,
  ),
});

const observed = fc
  .record({
    alarm: fc.constantFrom(undefined, 'OK' as const, 'OK' as const, 'ALARM' as const),
    open: fc.constantFrom(undefined, true, false),
    fresh: fc.constantFrom(undefined, rolloutId('fresh'), rolloutId('fresh')),
  })
  .map(({ alarm, open, fresh }) => ({
    ...(alarm === undefined ? {} : { alarms: new Map([['errors', alarm]]) }),
    ...(open === undefined ? {} : { window: { open, changesAt: NOON + HOUR } }),
    ...(fresh === undefined ? {} : { freshId: fresh }),
  }));

/** A member of v1, v2 or v3; those of v2 may be proved yet to be. */
const rolled = (
  member: InstanceRecord,
  { hash, proving, checked }: { hash: typeof V1; proving: boolean; checked: number },
  current: Rollout,
): InstanceRecord => {
  const record = { ...member, configHash: hash };
  if (!proving || hash !== V2 || member.goneAt !== undefined) return record;
  const at = NOON - checked * MINUTE;
  const checks = { at, health: 'unknown' as const, reason: 'initializing', healthy: 0, notHealthyAt: at };
  return {
    ...record,
    proving: current.id,
    everHealthy: false,
    health: 'unknown',
    ...(checked < 0 ? {} : { checks }),
  };
};

export const rollingSceneOf = (pets: boolean): fc.Arbitrary<RollingScene> =>
  sceneOf(pets).chain((scene) =>
    fc
      .record({
        rollout,
        updating,
        observed,
        hashes: fc.tuple(
          ...scene.members.map(() =>
            fc.record({
              hash: fc.constantFrom(V1, V1, V2, V2, V3),
              proving: fc.boolean(),
              checked: fc.integer({ min: -1, max: 1 }),
            }),
          ),
        ),
        steady: fc.constantFrom(undefined, V1, V1),
        basis: fc.constantFrom(undefined, undefined, 2, 4),
        frozen: fc.integer({ min: 0, max: 5 }),
        restarted: fc.integer({ min: 0, max: 5 }),
        quorum: fc.constantFrom(undefined, undefined, 2, 3, 5),
        oldOrders: fc.boolean(),
      })
      .map(
        ({ updating: { canary, ...how }, hashes, basis, frozen, restarted, quorum, oldOrders, ...rest }) => {
          const declared: Declared = {
            ...scene.declared,
            hash: V2,
            updating: { ...how, ...(canary === undefined ? {} : { canary }) },
            ...(pets && quorum !== undefined ? { quorum } : {}),
          };
          const group: Partial<GroupRecord> = {
            ...scene.group,
            orders: (scene.group.orders ?? []).map((order) =>
              order.kind === 'launch' ? { ...order, configHash: oldOrders ? V1 : V2 } : order,
            ),
            configHash: V2,
            rolls: true,
            rollout: rest.rollout,
            ...(basis === undefined ? {} : { basis: basisOf(pets, basis) }),
            ...(frozen === 0 ? { freeze: { reason: 'gala', since: NOON - HOUR } } : {}),
            ...(restarted === 0 ? { restartBefore: NOON - 6 * HOUR } : {}),
            ...(rest.steady === undefined
              ? {}
              : { steady: { number: 1, specHash: 's1' as never, configHash: V1 } }),
          };
          const members = scene.members.map((member, index) => {
            const how = hashes[index];
            return how === undefined ? member : rolled(member, how, rest.rollout);
          });
          const steady = rest.steady === undefined ? undefined : { ...scene.declared, hash: V1 };
          return { declared, members, group, rollout: rest.rollout, observed: rest.observed, steady };
        },
      ),
  );

const basisOf = (pets: boolean, size: number): Allocation =>
  pets
    ? { kind: 'logicalIds', logicalIds: ['a', 'b', 'c', 'd'].slice(0, size).map(logicalId) }
    : { kind: 'size', size };

export const rollingScene = fc.boolean().chain(rollingSceneOf);
