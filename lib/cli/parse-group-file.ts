import type { ParseGroups } from './documents.js';

/** Loaded only when a file is read: the schemas take longer to load than most commands run. */
export const parseGroupFile: ParseGroups = async (text, file) => {
  const [{ parseDocument }, { flavorRegistry }] = await Promise.all([
    import('../config/parse-document.js'),
    import('../flavors/index.js'),
  ]);
  const parsed = parseDocument(text, { file, flavors: flavorRegistry() });
  return parsed.ok
    ? {
        groups: parsed.groups.map(({ id, properties, at }) => ({
          spec: { ID: id, Properties: properties },
          at,
        })),
      }
    : { issues: parsed.issues };
};
