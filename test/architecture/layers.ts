import { posix } from 'node:path';
import type { SourceFile } from './source-files.js';

export interface Layer {
  /** Layers, or single files of them, that it may import. */
  readonly layers: readonly string[];
  /** Packages and parts of Node that it may import; `*` at the end stands for any rest. */
  readonly packages: readonly string[];
}

const INSIDE = ['lib/core', 'lib/ports', 'lib/config', 'lib/flavors', 'lib/app'];

/** Who may import whom. `docs/decisions/0010-import-table.md` says why. */
export const LAYERS: Readonly<Record<string, Layer>> = {
  'lib/core': { layers: [], packages: ['node:crypto'] },
  'lib/ports': { layers: ['lib/core'], packages: [] },
  'lib/config': { layers: ['lib/core', 'lib/ports'], packages: ['zod', 'yaml'] },
  // Its scripts are files that are read once, and put into every bundle.
  'lib/flavors': { layers: ['lib/core', 'lib/ports'], packages: ['zod', 'node:fs'] },
  'lib/app': { layers: ['lib/core', 'lib/ports'], packages: ['croner'] },
  'lib/aws': {
    layers: ['lib/core', 'lib/ports'],
    packages: ['@aws-sdk/*', '@aws-lambda-powertools/*', 'node:crypto', 'node:util'],
  },
  'lib/local': {
    layers: ['lib/core', 'lib/ports'],
    packages: ['@aws-sdk/*', 'dynalite', 'jsonata', 'node:*'],
  },
  'lib/cli': {
    layers: INSIDE,
    packages: [
      '@aws-sdk/client-cloudformation',
      '@aws-sdk/client-lambda',
      'commander',
      'node:crypto',
      'node:path',
      'node:util',
    ],
  },
  // What the server and the page share are types and a few constants.
  'lib/console/page': {
    layers: ['lib/console/protocol.ts'],
    packages: ['preact', '@preact/signals', 'uplot'],
  },
  'lib/console': { layers: ['lib/core', 'lib/app', 'lib/cli'], packages: ['zod', 'node:*'] },
  'lib/infra': {
    layers: ['lib/core/deployment.ts', 'lib/core/tags.ts', 'lib/config', 'lib/flavors'],
    packages: ['aws-cdk-lib', 'constructs', 'node:fs', 'node:path', 'node:url'],
  },
  'lib/index.ts': { layers: ['lib/infra', 'lib/config/group-properties.ts'], packages: [] },
  lambdas: { layers: [...INSIDE, 'lib/aws'], packages: ['node:crypto'] },
  bin: {
    layers: [...INSIDE, 'lib/cli', 'lib/console', 'lib/local', 'lib/infra', 'lambdas'],
    packages: ['aws-cdk-lib', 'cdk-nag', 'esbuild', 'tsx', 'yocto-spinner', 'node:*'],
  },
};

/** Every module that a file names, be it for types, lazily or for its effects. */
export const importsOf = (text: string): readonly string[] =>
  [
    ...text.matchAll(
      /(?:^(?:import|export)\b[^;'"]*?\bfrom\s*|\bimport\s*\(\s*|^import\s*)(['"])([^'"\n]+)\1/gm,
    ),
  ].flatMap((match) => match[2] ?? []);

/** The layer that a path belongs to; `undefined` for one outside of the table. */
export const layerOf = (path: string, layers = LAYERS): string | undefined =>
  Object.keys(layers).find((layer) => path === layer || path.startsWith(`${layer}/`));

/** What the file imports against the table, a line each. */
export const forbiddenImports = ({ path, text }: SourceFile, layers = LAYERS): readonly string[] => {
  const own = layerOf(path, layers);
  const rule = own === undefined ? undefined : layers[own];
  if (own === undefined || rule === undefined) return [`${path} is in no layer of the table`];
  return importsOf(text).flatMap((name) => {
    const allowed = name.startsWith('.')
      ? mayReach(own, rule, target(path, name))
      : rule.packages.some((pattern) => fits(pattern, name));
    return allowed ? [] : [`${path} imports ${name}, which ${own} may not`];
  });
};

const target = (path: string, name: string): string =>
  posix.normalize(posix.join(posix.dirname(path), name)).replace(/\.js$/, '.ts');

const mayReach = (own: string, rule: Layer, path: string): boolean =>
  [own, ...rule.layers].some((layer) => path === layer || path.startsWith(`${layer}/`));

const fits = (pattern: string, name: string): boolean =>
  pattern.endsWith('*')
    ? name.startsWith(pattern.slice(0, -1))
    : name === pattern || name.startsWith(`${pattern}/`);
