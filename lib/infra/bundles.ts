import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FunctionName, STATE_MACHINE_SHAPES, type StateMachineName } from '../core/deployment.js';

/** The folder that holds package.json: two levels up in a checkout as in the package, whose layout of `dist` differs. */
function packageRoot(from: string): string {
  let folder = from;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no package.json above ${from}: holdfast is not installed whole`);
    folder = parent;
  }
  return folder;
}

const ROOT = packageRoot(dirname(fileURLToPath(import.meta.url)));

/** Where `npm run build` puts the lambdas, in a checkout and in the package alike. */
export const BUNDLES = join(ROOT, 'dist', 'lambdas');

/** The file of a state machine. */
export const definitionOf = (name: StateMachineName): string =>
  join(ROOT, 'statemachines', STATE_MACHINE_SHAPES[name].file);

/** Lambdas that the stack itself calls, when it is made, changed or deleted; they are no part of the control plane. */
export const STACK_LAMBDAS = ['remove-alarms', 'group-resource'] as const;

export type LambdaName = FunctionName | (typeof STACK_LAMBDAS)[number];

/** The folder of one built lambda. */
export function bundleOf(name: LambdaName, bundles: string = BUNDLES): string {
  const folder = join(bundles, name);
  if (!existsSync(join(folder, 'index.mjs'))) {
    throw new Error(`no bundle of lambda "${name}" in ${bundles}: run npm run build first`);
  }
  return folder;
}

/** A document of Systems Manager as it was built from a flavor's script. */
export interface BuiltDocument {
  readonly name: string;
  /** `look` changes nothing on a node. */
  readonly kind: 'look' | 'act';
  readonly content: Readonly<Record<string, unknown>>;
}

/** Where `npm run build` puts the documents: beside the lambdas that send them. */
export const DOCUMENTS_FILE = 'documents.json';

/** The documents of all flavors. */
export function builtDocuments(bundles: string = BUNDLES): readonly BuiltDocument[] {
  const file = join(bundles, DOCUMENTS_FILE);
  if (!existsSync(file)) throw new Error(`no ${DOCUMENTS_FILE} in ${bundles}: run npm run build first`);
  return JSON.parse(readFileSync(file, 'utf8'));
}
