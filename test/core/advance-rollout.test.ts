import { describe, expect, it } from 'vitest';
import { advanceRollout } from '../../lib/core/advance-rollout.js';
import type { Updating } from '../../lib/core/group-spec.js';
import type { Observation } from '../../lib/core/observation.js';
import type { Rollout } from '../../lib/core/rollout.js';
import type { RolloutFacts } from '../../lib/core/rollout-facts.js';
import { count, groupOf, MINUTE, NOON, percent, rolloutOf, specOf, V2 } from './planner-samples.js';

const advance = (
  updating: Partial<Updating>,
  rollout: Partial<Rollout>,
  facts: Partial<RolloutFacts> = {},
  observed: Pick<Observation, 'alarms' | 'window' | 'steady'> = {},
) =>
  advanceRollout(rolloutOf(rollout), {
    group: groupOf({ configHash: V2 }),
    spec: specOf({ size: 7, updating }),
    members: [],
    facts: { outdated: 7, outdatedUnderWay: 0, fresh: 0, proved: 0, ...facts },
    observed,
    size: 7,
    now: NOON,
  });

describe('advanceRollout', () => {
  it('rounds the share of a canary up, and begins even that with one', () => {
    const updating = { canary: { size: percent(20), bakeSeconds: 60 } };
    expect(advance(updating, { phase: 'canary' }).cap).toBe(1);
    const one = advance(updating, { phase: 'canary' }, { outdated: 6, fresh: 1, proved: 1 });
    expect(one).toMatchObject({ cap: 2, rollout: { phase: 'canary' } });
    const two = advance(updating, { phase: 'canary' }, { outdated: 5, fresh: 2, proved: 2 });
    expect(two.rollout).toMatchObject({ phase: 'canary-bake', waitUntil: NOON + MINUTE });
  });

  it('rounds the share of a checkpoint up', () => {
    const updating = { checkpoints: [{ atPercent: 20, wait: { kind: 'seconds' as const, seconds: 60 } }] };
    const one = advance(updating, { phase: 'rolling' }, { outdated: 6, fresh: 1, proved: 1 });
    expect(one).toMatchObject({ cap: 2, rollout: { phase: 'rolling' } });
    const two = advance(updating, { phase: 'rolling' }, { outdated: 5, fresh: 2, proved: 2 });
    expect(two.rollout).toMatchObject({ phase: 'checkpoint', waitUntil: NOON + MINUTE });
  });

  it('lets an alarm hold a rollout that continues over failures, and its deadline end it', () => {
    const updating = { alarms: ['errors'], onFailure: 'continue' as const, deadlineSeconds: 60 };
    const alarms = new Map([['errors', 'ALARM' as const]]);
    const held = advance(updating, { phase: 'rolling', resumedAt: NOON }, {}, { alarms });
    expect(held).toMatchObject({ hold: 'alarm "errors" is in ALARM', rollout: { status: 'running' } });
    const late = advance(updating, { phase: 'rolling', resumedAt: NOON - MINUTE }, {}, { alarms });
    expect(late.rollout.status).toBe('failed');
  });

  it('lets a rollback of a user begin with one, and bake and stop nowhere', () => {
    const updating = {
      canary: { size: count(3), bakeSeconds: 60 },
      checkpoints: [{ atPercent: 20, wait: { kind: 'approval' as const } }],
      bakeSeconds: 60,
    };
    const back = { isRollback: true, phase: 'canary' as const };
    expect(advance(updating, back).cap).toBe(1);
    const most = advance(updating, back, { outdated: 4, fresh: 3, proved: 3 });
    expect(most).toMatchObject({ cap: Number.POSITIVE_INFINITY, rollout: { phase: 'rolling' } });
    const all = advance(updating, { ...back, phase: 'rolling' }, { outdated: 0, fresh: 7, proved: 7 });
    expect(all.rollout.status).toBe('succeeded');
  });
});
