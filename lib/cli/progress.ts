import type { Io, Spinner } from './io.js';

/** Says on standard error how far something is. */
export interface Progress {
  /** A line that says the same as the one before is not repeated. */
  update(text: string): void;
  stop(): void;
}

/** A spinner on a terminal, plain lines elsewhere. */
export function startProgress(io: Io): Progress {
  let last: string | undefined;
  let spinner: Spinner | undefined;
  return {
    update: (text) => {
      if (text === last) return;
      last = text;
      if (!io.stderr.isTTY) {
        io.stderr.write(`${text}\n`);
      } else if (spinner === undefined) {
        spinner = io.spinner(text);
      } else {
        spinner.update(text);
      }
    },
    stop: () => spinner?.stop(),
  };
}
