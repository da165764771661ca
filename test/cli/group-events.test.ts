import { describe, expect, it } from 'vitest';
import type { EventView } from '../../lib/app/api-types.js';
import { ApiError, documentOf, run, widest } from './world.js';

const event = (n: number, more: Partial<EventView> = {}): EventView => ({
  Key: `k${n}`,
  Time: `2026-11-22T11:00:0${n}.000Z`,
  Event: 'instance.launched',
  Group: 'web',
  Instance: `i-${n}`,
  Reason: `number ${n}`,
  ...more,
});

describe('holdfast group events', () => {
  const Events = [
    event(1, { Event: 'group.committed', Instance: undefined, Reason: 'revision 1: Managing 1 instances' }),
    event(2),
    event(3, {
      Instance: 'i-2',
      Event: 'instance.destroyed',
      Reason:
        'unhealthy for 10m40s, more than its grace of 10m: instance status check failed; 2 of 3 healthy, floor 2',
    }),
  ];
  const answers = { 'Group.Events': () => ({ Events }) };

  it('tells what happened and why, in 80 columns', async () => {
    const ran = await run('group events web', { answers });
    expect(ran.out).toBe(
      [
        '2026-11-22 11:00:01  group.committed',
        '    revision 1: Managing 1 instances',
        '2026-11-22 11:00:02  instance.launched  i-2',
        '    number 2',
        '2026-11-22 11:00:03  instance.destroyed  i-2',
        '    unhealthy for 10m40s, more than its grace of 10m: instance status check',
        '    failed; 2 of 3 healthy, floor 2',
        '',
      ].join('\n'),
    );
    expect(widest(ran.out)).toBeLessThanOrEqual(80);
  });

  it('prints one document with --json', async () => {
    const ran = await run('group events web --json', { answers });
    expect(documentOf(ran)).toMatchObject({
      events: [
        { time: '2026-11-22T11:00:01.000Z', event: 'group.committed', group: 'web' },
        { instance: 'i-2', reason: 'number 2' },
        { event: 'instance.destroyed' },
      ],
    });
  });

  it('answers why one instance was destroyed', async () => {
    const ran = await run('group events web --instance i-2 --limit 1', { answers });
    expect(ran.out.split('\n')[0]).toBe('2026-11-22 11:00:03  instance.destroyed  i-2');
    expect(ran.out).not.toContain('number 2');
  });

  it('asks for the newest hundred unless told otherwise', async () => {
    const limits = async (line: string) =>
      (await run(line, { answers })).sent.map(({ params }) => params.Limit);
    expect(await limits('group events web')).toEqual([100]);
    expect(await limits('group events web --limit 5')).toEqual([5]);
    expect((await run('group events web --limit 0', { answers })).exitCode).toBe(2);
  });

  it('follows from the last one seen, one document a line, until stopped', async () => {
    const pages: Record<string, readonly EventView[]> = { k1: [event(2), event(3)], k3: [], k4: [] };
    let asked = 0;
    const ran = await run('group events web --follow --json', {
      stopAt: 4_500,
      answers: {
        'Group.Events': ({ After }) => {
          asked += 1;
          if (After === undefined) return { Events: [event(1)] };
          if (asked === 3) throw new ApiError('Throttled', 'slow down');
          if (asked === 5) return { Events: [event(4)] };
          return { Events: pages[After] ?? [] };
        },
      },
    });
    const lines = ran.out.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).reason)).toEqual([
      'number 1',
      'number 2',
      'number 3',
      'number 4',
    ]);
    expect(ran.sent.map(({ params }) => params.After)).toEqual([undefined, 'k1', 'k3', 'k3', 'k3']);
    expect(ran.exitCode).toBe(0);
  });

  it('fails when it follows a group that is not there any more', async () => {
    let asked = 0;
    const ran = await run('group events web --follow', {
      answers: {
        'Group.Events': () => {
          asked += 1;
          if (asked > 1) throw new ApiError('NotFound', 'no such group');
          return { Events: [event(1)] };
        },
      },
    });
    expect(ran.exitCode).toBe(1);
    expect(ran.out).toContain('number 1');
  });
});
