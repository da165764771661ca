import { z } from 'zod';
import { configHashOf } from '../core/config-hash.js';
import type { GroupSpec } from '../core/group-spec.js';
import { GROUP_ID_PATTERN, type GroupId, groupId, logicalId } from '../core/ids.js';
import type { Issue } from '../core/issue.js';
import { parsePath, pathText } from '../core/issue-path.js';
import { isJsonObject, type Json, type JsonObject } from '../core/json.js';
import { nearest } from '../core/nearest.js';
import { listed, type Mistake, quoted, schemaMistakes, withoutConsequences } from '../core/schema-issues.js';
import type { Flavor, FlavorRegistry } from '../ports/flavor.js';
import { jsonMistake } from './check-json.js';
import { toAllocation, toRepair, toUpdating } from './defaults.js';
import {
  EC2_INSTANCE,
  ec2Mistakes,
  INSTANCE_PLUGINS,
  instancePlugin,
  MAX_TAGS,
  tagMistakes,
  userDataIssue,
} from './ec2-instance.js';
import { allocationMistakes, repairMistakes, updatingMistakes } from './group-rules.js';
import { groupFields, pluginSchema, propertiesSchema } from './group-schema.js';
import { fromOldestForm, writtenPath } from './oldest-form.js';

/** One group, parsed; or all that is wrong with it, paths relative to its Properties. */
export type GroupOutcome =
  | { readonly ok: true; readonly id: GroupId; readonly properties: Json; readonly spec: GroupSpec }
  | { readonly ok: false; readonly idMistakes: readonly string[]; readonly mistakes: readonly Mistake[] };

/** What a caller without a document gets: issues have paths from the Properties on, and no position. */
export type ParsedProperties =
  | { readonly ok: true; readonly id: GroupId; readonly properties: Json; readonly spec: GroupSpec }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/**
 * Parses one group's Properties, whatever they are, in InfraKit's order of validation and, where InfraKit has a message,
 * in its words. `properties` of the result are those to store: as written, but for the oldest form, which is translated.
 */
export const parseGroup = (id: unknown, properties: unknown, flavors: FlavorRegistry): ParsedProperties => {
  const outcome = examineGroup(id, properties, flavors);
  if (outcome.ok) return outcome;
  const issues = [
    ...outcome.idMistakes.map((message) => ({ path: 'ID', message })),
    ...outcome.mistakes.map(({ path, message }) => ({ path: pathText(path), message })),
  ];
  return { ok: false, issues: boundedIssues(issues) };
};

/** Issues told at once; who makes more wants to see the first ones fixed. */
const MAX_ISSUES = 100;

/** The first issues, and how many more there are; that one stands at `at`. */
export const boundedIssues = (issues: readonly Issue[], at?: Issue['at']): readonly Issue[] => {
  if (issues.length <= MAX_ISSUES) return issues;
  const message = `${issues.length - MAX_ISSUES} more mistakes; fix these first`;
  return [...issues.slice(0, MAX_ISSUES), { path: '', message, ...(at === undefined ? {} : { at }) }];
};

export const examineGroup = (id: unknown, written: unknown, flavors: FlavorRegistry): GroupOutcome => {
  const idMistakes = idMistakesOf(id);
  const improper = jsonMistake(written);
  if (improper !== undefined) return { ok: false, idMistakes, mistakes: [improper] };
  const json = written as Json | undefined;
  if (!isJsonObject(json)) {
    const message = `Invalid properties: must be an object, not ${json === undefined ? 'missing' : quoted(json)}`;
    return { ok: false, idMistakes, mistakes: [{ path: [], message }] };
  }
  const properties = fromOldestForm(json);
  const found = isJsonObject(properties) ? propertiesMistakes(properties, flavors) : [];
  const mistakes = withoutConsequences(found, properties).map(({ path, message }) => ({
    path: writtenPath(path, json),
    message,
  }));
  if (idMistakes.length > 0 || mistakes.length > 0 || typeof id !== 'string' || !isJsonObject(properties)) {
    return { ok: false, idMistakes, mistakes };
  }
  return { ok: true, id: groupId(id), properties, spec: specOf(groupId(id), properties, flavors) };
};

const idMistakesOf = (id: unknown): readonly string[] => {
  if (id === undefined || id === null || id === '') return ['Group ID must not be blank'];
  if (typeof id === 'string' && GROUP_ID_PATTERN.test(id)) return [];
  const shown =
    typeof id === 'string' || typeof id === 'number' || typeof id === 'boolean' ? quoted(id) : 'that';
  return [
    `must be 1 to 128 of letters, digits, ".", "_" and "-", starting with a letter or digit, not ${shown}`,
  ];
};

const propertiesMistakes = (properties: JsonObject, flavors: FlavorRegistry): readonly Mistake[] => {
  const shape = propertiesSchema.safeParse(properties);
  const allocation = part(groupFields.Allocation, properties.Allocation);
  const updating = part(groupFields.Updating, properties.Updating);
  const repair = part(groupFields.Repair, properties.Repair);
  const said = allocation?.Size !== undefined || (allocation?.LogicalIDs?.length ?? 0) > 0;
  const declared = allocation && said ? toAllocation(allocation) : undefined;
  return [
    ...(shape.success ? [] : schemaMistakes(shape.error.issues, properties, propertiesJsonSchema)),
    ...allocationMistakes(properties),
    ...(updating ? updatingMistakes(updating, declared) : []),
    ...(repair ? repairMistakes(repair, declared) : []),
    ...flavorMistakes(properties, declared, flavors),
    ...instanceMistakes(properties),
  ];
};

/** A part of the properties that is well formed by itself, so that its own rules can be told with mistakes elsewhere. */
const part = <T extends z.ZodType>(schema: T, value: Json | undefined): z.infer<T> | undefined => {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
};

let jsonSchema: Json | undefined;
const propertiesJsonSchema = (): Json => {
  jsonSchema ??= JSON.parse(JSON.stringify(z.toJSONSchema(propertiesSchema))) as Json;
  return jsonSchema;
};

type Declared = GroupSpec['allocation'] | undefined;

const flavorMistakes = (
  properties: JsonObject,
  allocation: Declared,
  flavors: FlavorRegistry,
): readonly Mistake[] => {
  const { name, mistakes } = pluginMistakes('Flavor', properties.Flavor);
  if (name === undefined) return mistakes;
  const flavor = flavors.find(name);
  if (flavor === undefined) return [...mistakes, notFound('Flavor', name, flavors.known)];
  const below = propertiesOf(properties.Flavor);
  if (allocation === undefined) return [...mistakes, ...judgedAlone(flavor, below)];
  const own = judged(flavor, below, allocation);
  if (own.length > 0) return [...mistakes, ...own];
  return [...mistakes, ...preparedMistakes(flavor, below, allocation, tagKeysOf(properties.Instance))];
};

const judged = (flavor: Flavor, properties: Json, allocation: GroupSpec['allocation']): readonly Mistake[] =>
  flavor
    .validate(properties, allocation)
    .map(({ path, message }) => ({ path: ['Flavor', 'Properties', ...parsePath(path)], message }));

/** What is wrong with a flavor's properties beside any Allocation, for when the one that was written is unusable. */
const judgedAlone = (flavor: Flavor, properties: Json): readonly Mistake[] => {
  const beside = (allocation: GroupSpec['allocation']) => judged(flavor, properties, allocation);
  const pets = beside({
    kind: 'logicalIds',
    logicalIds: ['10.0.0.11', '10.0.0.12', '10.0.0.13'].map(logicalId),
  });
  const shown = new Set(pets.map(({ path, message }) => pathText([...path, message])));
  return beside({ kind: 'size', size: 3 }).filter(({ path, message }) =>
    shown.has(pathText([...path, message])),
  );
};

/** The longest that a boot script may have to name: its length must fit whatever they are. */
const LONGEST_NAMES = { stack: 's'.repeat(128), group: groupId('g'.repeat(128)) };

/** What the flavor makes of valid properties must also fit an instance: its tags, and its boot script's length. */
const preparedMistakes = (
  flavor: Flavor,
  properties: Json,
  allocation: GroupSpec['allocation'],
  otherTags: readonly string[],
): readonly Mistake[] => {
  const path = ['Flavor', 'Properties'];
  const slots = allocation.kind === 'size' ? [undefined] : allocation.logicalIds;
  for (const slot of slots) {
    const prepared = flavor.prepare(properties, { ...LONGEST_NAMES, allocation }, slot);
    const tags = tagMistakes(prepared.tags).map((mistake) => ({
      ...mistake,
      path: [...path, ...mistake.path],
    }));
    const tooLong = userDataIssue(Buffer.byteLength(prepared.init));
    const count = new Set([...otherTags, ...Object.keys(prepared.tags)]).size;
    const tooMany = `must add fewer tags: ${count} with those of the instance, of at most ${MAX_TAGS}`;
    const mistakes = [
      ...tags,
      ...(tags.length === 0 && otherTags.length <= MAX_TAGS && count > MAX_TAGS
        ? [{ path: [...path, 'Tags'], message: tooMany }]
        : []),
      ...(tooLong === undefined ? [] : [{ path, message: tooLong }]),
    ];
    if (mistakes.length > 0) return mistakes;
  }
  return [];
};

const instanceMistakes = (properties: JsonObject): readonly Mistake[] => {
  const { name, mistakes } = pluginMistakes('Instance', properties.Instance);
  if (name === undefined) return mistakes;
  if (instancePlugin(name) === undefined) return [...mistakes, notFound('Instance', name, INSTANCE_PLUGINS)];
  const own = ec2Mistakes(propertiesOf(properties.Instance));
  return [
    ...mistakes,
    ...own.map((mistake) => ({ ...mistake, path: ['Instance', 'Properties', ...mistake.path] })),
  ];
};

/** Tags that the instance plugin's properties put on each instance. */
const tagKeysOf = (plugin: Json | undefined): readonly string[] => {
  const properties = propertiesOf(plugin);
  const tags = isJsonObject(properties) ? properties.Tags : undefined;
  return isJsonObject(tags) ? Object.keys(tags) : [];
};

/** A missing Properties is null, as in the hash. */
const propertiesOf = (plugin: Json | undefined): Json =>
  isJsonObject(plugin) ? (plugin.Properties ?? null) : null;

/** What is wrong with a plugin's own two keys; `name` is undefined when it is no name at all. */
const pluginMistakes = (
  key: 'Instance' | 'Flavor',
  value: Json | undefined,
): { readonly name?: string; readonly mistakes: readonly Mistake[] } => {
  if (value === undefined) return { name: '', mistakes: [] };
  if (!isJsonObject(value)) {
    return { mistakes: [{ path: [key], message: `must be an object, not ${quoted(value)}` }] };
  }
  const parsed = pluginSchema.safeParse(value);
  const wrong = (parsed.success ? [] : parsed.error.issues).filter(
    ({ path }) => path[0] !== 'Plugin' || value.Plugin !== undefined,
  );
  const mistakes = schemaMistakes(wrong, value, () => PLUGIN_KEYS).map((mistake) => ({
    ...mistake,
    path: [key, ...mistake.path],
  }));
  const name = value.Plugin === undefined ? '' : value.Plugin;
  return typeof name === 'string' ? { name, mistakes } : { mistakes };
};

const PLUGIN_KEYS: Json = { properties: { Plugin: {}, Properties: {} } };

/** InfraKit's words; what follows the colon is ours. */
const notFound = (kind: 'Instance' | 'Flavor', name: string, known: readonly string[]): Mistake => {
  const meant = name === '' ? undefined : nearest(name, known);
  const hint = meant === undefined ? '' : `did you mean ${quoted(meant)}? `;
  const problem = name === '' ? 'no plugin is named' : `no ${kind.toLowerCase()} plugin ${quoted(name)}`;
  const shown = quoted(name).slice(1, -1);
  return {
    path: [kind, 'Plugin'],
    message: `Failed to find ${kind} plugin '${shown}':${problem}; ${hint}known: ${listed(known)}`,
  };
};

/** For properties that have no mistake. */
const specOf = (id: GroupId, properties: JsonObject, flavors: FlavorRegistry): GroupSpec => {
  const fields = propertiesSchema.parse(properties);
  const flavor = pluginSchema.parse(properties.Flavor);
  return {
    id,
    allocation: toAllocation(fields.Allocation ?? {}),
    instance: { plugin: EC2_INSTANCE, properties: propertiesOf(properties.Instance) },
    flavor: {
      plugin: flavors.find(flavor.Plugin)?.name ?? flavor.Plugin,
      properties: propertiesOf(properties.Flavor),
    },
    updating: toUpdating(fields.Updating ?? {}),
    repair: toRepair(fields.Repair ?? {}),
    protect: fields.Protect ?? false,
    alarm: fields.Alarm ?? false,
    allow: fields.Allow ?? [],
    configHash: configHashOf(properties),
  };
};
