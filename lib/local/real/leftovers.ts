import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { removeCgroups, worldsWithCgroups } from './cgroups.js';

/**
 * Namespaces, mounts and processes end with the process that started them. Folders and cgroups do not; they are called
 * `holdfast-real-nodes-<process id>-<time of its start>-<count>`, so that everybody sees whether somebody still needs them.
 */
const NAMED = /^holdfast-real-nodes-(\d+)-(\d+)-\d+$/;

let made = 0;

/** Makes a folder of this process. Its name is also that of its cgroups. */
export const makeScratch = (): string => {
  made += 1;
  const { pid } = process;
  const folder = join(tmpdir(), `holdfast-real-nodes-${pid}-${startOf(pid) ?? '0'}-${made}`);
  mkdirSync(folder, { mode: 0o700 });
  return folder;
};

/** Removes what processes left that are no more. @returns the names of their folders and cgroups. */
export const removeLeftovers = (): readonly string[] => {
  const names = new Set([...readdirSync(tmpdir()), ...worldsWithCgroups()]);
  const left = [...names].filter(isLeft);
  for (const name of left) removeScratch(join(tmpdir(), name));
  return left;
};

export const removeScratch = (folder: string): void => {
  removeCgroups(basename(folder));
  rmSync(folder, { recursive: true, force: true });
};

const isLeft = (name: string): boolean => {
  const [, pid, start] = NAMED.exec(name) ?? [];
  return pid !== undefined && startOf(Number(pid)) !== start;
};

/** In ticks since the machine's start, since process ids come again; `undefined` when there is no such process. */
const startOf = (pid: number): string | undefined => {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return undefined;
  // The name of the program may have blanks; what follows it has none. proc(5): the start is the 22nd field.
  return readFileSync(path, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')[19];
};
