import { nodeDocuments } from '../lib/flavors/index.js';
import { ssmDocument } from '../lib/flavors/node/documents.js';
import type { BuiltDocument } from '../lib/infra/bundles.js';
import type { NodeDocument } from '../lib/ports/flavor.js';

/** The scripts that flavors run on nodes, as Systems Manager takes them. */
export const builtDocuments = (
  documents: readonly NodeDocument[] = nodeDocuments,
): readonly BuiltDocument[] =>
  documents.map((document) => ({
    name: document.name,
    kind: document.kind,
    content: ssmDocument(document),
  }));
