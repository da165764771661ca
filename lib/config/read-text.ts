import {
  Composer,
  type CST,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  Parser,
} from 'yaml';
import type { Path } from '../core/issue-path.js';
import type { Json } from '../core/json.js';
import { type Mistake, quoted } from '../core/schema-issues.js';

/** Bytes of one document text. */
export const MAX_TEXT_BYTES = 1_048_576;
/** Lexical tokens of one text; what bounds the time to parse it (about 10 µs each). */
const MAX_TOKENS = 100_000;
/** Values of one text, aliases expanded. */
const MAX_VALUES = 100_000;
/** Levels of nesting; real documents have about ten. */
export const MAX_DEPTH = 64;
/** Mistakes of form that are reported of one text. */
const MAX_MISTAKES = 50;

/** Line and column, from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One document of a text, with the position of everything in it. */
export interface TextDocument {
  readonly value: Json;
  /** Where a key stands (`key`), or the value behind it; of the nearest thing above when there is no such path. */
  at(path: Path, what: 'key' | 'value'): Position;
}

export interface PlacedMistake extends Mistake {
  readonly at: Position;
}

/** Offsets of a value, and of the key before it; the same shape as the value. */
interface Located {
  readonly start: number;
  readonly key?: number;
  readonly below: ReadonlyMap<string | number, Located>;
}

/**
 * Reads JSON or YAML 1.2, one or several documents (`---`). Duplicate keys, merge keys, `__proto__`, numbers that JSON
 * does not know, too deep or too long texts are mistakes; anchors and aliases are understood. Takes less than five
 * seconds of CPU, whatever the text.
 */
export const readText = (
  text: string,
): { readonly documents: readonly TextDocument[]; readonly mistakes: readonly PlacedMistake[] } => {
  const lines = new LineCounter();
  const placed = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const refused = (message: string, offset = 0) => ({
    documents: [],
    mistakes: [{ path: [], message, at: placed(offset) }],
  });
  if (Buffer.byteLength(text) > MAX_TEXT_BYTES) {
    return refused(`is larger than 1 MiB; split it into several files`);
  }
  const tokens = tokensOf(text.startsWith('\ufeff') ? text.slice(1) : text, lines);
  if (tokens === undefined) return refused(`has more than ${MAX_TOKENS} tokens; split it into several files`);
  const deep = tooDeep(tokens);
  if (deep !== undefined) return refused(`is nested deeper than ${MAX_DEPTH} levels`, deep);

  const documents: TextDocument[] = [];
  const mistakes: PlacedMistake[] = [];
  let values = 0;
  for (const document of new Composer({ uniqueKeys: false, merge: false, prettyErrors: false }).compose(
    tokens,
  )) {
    const formErrors = [...document.errors, ...document.warnings];
    for (const error of formErrors.slice(0, MAX_MISTAKES)) {
      mistakes.push({ path: [], message: plainWords(error.message), at: placed(error.pos[0]) });
    }
    if (document.directives?.yaml.version !== '1.2') {
      mistakes.push({ path: [], message: 'must be YAML 1.2; remove the %YAML directive', at: placed(0) });
    }
    if (formErrors.length > 0 || document.contents === null) continue;
    const reader = new TreeReader((path, message, offset) => {
      if (mistakes.length < MAX_MISTAKES) mistakes.push({ path, message, at: placed(offset) });
    }, MAX_VALUES - values);
    const tree = reader.read(document.contents, []);
    values += reader.count;
    if (values > MAX_VALUES) break;
    if (tree.value === null) continue;
    documents.push({ value: tree.value, at: (path, what) => placed(offsetOf(tree.located, path, what)) });
  }
  return { documents, mistakes };
};

const tokensOf = (text: string, lines: LineCounter): readonly CST.Token[] | undefined => {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    count += 1;
    if (count > MAX_TOKENS) return undefined;
    tokens.push(...parser.next(lexeme));
  }
  tokens.push(...parser.end());
  return tokens;
};

/** Offset of what is nested too deep. Not recursive, for the composer behind it is. */
const tooDeep = (tokens: readonly CST.Token[]): number | undefined => {
  const open = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (depth > MAX_DEPTH) return token.offset;
    if (token.type === 'document' && token.value) open.push({ token: token.value, depth });
    if (!('items' in token)) continue;
    for (const { key, value } of token.items) {
      if (key) open.push({ token: key, depth: depth + 1 });
      if (value) open.push({ token: value, depth: depth + 1 });
    }
  }
  return undefined;
};

/** The parser's words begin with a capital and may show the source. */
const plainWords = (message: string): string => {
  const line = message.split('\n')[0] ?? '';
  return `${line.charAt(0).toLowerCase()}${line.slice(1, 200)}`;
};

const offsetOf = (root: Located, path: Path, what: 'key' | 'value'): number => {
  let at = root;
  for (const part of path) {
    const next = at.below.get(part);
    if (next === undefined) return at.key ?? at.start;
    at = next;
  }
  return what === 'key' ? (at.key ?? at.start) : at.start;
};

interface Tree {
  readonly value: Json;
  readonly located: Located;
}

/** Turns the parser's nodes into values and offsets, aliases expanded within a limit. */
class TreeReader {
  count = 0;
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  readonly #report: (path: Path, message: string, offset: number) => void;
  readonly #limit: number;

  constructor(report: (path: Path, message: string, offset: number) => void, limit: number) {
    this.#report = report;
    this.#limit = limit;
  }

  read(node: Node | null, path: Path, key?: number): Tree {
    const start = node?.range?.[0] ?? key ?? 0;
    const located = (below: ReadonlyMap<string | number, Located> = new Map()): Located => ({
      start,
      ...(key === undefined ? {} : { key }),
      below,
    });
    const wrong = (message: string): Tree => {
      this.#report(path, message, start);
      return { value: null, located: located() };
    };
    this.count += 1;
    if (this.count > this.#limit) {
      return this.count === this.#limit + 1
        ? wrong(`holds more than ${MAX_VALUES} values; split it into several files`)
        : { value: null, located: located() };
    }
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (target === undefined) return wrong(`no anchor ${quoted(node.source)} stands before this alias`);
      if (this.#open.has(target)) return wrong(`the alias ${quoted(node.source)} holds itself`);
      return { value: this.read(target, path, key).value, located: located() };
    }
    if (node !== null && 'anchor' in node && node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isScalar(node)) {
      const value = node.value;
      if (typeof value === 'number' && !Number.isFinite(value)) {
        return wrong(`must be a number that JSON knows, not ${node.source ?? value}`.slice(0, 120));
      }
      if (
        value === null ||
        typeof value === 'string' ||
        typeof value === 'number' ||
        typeof value === 'boolean'
      ) {
        return { value, located: located() };
      }
      return wrong('must be text, a number, true, false or null; put it in quotes');
    }
    if (node === null) return { value: null, located: located() };
    if (path.length > MAX_DEPTH) return wrong(`is nested deeper than ${MAX_DEPTH} levels`);
    this.#open.add(node);
    const tree = isSeq(node)
      ? this.#list(node.items as readonly (Node | null)[], path, located)
      : isMap(node)
        ? this.#object(node.items as readonly Pair[], path, located)
        : wrong('is not understood');
    this.#open.delete(node);
    return tree;
  }

  #list(items: readonly (Node | null)[], path: Path, located: (below: Located['below']) => Located): Tree {
    const trees = items.map((item, index) => this.read(item, [...path, index]));
    return {
      value: trees.map(({ value }) => value),
      located: located(new Map(trees.map((tree, index) => [index, tree.located]))),
    };
  }

  #object(items: readonly Pair[], path: Path, located: (below: Located['below']) => Located): Tree {
    const value: Record<string, Json> = {};
    const below = new Map<string | number, Located>();
    for (const { key, value: item } of items) {
      const offset = key?.range?.[0] ?? 0;
      const name = isScalar(key) && typeof key.value === 'string' ? key.value : undefined;
      if (name === undefined) {
        this.#report(path, 'keys must be text; put this key in quotes', offset);
        continue;
      }
      const here = [...path, name];
      const problem = keyProblem(name);
      if (problem !== undefined) this.#report(here, problem, offset);
      else if (below.has(name)) this.#report(here, `duplicate key ${quoted(name)}; keep one of them`, offset);
      else {
        const tree = this.read(item, here, offset);
        value[name] = tree.value;
        below.set(name, tree.located);
      }
    }
    return { value, located: located(below) };
  }
}

interface Pair {
  readonly key: Node | null;
  readonly value: Node | null;
}

/** Why a key can stand in no document, whatever it is about. */
export const keyProblem = (key: string): string | undefined => {
  if (key === '__proto__') return 'the key "__proto__" is not allowed';
  return key === '<<' ? 'merge keys are not supported; write the keys out' : undefined;
};
