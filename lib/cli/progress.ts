import type { Io, Spinner } from './io.js';

/** Says on standard error how far something is. */
export interface Progress {
  /** A line that says the same as the one before is not repeated. */
  update(text: string): void;
  stop(): void;
}

/** Of a terminal that does not say its own. */
const WIDTH = 80;

/** The spinner itself, a space, and the last column: a line that fills it breaks, and is then drawn again below. */
const BESIDE = 3;

/** A spinner of one line on a terminal, plain lines elsewhere, nothing where it shall be quiet. */
export function startProgress(io: Io, quiet: boolean): Progress {
  let last: string | undefined;
  let spinner: Spinner | undefined;
  return {
    update: (text) => {
      if (quiet || text === last) return;
      last = text;
      if (!io.stderr.isTTY) {
        io.stderr.write(`${text}\n`);
        return;
      }
      const line = cut(text, (io.stderr.columns || WIDTH) - BESIDE);
      if (spinner === undefined) spinner = io.spinner(line);
      else spinner.update(line);
    },
    stop: () => spinner?.stop(),
  };
}

const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
