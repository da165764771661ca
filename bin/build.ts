/** Builds `dist`: the lambdas, the CLI, the console's page, the library and its declarations. `npm run build`; also before every synth. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { FUNCTIONS } from '../lib/core/deployment.js';
import { DOCUMENTS_FILE, STACK_LAMBDAS } from '../lib/infra/bundles.js';
import { asInCheckout } from './as-in-checkout.js';
import { buildPage } from './build-page.js';
import { builtDocuments } from './built-documents.js';
import { inlineShell } from './inline-shell.js';
import { slimBundle } from './slim-bundle.js';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DIST = join(ROOT, 'dist');

/** For dependencies that are CommonJS and call `require` at run time. */
const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

const COMMON: BuildOptions = {
  absWorkingDir: ROOT,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  logLevel: 'warning',
  metafile: true,
};

export interface Bundle {
  readonly name: string;
  readonly bytes: number;
}

/** Bytes of what was built, without source maps. */
const sizeOf = (outputs: Readonly<Record<string, { readonly bytes: number }>> | undefined): number =>
  Object.entries(outputs ?? {}).reduce(
    (sum, [file, it]) => (file.endsWith('.map') ? sum : sum + it.bytes),
    0,
  );

const LAMBDAS = [...FUNCTIONS, ...STACK_LAMBDAS];

/**
 * Bundles every function with all that it needs, and writes the documents that they send. The AWS SDK goes in: what was
 * tested is what runs.
 */
export async function buildLambdas(into: string = join(DIST, 'lambdas')): Promise<readonly Bundle[]> {
  const missing = LAMBDAS.filter((name) => !existsSync(join(ROOT, 'lambdas', `${name}.ts`)));
  if (missing.length > 0) {
    throw new Error(`no source of lambda ${missing.map((it) => `"lambdas/${it}.ts"`).join(', ')}`);
  }
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into, { recursive: true });
  writeFileSync(join(into, DOCUMENTS_FILE), `${JSON.stringify(builtDocuments(), undefined, 2)}\n`);
  return Promise.all(
    LAMBDAS.map(async (name) => {
      const built = await build({
        ...COMMON,
        entryPoints: [join('lambdas', `${name}.ts`)],
        outfile: join(into, name, 'index.mjs'),
        banner: { js: REQUIRE },
        minify: true,
        keepNames: true,
        mainFields: ['module', 'main'],
        legalComments: 'none',
        plugins: [inlineShell, slimBundle],
      });
      return { name, bytes: sizeOf(built.metafile?.outputs) };
    }),
  );
}

/** One entry of the package and what it imports, into a folder two below the checkout; packages stay outside. */
export const buildEntry = (source: string, outdir: string) =>
  build({
    ...COMMON,
    entryPoints: [source],
    outdir,
    packages: 'external',
    // What is imported late stays in files of its own, so that a command does not load the local cloud.
    splitting: true,
    chunkNames: '[name]-[hash]',
    plugins: [inlineShell, asInCheckout(ROOT)],
  });

/** The CLI and the library, whose packages npm installs beside them. */
async function buildPackage(): Promise<readonly Bundle[]> {
  const entries = [
    { name: 'bin/main', source: 'bin/main.ts' },
    { name: 'lib/index', source: 'lib/index.ts' },
  ];
  return Promise.all(
    entries.map(async ({ name, source }) => {
      const outdir = join(DIST, dirname(name));
      rmSync(outdir, { recursive: true, force: true });
      const built = await buildEntry(source, outdir);
      return { name, bytes: sizeOf(built.metafile?.outputs) };
    }),
  );
}

function buildDeclarations(): void {
  rmSync(join(DIST, 'types'), { recursive: true, force: true });
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: ROOT, stdio: 'inherit' });
}

/** Everything that `npm pack` takes along. */
export async function buildAll(): Promise<readonly Bundle[]> {
  const bundles = [...(await buildLambdas()), ...(await buildPackage())];
  const { scriptBytes } = await buildPage();
  buildDeclarations();
  return [...bundles, { name: 'console, gzipped', bytes: scriptBytes }];
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const bundles = await buildAll();
  const width = Math.max(...bundles.map((it) => it.name.length));
  for (const { name, bytes } of bundles) {
    console.log(`${name.padEnd(width)}  ${String(Math.ceil(bytes / 1024)).padStart(5)} KB`);
  }
  console.log(`in dist: ${readdirSync(DIST).sort().join(', ')}`);
}
