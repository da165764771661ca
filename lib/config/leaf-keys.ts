import { isJsonObject, type Json } from '../core/json.js';

/**
 * Every key of a JSON Schema behind which there is a value of its own, as dotted paths: list items count as the list,
 * maps of the user's own keys as one, refused keys not at all.
 */
export const leafKeys = (schema: Json, path = ''): readonly string[] => {
  if (!isJsonObject(schema) || isJsonObject(schema.not)) return [];
  const branches = [schema.anyOf, schema.oneOf, schema.allOf].flatMap((list) =>
    Array.isArray(list) ? list : [],
  );
  const items = isJsonObject(schema.items) ? leafKeys(schema.items, path) : [];
  const members = isJsonObject(schema.properties)
    ? Object.entries(schema.properties).flatMap(([key, below]) =>
        leafKeys(below ?? {}, path === '' ? key : `${path}.${key}`),
      )
    : [];
  const below = [...branches.flatMap((branch: Json) => leafKeys(branch, path)), ...items, ...members];
  const hasKeys = below.some((key) => key !== path);
  return [...new Set(hasKeys ? below.filter((key) => key !== path) : [path])];
};
