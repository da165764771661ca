import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { API_PARAMS, apiMethod, apiMethods } from '../../lib/config/api-params.js';
import { parseDocument } from '../../lib/config/parse-document.js';
import { isJsonObject, type Json, type JsonObject } from '../../lib/core/json.js';
import { flavorRegistry } from '../../lib/flavors/index.js';
import { sections } from '../architecture/documented.js';

const page = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
const methods = [...sections(page, 3)];
const committed = sections(page, 2).get('Groups: declare')?.split(/^### /m)[0] ?? '';

const blocksOf = (text: string): readonly JsonObject[] =>
  [...text.matchAll(/^```json\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) => {
    const value: Json = JSON.parse(block);
    return isJsonObject(value) ? [value] : [];
  });

describe('docs/api.md', () => {
  it('shows a request and its answer for every method, and for no other', () => {
    expect(methods.map(([method]) => method).sort()).toEqual([...apiMethods].sort());
    const ids = methods.map(([, text]) => blocksOf(text).map(({ id }) => id));
    expect(ids).toEqual(methods.map((_, index) => [index + 1, index + 1]));
  });

  it.each(methods)('sends %s as the API takes it', (method, text) => {
    const [request] = blocksOf(text);
    expect(request).toMatchObject({ jsonrpc: '2.0', method });
    const known = apiMethod(method);
    expect(known && API_PARAMS[known].safeParse(request?.params).error?.issues).toBeUndefined();
  });

  it.each(methods)('explains every key of the answer of %s', (_, text) => {
    const [, answer] = blocksOf(text);
    const result = isJsonObject(answer?.result) ? answer.result : {};
    expect(Object.keys(result)).not.toEqual([]);
    const prose =
      text.replaceAll(/^```json[\s\S]*?^```$/gm, '') + (text.includes('`Committed`') ? committed : '');
    const unsaid = Object.keys(result).filter((key) => !new RegExp(`\\b${key}\\b`).test(prose));
    expect(unsaid).toEqual([]);
  });

  it('shows specs that are valid', () => {
    const specs = methods.flatMap(([, text]) =>
      blocksOf(text).flatMap(({ params }): readonly Json[] => {
        if (!isJsonObject(params)) return [];
        return [...(Array.isArray(params.Specs) ? params.Specs : []), ...(params.Spec ? [params.Spec] : [])];
      }),
    );
    expect(specs.length).toBeGreaterThan(3);
    for (const spec of specs) {
      const parsed = parseDocument(JSON.stringify(spec), { file: 'api.md', flavors: flavorRegistry() });
      expect(parsed.ok ? [] : parsed.issues).toEqual([]);
    }
  });
});
