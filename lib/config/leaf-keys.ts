import { isJsonObject, type Json, type JsonObject } from '../core/json.js';

/** A key of a JSON Schema behind which there is a value of its own. */
export interface Leaf {
  /** Dotted: list items count as the list, maps of the user's own keys as one. */
  readonly path: string;
  readonly schema: JsonObject;
  /** Whether the object that it is in cannot do without it. */
  readonly required: boolean;
}

/** Every leaf in the order of the schema; one that several branches have comes once for each. Refused keys are none. */
export const leavesOf = (schema: Json, path = '', required = false): readonly Leaf[] => {
  if (!isJsonObject(schema) || isRefused(schema)) return [];
  const below = [
    ...branchesOf(schema).flatMap((branch) => leavesOf(branch, path, required)),
    ...(isJsonObject(schema.items) ? leavesOf(schema.items, path, required) : []),
    ...membersOf(schema).flatMap(([key, member]) =>
      leavesOf(member, path === '' ? key : `${path}.${key}`, requires(schema, key)),
    ),
  ];
  const deeper = below.filter((leaf) => leaf.path !== path);
  return deeper.length > 0 ? deeper : [{ path, schema, required }];
};

/** The paths of all leaves, each once. */
export const leafKeys = (schema: Json, path = ''): readonly string[] => [
  ...new Set(leavesOf(schema, path).map((leaf) => leaf.path)),
];

export const branchesOf = (schema: JsonObject): readonly Json[] =>
  [schema.anyOf, schema.oneOf, schema.allOf].flatMap((list) => (Array.isArray(list) ? list : []));

export const membersOf = (schema: JsonObject): readonly (readonly [string, JsonObject])[] =>
  Object.entries(isJsonObject(schema.properties) ? schema.properties : {}).flatMap(([key, member]) =>
    isJsonObject(member) ? [[key, member] as const] : [],
  );

/** Whether a key of that schema is only there to be refused with a reason. */
export const isRefused = (schema: JsonObject): boolean => isJsonObject(schema.not);

export const requires = (schema: JsonObject, key: string): boolean =>
  Array.isArray(schema.required) && schema.required.includes(key);
