/** A module loader that puts one mutant in the place of its file: the work tree stays as it is. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';

let mutant;

export const initialize = (given) => {
  mutant = given;
};

export const load = async (url, context, nextLoad) => {
  const path = url.startsWith('file:') ? fileURLToPath(url) : '';
  if (!path.endsWith(`/${mutant.file}`)) return nextLoad(url, context);
  const source = await readFile(path, 'utf8');
  const parts = source.split(mutant.find);
  if (parts.length !== 2) throw new Error(`"${mutant.find}" is ${parts.length - 1} times in ${mutant.file}`);
  const { code } = await transform(parts.join(mutant.replace), {
    loader: 'ts',
    format: 'esm',
    target: 'node20',
  });
  return { format: 'module', source: code, shortCircuit: true };
};
