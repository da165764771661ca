import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '../core/ids.js';
import type { PacedClock } from './paced-clock.js';
import { writeAtomically } from './persist.js';

/** A clock that runs ahead of the machine's has put times on record that the next start must not come before. */
export interface TimeKeeper {
  /** Changes the clock's speed. */
  setSpeed(speed: number): void;
  /** Writes where the clock is. */
  close(): void;
}

/** How much of the machine's time is written down ahead, and how often, in milliseconds. */
const AHEAD_MS = 10_000;
const EVERY_MS = 4_000;

const fileIn = (directory: string): string => join(directory, 'clock.json');

/** Where the clock of a folder begins: now, or later when what is kept there has been later already. */
export function startOf(directory: string): Instant {
  const file = fileIn(directory);
  if (!existsSync(file)) return Date.now();
  const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const until = typeof kept === 'object' && kept !== null && 'until' in kept ? kept.until : 0;
  return Math.max(Date.now(), typeof until === 'number' ? until : 0);
}

/**
 * Writes the latest time that the clock may show before it shows it, so that a start after a kill goes on behind it;
 * nothing while it is not ahead of the machine's.
 */
export function keepTime(clock: PacedClock, directory: string): TimeKeeper {
  const write = (until: Instant) => {
    mkdirSync(directory, { recursive: true });
    writeAtomically(fileIn(directory), JSON.stringify({ until }));
  };
  const reserve = (speed: number) => {
    const until = clock.now() + AHEAD_MS * speed;
    if (until > Date.now() + AHEAD_MS) write(until);
  };
  const timer = setInterval(() => reserve(clock.speed), EVERY_MS);
  timer.unref();
  reserve(clock.speed);
  return {
    setSpeed: (speed) => {
      reserve(speed);
      clock.setSpeed(speed);
    },
    close: () => {
      clearInterval(timer);
      if (clock.now() > Date.now()) write(clock.now());
    },
  };
}
