import { describe, expect, it } from 'vitest';
import { rolloutId, specHash } from '../../lib/core/ids.js';
import { planGroup } from '../../lib/core/plan-group.js';
import { afterCheck, isProved } from '../../lib/core/prove.js';
import { withFailed, withFailedDrains } from '../../lib/core/rollout-failures.js';
import {
  groupOf,
  healthy,
  MINUTE,
  NOON,
  revisionOf,
  rolloutOf,
  SECOND,
  terminated,
  V1,
  V2,
} from './planner-samples.js';

const steady = { number: 1, specHash: specHash('s1'), configHash: V1 };
const three = [healthy('i-1'), healthy('i-2'), healthy('i-3')];
const second = revisionOf({ hash: V2 });

describe('a restart stamped by a clock that runs ahead', () => {
  it('begins once that time has come, and then one rollout only', () => {
    let group = groupOf({ configHash: V1, rolls: true, steady, restartBefore: NOON + 3 * SECOND });
    const seen: (number | undefined)[] = [];
    for (let index = 0; index < 8; index += 1) {
      const now = NOON + index * SECOND;
      const observed = { members: three, foreign: [], freshId: rolloutId(`r-${index}`) };
      const plan = planGroup(group, { ...revisionOf(), number: 2 }, observed, now);
      seen.push(plan.rollout?.number);
      if (index === 0) expect(plan.lookAgainAt).toBe(NOON + 3 * SECOND);
      if (plan.rollout !== undefined) group = { ...group, rollout: plan.rollout };
    }
    expect(seen).toEqual([undefined, undefined, undefined, 1, 1, 1, 1, 1]);
  });
});

describe('failures of a rollout', () => {
  it('are counted once, however many there are', () => {
    const dead = Array.from({ length: 150 }, (_, index) =>
      terminated(`i-${index}`, 10_000, {
        configHash: V2,
        proving: rolloutOf().id,
        everHealthy: false,
        health: 'unknown',
        launchedAt: NOON - 30 * SECOND,
      }),
    );
    let group = groupOf({ configHash: V2, rolls: true, steady, rollout: rolloutOf() });
    const revision = revisionOf({ hash: V2, updating: { maxFailures: 10_000 } });
    let members = dead;
    for (let index = 0; index < 4; index += 1) {
      const plan = planGroup(group, revision, { members, foreign: [] }, NOON + index * SECOND);
      expect(plan.rollout?.failures).toBe(150);
      if (plan.rollout !== undefined) group = { ...group, rollout: plan.rollout, backoff: plan.backoff };
      members = dead.map((member) => ({ ...member, failureCounted: true }));
    }
  });

  it('are not what a user or spot ended', () => {
    const ended = (code: string) =>
      terminated('i-4', 10_000, {
        configHash: V2,
        proving: rolloutOf().id,
        everHealthy: false,
        launchedAt: NOON - 30 * SECOND,
        stateReason: { code, message: code },
      });
    const failures = (code: string) => {
      const group = groupOf({ configHash: V2, rolls: true, steady, rollout: rolloutOf() });
      const observed = { members: [...three, ended(code)], foreign: [] };
      return planGroup(group, second, observed, NOON).rollout?.failures;
    };
    expect(failures('Client.UserInitiatedShutdown')).toBe(0);
    expect(failures('Server.SpotInstanceTermination')).toBe(0);
    expect(failures('Client.InstanceInitiatedShutdown')).toBe(1);
  });

  it('count a drain that fails again after a resume, and an instance only once', () => {
    const failed = withFailed(rolloutOf(), [three[0]?.id ?? healthy('i-1').id]);
    expect(withFailed(failed, failed.failed).failures).toBe(1);
    const resumed = { ...failed, failures: 0 };
    expect(withFailedDrains(resumed, failed.failed)).toMatchObject({ failures: 1, failed: failed.failed });
  });

  it('leave out a launch that was refused while the rollout was held', () => {
    const refusedAt = NOON - 5 * MINUTE;
    const backoff = { failures: 1, notBefore: 0, lastAt: refusedAt, refusedAt, configHash: V2, reason: 'no' };
    const rollout = rolloutOf({ startedAt: NOON - 60 * MINUTE, resumedAt: NOON - SECOND });
    const group = groupOf({ configHash: V2, rolls: true, steady, backoff, rollout });
    const plan = planGroup(group, second, { members: three, foreign: [] }, NOON);
    expect(plan.rollout).toMatchObject({ status: 'running', failures: 0 });
  });
});

describe('a row of healthy checks', () => {
  it('begins anew when nobody has asked for an hour', () => {
    const first = afterCheck(undefined, { health: 'healthy', reason: 'ok' }, NOON);
    const late = afterCheck(first, { health: 'healthy', reason: 'ok' }, NOON + 60 * MINUTE);
    expect(late).toMatchObject({ healthy: 1, healthySince: NOON + 60 * MINUTE });
    expect(isProved(late, { count: 2, durationSeconds: 600 })).toBe(false);
  });
});
