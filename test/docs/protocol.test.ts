import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/protocol.md'), 'utf8');
const HEADING = '## Every interleaving, and the test that plays it';

/** One interleaving: the rule that prevents it, the file that holds the rule, and the title of the test. */
interface Row {
  readonly rule: number;
  readonly file: string;
  readonly title: string;
}

const rowsOf = (page: string): readonly Row[] =>
  [
    ...(page.split(`\n${HEADING}\n`)[1] ?? '').matchAll(/^\| (\d+) \| [^|]+ \| `([^`|]+)` \| ([^|]+) \|$/gm),
  ].map(([, rule, file = '', title = '']) => ({ rule: Number(rule), file, title: title.trim() }));

const testFiles = (): readonly string[] =>
  readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(ROOT, 'test', name));

/** The first argument of a call of a test function, also of `each`, on its own line or not. */
const TITLE =
  /\b(?:it|test|scenario)\b(?:\.\w+)*(?:\([\s\S]{0,900}?\))?\(\s*(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)"|`((?:\\.|[^`\\])*)`)/g;

/** What a template puts in is `…` in the page. */
const readable = (title: string): string =>
  title.replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '…').replace(/\\(['"`])/g, '$1');

const titlesOf = (source: string): readonly string[] =>
  source.split(/\b(?=(?:it|test|scenario)\b[.(])/).flatMap((part) => {
    const [found] = part.matchAll(TITLE);
    const title = found?.[1] ?? found?.[2] ?? found?.[3];
    return title === undefined ? [] : [readable(title)];
  });

describe('the page of the protocol', () => {
  const rows = rowsOf(PAGE);

  it('has an interleaving for every rule', () => {
    const rules = Array.from({ length: 38 }, (_, index) => index + 1);
    expect([...new Set(rows.map(({ rule }) => rule))]).toEqual(rules);
  });

  it('names files that are there', () => {
    expect(rows.map(({ file }) => file).filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('names tests that are there', () => {
    const known = new Set(testFiles().flatMap((file) => titlesOf(readFileSync(file, 'utf8'))));
    expect(rows.map(({ title }) => title).filter((title) => !known.has(title))).toEqual([]);
  });

  it('links every file that it names elsewhere to one that is there', () => {
    const named = [...PAGE.matchAll(/`((?:lib|test|statemachines|lambdas)\/[\w./-]+)`/g)].map(
      ([, file = '']) => file,
    );
    expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });
});

describe('a title in a source', () => {
  it('is found on its own line, in an each, and with what is put in', () => {
    expect(
      titlesOf(
        `scenario(\n  'it a',\n);\ntest.each([\n  ['x', 1],\n])('b %s', () => {});\nscenario(\`c \${d} e \${f({ g })}\`, h);\nit("k's", l)`,
      ),
    ).toEqual(['it a', 'b %s', 'c … e …', "k's"]);
  });
});
