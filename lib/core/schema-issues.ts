import { clipped, type Path } from './issue-path.js';
import { isJsonObject, type Json, type JsonObject } from './json.js';
import { nearest } from './nearest.js';

/** A mistake with its place as a path. */
export interface Mistake {
  readonly path: Path;
  readonly message: string;
  /** For an unknown key: the known key beside it that was probably meant. */
  readonly meant?: string;
}

/** What a schema library reports, as far as it is read here; the shape is zod's. */
export interface SchemaFinding {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  /** Ours when it begins with a lower-case letter; the library's own words otherwise. */
  readonly message: string;
  readonly keys?: readonly string[] | undefined;
  readonly expected?: string | undefined;
  readonly values?: readonly unknown[] | undefined;
  readonly minimum?: number | bigint | undefined;
  readonly maximum?: number | bigint | undefined;
  readonly origin?: string | undefined;
}

/**
 * Says what a schema library found in our words: what to change, the wrong value quoted, unknown keys with the nearest
 * known one. `jsonSchema` is asked for the known keys, and only when there is an unknown one.
 */
export const schemaMistakes = (
  findings: readonly SchemaFinding[],
  value: Json,
  jsonSchema: () => Json,
): readonly Mistake[] =>
  findings.flatMap((finding): readonly Mistake[] => {
    const path = finding.path.map((part) => (typeof part === 'number' ? part : String(part)));
    if (finding.code === 'unrecognized_keys') {
      const known = knownKeys(jsonSchema(), path);
      return (finding.keys ?? []).map((key) => unknownKey([...path, key], key, known));
    }
    const wrong = valueAt(value, path);
    const rule = /^[a-z]/.test(finding.message) ? finding.message : ruleOf(finding);
    if (wrong === undefined) return [{ path, message: `is missing; it ${rule}` }];
    return [{ path, message: rule.startsWith('must ') ? `${rule}, not ${quoted(wrong)}` : rule }];
  });

/** `unknown key "Alocation"; did you mean "Allocation"?` */
export const unknownKey = (path: Path, key: string, known: readonly string[]): Mistake => {
  const meant = nearest(key, known);
  const hint = meant === undefined ? `known: ${listed(known)}` : `did you mean ${quoted(meant)}?`;
  return { path, message: `unknown key ${quoted(key)}; ${hint}`, ...(meant === undefined ? {} : { meant }) };
};

/** Without what only follows from a misspelled key: that the key which was meant is missing. */
export const withoutConsequences = (mistakes: readonly Mistake[], value: Json): readonly Mistake[] => {
  const absent = mistakes.flatMap(({ path, meant }): readonly Path[] => {
    const key = meant === undefined ? undefined : [...path.slice(0, -1), meant];
    return key === undefined || valueAt(value, key) !== undefined ? [] : [key];
  });
  return mistakes.filter(
    ({ path }) => !absent.some((key) => key.every((part, index) => path[index] === part)),
  );
};

/** A wrong value as people recognise it, never longer than a line. */
export const quoted = (value: Json | undefined): string => {
  if (typeof value === 'string') return clipped(JSON.stringify(clipped(value, 60)), 80);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  return isJsonObject(value) ? 'an object' : String(value);
};

/** Names with commas between, cut where a line would get too long. */
export const listed = (names: readonly string[]): string => clipped(names.join(', '), 300);

export const valueAt = (value: Json | undefined, path: Path): Json | undefined => {
  let at = value;
  for (const part of path) {
    if (Array.isArray(at)) at = typeof part === 'number' ? at[part] : undefined;
    else at = isJsonObject(at) && Object.hasOwn(at, String(part)) ? at[String(part)] : undefined;
  }
  return at;
};

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const ruleOf = (finding: SchemaFinding): string => {
  switch (finding.code) {
    case 'invalid_type':
      return `must be ${EXPECTED[finding.expected ?? ''] ?? finding.expected ?? 'something else'}`;
    case 'invalid_value':
      return `must be ${alternatives(finding.values ?? [])}`;
    case 'too_small':
      return `must ${bound(finding.origin, `at least ${finding.minimum}`)}`;
    case 'too_big':
      return `must ${bound(finding.origin, `at most ${finding.maximum}`)}`;
    default:
      return 'must have another form';
  }
};

const bound = (origin: string | undefined, limit: string): string => {
  if (origin === 'string') return `have ${limit} characters`;
  return origin === 'array' ? `have ${limit} items` : `be ${limit}`;
};

const alternatives = (values: readonly unknown[]): string => {
  const words = values.map((value) => JSON.stringify(value));
  const last = words.pop() ?? 'nothing';
  return words.length === 0 ? last : `${words.join(', ')} or ${last}`;
};

/** Keys that a JSON Schema declares at a path, whichever branch of it applies. */
const knownKeys = (schema: Json, path: Path): readonly string[] => {
  let branches = expanded(schema);
  for (const part of path) {
    branches = branches.flatMap((branch) => {
      const properties = isJsonObject(branch.properties) ? branch.properties : {};
      const below =
        typeof part === 'number' ? branch.items : (properties[part] ?? branch.additionalProperties);
      return below === undefined ? [] : expanded(below);
    });
  }
  const keys = branches.flatMap(({ properties }) =>
    isJsonObject(properties) ? Object.keys(properties) : [],
  );
  return [...new Set(keys)];
};

const expanded = (schema: Json): readonly JsonObject[] => {
  if (!isJsonObject(schema)) return [];
  const branches = [schema.anyOf, schema.oneOf, schema.allOf].flatMap((list) =>
    Array.isArray(list) ? list : [],
  );
  return [schema, ...branches.flatMap(expanded)];
};
