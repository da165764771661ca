import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file of the repository; its path is from the root, with `/`. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const SKIPPED = new Set(['node_modules', 'dist', 'cdk.out', 'coverage', '.git', '.holdfast']);

/** Every file below these folders, or these files themselves, whose name ends so. */
export const sourceFiles = (places: readonly string[], ending: RegExp = /./): readonly SourceFile[] =>
  places
    .flatMap((place) => pathsBelow(join(ROOT, place)))
    .filter((path) => ending.test(path))
    .sort()
    .map((path) => ({
      path: relative(ROOT, path).replaceAll('\\', '/'),
      text: readFileSync(path, 'utf8'),
    }));

/** Nothing for a folder that is not there: git keeps no empty ones. */
const pathsBelow = (folder: string): readonly string[] =>
  (existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [])
    .filter((entry) => !SKIPPED.has(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? pathsBelow(path) : [path];
    });

/** The files right in the root of the repository. */
export const rootFiles = (): readonly SourceFile[] =>
  readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => ({ path: name, text: readFileSync(join(ROOT, name), 'utf8') }));

export const CODE = /\.(?:ts|tsx|js|mjs)$/;
