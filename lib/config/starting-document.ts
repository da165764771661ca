import { stringify } from 'yaml';
import { isJsonObject, type Json, type JsonObject } from '../core/json.js';
import { type FlavorSchema, groupJsonSchema, rawJsonSchema } from './document-schema.js';
import { branchesOf, membersOf } from './leaf-keys.js';
import { STARTS, type StartingGroup, type StartingKind } from './starts.js';

const WIDTH = 100;

/**
 * A document to begin with, in YAML, with the schema's words above each key. It converges on the local cloud as it stands.
 * `schema`: where an editor finds the schema, as seen from the document.
 */
export const startingDocument = (
  kind: StartingKind,
  flavors: readonly FlavorSchema[],
  schema: string,
): string => {
  const { about, groups } = STARTS[kind];
  const told = new Set<string>();
  const written = groups.flatMap((group) => [
    ...comment(group.about, 2),
    `  ${group.id}:`,
    '    Properties:',
    ...new GroupWriter(group, flavors, told).object(group.properties, '', 6),
  ]);
  const head = [
    `# yaml-language-server: $schema=${schema}`,
    ...about.flatMap((paragraph) => ['#', ...comment(paragraph, 0)]),
  ];
  return `${[...head, '', 'groups:', ...written].join('\n')}\n`;
};

/** Writes one group, each key explained where it stands for the first time in the document. */
class GroupWriter {
  readonly #group: StartingGroup;
  readonly #told: Set<string>;
  readonly #schema: JsonObject;
  readonly #flavor: JsonObject;

  constructor(group: StartingGroup, flavors: readonly FlavorSchema[], told: Set<string>) {
    this.#group = group;
    this.#told = told;
    this.#schema = groupJsonSchema(flavors);
    const { Flavor } = group.properties;
    const flavor = flavors.find(({ names }) => isJsonObject(Flavor) && names[0] === Flavor.Plugin);
    this.#flavor = flavor === undefined ? {} : rawJsonSchema(flavor.properties);
  }

  object(value: JsonObject, path: string, indent: number): readonly string[] {
    const pad = ' '.repeat(indent);
    const lines = Object.entries(value).flatMap(([key, inner]): readonly string[] => {
      const at = path === '' ? key : `${path}.${key}`;
      const words = comment(this.#words(at), indent);
      if (isJsonObject(inner) && !FLAT.has(key)) {
        return [...words, `${pad}${key}:`, ...this.object(inner, at, indent + 2)];
      }
      return [...words, `${pad}${key}: ${flow(inner ?? null)}`];
    });
    return [...lines, ...this.#offers(path, indent)];
  }

  /** Keys that are not set, with what they mean and what holds without them. */
  #offers(path: string, indent: number): readonly string[] {
    const pad = ' '.repeat(indent);
    return (this.#group.offered ?? []).flatMap((offer) => {
      const key = offer.split('.').at(-1) ?? '';
      if (offer !== (path === '' ? key : `${path}.${key}`)) return [];
      const { default: usual, examples } = this.#at(offer);
      const shown = usual ?? (Array.isArray(examples) ? examples[0] : undefined) ?? null;
      return [...comment(this.#words(offer), indent), `${pad}# ${key}: ${flow(shown)}`];
    });
  }

  #words(path: string): string {
    if (this.#told.has(path)) return '';
    this.#told.add(path);
    return String(this.#at(path).description ?? '');
  }

  #at(path: string): JsonObject {
    if (path === 'Flavor.Properties') return this.#flavor;
    const inFlavor = /^Flavor\.Properties\.(.+)$/.exec(path)?.[1];
    const keys = (inFlavor ?? path).split('.');
    return keys.reduce<JsonObject>((at, key) => memberOf(at, key), inFlavor ? this.#flavor : this.#schema);
  }
}

/** The user's own keys stay on one line. */
const FLAT = new Set(['Tags', 'EngineLabels']);

const memberOf = (schema: JsonObject, key: string): JsonObject => {
  const own = new Map(membersOf(schema)).get(key);
  if (own !== undefined) return own;
  const branch = branchesOf(schema).find((each) => isJsonObject(each) && new Map(membersOf(each)).has(key));
  return isJsonObject(branch) ? memberOf(branch, key) : {};
};

const flow = (value: Json): string =>
  stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false }).trimEnd();

const comment = (text: string, indent: number): readonly string[] => {
  const first = `${' '.repeat(indent)}#`;
  const lines: string[] = [];
  for (const word of text.split(' ').filter((each) => each !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WIDTH)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${first} ${word}`);
  }
  return lines;
};
