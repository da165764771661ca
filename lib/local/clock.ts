import { AsyncLocalStorage } from 'node:async_hooks';
import type { Instant } from '../core/ids.js';
import type { Clock } from '../ports/clock.js';
import { pacedClock } from './paced-clock.js';
import { timerQueue } from './timer-queue.js';

/** A callback on the clock that has not run yet. */
export interface Timer {
  readonly at: Instant;
  /** Takes it off the clock; no effect once it has begun. */
  cancel(): void;
}

/**
 * Time in the local cloud. Emulators are written once against it and run on real time for people and on virtual
 * time for tests.
 *
 * A *process* is work that takes no time by itself: a request, a lambda, a timer's callback. It may do real I/O. Time
 * stands still while a process runs, and a process that is inside `sleep` or `wait` does not run. **One process
 * sleeps or waits in one place at a time**: branches of a `Promise.all` that sleep are each started with `run`, and the
 * whole is awaited by `wait`.
 */
export interface LocalClock extends Clock {
  /**
   * Calls `callback` at that time, as a process of its own; a time that has passed means as soon as possible. Equal
   * times run in the order of insertion. What it throws surfaces in `advance`, or in the real clock's `onError`.
   */
  at(time: Instant, callback: () => void | Promise<void>): Timer;
  /** Starts a process; `name` appears when it stalls. Settles as the process does. */
  run<T>(process: () => Promise<T>, name?: string): Promise<T>;
  /** Awaits what only another process or a timer can bring about; the calling process does not run meanwhile. */
  wait<T>(promise: Promise<T>): Promise<T>;
}

/** A clock that only moves when told to. Every method rejects with what timers threw meanwhile. */
export interface VirtualClock extends LocalClock {
  advance(milliseconds: number): Promise<void>;
  /** Runs everything due until then, whatever it schedules on the way included. */
  advanceTo(time: Instant): Promise<void>;
  /**
   * Moves from timer to timer until the predicate holds, asking first at the present time.
   * @throws when it does not hold `limitMs` later.
   */
  runUntil(predicate: () => boolean | Promise<boolean>, options: { readonly limitMs: number }): Promise<void>;
}

/** The machine's clock. Timers do not keep the program alive; sleeps do. */
export interface RealClock extends LocalClock {
  /** Cancels every timer; sleeps that are under way never end. */
  stop(): void;
}

export const realClock = (onError: (error: unknown) => void): RealClock => pacedClock({ onError });

interface Process {
  /** Of the clock that runs it. */
  readonly running: ReadonlySet<Process>;
  readonly name: string;
  /** In `sleep` or `wait`. */
  paused: boolean;
  ended: boolean;
}

/** One for all clocks: Node asks each that was ever made at every promise. */
const current = new AsyncLocalStorage<Process>();

/**
 * A discrete-event clock: time moves only when no process runs, from one timer to the next. Running processes are
 * counted, so real I/O (HTTP to a local database) may take as long as it likes.
 * @param stallMs real time after which `advance` gives up on a process that neither sleeps nor ends.
 */
export function virtualClock(start: Instant, options: { readonly stallMs?: number } = {}): VirtualClock {
  const stallMs = options.stallMs ?? 20_000;
  const running = new Set<Process>();
  const timers = timerQueue();
  let errors: unknown[] = [];
  let now = start;
  let moving = false;
  let onQuiet: (() => void) | undefined;

  const ownProcess = (): Process | undefined => {
    const process = current.getStore();
    return process?.running === running ? process : undefined;
  };

  const stop = (process: Process) => {
    running.delete(process);
    if (running.size === 0) onQuiet?.();
  };

  const schedule = (time: Instant, callback: () => void | Promise<void>): Timer => {
    const at = Math.max(time, now);
    return { at, cancel: timers.add(at, callback) };
  };

  const run = async <T>(work: () => Promise<T>, name = 'process'): Promise<T> => {
    const process: Process = { running, name, paused: false, ended: false };
    running.add(process);
    try {
      return await current.run(process, work);
    } finally {
      process.ended = true;
      stop(process);
    }
  };

  /** Takes the calling process off the running ones until the returned function puts it back. */
  const pause = (verb: string): (() => void) => {
    const process = ownProcess();
    if (!process || process.ended) return () => {};
    if (process.paused) {
      throw new Error(
        `process "${process.name}" ${verb} in two places at once: start each branch with run()`,
      );
    }
    process.paused = true;
    stop(process);
    return () => {
      process.paused = false;
      if (!process.ended) running.add(process);
    };
  };

  const quiet = async (): Promise<void> => {
    do {
      if (running.size > 0) await allPaused();
      // One turn of the event loop: whoever awaited the process that just ended resumes, and may be a process again.
      await new Promise((resolve) => setImmediate(resolve));
    } while (running.size > 0);
  };

  const allPaused = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const giveUp = setTimeout(() => {
        onQuiet = undefined;
        const names = [...running].map((process) => `"${process.name}"`).join(', ');
        reject(
          new Error(`time cannot move: ${names} neither slept nor ended for ${stallMs} ms of real time`),
        );
      }, stallMs);
      onQuiet = () => {
        onQuiet = undefined;
        clearTimeout(giveUp);
        resolve();
      };
    });

  /** When all is quiet, starts the next timer that is due by `limit`. @returns whether there was one. */
  const step = async (limit: Instant): Promise<boolean> => {
    await quiet();
    const next = timers.takeDue(limit);
    if (!next) return false;
    now = next.at;
    run(async () => next.callback(), 'timer').catch((error: unknown) => errors.push(error));
    return true;
  };

  const rethrow = () => {
    const thrown = errors;
    errors = [];
    if (thrown.length === 1) throw thrown[0];
    if (thrown.length > 1) throw new AggregateError(thrown, `${thrown.length} timers failed`);
  };

  const exclusively = async (move: () => Promise<void>): Promise<void> => {
    const process = ownProcess();
    if (process) throw new Error(`process "${process.name}" cannot move time: it would wait for itself`);
    if (moving) throw new Error('time is being moved already: await the other advance first');
    moving = true;
    try {
      await move();
    } finally {
      moving = false;
    }
    rethrow();
  };

  const advanceTo = (time: Instant): Promise<void> =>
    exclusively(async () => {
      while (await step(time));
      now = Math.max(now, time);
    });

  return {
    now: () => now,
    at: schedule,
    run,
    sleep: (milliseconds) =>
      new Promise((resolve) => {
        const resume = pause('sleeps');
        schedule(now + milliseconds, () => {
          resume();
          resolve();
        });
      }),
    wait: async (promise) => {
      const resume = pause('waits');
      try {
        return await promise;
      } finally {
        resume();
      }
    },
    advance: (milliseconds) => advanceTo(now + milliseconds),
    advanceTo,
    runUntil: (predicate, { limitMs }) =>
      exclusively(async () => {
        const limit = now + limitMs;
        await quiet();
        while (!(await predicate())) {
          if (errors.length > 0) return;
          if (await step(limit)) {
            await quiet();
            continue;
          }
          now = limit;
          if (await predicate()) return;
          throw new Error(`not so within ${limitMs} ms of virtual time`);
        }
      }),
  };
}
