import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FunctionName } from '../core/deployment.js';

/** The folder that holds package.json: two levels up in a checkout as in the package, whose layout of `dist` differs. */
function packageRoot(from: string): string {
  let folder = from;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no package.json above ${from}: holdfast is not installed whole`);
    folder = parent;
  }
  return folder;
}

/** Where `npm run build` puts the lambdas, in a checkout and in the package alike. */
export const BUNDLES = join(packageRoot(dirname(fileURLToPath(import.meta.url))), 'dist', 'lambdas');

/** The folder of one built lambda. */
export function bundleOf(name: FunctionName, bundles: string = BUNDLES): string {
  const folder = join(bundles, name);
  if (!existsSync(join(folder, 'index.mjs'))) {
    throw new Error(`no bundle of lambda "${name}" in ${bundles}: run npm run build first`);
  }
  return folder;
}
