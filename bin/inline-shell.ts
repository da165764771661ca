import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

const CALL = /shellFile\(\s*import\.meta\.url,\s*'([^']+\.sh)',?\s*\)/g;

/** Puts the text of shell scripts in the place of `shellFile(import.meta.url, './x.sh')`. */
export const inlineShell: Plugin = {
  name: 'inline-shell',
  setup: (build) => {
    build.onLoad({ filter: /lib\/(?:flavors|local\/real)\/.*\.ts$/ }, async ({ path }) => ({
      loader: 'ts',
      contents: (await readFile(path, 'utf8')).replace(CALL, (_, file: string) =>
        JSON.stringify(readFileSync(join(dirname(path), file), 'utf8')),
      ),
    }));
  },
};
