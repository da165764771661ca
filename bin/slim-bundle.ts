/** What esbuild cannot see for itself: parts of packages that no lambda uses. Halves a bundle and its cold import. */
import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/**
 * The SDK writes its schemas as arrays with computed keys, `{ [_xN]: _TSa }`, which esbuild must keep, used or not,
 * since computing a key could do something. The keys are constants of the same file: written out, all operations that
 * are not called go. Fails when a key is not such a constant, so that a new form of the SDK is noticed.
 */
export function writeOutSchemaKeys(source: string, file: string): string {
  const constants = new Map<string, string>();
  for (const [, name = '', text = ''] of source.matchAll(/^const (\w+) = ("[^"\\]*");$/gm))
    constants.set(name, text);
  return source.replace(/([{,]\s*)\[(\w+)\]:/g, (_, before: string, name: string) => {
    const text = constants.get(name);
    if (text === undefined) throw new Error(`${file}: the key [${name}] is no constant text of the file`);
    return `${before}${text}:`;
  });
}

export const slimBundle: Plugin = {
  name: 'slim-bundle',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/ }, ({ path }) => ({
      contents: writeOutSchemaKeys(readFileSync(path, 'utf8'), path),
      loader: 'js',
    }));
    // Zod's messages in fifty languages; English is imported by its own name.
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: 'export {};',
      loader: 'js',
    }));
  },
};
