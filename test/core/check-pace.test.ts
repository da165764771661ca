import { describe, expect, it } from 'vitest';
import { expectedBoot, secondsToCheck } from '../../lib/core/check-pace.js';
import type { Updating } from '../../lib/core/group-spec.js';
import type { HealthChecks } from '../../lib/core/instance.js';
import { afterCheck, isProved, proveMembers } from '../../lib/core/prove.js';
import type { Bounds } from '../../lib/core/rollout.js';
import {
  booting,
  type Change,
  HOUR,
  MINUTE,
  member,
  NOON,
  rolloutOf,
  SECOND,
  specOf,
} from './planner-samples.js';

const spec = (change: Partial<Updating> = {}): Updating => specOf({ updating: change }).updating;

interface Watched {
  readonly checks: number;
  /** From its launch until it was proved, in milliseconds. */
  readonly took: number;
  readonly boot: Bounds | undefined;
}

/** Checks one instance that boots so long until it is proved. */
const watch = (bootMs: number, known: Bounds | undefined, updating = spec()): Watched => {
  let checks: HealthChecks | undefined;
  let now = NOON;
  for (let number = 1; number <= 200; number += 1) {
    const asked = checks === undefined ? {} : { checks };
    now += secondsToCheck([{ launchedAt: NOON, ...asked }], updating, known, now) * SECOND;
    const health = now - NOON >= bootMs ? 'healthy' : 'unknown';
    checks = afterCheck(checks, { health, reason: '' }, now);
    if (!isProved(checks, updating)) continue;
    const record = { ...booting('i-1', 0), proving: rolloutOf().id, checks };
    const rollout = rolloutOf(known === undefined ? {} : { boot: known });
    return { checks: number, took: now - NOON, boot: proveMembers([record], rollout, updating, now).boot };
  }
  throw new Error('it is never proved');
};

/** Rolls so many, one after the other, each booting as long. */
const rollOf = (many: number, bootMs: number): readonly Watched[] => {
  const watched: Watched[] = [];
  for (let index = 0; index < many; index += 1) watched.push(watch(bootMs, watched.at(-1)?.boot));
  return watched;
};

describe('secondsToCheck', () => {
  it.each([5, 20, 60, 90, 300])(
    'needs few checks and little time once it knows a boot of %i s',
    (seconds) => {
      const [first, ...others] = rollOf(10, seconds * SECOND);
      expect(first?.took).toBeLessThanOrEqual(1.5 * seconds * SECOND + SECOND);
      const mean = others.reduce((sum, { checks }) => sum + checks, 0) / others.length;
      // A gap is never longer than a minute, so that a slow boot is not lost sight of.
      expect(mean).toBeLessThanOrEqual(2.3 + Math.floor(seconds / 60 - 0.01));
      for (const { took } of others.slice(2))
        expect(took).toBeLessThanOrEqual(1.1 * seconds * SECOND + SECOND);
    },
  );

  it('needs one check each, after a second, on a cloud that boots at once', () => {
    for (const { checks, took } of rollOf(10, 0))
      expect({ checks, took }).toEqual({ checks: 1, took: SECOND });
  });

  it('asks at once about one that nobody has asked about for long', () => {
    expect(secondsToCheck([{ launchedAt: NOON - 10 * MINUTE }], spec(), undefined, NOON)).toBe(1);
    const boot = { atLeast: 55 * SECOND, atMost: MINUTE };
    expect(secondsToCheck([{ launchedAt: NOON - 10 * MINUTE }], spec(), boot, NOON)).toBe(1);
  });

  it('asks when the time of one is over, and never less often than each minute', () => {
    const checks = afterCheck(undefined, { health: 'unknown', reason: '' }, NOON);
    const old = [{ launchedAt: NOON - 10 * MINUTE, checks }];
    expect(secondsToCheck(old, spec({ healthTimeoutSeconds: 630 }), undefined, NOON)).toBe(30);
    expect(secondsToCheck(old, spec(), undefined, NOON)).toBe(60);
  });

  it('follows the first of a batch', () => {
    const boot = { atLeast: 59 * SECOND, atMost: MINUTE };
    const batch = [
      { launchedAt: NOON },
      { launchedAt: NOON - 40 * SECOND },
      { launchedAt: NOON - 20 * SECOND },
    ];
    expect(secondsToCheck(batch, spec(), boot, NOON)).toBe(20);
  });

  it('comes ten seconds apart for a Count, and by the end of a Duration', () => {
    expect(watch(0, undefined, spec({ count: 3 }))).toMatchObject({ checks: 3, took: 21 * SECOND });
    const lasting = watch(0, undefined, spec({ durationSeconds: 120 }));
    expect(lasting.took).toBeLessThanOrEqual(125 * SECOND);
    expect(lasting.checks).toBeLessThanOrEqual(8);
  });
});

describe('expectedBoot', () => {
  const took = (seconds: number, change: Change = {}) =>
    member('i-1', { launchedAt: NOON - HOUR, healthSince: NOON - HOUR + seconds * SECOND, ...change });

  it('is what the quickest member took, or two thirds of it, since passes look seldom', () => {
    const members = [took(90), took(66), took(400)];
    expect(expectedBoot(members, spec())).toEqual({ atLeast: 44_000, atMost: 66_000, isGuess: true });
  });

  it('is not learnt from one that is ill, gone, or took longer than a new one may', () => {
    const others = [took(5, { health: 'unhealthy' }), took(5, { goneAt: NOON }), took(901)];
    expect(expectedBoot([], spec())).toBeUndefined();
    expect(expectedBoot(others, spec())).toBeUndefined();
  });

  it('is never less than nothing, though clocks differ', () => {
    expect(expectedBoot([took(-2)], spec())).toMatchObject({ atLeast: 0, atMost: 0 });
  });

  it.each([
    ['the same', 60, 2, 66],
    ['half of it', 30, 1, 55],
    ['three times as long', 180, 5, 209],
  ])('saves checks of the first new one that boots %s', (_, seconds, checks, took) => {
    const expected = expectedBoot([member('i-1', { launchedAt: NOON, healthSince: NOON + 66_000 })], spec());
    expect(watch(seconds * SECOND, expected)).toMatchObject({ checks, took: took * SECOND });
    expect(watch(seconds * SECOND, undefined).checks).toBeGreaterThan(checks);
  });
});
