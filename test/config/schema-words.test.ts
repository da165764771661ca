import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { isRefused, membersOf } from '../../lib/config/leaf-keys.js';
import { isJsonObject, type JsonObject } from '../../lib/core/json.js';

const text = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const shipped = JSON.parse(text('schema/holdfast.schema.json')) as JsonObject;

interface Key {
  /** JSON pointer to the key's own schema. */
  readonly pointer: string;
  readonly name: string;
  readonly schema: JsonObject;
}

/** Every key that stands anywhere in the schema, looked for as an editor would, not as the code that wrote it. */
const keysIn = (schema: JsonObject, pointer: string): readonly Key[] => {
  const deeper = Object.entries(schema).flatMap(([keyword, value]): readonly Key[] => {
    if (['examples', 'default', 'properties'].includes(keyword)) return [];
    const at = `${pointer}/${keyword}`;
    if (Array.isArray(value)) {
      return value.flatMap((item, index) => (isJsonObject(item) ? keysIn(item, `${at}/${index}`) : []));
    }
    if (!isJsonObject(value)) return [];
    return keyword === '$defs'
      ? Object.entries(value).flatMap(([name, below]) =>
          isJsonObject(below) ? keysIn(below, `${at}/${name}`) : [],
        )
      : keysIn(value, at);
  });
  const own = membersOf(schema).flatMap(([name, below]): readonly Key[] => {
    const at = `${pointer}/properties/${name}`;
    return [{ pointer: at, name, schema: below }, ...keysIn(below, at)];
  });
  return [...own, ...deeper];
};

const resolved = (schema: JsonObject): JsonObject => {
  const name = typeof schema.$ref === 'string' ? schema.$ref.replace('#/$defs/', '') : undefined;
  const found = name !== undefined && isJsonObject(shipped.$defs) ? shipped.$defs[name] : undefined;
  return isJsonObject(found) ? found : schema;
};

const keys = keysIn(shipped, '').map((key) => ({ ...key, schema: resolved(key.schema) }));
const offered = keys.filter(({ schema }) => !isRefused(schema));
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: false });
ajv.addSchema(shipped, 'holdfast');

describe('the shipped schema', () => {
  it('has words for every key, and an example for every key that is not refused', () => {
    expect(keys.length).toBeGreaterThan(250);
    // What every duration, count and share says says nothing of the key.
    const general = /^A (?:duration as Go writes it|count such as|share such as)/;
    const silent = keys
      .filter(({ schema }) => !schema.description || general.test(String(schema.description)))
      .map(({ pointer }) => pointer);
    const bare = offered.filter(
      ({ schema }) => !Array.isArray(schema.examples) || schema.examples.length === 0,
    );
    expect([silent, bare.map(({ pointer }) => pointer)]).toEqual([[], []]);
  });

  it('says of every key with a value whether a change of it replaces instances', () => {
    const words = (name: string): readonly string[] =>
      offered.flatMap((key) => (key.name === name ? [String(key.schema.description)] : []));
    expect(words('ImageId')).toEqual([expect.stringMatching(/A change replaces the instances\.$/)]);
    expect(words('DrainTimeout')).toEqual([
      'Limit for one drain. Default: 5m. A change replaces no instance.',
    ]);
    expect(words('HeapMegabytes')).toContain(
      "Java's heap, in MiB. Default: a quarter of the memory. A change replaces the instances.",
    );
    // What holds keys of both kinds says nothing itself.
    expect(words('Instance')).toEqual(['What the instances are launched from. Required.']);
  });

  it('carries no mark that an editor does not know', () => {
    expect(text('schema/holdfast.schema.json')).not.toMatch(/"(?:absent|shape)":/);
  });

  it('gives examples and defaults that it accepts itself', () => {
    const wrong = offered.flatMap(({ pointer, schema }) => {
      const accepts = ajv.compile({ $ref: `holdfast#${pointer.replaceAll('$', '%24')}` });
      const values = [...(Array.isArray(schema.examples) ? schema.examples : [])];
      if (schema.default !== undefined) values.push(schema.default);
      return values.filter((value) => !accepts(value)).map((value) => [pointer, value]);
    });
    expect(wrong).toEqual([]);
  });
});

describe('a validator of JSON Schema that is not ours', () => {
  const accepts = ajv.compile({ $ref: 'holdfast' });
  const files = readdirSync(new URL('../../examples/', import.meta.url)).filter((file) =>
    /\.(?:json|yaml)$/.test(file),
  );

  it.each(files)('accepts %s', (file) => {
    for (const document of parseAllDocuments(text(`examples/${file}`))) {
      accepts(document.toJS());
      expect(accepts.errors ?? []).toEqual([]);
    }
  });

  it.each([
    ['a misspelt key', { ID: 'web', Properties: { Alocation: { Size: 1 } } }],
    ['a bad share', { ID: 'web', Properties: { Updating: { MaxSurge: '120%' } } }],
  ])('refuses %s', (_, document) => {
    expect(accepts(document)).toBe(false);
  });
});
