import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Folders that this very process holds: a file that names our own process id may be an earlier process's. */
const held = new Set<string>();

/**
 * Keeps a folder for one local cloud, so that two never write over each other. A lock whose process is gone, killed
 * perhaps, is taken over. @returns what gives it back.
 */
export function lockDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true });
  const path = join(resolve(directory), 'lock');
  const owner = ownerOf(path);
  if (owner !== undefined && (owner === process.pid ? held.has(path) : isAlive(owner))) {
    throw new Error(
      `folder "${directory}" is used by the local cloud of process ${owner}: stop that one, choose another folder, or delete "${path}" when it is none`,
    );
  }
  rmSync(path, { force: true });
  const file = openSync(path, 'wx');
  writeFileSync(file, String(process.pid));
  closeSync(file);
  held.add(path);
  return () => {
    held.delete(path);
    rmSync(path, { force: true });
  };
}

function ownerOf(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Signal 0 only asks; a process of somebody else refuses the signal, and so lives. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
