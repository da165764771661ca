import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { realClock, virtualClock } from '../../lib/local/clock.js';

const clockWithTrail = () => {
  const clock = virtualClock(1_000);
  const trail: string[] = [];
  const note = (text: string) => trail.push(`${clock.now()} ${text}`);
  return { clock, trail, note };
};

describe('virtualClock', () => {
  test('it runs timers in the order of time, equal times in the order of insertion', async () => {
    const { clock, trail, note } = clockWithTrail();
    clock.at(1_020, () => void note('c'));
    clock.at(1_010, () => void note('a'));
    clock.at(1_010, () => void note('b'));
    clock.at(900, () => void note('overdue'));
    await clock.advance(19);
    expect(trail).toEqual(['1000 overdue', '1010 a', '1010 b']);
    expect(clock.now()).toBe(1_019);
    await clock.advance(1);
    expect(trail.at(-1)).toBe('1020 c');
  });

  test('it runs what timers schedule on the way, and leaves what is due later', async () => {
    const { clock, trail, note } = clockWithTrail();
    const every = () => {
      note('tick');
      clock.at(clock.now() + 10, every);
    };
    clock.at(1_010, every);
    await clock.advanceTo(1_035);
    expect(trail).toEqual(['1010 tick', '1020 tick', '1030 tick']);
  });

  test('it never calls a cancelled timer', async () => {
    const { clock, trail, note } = clockWithTrail();
    const timer = clock.at(1_010, () => void note('cancelled'));
    clock.at(1_005, () => timer.cancel());
    await clock.advance(100);
    expect(trail).toEqual([]);
  });

  test('it stands still while a process does real input and output', async () => {
    const server = createServer((_request, response) => setTimeout(() => response.end('ok'), 30));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { clock, trail, note } = clockWithTrail();
    clock.at(1_002, () => void note('timer'));
    const done = clock.run(async () => {
      await clock.sleep(1);
      await (await fetch(`http://127.0.0.1:${port}/`)).text();
      note('answered');
      await clock.sleep(5);
      note('slept');
    });
    await clock.advance(10);
    await done;
    server.close();
    expect(trail).toEqual(['1001 answered', '1002 timer', '1006 slept']);
  });

  test('it finishes one timer and all that it sets going before the next', async () => {
    const { clock, trail, note } = clockWithTrail();
    clock.at(1_010, async () => {
      note('first begins');
      await new Promise((resolve) => setTimeout(resolve, 10));
      note('first ends');
    });
    clock.at(1_010, () => void note('second'));
    await clock.advance(10);
    expect(trail).toEqual(['1010 first begins', '1010 first ends', '1010 second']);
  });

  test('it lets a process wait for others without holding time', async () => {
    const { clock, trail, note } = clockWithTrail();
    const branch = (name: string, ms: number) =>
      clock.run(async () => {
        await clock.sleep(ms);
        note(name);
      });
    const parent = clock.run(async () => {
      await clock.wait(Promise.all([branch('slow', 50), branch('quick', 20)]));
      note('joined');
    });
    await clock.advance(100);
    await parent;
    expect(trail).toEqual(['1020 quick', '1050 slow', '1050 joined']);
  });

  test('it resumes the waiting process before time moves on', async () => {
    const { clock, trail, note } = clockWithTrail();
    clock.at(1_021, () => void note('timer'));
    const parent = clock.run(async () => {
      await clock.wait(clock.run(() => clock.sleep(20)));
      await new Promise((resolve) => setTimeout(resolve, 5));
      note('joined');
    });
    await clock.advance(100);
    await parent;
    expect(trail).toEqual(['1020 joined', '1021 timer']);
  });

  test('it refuses a process that sleeps in two places at once', async () => {
    const clock = virtualClock(0);
    const work = clock.run(async () => Promise.all([clock.sleep(1), clock.sleep(2)]), 'twofold');
    await expect(work).rejects.toThrow('process "twofold" sleeps in two places at once');
    await clock.advance(10);
  });

  test('it rethrows what timers threw, and carries on afterwards', async () => {
    const { clock, trail, note } = clockWithTrail();
    clock.at(1_001, async () => {
      throw new Error('one');
    });
    clock.at(1_002, () => {
      throw new Error('two');
    });
    clock.at(1_003, () => void note('third'));
    const failure = await clock.advance(5).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AggregateError);
    expect((failure as AggregateError).errors.map(String)).toEqual(['Error: one', 'Error: two']);
    expect(trail).toEqual(['1003 third']);
    await clock.advance(5);
  });

  test('it says which process keeps time from moving', async () => {
    const clock = virtualClock(0, { stallMs: 20 });
    void clock.run(() => new Promise(() => {}), 'hung lambda');
    await expect(clock.advance(1)).rejects.toThrow('"hung lambda" neither slept nor ended');
  });

  test('it refuses to be moved by a process, which would wait for itself', async () => {
    const clock = virtualClock(0);
    await expect(clock.run(() => clock.advance(1), 'impatient')).rejects.toThrow(
      '"impatient" cannot move time',
    );
  });

  test('it stops at the first moment at which the predicate holds', async () => {
    const { clock, trail, note } = clockWithTrail();
    for (const time of [1_010, 1_020, 1_030]) clock.at(time, () => void note('tick'));
    await clock.runUntil(() => trail.length === 2, { limitMs: 1_000 });
    expect(clock.now()).toBe(1_020);
    await expect(clock.runUntil(() => trail.length === 9, { limitMs: 500 })).rejects.toThrow(
      'not so within 500 ms',
    );
    expect(clock.now()).toBe(1_520);
    await clock.runUntil(() => clock.now() >= 1_600, { limitMs: 80 });
    expect(clock.now()).toBe(1_600);
  });

  test('it ignores sleeps of work that outlived its process', async () => {
    const { clock, trail, note } = clockWithTrail();
    await clock.run(async () => {
      void (async () => {
        await new Promise((resolve) => setImmediate(resolve));
        await clock.sleep(5);
        note('orphan');
      })();
    });
    await clock.advance(1);
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(100);
    await clock.advance(100);
    expect(trail).toHaveLength(1);
  });

  test('it keeps the order of thousands of timers, cancelled ones left out', async () => {
    const clock = virtualClock(0);
    const ran: number[] = [];
    const expected: (readonly [time: number, index: number])[] = [];
    for (let index = 0; index < 3_000; index++) {
      const time = (index * 7_919) % 997;
      const timer = clock.at(time, () => void ran.push(index));
      if (index % 3 === 0) timer.cancel();
      else expected.push([time, index]);
    }
    await clock.advance(1_000);
    expected.sort(([a], [b]) => a - b);
    expect(ran).toEqual(expected.map(([, index]) => index));
  });

  test('it plays two hundred sleepers to their end', async () => {
    const clock = virtualClock(0);
    let ticks = 0;
    for (let index = 0; index < 200; index++) {
      void clock.run(async () => {
        for (let turn = 0; turn < 20; turn++) {
          await clock.sleep(1 + (index % 7));
          ticks += 1;
        }
      });
    }
    await clock.advance(1_000);
    expect(ticks).toBe(4_000);
  });
});

describe('realClock', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('it calls timers at their time, also beyond the reach of setTimeout, and not when cancelled', async () => {
    vi.useFakeTimers({ now: 5_000 });
    const clock = realClock(() => {});
    const trail: string[] = [];
    const days = 40 * 86_400_000;
    clock.at(5_010, () => void trail.push('soon'));
    clock.at(5_000 + days, () => void trail.push('in 40 days'));
    clock.at(5_005, () => void trail.push('cancelled')).cancel();
    await vi.advanceTimersByTimeAsync(10);
    expect(trail).toEqual(['soon']);
    await vi.advanceTimersByTimeAsync(days - 11);
    expect(trail).toEqual(['soon']);
    await vi.advanceTimersByTimeAsync(1);
    expect(trail).toEqual(['soon', 'in 40 days']);
    expect(clock.now()).toBe(5_000 + days);
  });

  test('it hands what timers throw to the error hook', async () => {
    vi.useFakeTimers({ now: 0 });
    const errors: unknown[] = [];
    const clock = realClock((error) => errors.push(error));
    clock.at(1, () => {
      throw new Error('sync');
    });
    clock.at(2, async () => {
      throw new Error('async');
    });
    await vi.advanceTimersByTimeAsync(5);
    expect(errors.map(String)).toEqual(['Error: sync', 'Error: async']);
  });

  test('it sleeps in real time, and stops its timers', async () => {
    vi.useFakeTimers({ now: 0 });
    const clock = realClock(() => {});
    let awake = false;
    void clock.sleep(50).then(() => {
      awake = true;
    });
    await vi.advanceTimersByTimeAsync(49);
    expect(awake).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(awake).toBe(true);
    let called = false;
    clock.at(100, () => {
      called = true;
    });
    clock.stop();
    await vi.advanceTimersByTimeAsync(500);
    expect(called).toBe(false);
  });
});
