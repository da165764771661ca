import { isJsonObject, type Json, type JsonObject } from '../core/json.js';
import { branchesOf } from './leaf-keys.js';

const code = (text: string): string => `\`${text}\``;
const figure = (number: Json | undefined): string => Number(number).toLocaleString('en-US');

/** What a value may be, with its bounds, as a cell of a table: "1 to 1,000", "list of texts, at most 20". */
export const typeWords = (schema: JsonObject): string => {
  if (typeof schema.shape === 'string') return schema.shape;
  if (schema.const !== undefined) return code(String(schema.const));
  if (Array.isArray(schema.enum)) return schema.enum.map((value: Json) => code(String(value))).join(', ');
  const branches = branchesOf(schema).filter(isJsonObject).filter(isSaid);
  if (branches.length > 0) return [...new Set(branches.map(typeWords))].join(' or ');
  switch (schema.type) {
    case 'integer':
      return integerWords(schema);
    case 'boolean':
      return `${code('true')} or ${code('false')}`;
    case 'array':
      return listWords(schema);
    case 'object':
      return isJsonObject(schema.additionalProperties)
        ? `map of ${typeWords(schema.additionalProperties)}s`
        : 'object';
    default:
      return 'text';
  }
};

const isSaid = ({ type }: JsonObject): boolean => type !== 'null';

const integerWords = ({ minimum, exclusiveMinimum, maximum }: JsonObject): string => {
  const least = minimum ?? Number(exclusiveMinimum) + 1;
  // zod bounds every whole number by what JavaScript can count.
  return maximum === undefined || Number(maximum) >= Number.MAX_SAFE_INTEGER
    ? `${figure(least)} or more`
    : `${figure(least)} to ${figure(maximum)}`;
};

const listWords = ({ items, maxItems }: JsonObject): string => {
  const item = isJsonObject(items) ? typeWords(items) : 'text';
  const plural = /^[a-z]+$/.test(item) ? `${item}s` : item;
  return `list of ${plural}${maxItems === undefined ? '' : `, at most ${figure(maxItems)}`}`;
};
