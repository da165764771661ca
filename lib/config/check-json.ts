import type { Path } from '../core/issue-path.js';
import type { Json } from '../core/json.js';
import type { Mistake } from '../core/schema-issues.js';
import { keyProblem, MAX_DEPTH } from './read-text.js';

/** Values in one group's Properties. */
const MAX_VALUES = 100_000;

/**
 * What no properties may hold, whatever they are about: what JSON does not know, `__proto__`, too much of anything.
 * For values that did not come from a text that was read by `readText`. Stops at the first.
 */
export const jsonMistake = (value: unknown): Mistake | undefined => {
  const open: { readonly value: unknown; readonly path: Path }[] = [{ value, path: [] }];
  let count = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: at, path } = next;
    count += 1;
    if (count > MAX_VALUES) return { path: [], message: `holds more than ${MAX_VALUES} values` };
    if (path.length > MAX_DEPTH) return { path, message: `is nested deeper than ${MAX_DEPTH} levels` };
    if (at === null || at === undefined || typeof at === 'string' || typeof at === 'boolean') continue;
    if (typeof at === 'number') {
      if (!Number.isFinite(at)) return { path, message: `must be a number that JSON knows, not ${at}` };
    } else if (Array.isArray(at)) {
      for (const [index, item] of at.entries()) open.push({ value: item, path: [...path, index] });
    } else if (typeof at === 'object') {
      for (const [key, item] of Object.entries(at)) {
        const problem = keyProblem(key);
        if (problem !== undefined) return { path: [...path, key], message: problem };
        open.push({ value: item, path: [...path, key] });
      }
    } else return { path, message: `must be JSON, not a ${typeof at}` };
  }
  return undefined;
};

/** The same for a caller whose value comes from a parser of JSON. */
export const isProperJson = (value: unknown): value is Json => jsonMistake(value) === undefined;
