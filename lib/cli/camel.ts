import type { Json, JsonObject } from '../core/json.js';

/** Below these keys everything is the user's own and stays as it is. */
const VERBATIM = new Set(['Spec', 'Tags', 'Properties', 'Rule', 'rule']);

/** The API's PascalCase as `--json` prints it: `LogicalID` becomes `logicalId`. Absent fields stay absent. */
export function camelDocument(value: unknown): Json {
  if (Array.isArray(value)) return value.map(camelDocument);
  if (typeof value !== 'object' || value === null) return value as Json;
  return camelFields(value);
}

/** The same for what is known to be an object. */
export function camelFields(value: object): JsonObject {
  const document: Record<string, Json> = {};
  for (const [key, field] of Object.entries(value)) {
    if (field !== undefined)
      document[camelKey(key)] = VERBATIM.has(key) ? (field as Json) : camelDocument(field);
  }
  return document;
}

/** A run of capitals is one word: `ID` → `id`, `LogicalIDs` → `logicalIds`, `PrivateIP` → `privateIp`. */
const camelKey = (key: string): string =>
  key
    .replace(/IDs\b/g, 'Ids')
    .replace(/ID\b/g, 'Id')
    .replace(/IP\b/g, 'Ip')
    .replace(/^./, (first) => first.toLowerCase());
