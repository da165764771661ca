import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Violation } from './violation.js';

/** How the story of one seed went. */
export interface Report {
  readonly seed: number;
  readonly digest: string;
  readonly violations: readonly Violation[];
}

/** What a worker is told: its seeds are `from`, `from + step`, … below `to`. */
export interface Shift {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** In a process where the code is broken on purpose, when a mutant is named. */
const workerOf = (mutant: string | undefined): string =>
  fileURLToPath(new URL(mutant === undefined ? './worker.ts' : './mutant-worker.ts', import.meta.url));

/** Plays the stories of many seeds, a process for each core. Ends early when `onReport` says so. */
export const playAll = async (
  { from, to }: Pick<Shift, 'from' | 'to'>,
  onReport: (report: Report) => 'go on' | 'stop',
): Promise<void> => {
  const count = Math.min(availableParallelism(), Math.max(1, to - from));
  const workers = Array.from({ length: count }, () =>
    fork(workerOf(process.env.HOLDFAST_MUTANT), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
  );
  try {
    await Promise.all(
      workers.map(
        (worker, index) =>
          new Promise<void>((resolve, reject) => {
            worker.on('message', (report: Report) => {
              if (onReport(report) === 'go on') return;
              for (const other of workers) other.kill('SIGKILL');
            });
            worker.once('exit', (code, signal) =>
              code === 0 || signal === 'SIGKILL'
                ? resolve()
                : reject(new Error(`a worker ended with ${code ?? signal}`)),
            );
            worker.send({ from: from + index, to, step: count } satisfies Shift);
          }),
      ),
    );
  } finally {
    for (const worker of workers) worker.kill('SIGKILL');
  }
};
