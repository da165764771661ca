import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { parseDocument } from '../../lib/config/parse-document.js';
import { schemaText } from '../../lib/config/schema-text.js';
import { issueText } from '../../lib/core/issue.js';
import { flavorRegistry, flavorSchemas } from '../../lib/flavors/index.js';

const folder = new URL('../../examples/', import.meta.url);
const files = readdirSync(folder).filter((file) => /\.(?:json|yaml)$/.test(file));
const textOf = (file: string): string => readFileSync(new URL(file, folder), 'utf8');
const shipped = readFileSync(new URL('../../schema/holdfast.schema.json', import.meta.url), 'utf8');

const groupsOf = (file: string): readonly string[] => {
  const parsed = parseDocument(textOf(file), { file, flavors: flavorRegistry() });
  return parsed.ok ? parsed.groups.map(({ id }) => id) : parsed.issues.map(issueText);
};

describe('examples', () => {
  it.each([
    ['quickstart.json', ['managers', 'workers']],
    ['rolling.json', ['workers']],
    ['broken.json', ['workers']],
    ['cattle.yaml', ['shop']],
    ['mixed.yaml', ['render']],
    ['aws-quickstart.yaml', ['web']],
    ['pets.json', ['ledger']],
    ['several-groups.json', ['front', 'batch']],
    ['v1-form.yaml', ['workers', 'cache']],
    ['infrakit-list-form.json', ['aws-example']],
    ['swarm.json', ['shop-managers', 'shop-workers']],
    ['zookeeper.json', ['ensemble']],
    ['etcd.json', ['registry']],
    ['mysql.json', ['orders']],
    ['containerd.json', ['api']],
    ['combo.yaml', ['search']],
    ['kubernetes.yaml', ['kube-managers', 'kube-workers']],
  ])('%s declares the groups %j', (file, ids) => {
    expect(groupsOf(file)).toEqual(ids);
  });

  it('are all named in the test above and in the README', () => {
    const readme = textOf('README.md');
    expect(files.length).toBe(17);
    for (const file of files) expect(readme).toContain(`## \`${file}\`\n`);
  });
});

describe('holdfast.schema.json', () => {
  const schema = z.fromJSONSchema(JSON.parse(shipped));

  it('is what the zod schemas generate; run `node --import tsx bin/schema.ts` to write it', () => {
    expect(schemaText(flavorSchemas)).toBe(shipped);
  });

  it.each(files)('accepts %s', (file) => {
    for (const document of parseAllDocuments(textOf(file))) {
      expect(schema.safeParse(document.toJS()).error?.issues ?? []).toEqual([]);
    }
  });

  it.each([
    ['a misspelled key', { ID: 'web', Properties: { Alocation: { Size: 1 } } }],
    ['a size that is text', { ID: 'web', Properties: { Allocation: { Size: '1' } } }],
    ['a bad id', { ID: '-web', Properties: {} }],
    [
      'a field that would break the loop',
      {
        ID: 'web',
        Properties: {
          Allocation: { Size: 1 },
          Instance: {
            Plugin: 'aws/ec2-instance',
            Properties: { RunInstancesInput: { ImageId: 'ami-0abc', MinCount: 2 } },
          },
          Flavor: { Plugin: 'vanilla' },
        },
      },
    ],
  ])('refuses %s', (_, document) => {
    expect(schema.safeParse(document).success).toBe(false);
  });
});
