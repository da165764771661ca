import type { ParseGroups } from './documents.js';

/** Loaded only when a file is read: the schemas take longer to load than most commands run. */
export const parseGroupFile: ParseGroups = async (text, file) => {
  const [{ parseDocument }, { flavorRegistry }] = await Promise.all([
    import('../config/parse-document.js'),
    import('../flavors/index.js'),
  ]);
  return parseDocument(text, { file, flavors: flavorRegistry() });
};
