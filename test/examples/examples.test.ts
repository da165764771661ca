import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SpecDocument } from '../../lib/app/api-types.js';
import { parseDocument } from '../../lib/config/parse-document.js';
import { issueText } from '../../lib/core/issue.js';
import { isJsonObject, type Json } from '../../lib/core/json.js';
import { flavorRegistry } from '../../lib/flavors/index.js';
import { type LocalPlane, startLocalPlane } from '../support/local-plane.js';

const folder = new URL('../../examples/', import.meta.url);

/** What the quickstart's groups become; their own documents roll and break them. */
const AFTER_THE_QUICKSTART = ['rolling.json', 'broken.json'];
const files = readdirSync(folder).filter(
  (file) => /\.(?:json|yaml)$/.test(file) && !AFTER_THE_QUICKSTART.includes(file),
);

const groupsOf = (file: string): readonly SpecDocument[] => {
  const text = readFileSync(new URL(file, folder), 'utf8');
  const parsed = parseDocument(text, { file, flavors: flavorRegistry() });
  if (!parsed.ok) throw new Error(parsed.issues.map(issueText).join('\n'));
  return parsed.groups.map(({ id, properties }) => ({ ID: id, Properties: properties }));
};

/** The document with a part of it changed. */
const changed = (value: Json, path: readonly string[], change: (value: Json | undefined) => Json): Json => {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  const object = isJsonObject(value) ? value : {};
  return { ...object, [key]: changed(object[key] ?? {}, rest, change) };
};

const INSTANCE = ['Instance', 'Properties'];
/** The same on another type of instance, and open to an end. */
const onAnotherType = ({ ID, Properties }: SpecDocument): SpecDocument => {
  const lists = JSON.stringify(Properties).includes('"InstanceTypes"');
  const path = lists ? [...INSTANCE, 'InstanceTypes'] : [...INSTANCE, 'RunInstancesInput', 'InstanceType'];
  const typed = changed(Properties, path, () => (lists ? ['m5.large'] : 'm5.large'));
  return { ID, Properties: changed(typed, ['Protect'], () => false) };
};

const committed = async (plane: LocalPlane, Specs: readonly SpecDocument[]): Promise<void> => {
  await plane.api('Group.CommitGroups', { Specs });
  for (const { ID } of Specs) {
    await plane.until(`"${ID}" as declared`, async () => {
      const group = await plane.api('Group.DescribeGroup', { ID });
      return group.Converged && plane.members(ID).length === group.Declared;
    });
  }
};

const destroyed = async (plane: LocalPlane, groups: readonly SpecDocument[]): Promise<void> => {
  for (const { ID } of groups) await plane.api('Group.Destroy', { ID });
  for (const { ID } of groups) {
    await plane.until(`the end of "${ID}"`, async () => plane.members(ID).length === 0);
  }
};

const typesOf = (plane: LocalPlane, group: string) =>
  new Set(plane.members(group).map(({ instanceType }) => instanceType));

const withPlane = async (story: (plane: LocalPlane) => Promise<void>): Promise<void> => {
  const plane = await startLocalPlane();
  try {
    await story(plane);
  } finally {
    await plane.stop();
  }
};

describe('an example', () => {
  it.each(files)('%s is committed, converges, rolls to another type and is destroyed', (file) =>
    withPlane(async (plane) => {
      const groups = groupsOf(file);
      await committed(plane, groups);
      const sizes = groups.map(({ ID }) => plane.members(ID).length);
      const next = groups.map(onAnotherType);
      await committed(plane, next);
      for (const [index, { ID }] of next.entries()) {
        expect(plane.members(ID)).toHaveLength(sizes[index] ?? 0);
        expect([...typesOf(plane, ID)]).toEqual(sizes[index] === 0 ? [] : ['m5.large']);
      }
      await destroyed(plane, next);
    }),
  );
});

describe('the quickstart', () => {
  it('rolls by rolling.json, and pauses at what is broken in broken.json', () =>
    withPlane(async (plane) => {
      const groups = groupsOf('quickstart.json');
      await committed(plane, groups);
      await committed(plane, groupsOf('rolling.json'));
      expect([...typesOf(plane, 'workers')]).toEqual(['t3.medium']);
      await plane.api('Group.CommitGroups', { Specs: groupsOf('broken.json') });
      await plane.until('a pause', async () => {
        const { Rollout } = await plane.api('Group.DescribeGroup', { ID: 'workers' });
        return Rollout?.Status === 'paused';
      });
      await destroyed(plane, groups);
    }));
});
