import { readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Lets a module find files of the package by its own place, bundled as in a checkout: `import.meta.url` stays that of
 * its source. Every file of the output must lie two folders below `root`.
 */
export const asInCheckout = (root: string): Plugin => ({
  name: 'as-in-checkout',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const place = relative(root, path).split(sep).join('/');
      const source = readFileSync(path, 'utf8');
      if (place.includes('node_modules/') || !source.includes('import.meta.url')) return undefined;
      const url = `new URL(${JSON.stringify(`../../${place}`)}, import.meta.url).href`;
      return { contents: source.replaceAll('import.meta.url', url), loader: 'ts' };
    });
  },
});
