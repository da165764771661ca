import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { removeCgroups, worldsWithCgroups } from './cgroups.js';

/** Folders of this beginning in the scratch folder belong to processes that run real nodes. */
const PREFIX = 'holdfast-nodes-';
const OWNER = 'owner';

/**
 * Makes a scratch folder that says whose it is. Namespaces, mounts and processes end with their owner; folders and
 * cgroups do not, and are found by this.
 */
export const makeScratch = (parent: string = tmpdir()): string => {
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, PREFIX));
  writeFileSync(join(folder, OWNER), identityOf(process.pid) ?? '');
  return folder;
};

/** Removes what processes left that are no more. @returns the names of their folders and cgroups. */
export const removeLeftovers = (parent: string = tmpdir()): readonly string[] => {
  const folders = existsSync(parent) ? readdirSync(parent).filter((name) => name.startsWith(PREFIX)) : [];
  const dead = folders.filter((name) => !isOwned(join(parent, name)));
  for (const name of dead) {
    removeCgroups(name);
    rmSync(join(parent, name), { recursive: true, force: true });
  }
  const orphans = worldsWithCgroups().filter(
    (name) => !existsSync(join(parent, name)) && parent === tmpdir(),
  );
  for (const name of orphans) removeCgroups(name);
  return [...dead, ...orphans];
};

export const removeScratch = (folder: string): void => {
  removeCgroups(basename(folder));
  rmSync(folder, { recursive: true, force: true });
};

const isOwned = (folder: string): boolean => {
  const path = join(folder, OWNER);
  if (!existsSync(path)) return false;
  const owner = readFileSync(path, 'utf8');
  return owner !== '' && identityOf(Number(owner.split(' ')[0])) === owner;
};

/** A process id with the time of its start, since ids come again; `undefined` when there is no such process. */
const identityOf = (pid: number): string | undefined => {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return undefined;
  // The name of the program may have blanks; what follows it has none. proc(5): the start is the 22nd field.
  const fields = readFileSync(path, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return `${pid} ${fields[19]}`;
};
