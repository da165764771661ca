import { readdirSync, readFileSync } from 'node:fs';
import { readText } from '../../lib/config/read-text.js';
import { isJsonObject, type Json } from '../../lib/core/json.js';

export interface ValidDocument {
  readonly name: string;
  readonly text: string;
  readonly value: Json;
}

const OLDEST: Json = {
  groups: {
    my_zookeeper_nodes: {
      Properties: {
        Instance: {
          Plugin: 'aws/ec2-instance',
          Properties: { RunInstancesInput: { ImageId: 'ami-0abc', SubnetId: 'subnet-1' } },
        },
        Flavor: {
          Plugin: 'flavor-zookeeper',
          Properties: { type: 'member', IPs: ['10.0.1.20', '10.0.1.21', '10.0.1.22'] },
        },
      },
    },
  },
};

const folder = new URL('../../examples/', import.meta.url);

const fromExamples = (): readonly ValidDocument[] =>
  readdirSync(folder)
    .filter((name) => /\.(json|ya?ml)$/.test(name))
    .flatMap((name) => {
      const text = readFileSync(new URL(name, folder), 'utf8');
      return readText(text).documents.map(({ value }) => ({ name, text, value }));
    });

/** What mutations start from: every example, so every flavor and form, and the oldest form. */
export const validDocuments: readonly ValidDocument[] = [
  ...fromExamples(),
  { name: 'oldest form', text: JSON.stringify(OLDEST), value: OLDEST },
];

/** Every group's Properties of them, as the group API takes them. */
export const validSpecs: readonly { readonly ID: string; readonly Properties: Json }[] =
  validDocuments.flatMap(({ value }) =>
    isJsonObject(value) && isJsonObject(value.groups)
      ? Object.entries(value.groups).flatMap(([ID, group]) =>
          isJsonObject(group) && group.Properties !== undefined ? [{ ID, Properties: group.Properties }] : [],
        )
      : [],
  );
