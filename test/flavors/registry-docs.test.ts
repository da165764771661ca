import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { leafKeys } from '../../lib/config/leaf-keys.js';
import type { Json } from '../../lib/core/json.js';
import { flavorRegistry, flavorSchemas } from '../../lib/flavors/index.js';
import { codeSpans, sections, tableRows, undocumented } from '../architecture/documented.js';
import { ROOT } from '../architecture/source-files.js';

const page = (name: string): string => readFileSync(join(ROOT, 'docs', name), 'utf8');
const firstCells = (markdown: string): readonly string[] =>
  tableRows(markdown).flatMap(([first = '']) => codeSpans(first));

const keysOf = (properties: z.ZodType): readonly string[] =>
  leafKeys(JSON.parse(JSON.stringify(z.toJSONSchema(properties))) as Json, 'Flavor.Properties');

describe('docs/config.md', () => {
  const flavors = sections(page('config.md'), 2).get('Flavors') ?? '';
  const own = flavorSchemas.filter(({ names }) => names[0] !== 'combo');

  it.each(own.map(({ names, properties }) => [names[0], properties] as const))(
    'explains the properties of %s, and no others',
    (name, properties) => {
      const section = sections(flavors, 3).get(name) ?? '';
      expect(undocumented(keysOf(properties), firstCells(section))).toEqual([]);
    },
  );
});

describe('docs/flavors.md', () => {
  const { known } = flavorRegistry();

  it('says of each flavor when it is healthy, and of no other', () => {
    const table = page('flavors.md').split('\n## ')[0] ?? '';
    expect(undocumented(known, firstCells(table))).toEqual([]);
  });

  it('says of each that has scripts what of it ran on real software, and calls those experimental that are', () => {
    const { find } = flavorRegistry();
    const section = sections(page('flavors.md'), 2).get('What ran on what') ?? '';
    const scripted = known.filter((name) => name !== 'combo' && find(name)?.documents.length !== 0);
    expect(undocumented(scripted, firstCells(section))).toEqual([]);
    const untried = tableRows(section).flatMap(([names = '', ran]) => (ran === 'no' ? codeSpans(names) : []));
    expect(untried).toEqual(scripted.filter((name) => find(name)?.experimental !== undefined));
  });
});
