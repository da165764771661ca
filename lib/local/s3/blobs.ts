import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '../persist.js';

/** Contents of objects by version id; written once, never changed. */
export interface Blobs {
  write(id: string, content: Uint8Array): void;
  read(id: string): Uint8Array;
}

export function memoryBlobs(): Blobs {
  const contents = new Map<string, Uint8Array>();
  return {
    write: (id, content) => void contents.set(id, content),
    read: (id) => contents.get(id) ?? new Uint8Array(),
  };
}

/** One file a version, so that a small upload does not rewrite all that was ever uploaded. */
export function fileBlobs(directory: string): Blobs {
  mkdirSync(directory, { recursive: true });
  return {
    write: (id, content) => writeAtomically(join(directory, id), content),
    read: (id) => {
      const path = join(directory, id);
      if (!existsSync(path)) throw new Error(`the content of version ${id} is gone: ${path} is not there`);
      return readFileSync(path);
    },
  };
}
