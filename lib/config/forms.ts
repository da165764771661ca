import type { Path } from '../core/issue-path.js';
import { isJsonObject, type Json, type JsonObject } from '../core/json.js';
import { type Mistake, quoted, unknownKey } from '../core/schema-issues.js';

/** One group as some form declares it, before anything of it was checked. */
export interface DeclaredGroup {
  readonly id: Json | undefined;
  /** Where the id stands. */
  readonly idPath: Path;
  readonly properties: Json | undefined;
  /** Where the Properties stand, or should. */
  readonly path: Path;
}

export interface Declared {
  readonly groups: readonly DeclaredGroup[];
  readonly mistakes: readonly Mistake[];
}

const FORMS =
  'must be {"groups": {"<id>": {"Properties": {…}}}}, {"ID", "Properties"}, [{"Plugin": "group", "Properties": {"ID", "Properties"}}] or {"kind": "group", "metadata": {"name"}, "properties"}';

/** Finds the groups in a document of any of the accepted forms, which all mean the same. */
export const declaredGroups = (document: Json): Declared => {
  if (Array.isArray(document)) {
    if (document.length === 0) return wrong([], 'names no group');
    return together(document.map((item: Json, index) => single(item, [index])));
  }
  if (isJsonObject(document) && 'groups' in document) return byId(document);
  return single(document, []);
};

const byId = (document: JsonObject): Declared => {
  const { groups } = document;
  const strays = unknownKeys(document, ['groups', '$schema'], []);
  if (!isJsonObject(groups))
    return withMore(wrong(['groups'], `must be an object, not ${quoted(groups)}`), strays);
  if (Object.keys(groups).length === 0) return withMore(wrong(['groups'], 'names no group'), strays);
  return withMore(
    together(
      Object.entries(groups).map(([id, group]): Declared => {
        const path = ['groups', id];
        if (!isJsonObject(group)) return wrong(path, `must be {"Properties": {…}}, not ${quoted(group)}`);
        const found = { id, idPath: path, properties: group.Properties, path: [...path, 'Properties'] };
        return { groups: [found], mistakes: unknownKeys(group, ['Properties'], path) };
      }),
    ),
    strays,
  );
};

const single = (document: Json, path: Path): Declared => {
  if (!isJsonObject(document)) return wrong(path, `${FORMS}, not ${quoted(document)}`);
  if ('kind' in document || 'metadata' in document || 'properties' in document) return v1(document, path);
  if ('Plugin' in document) return listed(document, path);
  if ('ID' in document || 'Properties' in document) return plain(document, path);
  const keys = Object.keys(document).filter((key) => key !== '$schema');
  const strays = unknownKeys(document, ['groups', 'ID', 'Properties', 'kind', '$schema'], path);
  return keys.length === 0 ? wrong(path, FORMS) : { groups: [], mistakes: strays };
};

/** `{"ID": …, "Properties": …}`. */
const plain = (document: JsonObject, path: Path): Declared => ({
  groups: [
    {
      id: document.ID,
      idPath: [...path, 'ID'],
      properties: document.Properties,
      path: [...path, 'Properties'],
    },
  ],
  mistakes: unknownKeys(document, ['ID', 'Properties', '$schema'], path),
});

/** `{"Plugin": "group", "Properties": {"ID": …, "Properties": …}}`, an item of InfraKit's list. */
const listed = (document: JsonObject, path: Path): Declared => {
  const mistakes = unknownKeys(document, ['Plugin', 'Properties', '$schema'], path);
  if (document.Plugin !== 'group') {
    return {
      groups: [],
      mistakes: [{ path: [...path, 'Plugin'], message: `must be "group", not ${quoted(document.Plugin)}` }],
    };
  }
  const inner = document.Properties;
  const here = [...path, 'Properties'];
  if (!isJsonObject(inner))
    return withMore(wrong(here, `must be {"ID", "Properties"}, not ${quoted(inner)}`), mistakes);
  return withMore(plain(inner, here), mistakes);
};

const V1_REFUSED: Readonly<Record<string, string>> = {
  template: 'templates are not evaluated; write the result out',
  options: 'options of a controller have no meaning here; remove them',
  depends: 'groups do not depend on each other; remove it',
};

/** `{kind: group, metadata: {name}, properties}`. */
const v1 = (document: JsonObject, path: Path): Declared => {
  const { kind, metadata } = document;
  const mistakes = [
    ...unknownKeys(
      document,
      ['kind', 'version', 'metadata', 'properties', '$schema', ...Object.keys(V1_REFUSED)],
      path,
    ),
  ];
  for (const [key, message] of Object.entries(V1_REFUSED)) {
    if (document[key] !== undefined) mistakes.push({ path: [...path, key], message });
  }
  if (kind !== 'group')
    mistakes.push({ path: [...path, 'kind'], message: `must be "group", not ${quoted(kind)}` });
  if (document.version !== undefined && typeof document.version !== 'string') {
    mistakes.push({ path: [...path, 'version'], message: `must be text, not ${quoted(document.version)}` });
  }
  const here = [...path, 'metadata'];
  if (!isJsonObject(metadata)) {
    return withMore(wrong(here, `must be {"name": …}, not ${quoted(metadata)}`), mistakes);
  }
  mistakes.push(...unknownKeys(metadata, ['name'], here));
  return {
    groups: [
      {
        id: metadata.name,
        idPath: [...here, 'name'],
        properties: document.properties,
        path: [...path, 'properties'],
      },
    ],
    mistakes,
  };
};

const unknownKeys = (value: JsonObject, known: readonly string[], path: Path): readonly Mistake[] =>
  Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => unknownKey([...path, key], key, known));

const wrong = (path: Path, message: string): Declared => ({ groups: [], mistakes: [{ path, message }] });

const withMore = (declared: Declared, more: readonly Mistake[]): Declared => ({
  groups: declared.groups,
  mistakes: [...more, ...declared.mistakes],
});

const together = (all: readonly Declared[]): Declared => ({
  groups: all.flatMap(({ groups }) => groups),
  mistakes: all.flatMap(({ mistakes }) => mistakes),
});
