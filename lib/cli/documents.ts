import type { SpecDocument } from '../app/api-types.js';
import type { Issue } from '../core/issue.js';
import { parsePath, pathText } from '../core/issue-path.js';
import { isJsonObject, type JsonObject } from '../core/json.js';
import type { Context } from './command.js';
import { Failure, invalid, usage } from './failure.js';

/** A group of a config document. */
export interface WrittenGroup {
  readonly spec: SpecDocument;
  /** Where something of its Properties stands, or the nearest thing above it. */
  at(path: string): { readonly line: number; readonly column: number };
}

/** The groups of a config document, or every mistake in it. */
export type ParseGroups = (
  text: string,
  file: string,
) => Promise<{ readonly groups: readonly WrittenGroup[] } | { readonly issues: readonly Issue[] }>;

/** A file that was read and is whole. */
export interface ReadFile {
  /** A mistake that only the control plane could find, with its place in the file. */
  place(issue: Issue): Issue;
}

/** A config document without mistakes of its own. */
export interface GroupFile extends ReadFile {
  readonly specs: readonly SpecDocument[];
}

/** An object of JSON or YAML; mistakes in its `Properties`, where it has some, may be told relative to them. */
interface ObjectFile extends ReadFile {
  readonly value: JsonObject;
}

/** Sends what was read; mistakes that come back are told by where they stand in the file, first things first. */
export async function placed<T>(file: ReadFile, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof Failure) || error.issues.length === 0) throw error;
    throw invalid(inOrder(error.issues.map(file.place)), error.exitCode);
  }
}

/** As they stand in the file; what stands nowhere in it comes last. */
const inOrder = (issues: readonly Issue[]): readonly Issue[] =>
  [...issues].sort((one, other) => placeOf(one) - placeOf(other));

/** Lines before columns, in one number. */
const placeOf = ({ at }: Issue): number =>
  at === undefined ? Number.MAX_SAFE_INTEGER : at.line * 1_000_000 + at.column;

/** How standard input is called in messages. */
const STDIN = '<stdin>';

interface TextFile {
  readonly file: string;
  readonly text: string;
}

/** FILE as the user gave it; `-` is standard input. */
export async function readText({ io }: Context, file: string): Promise<TextFile> {
  try {
    if (file === '-') return { file: STDIN, text: await io.readStdin() };
    return { file, text: await io.readFile(file) };
  } catch (error) {
    throw usage(`cannot read "${file === '-' ? STDIN : file}": ${why(error)}`);
  }
}

/** Reads and checks a config document; nothing was sent anywhere when it throws. */
export async function readGroups(context: Context, file: string): Promise<GroupFile> {
  const { text, file: name } = await readText(context, file);
  const parsed = await context.world.parseGroups(text, name);
  if ('issues' in parsed) throw invalid(inOrder(parsed.issues));
  const { groups } = parsed;
  return {
    specs: groups.map(({ spec }) => spec),
    place: (issue) => {
      const group = groups.find(({ spec }) => `${issue.path}.`.startsWith(`groups.${spec.ID}.`));
      if (issue.at !== undefined || group === undefined) return issue;
      const inner = issue.path.slice(`groups.${group.spec.ID}.`.length).replace(/^Properties(\.|$)/, '');
      return { ...issue, at: { file: name, ...group.at(inner) } };
    },
  };
}

/** Reads one JSON or YAML object that is not a group, such as an instance plugin's properties. */
export async function readObject(context: Context, file: string): Promise<ObjectFile> {
  const { text, file: name } = await readText(context, file);
  // Loaded only when needed, as the schemas are.
  const { readText: readDocuments } = await import('../config/read-text.js');
  const { documents, mistakes } = readDocuments(text);
  if (mistakes.length > 0) {
    throw invalid(
      mistakes.map(({ path, message, at }) => ({ path: pathText(path), message, at: { file: name, ...at } })),
    );
  }
  const [document] = documents;
  const value = document?.value;
  if (document === undefined || !isJsonObject(value)) {
    throw invalid([
      { path: '', message: 'not an object of JSON or YAML', at: { file: name, line: 1, column: 1 } },
    ]);
  }
  return {
    value,
    place: (issue) => {
      const path = parsePath(issue.path);
      const inner =
        value.Properties !== undefined && path[0] !== 'Properties' ? ['Properties', ...path] : path;
      const what = /^(?:unknown|duplicate) /.test(issue.message) ? 'key' : 'value';
      return { ...issue, at: { file: name, ...document.at(inner, what) } };
    },
  };
}

/** Makes a file; what is there already stays as it is. */
export async function createText({ io }: Context, file: string, text: string): Promise<void> {
  try {
    await io.createFile(file, text);
  } catch (error) {
    const reason = codeOf(error) === 'ENOENT' ? 'no such folder' : why(error);
    throw new Failure('NotWritten', `cannot write "${file}": ${reason}`, { cause: error });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
  EEXIST: 'it is there already; give another name, or remove it first',
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

const why = (error: unknown): string => {
  return REASONS[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));
};

/** An object of texts, such as tags. */
export function textFields(fields: JsonObject, path: string): Readonly<Record<string, string>> {
  const wrong = Object.entries(fields).filter(([, value]) => typeof value !== 'string');
  if (wrong.length > 0) {
    throw invalid(
      wrong.map(([key, value]) => ({
        path: `${path}.${key}`,
        message: `${JSON.stringify(value)} is not a text; put it in quotes`,
      })),
    );
  }
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, String(value)]));
}
