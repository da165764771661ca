import { rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildEntry } from '../../bin/build.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const LAUNCHER = `const { main } = await import('./main.js');
const code = await main(process.argv.slice(2));
if (typeof code === 'number') process.exitCode = code;
`;

export interface BuiltCli {
  /** The script for `node`. */
  readonly launcher: string;
  remove(): void;
}

/** The CLI of this checkout, bundled as the package has it: it starts in a quarter of the time that its TypeScript takes. */
export async function builtCli(): Promise<BuiltCli> {
  const folder = join(ROOT, 'node_modules', `.holdfast-cli-${process.pid}`);
  await buildEntry('bin/main.ts', relative(ROOT, folder));
  const launcher = join(folder, 'holdfast.mjs');
  writeFileSync(launcher, LAUNCHER);
  return { launcher, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
