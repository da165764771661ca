import fc from 'fast-check';
import type { GroupRecord } from '../../lib/core/group-record.js';
import { logicalId } from '../../lib/core/ids.js';
import type { InstanceRecord } from '../../lib/core/instance.js';
import type { Order } from '../../lib/core/order.js';
import {
  absent,
  booting,
  count,
  type Declared,
  destroyOrder,
  HOUR,
  healthy,
  launchOrder,
  MINUTE,
  NOON,
  percent,
  SECOND,
  shuttingDown,
  terminated,
  unhealthy,
  unknown,
  V1,
  V2,
  vanished,
  ZONES,
} from './planner-samples.js';

export interface Scene {
  readonly declared: Declared;
  readonly members: readonly InstanceRecord[];
  readonly group: Partial<GroupRecord>;
}

const SLOTS = ['a', 'b', 'c', 'd', 'e'] as const;
const AGES = [SECOND, 30 * SECOND, 5 * MINUTE, 11 * MINUTE, HOUR] as const;

const declaredOf = (pets: boolean): fc.Arbitrary<Declared> =>
  fc
    .record({
      pets: fc.subarray([...SLOTS], { minLength: 1 }),
      size: fc.integer({ min: 0, max: 8 }),
      repair: fc.record({
        enabled: fc.boolean(),
        graceSeconds: fc.constantFrom(60, 600),
        maxUnhealthy: fc.constantFrom(percent(20), percent(100), count(0)),
        launchFirst: pets ? fc.constant(false) : fc.boolean(),
      }),
      updating: fc.record({
        maxUnavailable: fc.integer({ min: 0, max: 3 }).map(count),
        maxSurge: fc.integer({ min: 0, max: 2 }).map(count),
      }),
      hash: fc.constantFrom(V1, V1, V2),
      pools: fc.constant(ZONES),
    })
    .map(({ pets: slots, size, ...rest }) => (pets ? { pets: slots, ...rest } : { size, ...rest }));

const MAKERS = [
  healthy,
  (id: string, _age: number, change: object) => healthy(id, change),
  booting,
  unhealthy,
  unknown,
  absent,
  terminated,
  vanished,
  (id: string, _age: number, change: object) => shuttingDown(id, change),
  (id: string, age: number, change: object) =>
    unhealthy(id, age, { state: 'stopped', healthReason: 'stopped', ...change }),
];

const memberOf = (id: string, pets: boolean): fc.Arbitrary<InstanceRecord> =>
  fc
    .record({
      maker: fc.integer({ min: 1, max: MAKERS.length - 1 }),
      age: fc.constantFrom(...AGES),
      slot: fc.constantFrom(...SLOTS),
      zone: fc.constantFrom('a', 'b', 'c'),
      untagged: fc.integer({ max: 9, min: 0 }).map((n) => n === 0),
      configHash: fc.constantFrom(V1, V1, V1, V2),
      destroyedByUs: fc.boolean(),
      failureCounted: fc.boolean(),
      leaving: fc.constantFrom(undefined, undefined, undefined, undefined, 'interruption', 'advice'),
    })
    .map(({ maker, age, slot, zone, untagged, configHash, destroyedByUs, failureCounted, leaving }) => {
      const make = MAKERS[maker] ?? booting;
      const change = {
        zone,
        untagged,
        configHash,
        failureCounted,
        ...(pets ? { logicalId: slot } : {}),
        ...(leaving === undefined
          ? {}
          : { leavingBy: { kind: leaving as 'advice', at: NOON + MINUTE, reason: leaving } }),
      };
      const record = (make as typeof booting)(id, age, change);
      return record.goneAt === undefined && record.state !== 'shutting-down'
        ? record
        : { ...record, destroyedByUs };
    });

/** Any state of a group, however odd; `pets` have logical IDs. */
export const sceneOf = (pets: boolean): fc.Arbitrary<Scene> =>
  fc.integer({ min: 0, max: 11 }).chain((n) =>
    fc
      .record({
        declared: declaredOf(pets),
        members: fc.tuple(...Array.from({ length: n }, (_, index) => memberOf(`i-${index}`, pets))),
        ending: fc.subarray(
          Array.from({ length: n }, (_, index) => index),
          { maxLength: Math.min(2, n) },
        ),
        blocked: fc.boolean(),
        launches: fc.array(fc.record({ slot: fc.constantFrom(...SLOTS), zone: fc.constantFrom('a', 'b') }), {
          maxLength: 2,
        }),
        named: fc.subarray(
          Array.from({ length: n }, (_, index) => index),
          { maxLength: Math.min(2, n) },
        ),
        full: fc.subarray(['subnet-a', 'subnet-b', 'subnet-c'], { maxLength: 3 }),
        backoff: fc.constantFrom(
          undefined,
          undefined,
          { failures: 2, notBefore: NOON + MINUTE, lastAt: NOON - SECOND, reason: 'r', configHash: V1 },
          { failures: 2, notBefore: NOON - 1, lastAt: NOON - MINUTE, reason: 'r', configHash: V1 },
        ),
        override: fc.constantFrom(undefined, undefined, NOON + MINUTE),
      })
      .map(({ declared, members, ending, blocked, launches, named, full, backoff, override }): Scene => {
        const open: Order[] = ending.flatMap((index) => {
          const member = members[index];
          return member === undefined || member.goneAt !== undefined
            ? []
            : [destroyOrder(member.id, blocked ? { blocked: 'protected' } : {})];
        });
        const taken = new Set(
          members.filter((member) => member.state !== 'terminated').map((member) => member.logicalId),
        );
        for (const [index, { slot, zone }] of launches.entries()) {
          if (pets && (taken.has(logicalId(slot)) || index > 0)) continue;
          open.push(
            launchOrder(`o-${index}`, { zone, ...(pets ? { slot: logicalId(slot) } : { count: index + 1 }) }),
          );
        }
        const group: Partial<GroupRecord> = {
          orders: open,
          destroying: named.map((index) => ({
            instance: members[index]?.id ?? ('i-0' as never),
            reason: 'named',
          })),
          noRoom: full.map((subnet) => ({ subnet, until: NOON + MINUTE, reason: `full ${subnet}` })),
          ...(backoff === undefined ? {} : { backoff }),
          ...(override === undefined ? {} : { breakerOverrideUntil: override }),
        };
        return { declared, members, group };
      }),
  );

export const scene = fc.boolean().chain(sceneOf);
export const herd = sceneOf(false);
