import { describe, expect, it } from 'vitest';
import type { GroupRecord } from '../../lib/core/group-record.js';
import { instanceId, specHash } from '../../lib/core/ids.js';
import type { HealthChecks, InstanceRecord } from '../../lib/core/instance.js';
import type { Observation } from '../../lib/core/observation.js';
import { planGroup } from '../../lib/core/plan-group.js';
import type { Rollout } from '../../lib/core/rollout.js';
import {
  booting,
  type Change,
  count,
  type Declared,
  destroyed,
  groupOf,
  HOUR,
  healthy,
  launchOrder,
  MINUTE,
  NOON,
  revisionOf,
  rolloutOf,
  SECOND,
  shuttingDown,
  unknown,
  V1,
  V2,
  V3,
} from './planner-samples.js';

const steady = { number: 1, specHash: specHash('s1'), configHash: V1 };
const old = (id: string, change: Change = {}) => healthy(id, { configHash: V1, ...change });
const fresh = (id: string, change: Change = {}) => healthy(id, { configHash: V2, ...change });
const proving = (id: string, ageMs = 30 * SECOND, change: Change = {}) =>
  booting(id, ageMs, { configHash: V2, proving: rolloutOf().id, ...change });

/** A plan of three that roll from v1 to v2. */
const roll = (
  members: readonly InstanceRecord[],
  rollout: Partial<Rollout> = {},
  {
    declared = {},
    group = {},
    observed = {},
  }: { declared?: Declared; group?: Partial<GroupRecord>; observed?: Partial<Observation> } = {},
) =>
  planGroup(
    groupOf({ configHash: V2, rolls: true, steady, rollout: rolloutOf(rollout), ...group }),
    { ...revisionOf({ hash: V2, ...declared }), number: 2 },
    { members, foreign: [], steady: revisionOf(), ...observed },
    NOON,
  );

const launches = (plan: ReturnType<typeof roll>) =>
  plan.actions.flatMap((action) =>
    action.kind === 'launch' ? [[action.count, action.steady ?? false]] : [],
  );

describe('what a launch of a rolling group is made from', () => {
  it('is the declared revision while the phase has room, and the steady one beyond', () => {
    const two = roll([old('i-1')], { phase: 'canary' });
    expect(launches(two)).toEqual([
      [1, false],
      [1, true],
    ]);
    expect(two.actions[1]?.reason).toContain('from revision 1: the rollout is running');
    expect(launches(roll([old('i-1')], { phase: 'rolling' }))).toEqual([[2, false]]);
  });

  it('is the steady revision while the rollout is held', () => {
    for (const status of ['paused', 'stopped', 'failed'] as const)
      expect(launches(roll([old('i-1'), fresh('i-2')], { status }))).toEqual([[1, true]]);
  });

  it('waits for the first to be proved when no revision was ever whole', () => {
    const plan = roll(
      [proving('i-1'), old('i-2')],
      { phase: 'canary' },
      { group: { steady: undefined }, observed: { steady: undefined } },
    );
    expect(plan.actions).toEqual([]);
    expect(plan.undone).toEqual([
      { kind: 'deferred', what: 'launch 1', why: 'the first of this revision is not proved yet' },
    ]);
  });

  it('is what is declared when the group was whole under that config already', () => {
    const known = { steady: { ...steady, configHash: V2 } };
    const plan = roll(
      [proving('i-1'), old('i-2')],
      { phase: 'canary' },
      { group: known, observed: { steady: undefined } },
    );
    expect(launches(plan)).toEqual([[1, false]]);
  });
});

describe('a rolling group', () => {
  const oneMore = { updating: { maxUnavailable: count(0), maxSurge: count(1) } };

  it('launches no outdated stand-in, which would be the next to be replaced', () => {
    const destroying = [{ instance: instanceId('i-2'), reason: 'named' }];
    const declared = { size: 2, updating: { maxSurge: count(1) } };
    const plan = roll([old('i-2'), proving('i-3')], { phase: 'canary' }, { declared, group: { destroying } });
    expect(plan.actions).toEqual([]);
    const held = roll(
      [old('i-2'), fresh('i-3')],
      { status: 'stopped' },
      { declared: { ...oneMore, size: 2 }, group: { destroying } },
    );
    expect(launches(held)).toEqual([[1, true]]);
  });

  it('grows only when all that it had is replaced and proved', () => {
    const more = { declared: { size: 5 }, group: { basis: { kind: 'size' as const, size: 3 } } };
    expect(roll([fresh('i-1'), fresh('i-2'), proving('i-3')], {}, more).actions).toEqual([]);
    const grows = roll([fresh('i-1'), fresh('i-2'), fresh('i-3')], {}, more);
    expect(grows.rollout?.phase).toBe('growing');
    expect(launches(grows)).toEqual([[2, false]]);
  });

  it('counts no failure of what a rollback leads away from', () => {
    const at = NOON - SECOND;
    const checks = { at, health: 'unknown' as const, reason: '', healthy: 0, notHealthyAt: at };
    const failing = proving('i-3', 20 * MINUTE, { configHash: V3, checks });
    const back = { status: 'rolling-back' as const, isRollback: true };
    const plan = roll([fresh('i-1'), fresh('i-2'), failing], back);
    expect(plan.rollout).toMatchObject({ status: 'rolling-back', failures: 0 });
    expect(destroyed(plan)).toEqual(['i-3']);
  });
});

describe('what a rollout waits for', () => {
  const pace = (...of: Parameters<typeof roll>) => {
    const plan = roll(...of);
    return { ...plan.pace, waitsFor: plan.rollout?.waitsFor, until: plan.rollout?.until };
  };

  it('is the health of its new instances first', () => {
    expect(pace([old('i-1'), old('i-2'), proving('i-3')])).toEqual({
      next: 'check',
      seconds: 1,
      waitsFor: '1 new to become healthy',
      until: NOON - 30 * SECOND + 15 * MINUTE,
    });
  });

  it('is a drain, looked at ever more seldom', () => {
    const drain = (ageMs: number) => ({
      orders: [
        {
          kind: 'drain' as const,
          id: 'd' as never,
          instance: 'i-1' as never,
          at: NOON - ageMs,
          deadline: NOON + MINUTE,
          context: 'rolling_update' as const,
          reason: '',
        },
      ],
    });
    const members = [old('i-1'), old('i-2'), old('i-3')];
    const waits = (ageMs: number) => pace(members, {}, { group: drain(ageMs) });
    expect(waits(0)).toEqual({ next: 'wait', seconds: 2, waitsFor: '1 to be drained', until: NOON + MINUTE });
    expect(waits(MINUTE).seconds).toBe(20);
    expect(waits(HOUR).seconds).toBe(30);
  });

  it('is EC2, or the place of a pet', () => {
    const ordered = { group: { orders: [launchOrder('o-1', { configHash: V2 })] } };
    expect(pace([old('i-1'), old('i-2')], {}, ordered)).toMatchObject({
      seconds: 5,
      waitsFor: '1 being launched',
    });
    const going = shuttingDown('i-1', { configHash: V1, logicalId: 'a' });
    const pets = { declared: { pets: ['a', 'b'] } };
    expect(pace([going, old('i-2', { logicalId: 'b' })], {}, pets)).toMatchObject({
      seconds: 5,
      waitsFor: '1 to be terminated, so that their places are free',
    });
  });

  it('is its window, an alarm or a freeze', () => {
    const three = [old('i-1'), old('i-2'), old('i-3')];
    const window = { open: false, changesAt: NOON + 20 * MINUTE };
    expect(pace(three, {}, { observed: { window } })).toEqual({
      next: 'wait',
      seconds: 1200,
      waitsFor: 'its maintenance window is closed',
      until: NOON + 20 * MINUTE,
    });
    const alarms = { declared: { updating: { alarms: ['a'] } }, observed: { alarms: 'unreadable' as const } };
    expect(pace(three, {}, alarms)).toMatchObject({ seconds: 60, waitsFor: 'its alarms cannot be read' });
    const freeze = { reason: 'gala', since: NOON };
    expect(pace(three, {}, { group: { freeze } })).toMatchObject({ seconds: 300, waitsFor: 'frozen: gala' });
  });

  it('is the end of a bake, at most an hour at a time, and a minute while alarms are watched', () => {
    const done = [fresh('i-1'), fresh('i-2'), fresh('i-3')];
    const bake = { phase: 'bake' as const, waitUntil: NOON + 3 * HOUR };
    expect(pace(done, bake)).toEqual({
      next: 'wait',
      seconds: 3600,
      waitsFor: 'the end of the bake',
      until: NOON + 3 * HOUR,
    });
    const watched = {
      declared: { updating: { alarms: ['a'] } },
      observed: { alarms: new Map([['a', 'OK' as const]]) },
    };
    expect(pace(done, bake, watched).seconds).toBe(60);
  });

  it('is what keeps the next one from going, which is no reason to look again each minute', () => {
    const plan = roll([old('i-1'), unknown('i-2', SECOND, { configHash: V2 }), fresh('i-3')]);
    expect(plan.pace).toEqual({ next: 'wait', seconds: 60 });
    expect(plan.rollout?.waitsFor).toBe('destroy i-1: 1 would be healthy, fewer than 2');
    expect(plan.undone).toEqual([]);
  });

  it('is nothing once it is over or held', () => {
    const done = [fresh('i-1'), fresh('i-2'), fresh('i-3')];
    expect(pace(done)).toMatchObject({ next: 'end', seconds: 0, waitsFor: '' });
    expect(pace([old('i-1')], { status: 'paused' })).toMatchObject({ next: 'end', waitsFor: '' });
  });
});

describe('a new instance past HealthTimeout', () => {
  const late = (checks?: HealthChecks) =>
    roll([old('i-1'), old('i-2'), proving('i-3', 20 * MINUTE, checks === undefined ? {} : { checks })]);
  const check = (agoMs: number, healthy: number): HealthChecks => ({
    at: NOON - agoMs,
    health: healthy > 0 ? 'healthy' : 'unknown',
    reason: '',
    healthy,
    ...(healthy > 0 ? {} : { notHealthyAt: NOON - agoMs }),
  });

  it('has failed when a check after its time found it not healthy', () => {
    const plan = late(check(MINUTE, 0));
    expect(plan.rollout).toMatchObject({ status: 'paused', failures: 1, failed: ['i-3'] });
    expect(destroyed(plan)).toEqual(['i-3']);
    expect(plan.actions[0]?.reason).toContain('longer than 900 s');
  });

  it('has not while nobody has asked since, or while it is healthy and being proved', () => {
    for (const plan of [late(), late(check(6 * MINUTE, 0)), late(check(SECOND, 1))]) {
      expect(plan.rollout).toMatchObject({ status: 'running', failures: 0 });
      expect(plan.actions).toEqual([]);
      expect(plan.pace?.next).toBe('check');
    }
  });

  it('is counted once, also after a resume', () => {
    const before = { failed: ['i-3'] as never };
    const plan = roll(
      [old('i-1'), old('i-2'), proving('i-3', 20 * MINUTE, { checks: check(MINUTE, 0) })],
      before,
    );
    expect(plan.rollout).toMatchObject({ status: 'running', failures: 0 });
  });
});

describe('a rollout at its end', () => {
  it('does not bake while its alarms are not known to be well', () => {
    const done = [fresh('i-1'), fresh('i-2'), fresh('i-3')];
    const baked = { phase: 'bake' as const, waitUntil: NOON - 1 };
    const declared = { updating: { alarms: ['a'], bakeSeconds: 60 } };
    expect(roll(done, baked, { declared, observed: { alarms: 'unreadable' } }).rollout?.status).toBe(
      'running',
    );
    const alarms = new Map([['a', 'OK' as const]]);
    expect(roll(done, baked, { declared, observed: { alarms } }).rollout?.status).toBe('succeeded');
  });

  it('rolls on when an outdated one turns up in its bake', () => {
    const plan = roll([fresh('i-1'), fresh('i-2'), old('i-3')], { phase: 'bake', waitUntil: NOON - 1 });
    expect(plan.rollout).toMatchObject({ status: 'running', phase: 'rolling' });
    expect(destroyed(plan)).toEqual(['i-3']);
  });

  it('asks for approval at 100 % before it grows', () => {
    const updating = { checkpoints: [{ atPercent: 100, wait: { kind: 'approval' as const } }] };
    const plan = roll([fresh('i-1'), fresh('i-2'), fresh('i-3')], {}, { declared: { updating } });
    expect(plan.rollout).toMatchObject({ status: 'paused', awaitsApproval: true });
    expect(plan.converged).toBe(false);
  });

  it('is over at once when nothing is declared any more', () => {
    const none = roll([], {}, { declared: { size: 0 } });
    expect(none.rollout?.status).toBe('succeeded');
    const last = roll(
      [old('i-1')],
      { phase: 'canary' },
      { declared: { size: 0, updating: { maxUnavailable: count(1) } } },
    );
    expect(destroyed(last)).toEqual(['i-1']);
    expect(launches(last)).toEqual([]);
  });
});
