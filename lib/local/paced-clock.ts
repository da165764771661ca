import type { Instant } from '../core/ids.js';
import type { RealClock } from './clock.js';

/** The machine's time at a speed: it can stand still and run fast, but never goes back. */
export interface PacedClock extends RealClock {
  /** Seconds on this clock for each on the machine's; 0 while it stands. */
  readonly speed: number;
  /** Everything that waits for a time, timers and sleeps, follows at once. */
  setSpeed(speed: number): void;
}

export interface Pacing {
  readonly onError: (error: unknown) => void;
  /** Where the clock begins; the machine's time unless given. */
  readonly startAt?: Instant;
}

/** The longest delay that setTimeout takes; longer ones are reached in steps. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

interface Waiting {
  arm(): void;
  disarm(): void;
}

export function pacedClock({ onError, startAt = Date.now() }: Pacing): PacedClock {
  const waiting = new Set<Waiting>();
  let speed = 1;
  let since = { real: Date.now(), at: startAt };
  let latest = startAt;

  /** Guarded: the machine's own time may be set back. */
  const now = (): Instant => {
    latest = Math.max(latest, Math.floor(since.at + (Date.now() - since.real) * speed));
    return latest;
  };

  const later = (time: Instant, callback: () => void, keepsAlive: boolean): (() => void) => {
    let handle: NodeJS.Timeout | undefined;
    const delay = (): number | undefined => {
      const left = Math.max(0, time - now());
      if (left === 0) return 0;
      return speed === 0 ? undefined : Math.min(Math.ceil(left / speed), LONGEST_TIMEOUT_MS);
    };
    const own: Waiting = {
      arm: () => {
        const milliseconds = delay();
        if (milliseconds === undefined) return;
        handle = setTimeout(() => {
          if (time > now()) return own.arm();
          waiting.delete(own);
          callback();
        }, milliseconds);
        if (!keepsAlive) handle.unref();
      },
      disarm: () => clearTimeout(handle),
    };
    waiting.add(own);
    own.arm();
    return () => {
      own.disarm();
      waiting.delete(own);
    };
  };

  return {
    now,
    get speed() {
      return speed;
    },
    setSpeed: (wanted) => {
      since = { real: Date.now(), at: now() };
      speed = wanted;
      for (const one of waiting) {
        one.disarm();
        one.arm();
      }
    },
    sleep: (milliseconds) =>
      new Promise((resolve) => {
        later(now() + milliseconds, resolve, true);
      }),
    at: (time, callback) => ({
      at: time,
      cancel: later(time, () => void (async () => callback())().catch(onError), false),
    }),
    run: (process) => process(),
    wait: (promise) => promise,
    stop: () => {
      for (const one of waiting) one.disarm();
      waiting.clear();
    },
  };
}
