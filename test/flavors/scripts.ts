import { readdirSync, readFileSync } from 'node:fs';
import { parseDocument } from '../../lib/config/parse-document.js';
import { groupId } from '../../lib/core/ids.js';
import { flavorRegistry, nodeDocuments } from '../../lib/flavors/index.js';
import { scriptOf } from '../../lib/flavors/node/documents.js';

export interface Script {
  readonly title: string;
  readonly text: string;
}

const EXAMPLES = new URL('../../examples/', import.meta.url);

/** Every document as a node runs it, values and all. */
const documentScripts = (): readonly Script[] =>
  nodeDocuments.map((document) => ({
    title: document.name,
    text: scriptOf(document),
  }));

/** The boot script of the first instance of every group in the examples that is for bash. */
const bootScripts = (): readonly Script[] =>
  readdirSync(EXAMPLES)
    .filter((file) => /\.(?:json|yaml)$/.test(file))
    .flatMap((file) => {
      const parsed = parseDocument(readFileSync(new URL(file, EXAMPLES), 'utf8'), {
        file,
        flavors: flavorRegistry(),
      });
      if (!parsed.ok) throw new Error(`${file} is no valid example`);
      return parsed.groups.map(({ id, spec: { flavor, allocation } }) => {
        const slot = allocation.kind === 'logicalIds' ? allocation.logicalIds[0] : undefined;
        const context = { stack: 'us/prod', group: groupId(id), allocation };
        const prepared = flavorRegistry().find(flavor.plugin)?.prepare(flavor.properties, context, slot);
        return { title: `${file}: ${id} (${flavor.plugin})`, text: prepared?.init ?? '' };
      });
    })
    .filter(({ text }) => text.startsWith('#!/bin/bash\n'));

export const allScripts = (): readonly Script[] => [...documentScripts(), ...bootScripts()];
