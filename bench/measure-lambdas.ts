import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freshBundles } from './bundles.js';
import type { Figure, Measurement } from './figure.js';
import { median } from './median.js';

const RUNS = 5;
const CHILD = fileURLToPath(new URL('./cold-import.mjs', import.meta.url));

/** Size of each bundle, and what its import costs in a fresh process. */
export const measureLambdas: Measurement = {
  name: 'lambdas',
  title: 'Bundled functions',
  run: async () => {
    const { folder, bundles } = await freshBundles();
    const figures = bundles.flatMap(({ name, bytes }): readonly Figure[] => {
      const runs = Array.from({ length: RUNS }, () => coldImportMs(join(folder, name, 'index.mjs')));
      return [
        { what: `${name}: size, minified`, value: bytes / 1e6, unit: 'MB', limit: { below: 1.6 } },
        {
          what: `${name}: cold import`,
          value: median(runs),
          unit: 'ms CPU',
          limit: { below: 150 },
          detail: `${Math.round(Math.min(...runs))} to ${Math.round(Math.max(...runs))} in ${RUNS} runs`,
        },
      ];
    });
    return {
      figures,
      notes: [
        `Cold imports: user and system CPU of all threads in a fresh Node ${process.versions.node} (${process.arch}), median of ${RUNS}; MB are millions of bytes.`,
      ],
    };
  },
};

const coldImportMs = (file: string): number =>
  Number(
    execFileSync(process.execPath, [CHILD, file], {
      encoding: 'utf8',
      env: { ...process.env, NODE_NO_WARNINGS: '1', NODE_OPTIONS: '', NODE_DISABLE_COMPILE_CACHE: '1' },
    }),
  ) / 1000;
