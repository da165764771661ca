import { codeOnly } from './code-only.js';
import type { SourceFile } from './source-files.js';

/** Longest file; split before. */
export const MOST_LINES = 350;

export const tooLong = ({ path, text }: SourceFile): readonly string[] => {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return lines > MOST_LINES ? [`${path} has ${lines} lines, more than ${MOST_LINES}`] : [];
};

const ANY = /(?::|<|,|\||&|=>|=|\bas|\bsatisfies|\bkeyof)\s*(?:readonly\s+)?any\b(?!\s*[:(.])/;
const NON_NULL = /[\w$)\]]!(?![=\w])/;
const DEFAULT_EXPORT = /^\s*export\s+default\b|\bas\s+default\b\s*[,}]/m;

/** Ways round the type checker, and exports without a name of their own. */
export const looseCode = ({ path, text }: SourceFile): readonly string[] => {
  const code = codeOnly(text);
  return [
    ...(ANY.test(code) ? [`${path} has the type any`] : []),
    ...(NON_NULL.test(code) ? [`${path} asserts with ! that something is there`] : []),
    ...(DEFAULT_EXPORT.test(code) ? [`${path} has a default export`] : []),
  ];
};

const KEBAB = /^\.?[a-z0-9]+(?:[-.][a-z0-9]+)*$/;

/** Names that tools and readers expect as they are. */
const GIVEN_NAMES = new Set(['README.md', 'CHANGELOG.md', 'LICENSE']);

export const oddName = ({ path }: Pick<SourceFile, 'path'>): readonly string[] =>
  path.split('/').every((part) => KEBAB.test(part) || GIVEN_NAMES.has(part))
    ? []
    : [`${path} is not kebab-case`];

/** Paths that exist on one machine only, and hosts of package registries. Examples are at home in `/home/somebody`. */
const BOUND = [
  /(?<![\w.])\/(?:home|Users)\/(?!somebody\b)[a-z]\w*/,
  /(?<![\w.])\/(?:root|work)\//,
  /[A-Z]:\\Users\\/,
  /https?:\/\/[\w.-]*registry/,
  /\bregistry\.(?:npmjs|yarnpkg)\b/,
  /\bpypi\.org\b/,
];

export const boundToAMachine = ({ path, text }: SourceFile): readonly string[] =>
  BOUND.flatMap((pattern) => {
    const found = text.match(pattern);
    return found ? [`${path} names ${found[0]}`] : [];
  });
