import type { Clock } from '../lib/ports/clock.js';

/** How AWS limits a rate: a call takes a token, and so many come back each second. */
export interface BucketSize {
  readonly holds: number;
  readonly refillsPerSecond: number;
}

/** @returns what takes a token, and answers whether there was one. */
export const tokenBucket = (clock: Pick<Clock, 'now'>, { holds, refillsPerSecond }: BucketSize) => {
  let tokens = holds;
  let filledAt = clock.now();
  return (): boolean => {
    const now = clock.now();
    tokens = Math.min(holds, tokens + ((now - filledAt) / 1000) * refillsPerSecond);
    filledAt = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
};
