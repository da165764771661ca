import { isJsonObject, type Json, type JsonObject } from '../core/json.js';
import { FIELD_EFFECTS, type FieldEffect } from './field-effects.js';
import { isRefused, requires } from './leaf-keys.js';

/** Where EC2's own request begins: what it says of an absent field is EC2's affair. */
const REQUEST = 'Instance.Properties.RunInstancesInput.';

/** What a change of a field does, or of everything below it; `undefined` where fields differ or none is known. */
export const effectOf = (path: string): FieldEffect | undefined => {
  const own = FIELD_EFFECTS[path];
  if (own !== undefined) return own;
  const below = Object.entries(FIELD_EFFECTS).filter(([field]) => field.startsWith(`${path}.`));
  const effects = new Set(below.map(([, effect]) => effect));
  return effects.size === 1 ? below[0]?.[1] : undefined;
};

/** What holds when a key is absent, for people; `code` for a value that could be written. */
export const defaultWords = (
  path: string,
  schema: JsonObject,
  required: boolean,
  code: (value: string) => string = (value) => value,
): string => {
  if (schema.default !== undefined) {
    return code(typeof schema.default === 'string' ? schema.default : JSON.stringify(schema.default));
  }
  if (typeof schema.absent === 'string') return schema.absent;
  if (required) return 'required';
  return path.startsWith(REQUEST) ? "EC2's" : 'none';
};

const EFFECT_WORDS: Readonly<Record<FieldEffect, string>> = {
  'replaces instances': 'A change replaces the instances.',
  never: 'A change replaces no instance.',
};

/** All that an editor can say of a key, as sentences. */
const sentences = (path: string, schema: JsonObject, required: boolean): string => {
  const effect = effectOf(path);
  const absent = defaultWords(path, schema, required);
  return [
    `${String(schema.description)}.`,
    ...(absent === 'required' ? ['Required.'] : absent === 'none' ? [] : [`Default: ${absent}.`]),
    ...(effect === undefined ? [] : [EFFECT_WORDS[effect]]),
  ].join(' ');
};

/** One for a choice, which lists its values itself. */
const choiceExample = (schema: JsonObject): readonly Json[] | undefined => {
  if (schema.const !== undefined) return [schema.const];
  if (Array.isArray(schema.enum)) return schema.enum.slice(0, 1);
  if (schema.type === 'boolean') return [schema.default !== true];
  const known = Array.isArray(schema.anyOf) ? schema.anyOf.find(isJsonObject) : undefined;
  return known === undefined ? undefined : choiceExample(known);
};

/** The marks of ours that no editor knows, taken out. */
const withoutMarks = ({ absent: _, shape: __, ...schema }: JsonObject): JsonObject => schema;

/**
 * A JSON Schema for editors: what stands in marks of ours (`absent`, `shape`) and in the table of effects becomes words of
 * the descriptions. `path` is where the schema is in a group's Properties; `undefined` outside of them.
 */
export const inWords = (schema: JsonObject, path?: string, required?: boolean): JsonObject => {
  const told = required !== undefined && path !== undefined && !isRefused(schema);
  const examples = schema.examples ?? (isRefused(schema) ? undefined : choiceExample(schema));
  const changed: Record<string, Json> = {
    ...withoutMarks(schema),
    ...(told && schema.description !== undefined ? { description: sentences(path, schema, required) } : {}),
    ...(required === undefined || examples === undefined ? {} : { examples }),
  };
  for (const key of ['anyOf', 'oneOf', 'allOf']) {
    const list = schema[key];
    if (Array.isArray(list)) changed[key] = list.map((branch: Json) => below(branch, path));
  }
  for (const key of ['items', 'additionalProperties', 'propertyNames']) {
    if (schema[key] !== undefined) changed[key] = below(schema[key], path);
  }
  if (isJsonObject(schema.properties)) {
    changed.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([key, member]) => {
        const at = path === undefined ? undefined : path === '' ? key : `${path}.${key}`;
        return [key, isJsonObject(member) ? inWords(member, at, requires(schema, key)) : (member ?? null)];
      }),
    );
  }
  return changed;
};

const below = (schema: Json, path: string | undefined): Json =>
  isJsonObject(schema) ? inWords(schema, path) : schema;
