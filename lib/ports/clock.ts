import type { Instant } from '../core/ids.js';

/** Time as the shell sees it. On a laptop real, in tests virtual. */
export interface Clock {
  now(): Instant;
  /** Resolves `milliseconds` later, on this clock. */
  sleep(milliseconds: number): Promise<void>;
}
