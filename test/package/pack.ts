import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Builds and packs the checkout into a folder. @returns the path of the tarball. */
export function pack(into: string): string {
  execFileSync('npm', ['pack', '--json', '--pack-destination', into], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const packed = readdirSync(into).find((it) => it.endsWith('.tgz'));
  if (packed === undefined) throw new Error('npm pack left no tarball');
  return join(into, packed);
}
