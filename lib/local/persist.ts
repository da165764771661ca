import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** State that outlives the process, as one JSON document. */
export interface Keeper {
  /** Writes soon: within `DEBOUNCE_MS` of the first change, whatever follows. */
  changed(): void;
  /** Writes now. When it returns, a kill at any moment loses nothing of what was there at the call. */
  flush(): void;
}

/** State of one part of the local cloud. */
export interface Kept {
  snapshot(): unknown;
  restore(state: unknown): void;
}

export interface Persistence {
  /** Restores what was kept under this name, if anything, and keeps it from now on. */
  keep(name: string, kept: Kept): Keeper;
  /** Writes everything that waits; what comes later by itself is forgotten, a flush still writes. */
  stop(): void;
}

/** How much is lost at most of what needs no flush, in milliseconds of real time. */
export const DEBOUNCE_MS = 100;

/** For tests in memory: nothing is kept. */
export const forgetful: Persistence = {
  keep: () => ({ changed: () => {}, flush: () => {} }),
  stop: () => {},
};

/**
 * Replaces a file whole: a temporary file is written, synced and renamed over it, and the rename is synced, so that
 * whoever reads sees the old or the new content, never a part, even after a power cut.
 */
export function writeAtomically(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w');
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  const folder = openSync(join(path, '..'), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

export function persistIn(directory: string): Persistence {
  mkdirSync(directory, { recursive: true });
  const waiting = new Set<Keeper>();
  let stopped = false;
  return {
    keep(name, kept) {
      const path = join(directory, `${name}.json`);
      if (existsSync(path)) kept.restore(JSON.parse(readFileSync(path, 'utf8')));
      let timer: NodeJS.Timeout | undefined;
      const keeper: Keeper = {
        changed() {
          if (stopped) return;
          waiting.add(keeper);
          timer ??= setTimeout(keeper.flush, DEBOUNCE_MS);
        },
        flush() {
          clearTimeout(timer);
          timer = undefined;
          waiting.delete(keeper);
          writeAtomically(path, JSON.stringify(kept.snapshot()));
        },
      };
      return keeper;
    },
    stop() {
      stopped = true;
      for (const keeper of [...waiting]) keeper.flush();
    },
  };
}
