import { describe, expect, it } from 'vitest';
import { classify } from '../../lib/core/classify.js';
import type { InstanceRecord } from '../../lib/core/instance.js';
import type { Order } from '../../lib/core/order.js';
import {
  absent,
  booting,
  destroyOrder,
  healthy,
  MINUTE,
  member,
  NOON,
  SECOND,
  shuttingDown,
  terminated,
  unhealthy,
  unknown,
  V1,
  V2,
  vanished,
} from './planner-samples.js';

const sort = (members: readonly InstanceRecord[], orders: readonly Order[] = [], graceSeconds = 600) =>
  classify({ members, foreign: [] }, { orders, configHash: V1, graceSeconds, now: NOON });

const one = (record: InstanceRecord, orders: readonly Order[] = [], graceSeconds = 600) => {
  const [entry] = sort([record], orders, graceSeconds);
  if (entry === undefined) throw new Error('nothing was sorted');
  return entry;
};

describe('classify', () => {
  it('puts each member into one bucket', () => {
    expect(one(healthy('i-1')).bucket).toBe('healthy');
    expect(one(booting('i-1')).bucket).toBe('booting');
    expect(one(unhealthy('i-1')).bucket).toBe('unhealthy');
    expect(one(unknown('i-1')).bucket).toBe('unknown');
    expect(one(absent('i-1')).bucket).toBe('absent');
    expect(one(shuttingDown('i-1')).bucket).toBe('ending');
    expect(one(terminated('i-1')).bucket).toBe('gone');
    expect(one(vanished('i-1')).bucket).toBe('gone');
  });

  it('calls what an order of ours ends leaving, until EC2 takes it down', () => {
    expect(one(healthy('i-1'), [destroyOrder('i-1')]).bucket).toBe('leaving');
    expect(one(absent('i-1'), [destroyOrder('i-1')]).bucket).toBe('leaving');
    expect(one(shuttingDown('i-1'), [destroyOrder('i-1')]).bucket).toBe('ending');
  });

  it('calls a stopped instance unhealthy, whatever its flavor last said', () => {
    expect(one(member('i-1', { state: 'stopped' })).bucket).toBe('unhealthy');
    expect(one(member('i-1', { state: 'stopping' })).bucket).toBe('unhealthy');
  });

  it('gives a new instance its grace from the launch, whatever its flavor says meanwhile', () => {
    const late = booting('i-1', 10 * MINUTE - SECOND, {
      health: 'unhealthy',
      healthSince: NOON - 9 * MINUTE,
    });
    expect(one(late)).toMatchObject({ bucket: 'booting', pastGrace: false, graceEndsAt: NOON + SECOND });
    expect(one(booting('i-1', 10 * MINUTE))).toMatchObject({ bucket: 'unhealthy', pastGrace: true });
  });

  it('gives one that was healthy its grace from when it turned unhealthy', () => {
    expect(one(unhealthy('i-1', 10 * MINUTE - 1))).toMatchObject({ bucket: 'unhealthy', pastGrace: false });
    expect(one(unhealthy('i-1', 10 * MINUTE))).toMatchObject({ bucket: 'unhealthy', pastGrace: true });
  });

  it('calls unknown past grace after ten minutes, whatever the grace of the unhealthy', () => {
    expect(one(unknown('i-1', 9 * MINUTE), [], 60).pastGrace).toBe(false);
    expect(one(unknown('i-1', 10 * MINUTE), [], 3600).pastGrace).toBe(true);
  });

  it('never calls a healthy, absent or ending one past grace', () => {
    for (const record of [healthy('i-1'), absent('i-1'), shuttingDown('i-1'), vanished('i-1')])
      expect(one(record, [], 1).pastGrace).toBe(false);
  });

  it('calls another config hash, or none, outdated', () => {
    const { configHash: _, ...unhashed } = healthy('i-2');
    expect(one(healthy('i-1')).outdated).toBe(false);
    expect(one(healthy('i-1', { configHash: V2 })).outdated).toBe(true);
    expect(one(unhashed).outdated).toBe(true);
  });

  it('sorts oldest first, whatever order it reads', () => {
    const members = [booting('i-3', 1), booting('i-1', 3), booting('i-2', 2), booting('i-0', 2)];
    const ids = ['i-1', 'i-0', 'i-2', 'i-3'];
    expect(sort(members).map((entry) => entry.member.id)).toEqual(ids);
    expect(sort([...members].reverse()).map((entry) => entry.member.id)).toEqual(ids);
  });
});
