import type { LocalClock } from '../clock.js';

/** The execution ended, or the cloud stopped, while a state waited: nothing of it goes on. */
export class InterruptedError extends Error {
  constructor() {
    super('the execution is over');
    this.name = 'Interrupted';
  }
}

interface Settle<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Awaits what `begin` settles, as one place of the calling process, until the signal is given. `begin` returns what
 * tidies up, however it ends. @throws {InterruptedError}
 */
export function interruptible<T>(
  clock: LocalClock,
  signal: AbortSignal,
  begin: (settle: Settle<T>) => () => void,
): Promise<T> {
  if (signal.aborted) return Promise.reject(new InterruptedError());
  return clock.wait(
    new Promise<T>((resolve, reject) => {
      const end = (settled: () => void) => {
        signal.removeEventListener('abort', interrupt);
        tidyUp();
        settled();
      };
      const interrupt = () => end(() => reject(new InterruptedError()));
      signal.addEventListener('abort', interrupt);
      const tidyUp = begin({
        resolve: (value) => end(() => resolve(value)),
        reject: (error) => end(() => reject(error)),
      });
    }),
  );
}

/** @throws {InterruptedError} */
export const pause = (clock: LocalClock, signal: AbortSignal, milliseconds: number): Promise<void> =>
  interruptible(clock, signal, ({ resolve }) => clock.at(clock.now() + milliseconds, () => resolve()).cancel);
