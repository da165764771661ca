import { describe, expect, it } from 'vitest';
import { applyHealth } from '../../lib/core/apply-health.js';
import { fleetDigest } from '../../lib/core/fleet-digest.js';
import { instanceId, orderId } from '../../lib/core/ids.js';
import type { Health, InstanceDescription, InstanceRecord, InstanceState } from '../../lib/core/instance.js';
import { type Claims, mergeObservation, recordOf } from '../../lib/core/merge-observation.js';
import {
  absent,
  booting,
  destroyOrder,
  healthy,
  launchOrder,
  MINUTE,
  NOON,
  SECOND,
  shuttingDown,
  terminated,
  unhealthy,
  vanished,
} from './planner-samples.js';

const TAGS = { 'holdfast.stack': 'prod', 'infrakit.group': 'web', 'infrakit.config.hash': 'v1' };
const seen = (
  id: string,
  state: InstanceState = 'running',
  change: Partial<InstanceDescription> = {},
): InstanceDescription => ({ id: instanceId(id), state, tags: TAGS, launchedAt: NOON - MINUTE, ...change });

const NONE: Claims = { orders: [], closedTokens: [], owner: { stack: 'prod', group: 'web' } };

const merge = (
  records: readonly InstanceRecord[],
  listed: readonly InstanceDescription[],
  asked: readonly InstanceDescription[] = [],
  claims: Partial<Claims> = {},
  now = NOON,
) => mergeObservation(records, { listed, asked }, { ...NONE, ...claims }, now);

const only = (records: readonly InstanceRecord[]): InstanceRecord => {
  const [record] = records;
  if (record === undefined || records.length > 1) throw new Error(`${records.length} records`);
  return record;
};

describe('what EC2 shows of members', () => {
  it('changes nothing, and writes nothing, when it is as on record', () => {
    const records = [
      healthy('i-1'),
      healthy('i-2', { state: 'stopped', health: 'unhealthy', healthReason: 'stopped' }),
    ];
    const result = merge(records, [seen('i-1'), seen('i-2', 'stopped')]);
    expect(result).toEqual({ records, changed: [], foreign: [] });
  });

  it('is put on record with its place', () => {
    const before = booting('i-1', SECOND, { state: 'pending' });
    const result = merge(
      [before],
      [seen('i-1', 'running', { zone: 'a', subnet: 's', privateIp: '10.0.0.4' })],
    );
    expect(only(result.changed)).toEqual({
      ...before,
      state: 'running',
      zone: 'a',
      subnet: 's',
      privateIp: '10.0.0.4',
    });
  });

  it('never brings back what was shutting down or terminated', () => {
    expect(only(merge([shuttingDown('i-1')], [seen('i-1')]).records).state).toBe('shutting-down');
    const ended = terminated('i-1');
    expect(only(merge([ended], [seen('i-1')]).records)).toBe(ended);
    const { goneAt: _, ...noted } = terminated('i-2');
    expect(only(merge([noted], [seen('i-2')]).records)).toMatchObject({ state: 'terminated', goneAt: NOON });
  });

  it('ends a member with EC2’s reason; terminated is gone at once', () => {
    const stateReason = { code: 'Client.InternalError', message: 'no grant' };
    const going = only(merge([healthy('i-1')], [], [seen('i-1', 'shutting-down', { stateReason })]).records);
    expect(going).toMatchObject({ state: 'shutting-down', stateReason, destroyedByUs: false });
    expect(going.goneAt).toBeUndefined();
    const gone = only(merge([going], [], [seen('i-1', 'terminated', { tags: {} })]).records);
    expect(gone).toMatchObject({ state: 'terminated', goneAt: NOON, untagged: false });
  });
});

describe('what EC2 does not show', () => {
  const later = (record: InstanceRecord, ms: number) => only(merge([record], [], [], {}, NOON + ms).records);

  it('is absent at first, and gone in another read a minute later', () => {
    const first = later(healthy('i-1'), 0);
    expect(first.absentSince).toBe(NOON);
    expect(first.goneAt).toBeUndefined();
    expect(later(first, MINUTE - 1)).toBe(first);
    expect(later(first, MINUTE)).toMatchObject({
      absentSince: NOON,
      goneAt: NOON + MINUTE,
      state: 'running',
    });
  });

  it('is never gone in one read, however late that is', () => {
    expect(later(healthy('i-1'), 100 * MINUTE).goneAt).toBeUndefined();
  });

  it('is gone only when it is older than any read', () => {
    const first = later(booting('i-1', MINUTE), 0);
    expect(later(first, 4 * MINUTE - 1).goneAt).toBeUndefined();
    expect(later(first, 4 * MINUTE).goneAt).toBe(NOON + 4 * MINUTE);
  });

  it('is a member as before when it is shown again in between', () => {
    const before = absent('i-1', 50 * SECOND);
    const { absentSince: _, ...present } = before;
    expect(only(merge([before], [seen('i-1')]).records)).toEqual(present);
    expect(only(merge([before], [], [seen('i-1')]).records)).toEqual(present);
  });

  it('settles an empty read member by member', () => {
    const records = ['i-1', 'i-2', 'i-3'].map((id) => healthy(id));
    const first = merge(records, []);
    expect(first.records.map((record) => record.goneAt)).toEqual([undefined, undefined, undefined]);
    const back = merge(first.records, [seen('i-1')], [seen('i-2')], {}, NOON + MINUTE);
    expect(back.records.map((record) => record.goneAt)).toEqual([undefined, undefined, NOON + MINUTE]);
  });

  it('is a member again, unasked, when it was gone for being absent and is listed again', () => {
    const before = vanished('i-1', MINUTE);
    const back = only(merge([before], [seen('i-1')]).records);
    expect(back).toMatchObject({ state: 'running', health: 'unknown', healthSince: NOON, everHealthy: true });
    expect(back.goneAt).toBeUndefined();
    expect(back.absentSince).toBeUndefined();
    const ending = vanished('i-2', MINUTE, { state: 'shutting-down' });
    expect(only(merge([ending], [seen('i-2')]).records)).toBe(ending);
    expect(only(merge([before], [], [seen('i-1')]).records)).toBe(before);
  });
});

describe('tags', () => {
  it('that a live member lost make it untagged, and it stays a member', () => {
    const others: readonly Record<string, string>[] = [
      {},
      { 'holdfast.stack': 'prod' },
      { ...TAGS, 'infrakit.group': 'db' },
    ];
    for (const tags of others) {
      const lost = only(merge([healthy('i-1')], [], [seen('i-1', 'running', { tags })]).records);
      expect(lost).toMatchObject({ untagged: true, health: 'healthy' });
      expect(only(merge([lost], [seen('i-1')]).records).untagged).toBe(false);
    }
  });

  it('are not lost when an older read did not list it', () => {
    expect(only(merge([healthy('i-1')], [], [seen('i-1')]).records).untagged).toBe(false);
  });
});

describe('an instance that is not on record', () => {
  const token = orderId('o-1');

  it('is foreign, however well it is tagged', () => {
    expect(merge([], [seen('i-9'), seen('i-1', 'running', { token: orderId('o-2') })])).toEqual({
      records: [],
      changed: [],
      foreign: ['i-1', 'i-9'],
    });
  });

  it('is a member at once under the token of an open order, or of a closed one', () => {
    const late = seen('i-1', 'running', { token, launchIndex: 2 });
    for (const claims of [
      { orders: [launchOrder('o-1')] },
      { closedTokens: [{ token, at: NOON - MINUTE }] },
    ]) {
      const result = merge([], [late], [], claims);
      expect(result.foreign).toEqual([]);
      expect(only(result.changed)).toMatchObject({
        id: 'i-1',
        configHash: 'v1',
        token,
        health: 'unknown',
        everHealthy: false,
      });
    }
  });

  it('is put on record with its slot, and as having served when it was adopted', () => {
    const description = seen('i-1', 'running', { tags: { ...TAGS, 'infrakit.logical_id': 'a' } });
    expect(recordOf(description, false, NOON)).toMatchObject({
      logicalId: 'a',
      everHealthy: false,
    });
    expect(recordOf(description, true, NOON)).toMatchObject({ everHealthy: true });
    expect(recordOf(seen('i-1', 'running', { tags: {} }), false, NOON).logicalId).toBeUndefined();
  });
});

describe('what we end', () => {
  it('is marked as ours from the moment of the order, once', () => {
    const orders = [destroyOrder('i-1')];
    const marked = merge([healthy('i-1')], [seen('i-1')], [], { orders });
    expect(only(marked.changed).destroyedByUs).toBe(true);
    expect(merge(marked.records, [seen('i-1')], [], { orders }).changed).toEqual([]);
    expect(only(merge([healthy('i-2')], [], [], { orders }).records).destroyedByUs).toBe(false);
  });
});

describe('an instance that somebody stops', () => {
  it('is unhealthy from then on, and asked again when it is started', () => {
    const off = only(merge([healthy('i-1')], [seen('i-1', 'stopping')]).records);
    expect(off).toMatchObject({ health: 'unhealthy', healthReason: 'stopped', healthSince: NOON });
    const still = merge([{ ...off, state: 'stopped' }], [seen('i-1', 'stopped')], [], {}, NOON + MINUTE);
    expect(still.changed).toEqual([]);
    const on = only(merge(still.records, [seen('i-1', 'pending')], [], {}, NOON + 2 * MINUTE).records);
    expect(on).toMatchObject({ health: 'unknown', healthSince: NOON + 2 * MINUTE, everHealthy: true });
  });

  it('keeps the time since when it was unhealthy already', () => {
    const before = unhealthy('i-1', 5 * MINUTE);
    const off = only(merge([before], [seen('i-1', 'stopped')]).records);
    expect(off).toMatchObject({ healthReason: 'stopped', healthSince: NOON - 5 * MINUTE });
  });
});

describe('applyHealth', () => {
  const apply = (record: InstanceRecord, health: Health, reason = 'said so') =>
    applyHealth([record], new Map([[record.id, { health, reason }]]), NOON);

  it('writes a change of health, and the first healthy answer for good', () => {
    const first = apply(booting('i-1'), 'healthy');
    expect(only(first.changed)).toMatchObject({ health: 'healthy', healthSince: NOON, everHealthy: true });
    const second = apply(only(first.records), 'unhealthy');
    expect(only(second.changed)).toMatchObject({ health: 'unhealthy', everHealthy: true });
  });

  it('writes nothing when only the words differ, and keeps since when it is so', () => {
    const result = apply(unhealthy('i-1', MINUTE), 'unhealthy', 'other words');
    expect(result.changed).toEqual([]);
    expect(only(result.records)).toMatchObject({ healthReason: 'other words', healthSince: NOON - MINUTE });
  });

  it('keeps the health of one that was not asked, is gone, or does not run', () => {
    const record = healthy('i-1');
    expect(applyHealth([record], new Map(), NOON)).toEqual({ records: [record], changed: [] });
    for (const other of [terminated('i-1'), shuttingDown('i-1'), unhealthy('i-1', 1, { state: 'stopped' })])
      expect(apply(other, other.health === 'healthy' ? 'unhealthy' : 'healthy').changed).toEqual([]);
  });
});

describe('fleetDigest', () => {
  const digest = (...states: readonly (readonly [string, InstanceState])[]) =>
    fleetDigest(states.map(([id, state]) => ({ id: instanceId(id), state })));

  it('is the same in any order, and another when an instance differs or is not up', () => {
    const before = digest(['i-1', 'running'], ['i-2', 'pending']);
    expect(digest(['i-2', 'pending'], ['i-1', 'running'])).toBe(before);
    expect(digest(['i-1', 'running'], ['i-2', 'running'])).toBe(before);
    expect(digest(['i-1', 'running'], ['i-2', 'stopped'])).not.toBe(before);
    expect(digest(['i-1', 'running'])).not.toBe(before);
    expect(digest()).toBe('');
  });
});
