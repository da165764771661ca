import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder that all our groups lie in. */
const OURS = 'holdfast-nodes';

export interface Limits {
  readonly memoryBytes: number;
  readonly processes: number;
}

interface Hierarchy {
  readonly path: string;
  readonly version: 1 | 2;
}

/** Cgroup hierarchies of this machine, version 1 or 2. */
const hierarchies = (): readonly Hierarchy[] =>
  readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , type = '']) => /^cgroup2?$/.test(type))
    .map(([, path = '', type]) => ({ path, version: type === 'cgroup2' ? 2 : 1 }));

const write = (path: string, value: string): void => {
  if (existsSync(path)) writeFileSync(path, value);
};

/** Version 1's cpuset takes nobody in before it has processors; version 2 hands controllers down one level at a time. */
const prepare = ({ version }: Hierarchy, folder: string, parent: string): void => {
  if (existsSync(folder)) return;
  if (version === 2) {
    const given = readFileSync(join(parent, 'cgroup.controllers'), 'utf8').trim().split(' ').filter(Boolean);
    for (const controller of given) writeFileSync(join(parent, 'cgroup.subtree_control'), `+${controller}`);
  }
  mkdirSync(folder);
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    if (version === 1 && existsSync(join(parent, file)))
      writeFileSync(join(folder, file), readFileSync(join(parent, file), 'utf8'));
  }
  if (version === 1) write(join(folder, 'cgroup.clone_children'), '1');
};

/** Makes a group in every hierarchy, with its limits. @returns their folders. */
export const makeCgroups = (world: string, name: string, limits: Limits): readonly string[] =>
  hierarchies().map((hierarchy) => {
    let folder = hierarchy.path;
    for (const part of [OURS, world, name]) {
      const parent = folder;
      folder = join(parent, part);
      prepare(hierarchy, folder, parent);
    }
    write(join(folder, 'memory.limit_in_bytes'), String(limits.memoryBytes));
    write(join(folder, 'memory.max'), String(limits.memoryBytes));
    write(join(folder, 'pids.max'), String(limits.processes));
    return folder;
  });

/** Removes the groups of a world, or of one of its instances; nothing runs in them any more. */
export const removeCgroups = (world: string, name = ''): void => {
  for (const { path } of hierarchies()) {
    removeTree(join(path, OURS, world, name));
    if (foldersIn(join(path, OURS)).length === 0) removeTree(join(path, OURS));
  }
};

/** Worlds that have groups here. */
export const worldsWithCgroups = (): readonly string[] => [
  ...new Set(hierarchies().flatMap(({ path }) => foldersIn(join(path, OURS)))),
];

const foldersIn = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
    : [];

const removeTree = (folder: string): void => {
  if (!existsSync(folder)) return;
  for (const name of foldersIn(folder)) removeTree(join(folder, name));
  try {
    rmdirSync(folder);
  } catch (error) {
    // Somebody in it is not quite dead yet: the next sweep takes it.
    if (!(error instanceof Error && 'code' in error && error.code === 'EBUSY')) throw error;
  }
};
