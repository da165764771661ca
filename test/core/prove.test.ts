import { describe, expect, it } from 'vitest';
import type { HealthChecks, HealthReport } from '../../lib/core/instance.js';
import { afterCheck, isProved, proveMembers } from '../../lib/core/prove.js';
import {
  booting,
  type Change,
  MINUTE,
  NOON,
  rolloutOf,
  SECOND,
  specOf,
  terminated,
} from './planner-samples.js';

const well: HealthReport = { health: 'healthy', reason: 'checks pass' };
const ill: HealthReport = { health: 'unhealthy', reason: 'impaired' };
const unsure: HealthReport = { health: 'unknown', reason: 'initializing' };

/** The checks after these reports, given by the second at which they came. */
const checksOf = (...reports: readonly (readonly [number, HealthReport])[]): HealthChecks | undefined =>
  reports.reduce<HealthChecks | undefined>(
    (before, [seconds, report]) => afterCheck(before, report, NOON + seconds * SECOND),
    undefined,
  );

const { updating } = specOf();
const roll = rolloutOf();
const fresh = (change: Change = {}) => booting('i-1', MINUTE, { proving: roll.id, ...change });
const checked = (...reports: readonly (readonly [number, HealthReport])[]): Change => {
  const checks = checksOf(...reports);
  return checks === undefined ? {} : { checks };
};

describe('afterCheck', () => {
  it('counts healthy checks in a row, at least ten seconds apart', () => {
    expect(checksOf([0, well])).toMatchObject({ healthy: 1, at: NOON, healthySince: NOON });
    expect(checksOf([0, well], [10, well], [20, well])?.healthy).toBe(3);
    const first = checksOf([0, well]);
    expect(afterCheck(first, well, NOON + 9 * SECOND)).toBe(first);
  });

  it('begins anew after one that is not healthy, which counts however soon it comes', () => {
    const again = checksOf([0, well], [1, unsure], [2, well]);
    expect(again).toMatchObject({ healthy: 1, healthySince: NOON + 2 * SECOND, notHealthyAt: NOON + SECOND });
    expect(checksOf([0, well], [10, ill])).toMatchObject({
      healthy: 0,
      health: 'unhealthy',
      reason: 'impaired',
    });
  });
});

describe('afterCheck without an answer', () => {
  const silent: HealthReport = { health: 'unknown', reason: 'could not ask', unanswered: true };

  it('ends no row of healthy ones', () => {
    const first = checksOf([0, well]);
    expect(afterCheck(first, silent, NOON + 10 * SECOND)).toBe(first);
  });

  it('is no check that was not healthy', () => {
    expect(checksOf([0, silent])).toEqual({
      at: NOON,
      health: 'unknown',
      reason: 'could not ask',
      healthy: 0,
    });
    expect(checksOf([0, ill], [5, silent])?.notHealthyAt).toBe(NOON);
  });
});

describe('isProved', () => {
  it('asks for one healthy check unless the spec asks for more', () => {
    expect(isProved(checksOf([0, unsure]) as HealthChecks, {})).toBe(false);
    expect(isProved(checksOf([0, well]) as HealthChecks, {})).toBe(true);
  });

  it('asks for Count checks in a row and for Duration between the first and the last', () => {
    const two = checksOf([0, well], [10, well]) as HealthChecks;
    const three = checksOf([0, well], [10, well], [30, well]) as HealthChecks;
    expect([isProved(two, { count: 3 }), isProved(three, { count: 3 })]).toEqual([false, true]);
    expect([isProved(two, { durationSeconds: 30 }), isProved(three, { durationSeconds: 30 })]).toEqual([
      false,
      true,
    ]);
    expect(isProved(three, { count: 4, durationSeconds: 30 })).toBe(false);
  });
});

describe('proveMembers', () => {
  const prove = (records: Parameters<typeof proveMembers>[0], how = {}, rollout = roll) =>
    proveMembers(records, rollout, { ...updating, ...how }, NOON + MINUTE);

  it('makes healthy members of those whose checks have proved them, and tells how long they took', () => {
    const { records, changed, times, boot } = prove([fresh(checked([0, unsure], [20, well]))]);
    expect(changed).toEqual(records);
    expect(records[0]).toMatchObject({
      health: 'healthy',
      everHealthy: true,
      healthSince: NOON + 20 * SECOND,
      healthReason: 'checks pass',
    });
    expect(records[0]).not.toHaveProperty('proving');
    expect(records[0]).not.toHaveProperty('checks');
    expect([...times]).toEqual([['i-1', 80 * SECOND]]);
    expect(boot).toEqual({ atLeast: MINUTE, atMost: 80 * SECOND });
  });

  it('leaves those that are not proved, keeping the words of the last check', () => {
    const { records, changed } = prove([fresh(checked([0, unsure]))]);
    expect(changed).toEqual([]);
    expect(records[0]).toMatchObject({ proving: roll.id, everHealthy: false, healthReason: 'initializing' });
    expect(prove([fresh()]).records).toEqual([fresh()]);
  });

  it('leaves those of another rollout, and those that are gone', () => {
    const other = rolloutOf({ id: 'other' as never });
    expect(prove([fresh(checked([0, well]))], {}, other).changed).toEqual([]);
    const gone = terminated('i-1', SECOND, { proving: roll.id, ...checked([0, well]) });
    expect(prove([gone]).changed).toEqual([]);
  });

  it('takes one that was found healthy while its rollout was held, for as long as its checks would have taken', () => {
    const served = fresh({ everHealthy: true, health: 'healthy', healthSince: NOON + 40 * SECOND });
    expect(prove([served]).changed).toEqual(prove([served]).records);
    expect(prove([served]).records[0]).not.toHaveProperty('proving');
    expect(prove([served], { count: 3 }).changed).toHaveLength(1);
    expect(prove([served], { count: 4 }).changed).toEqual([]);
    expect(prove([served], { durationSeconds: 21 }).changed).toEqual([]);
  });

  it('keeps what an earlier boot told of when one is not done, while it fits', () => {
    const known = rolloutOf({ boot: { atLeast: 50 * SECOND, atMost: 90 * SECOND } });
    expect(prove([fresh(checked([5, well]))], {}, known).boot).toEqual({
      atLeast: 50 * SECOND,
      atMost: 65 * SECOND,
    });
    const quick = booting('i-1', 10 * SECOND, { proving: roll.id, ...checked([5, well]) });
    expect(prove([quick], {}, known).boot).toEqual({ atLeast: 0, atMost: 15 * SECOND });
  });
});
