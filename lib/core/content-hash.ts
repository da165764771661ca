import { createHash } from 'node:crypto';
import { isJsonObject, type Json } from './json.js';

/** SHA-256, in 64 hex digits, of a document whatever the order of its keys: the key of what is stored by content. */
export const contentHash = (value: Json): string =>
  createHash('sha256').update(canonical(value)).digest('hex');

const canonical = (value: Json): string => {
  if (isJsonObject(value)) {
    const keys = Object.keys(value)
      .filter((key) => value[key] !== undefined)
      .sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join(',')}}`;
  }
  return typeof value === 'object' && value !== null
    ? `[${value.map(canonical).join(',')}]`
    : JSON.stringify(value);
};
