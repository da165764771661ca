import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { groupLeafKeys } from '../../lib/config/document-schema.js';
import { keyTables, withKeyTables } from '../../lib/config/schema-tables.js';
import { typeWords } from '../../lib/config/schema-types.js';
import { flavorSchemas } from '../../lib/flavors/index.js';

const page = readFileSync(new URL('../../docs/config.md', import.meta.url), 'utf8');
const tables = keyTables(flavorSchemas);

describe('docs/config.md', () => {
  it('is what the schema says; run `npm run docs` to write it', () => {
    expect(withKeyTables(page, tables)).toBe(page);
  });

  it('has a place for every table but the one of combo, whose properties are a list of flavors', () => {
    const places = [...page.matchAll(/^<!-- keys of (\S+) -->$/gm)].map(([, name]) => name);
    expect(places.sort()).toEqual([...tables.keys()].filter((name) => name !== 'combo').sort());
  });

  it('explains every key in one of its tables', () => {
    const keys = groupLeafKeys(flavorSchemas).map((key) =>
      key.replace('Instance.Properties.RunInstancesInput.', ''),
    );
    expect(keys.filter((key) => !page.includes(`\n| \`${key}\` |`))).toEqual([]);
  });

  it('refuses a place that nothing is known of', () => {
    expect(() => withKeyTables('<!-- keys of none -->\n<!-- end of keys -->\n', tables)).toThrow(
      /no keys of "none"; known: group, updating/,
    );
  });
});

describe('typeWords', () => {
  it.each([
    [{ type: 'integer', minimum: 1, maximum: 1000 }, '1 to 1,000'],
    [{ type: 'integer', exclusiveMinimum: 0, maximum: Number.MAX_SAFE_INTEGER }, '1 or more'],
    [{ type: 'array', items: { type: 'string' }, maxItems: 20 }, 'list of texts, at most 20'],
    [{ type: 'object', additionalProperties: { type: 'string' } }, 'map of texts'],
    [{ anyOf: [{ const: 'drain' }, { type: 'null' }] }, '`drain`'],
    [{ type: 'string', shape: 'duration' }, 'duration'],
  ])('says of %j: %s', (schema, words) => {
    expect(typeWords(schema)).toBe(words);
  });
});
