import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepTime, startOf } from '../../lib/local/keep-time.js';
import { type PacedClock, pacedClock } from '../../lib/local/paced-clock.js';

const START = Date.UTC(2026, 0, 1);

let clock: PacedClock;
beforeEach(() => {
  vi.useFakeTimers({ now: START });
  clock = pacedClock({
    onError: (error) => {
      throw error;
    },
  });
});
afterEach(() => {
  clock.stop();
  vi.useRealTimers();
});

const passed = () => clock.now() - START;

describe('a paced clock', () => {
  it('is the time of the machine until it is told otherwise', async () => {
    await vi.advanceTimersByTimeAsync(1_500);
    expect(passed()).toBe(1_500);
  });

  it('runs timers and sleeps that were set before at its new speed', async () => {
    const told: string[] = [];
    clock.at(START + 10_000, () => void told.push(`timer at ${passed()}`));
    void clock.sleep(20_000).then(() => told.push(`slept at ${passed()}`));
    clock.setSpeed(10);
    await vi.advanceTimersByTimeAsync(999);
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_001);
    expect(told).toEqual(['timer at 10000', 'slept at 20000']);
  });

  it('stands still, and goes on where it stood', async () => {
    const told: number[] = [];
    clock.at(START + 5_000, () => void told.push(passed()));
    await vi.advanceTimersByTimeAsync(4_000);
    clock.setSpeed(0);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect([passed(), told]).toEqual([4_000, []]);
    clock.setSpeed(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([passed(), told]).toEqual([5_000, [5_000]]);
  });

  it('does what is due at once even while it stands', async () => {
    const told: number[] = [];
    clock.setSpeed(0);
    clock.at(clock.now(), () => void told.push(passed()));
    await vi.advanceTimersByTimeAsync(1);
    expect(told).toEqual([0]);
  });

  it('never goes back when the time of the machine is set back', async () => {
    await vi.advanceTimersByTimeAsync(2_000);
    expect(passed()).toBe(2_000);
    vi.setSystemTime(START - 60_000);
    expect(passed()).toBe(2_000);
  });

  it('never calls a cancelled timer, whatever its speed', async () => {
    const told: number[] = [];
    const timer = clock.at(START + 1_000, () => void told.push(passed()));
    clock.setSpeed(5);
    timer.cancel();
    clock.setSpeed(10);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(told).toEqual([]);
  });
});

describe('the time that is kept', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'holdfast-time-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('begins behind everything that the clock ever showed, after a kill too', async () => {
    const keeper = keepTime(clock, directory);
    keeper.setSpeed(10);
    await vi.advanceTimersByTimeAsync(60_000);
    const shown = clock.now();
    expect(shown).toBe(START + 600_000);
    expect(startOf(directory)).toBeGreaterThanOrEqual(shown);
  });

  it('begins exactly where the clock was stopped', async () => {
    const keeper = keepTime(clock, directory);
    keeper.setSpeed(10);
    await vi.advanceTimersByTimeAsync(60_000);
    keeper.close();
    expect(startOf(directory)).toBe(START + 600_000);
  });

  it('is the time of the machine when the clock only stood', async () => {
    const keeper = keepTime(clock, directory);
    keeper.setSpeed(0);
    await vi.advanceTimersByTimeAsync(60_000);
    keeper.close();
    expect(startOf(directory)).toBe(START + 60_000);
  });
});
