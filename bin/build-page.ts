/** Builds the console's page: one script, one style sheet, and the shell. Nothing is loaded from elsewhere. */
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PAGE = join(ROOT, 'lib', 'console', 'page');

/** The script's limit, gzipped: a page must not make anybody wait. */
const LARGEST_SCRIPT_BYTES = 150 * 1024;

export interface BuiltPage {
  /** Gzipped bytes, as a server would send them. */
  readonly scriptBytes: number;
  readonly styleBytes: number;
}

/**
 * Writes `index.html`, `main.js` and `main.css` into the folder, which it empties first.
 * @throws when the script is larger than its limit.
 */
export async function buildPage(into: string = join(ROOT, 'dist', 'console')): Promise<BuiltPage> {
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into, { recursive: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints: { main: join(PAGE, 'main.tsx') },
    outdir: into,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    // The oldest that know `light-dark()`, which says every colour once.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  await build({
    absWorkingDir: ROOT,
    entryPoints: { main: join(PAGE, 'style', 'index.css') },
    outdir: into,
    bundle: true,
    target: ['chrome123', 'firefox120', 'safari17.5'],
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  copyFileSync(join(PAGE, 'index.html'), join(into, 'index.html'));
  const scriptBytes = gzippedBytes(join(into, 'main.js'));
  if (scriptBytes > LARGEST_SCRIPT_BYTES) {
    throw new Error(
      `the console's script has ${scriptBytes} bytes gzipped, more than ${LARGEST_SCRIPT_BYTES}`,
    );
  }
  return { scriptBytes, styleBytes: gzippedBytes(join(into, 'main.css')) };
}

const gzippedBytes = (file: string): number => gzipSync(readFileSync(file)).length;

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { scriptBytes, styleBytes } = await buildPage();
  const size = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`;
  console.log(`console page: script ${size(scriptBytes)}, style ${size(styleBytes)}, gzipped`);
}
