import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface Ran {
  /** 128 and the signal's number when a signal ended it, as shells have it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/** Somebody in the background may hold the output open; what comes later than this after the end is not read. */
const LATE_OUTPUT_MS = 200;
const LONGEST_OUTPUT = 1_000_000;
const KILLED = 137;

/** Runs a program to its end, or for so long; it and all of its process group are killed then. */
export const runProgram = (
  program: string,
  args: readonly string[],
  { timeoutMs, signal }: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    let timedOut = false;
    const kill = () => killGroup(child);
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            kill();
          }, timeoutMs);
    signal?.addEventListener('abort', kill, { once: true });
    const end = (exitCode: number) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', kill);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ exitCode, stdout: stdout(), stderr: stderr(), timedOut });
    };
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('exit', (code) => {
      const late = setTimeout(() => end(code ?? KILLED), LATE_OUTPUT_MS);
      child.once('close', () => {
        clearTimeout(late);
        end(code ?? KILLED);
      });
    });
  });

/** @throws when it fails, with what it said. */
export const mustRun = async (program: string, args: readonly string[]): Promise<string> => {
  const { exitCode, stdout, stderr } = await runProgram(program, args);
  if (exitCode === 0) return stdout;
  throw new Error(`${program} ${args.slice(-3).join(' ')} failed with ${exitCode}: ${stderr.trim()}`);
};

const collect = (stream: Readable): (() => string) => {
  const chunks: Buffer[] = [];
  let length = 0;
  stream.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= LONGEST_OUTPUT) chunks.push(chunk);
  });
  stream.on('error', () => {});
  return () => Buffer.concat(chunks).toString('utf8');
};

const killGroup = ({ pid }: ChildProcess): void => {
  if (pid !== undefined) killQuietly(-pid);
};

/** One that has ended is no error. */
export const killQuietly = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
};
