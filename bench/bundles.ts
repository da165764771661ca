import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bundle, buildLambdas } from '../bin/build.js';

export interface Built {
  readonly folder: string;
  readonly bundles: readonly Bundle[];
}

let built: Promise<Built> | undefined;

/** The functions' bundles, built once a run as `npm run build` does, so that they are never those of older sources. */
export const freshBundles = (): Promise<Built> => {
  built ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    return { folder, bundles: await buildLambdas(folder) };
  })();
  return built;
};
