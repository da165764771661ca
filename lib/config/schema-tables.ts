import type { JsonObject } from '../core/json.js';
import { type FlavorSchema, groupJsonSchema, rawJsonSchema } from './document-schema.js';
import { FIELD_EFFECTS } from './field-effects.js';
import { isRefused, type Leaf, leavesOf, membersOf } from './leaf-keys.js';
import { typeWords } from './schema-types.js';
import { defaultWords } from './schema-words.js';

const REQUEST = 'Instance.Properties.RunInstancesInput';
const OF_FLAVOR = 'Flavor.Properties';

/** Where more is said of a key, on the same page. */
const MORE: Readonly<Record<string, string>> = {
  'Instance.Properties.TargetGroupARNs': '#load-balancers',
  [`${REQUEST}.ImageId`]: '#ami-aliases',
  'Updating.MaintenanceWindows.Cron': '#maintenance-windows',
  [OF_FLAVOR]: '#flavors',
};

const code = (text: string): string => `\`${text}\``;

const row = ({ path, schema, required }: Leaf, name: string): string => {
  const more = MORE[path] === undefined ? '' : ` ([more](${MORE[path]}))`;
  const cells = [
    code(name),
    defaultWords(path, schema, required, code),
    FIELD_EFFECTS[path] ?? '',
    `${typeWords(schema)}${suchAs(schema)}`,
    `${String(schema.description ?? '')}${more}`,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
};

/** Texts are known by their looks, where the type says nothing of them. */
const suchAs = (schema: JsonObject): string => {
  if (!['text', 'list of texts'].includes(typeWords(schema)) || !Array.isArray(schema.examples)) return '';
  const [first] = schema.examples.flat();
  const shown = typeof first === 'string' ? first : '';
  return shown === '' || shown.length > 60 || shown.includes('\n') ? '' : `, such as ${code(shown)}`;
};

const table = (leaves: readonly Leaf[], nameOf: (path: string) => string = (path) => path): string => {
  const byPath = new Map([...leaves].reverse().map((leaf) => [leaf.path, leaf]));
  const paths = [...new Set(leaves.map(({ path }) => path))];
  const rows = paths.flatMap((path) => {
    const leaf = byPath.get(path);
    return leaf === undefined ? [] : [row(leaf, nameOf(path))];
  });
  return [
    '| Key | Default | A change replaces instances | Type | Means |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
};

/** Keys that are there only to be refused, and what to write instead. */
const refusals = (schema: JsonObject, path = ''): readonly string[] =>
  membersOf(schema).flatMap(([key, member]): readonly string[] => {
    const at = path === '' ? key : `${path}.${key}`;
    if (isRefused(member)) {
      return [`- ${code(at)} ${String(member.description).replace(/^Refused: /, '')}`];
    }
    const items = member.items;
    const inside = typeof items === 'object' && items !== null && !Array.isArray(items) ? items : member;
    return refusals(inside as JsonObject, at);
  });

/** A flavor's own keys, and those that it refuses. */
const ofFlavor = ({ properties }: FlavorSchema): string => {
  const schema = rawJsonSchema(properties);
  const refused = refusals(schema);
  return [
    table(leavesOf(schema, OF_FLAVOR)),
    ...(refused.length === 0 ? [] : ['', 'Refused:', '', ...refused]),
  ].join('\n');
};

/** The tables of config.md by the names of their places in it: everything that the schema knows of each key. */
export const keyTables = (flavors: readonly FlavorSchema[]): ReadonlyMap<string, string> => {
  const schema = groupJsonSchema(flavors);
  const leaves = leavesOf(schema);
  const under = (path: string) => leaves.filter((leaf) => leaf.path.startsWith(`${path}.`));
  const elsewhere = leaves.filter(
    ({ path }) => !['Updating', REQUEST, OF_FLAVOR].some((part) => path.startsWith(`${part}.`)),
  );
  return new Map([
    ['group', table(elsewhere.map((leaf) => ofAnyFlavor(leaf, flavors)))],
    ['updating', table(under('Updating'))],
    ['request', table(under(REQUEST), (path) => path.slice(REQUEST.length + 1))],
    ['refused', refusals(requestOf(schema)).join('\n')],
    ...flavors.map((flavor): [string, string] => [flavor.names[0], ofFlavor(flavor)]),
  ]);
};

/** What every flavor has, said of all of them. */
const ofAnyFlavor = (leaf: Leaf, flavors: readonly FlavorSchema[]): Leaf => {
  const said: Readonly<Record<string, JsonObject>> = {
    'Flavor.Plugin': { enum: flavors.map(({ names }) => names[0]), description: 'The flavor' },
    [OF_FLAVOR]: { shape: "the flavor's", absent: "the flavor's", description: 'What that flavor takes' },
  };
  return { ...leaf, schema: said[leaf.path] ?? leaf.schema };
};

const requestOf = (schema: JsonObject): JsonObject =>
  REQUEST.split('.').reduce<JsonObject>((at, key) => new Map(membersOf(at)).get(key) ?? {}, schema);

const PLACE = /^<!-- keys of ([^\s]+) -->\n[\s\S]*?^<!-- end of keys -->$/gm;

/** A page with every table written anew at its place; the words around them are left as they are. */
export const withKeyTables = (page: string, tables: ReadonlyMap<string, string>): string =>
  page.replace(PLACE, (_, name: string) => {
    const written = tables.get(name);
    if (written === undefined)
      throw new Error(`no keys of "${name}"; known: ${[...tables.keys()].join(', ')}`);
    return `<!-- keys of ${name} -->\n\n${written}\n\n<!-- end of keys -->`;
  });
