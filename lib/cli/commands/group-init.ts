import { dirname, relative, resolve, sep } from 'node:path';
import { isStartingKind, STARTING_KINDS } from '../../config/starts.js';
import { nearest } from '../../core/nearest.js';
import type { Command, Context } from '../command.js';
import { createText } from '../documents.js';
import { usage } from '../failure.js';

/** Where the schema is, as an editor sees it from the document: the shorter of both ways to say it. */
function schemaFrom({ io, world }: Context, file: string | undefined): string {
  const folder = file === undefined ? io.directory : dirname(resolve(io.directory, file));
  const way = relative(folder, world.schemaFile).split(sep).join('/');
  const fromHere = way.startsWith('.') ? way : `./${way}`;
  return fromHere.length <= world.schemaFile.length ? fromHere : world.schemaFile;
}

export const init: Command = {
  name: 'init',
  summary: 'write a document to begin with, each key explained',
  words: [
    { name: 'KIND', help: STARTING_KINDS.join(', '), choices: STARTING_KINDS },
    { name: 'FILE', help: 'what to make; - or none is standard output', optional: true },
  ],
  examples: ['holdfast group init web web.yaml', 'holdfast group init swarm | holdfast group commit -'],
  run: async (context, given) => {
    const kind = given.word(0);
    if (!isStartingKind(kind)) {
      const meant = nearest(kind, STARTING_KINDS);
      const hint =
        meant === undefined ? `there is one for ${STARTING_KINDS.join(', ')}` : `did you mean "${meant}"?`;
      throw usage(`no document to begin with for "${kind}"; ${hint}`);
    }
    const file = given.words[1] === '-' ? undefined : given.words[1];
    if (file !== undefined && !/\.ya?ml$/i.test(file)) {
      throw usage(`"${file}" would hold YAML; give a name that ends with .yaml or .yml`);
    }
    // Loaded only here, as the schemas are elsewhere.
    const [{ startingDocument }, { flavorSchemas }] = await Promise.all([
      import('../../config/starting-document.js'),
      import('../../flavors/index.js'),
    ]);
    const document = startingDocument(kind, flavorSchemas, schemaFrom(context, file));
    if (file === undefined) return { text: document.trimEnd(), json: { kind, document } };
    await createText(context, file, document);
    return { text: `Wrote ${file}; next: holdfast group commit ${file}`, json: { kind, file } };
  },
};
