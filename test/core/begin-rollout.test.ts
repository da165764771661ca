import { describe, expect, it } from 'vitest';
import { beginRollout } from '../../lib/core/begin-rollout.js';
import type { GroupRecord } from '../../lib/core/group-record.js';
import { rolloutId, specHash } from '../../lib/core/ids.js';
import type { Rollout } from '../../lib/core/rollout.js';
import type { RolloutFacts } from '../../lib/core/rollout-facts.js';
import { type Declared, groupOf, MINUTE, NOON, revisionOf, rolloutOf, V2, V3 } from './planner-samples.js';

const none: RolloutFacts = { outdated: 0, outdatedUnderWay: 0, fresh: 3, proved: 3 };
const some: RolloutFacts = { outdated: 2, outdatedUnderWay: 1, fresh: 1, proved: 1 };
const FRESH = rolloutId('fresh');

const begin = (
  facts: RolloutFacts,
  group: Partial<GroupRecord> = {},
  { updating = {}, hash = V2 }: Declared = {},
  hasId = true,
) =>
  beginRollout(
    groupOf({ configHash: hash, ...group }),
    { ...revisionOf({ hash, updating }), number: 3 },
    facts,
    NOON,
    hasId ? FRESH : undefined,
  );

describe('beginRollout', () => {
  it('begins one when members are outdated, from the steady revision', () => {
    const steady = { number: 1, specHash: specHash('s1'), configHash: V3 };
    const { rollout, superseded } = begin(some, { steady });
    expect(superseded).toBeUndefined();
    expect(rollout).toMatchObject({
      id: FRESH,
      number: 1,
      status: 'running',
      phase: 'canary',
      from: 1,
      to: 3,
      configHash: V2,
      isRollback: false,
      startedAt: NOON,
      total: 4,
      replaced: 0,
      execution: 0,
    });
  });

  it('begins none without outdated members, an id, a watch or the strategy for it', () => {
    expect(begin(none)).toEqual({});
    expect(begin(some, {}, {}, false)).toEqual({});
    for (const watch of ['freeing', 'free', 'destroying'] as const)
      expect(begin(some, { watch })).toEqual({});
    expect(begin(some, {}, { updating: { strategy: 'opportunistic' } })).toEqual({});
  });

  it('keeps the one that leads to this config, under whatever number', () => {
    expect(begin(some, { rollout: rolloutOf({ to: 3 }) })).toEqual({ rollout: rolloutOf({ to: 3 }) });
    expect(begin(none, { rollout: rolloutOf({ to: 2 }) })).toEqual({ rollout: rolloutOf({ to: 3 }) });
    const paused = rolloutOf({ status: 'paused', to: 3 });
    expect(begin(some, { rollout: paused })).toEqual({ rollout: paused });
  });

  it('supersedes one that leads elsewhere, even when no member is outdated', () => {
    const { rollout, superseded } = begin(none, {
      rollout: rolloutOf({ configHash: V3, replaced: 1, number: 7 }),
    });
    expect(superseded).toMatchObject({
      number: 7,
      status: 'superseded',
      reason: 'revision 3 was committed; 1 of 3 were replaced',
      endedAt: NOON,
    });
    expect(rollout).toMatchObject({ number: 8, id: FRESH });
  });

  it('supersedes one that was begun before a restart was asked for', () => {
    const { superseded } = begin(some, { rollout: rolloutOf(), restartBefore: NOON });
    expect(superseded?.reason).toBe('a restart was asked for; 0 of 3 were replaced');
    const carrying = rolloutOf({ to: 3, restartBefore: NOON - MINUTE });
    expect(begin(some, { rollout: carrying, restartBefore: NOON - MINUTE }).superseded).toBeUndefined();
  });

  it('leaves one that has ended as it ended', () => {
    const over = (change: Partial<Rollout>) => rolloutOf({ configHash: V3, endedAt: NOON - 1, ...change });
    for (const status of ['failed', 'succeeded', 'rolled-back', 'superseded'] as const) {
      const { rollout, superseded } = begin(some, { rollout: over({ status }) });
      expect(superseded).toBeUndefined();
      expect(rollout?.id).toBe(FRESH);
      expect(begin(none, { rollout: over({ status }) })).toEqual({ rollout: over({ status }) });
    }
  });

  it('stops one whose group is let go, or whose strategy became opportunistic', () => {
    expect(begin(some, { rollout: rolloutOf(), watch: 'freeing' }).rollout).toMatchObject({
      status: 'stopped',
      reason: 'the group is freeing',
      endedAt: NOON,
    });
    const opportunistic = { updating: { strategy: 'opportunistic' as const } };
    expect(begin(some, { rollout: rolloutOf() }, opportunistic).rollout?.status).toBe('stopped');
  });

  it('knows a rollback by the origin of its revision', () => {
    const history = [{ number: 3, specHash: specHash('s3'), configHash: V2, at: NOON, origin: 'rollback' }];
    expect(begin(some, { history }).rollout?.isRollback).toBe(true);
  });
});
