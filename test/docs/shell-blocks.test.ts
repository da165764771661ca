import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../lib/cli/commands/index.js';
import { readCommandLine } from '../../lib/cli/program.js';
import { commandLines, shellBlocks, wordsOf } from './shell-commands.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const SCRIPTS: Readonly<Record<string, unknown>> = JSON.parse(read('package.json')).scripts;

/** `tour.md` is run by `readme-tour.test.ts`; the other two have tests of their own. */
const ELSEWHERE = ['tour.md', 'api.md', 'cli.md'];
/** Run word for word by `readme-tour.test.ts`. */
const RUN = new Set(['README.md: A tour of five minutes']);
const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md') && !ELSEWHERE.includes(name))
    .map((name) => `docs/${name}`),
];

/** Of `cdk`, what the pages use; each takes no more than options. */
const CDK = ['bootstrap', 'deploy', 'destroy', 'diff', 'synth'];

/** Why a command line of the pages would not work, as far as can be said without AWS. */
const wrongWith = (line: string): string | undefined => {
  const [program, ...words] = wordsOf(line);
  const [first = '', second] = words;
  if (program === 'npx' && first === 'cdk') return CDK.includes(second ?? '') ? undefined : 'no cdk command';
  if (program === 'npx' && first === 'holdfast') return wrongWith(line.replace(/^npx /, ''));
  if (program === 'holdfast') return wrongArguments(words);
  if (program === 'npm') {
    if (first === 'ci') return undefined;
    const script = first === 'run' ? words.slice(1).find((word) => !word.startsWith('-')) : first;
    return Object.hasOwn(SCRIPTS, script ?? '') ? undefined : `no script ${script}`;
  }
  if (program === 'aws') return first === 's3' && second === 'cp' ? undefined : 'no known command of aws';
  return `nobody knows ${program}`;
};

const wrongArguments = (words: readonly string[]): string | undefined => {
  try {
    const reading = readCommandLine(words, COMMANDS, { version: '0', width: 80 });
    if (reading.kind !== 'run' && !words.includes('--help')) return 'it only shows help';
  } catch (error) {
    return error instanceof Error ? error.message : 'it is refused';
  }
  return words.find((word) => word.startsWith('examples/') && !existsSync(join(ROOT, word)));
};

const blocks = PAGES.flatMap((page) =>
  shellBlocks(read(page)).map(({ heading, text }) => ({ where: `${page}: ${heading}`, text })),
);

describe('a command of the pages that is not run', () => {
  const lines = blocks
    .filter(({ where }) => !RUN.has(where))
    .flatMap(({ where, text }) => commandLines(text).map((line) => ({ where, line })));

  it('is one that the command line, npm or cdk knows', () => {
    expect(lines.length).toBeGreaterThan(20);
    expect(
      lines.flatMap(({ where, line }) => {
        const wrong = wrongWith(line);
        return wrong === undefined ? [] : [`${where}: ${line}: ${wrong}`];
      }),
    ).toEqual([]);
  });

  it.each([
    'npx holdfast group lss',
    'holdfast group wait',
    'holdfast group ls --no-such-option',
    'holdfast group commit examples/no-such.json',
    'npm run no-such-script',
    'npx cdk no-such-command',
    'curl http://127.0.0.1',
  ])('is noticed when it does not exist: %s', (line) => {
    expect(wrongWith(line)).toBeDefined();
  });
});

describe('a shell block', () => {
  it('is taken apart without its comments, with continued lines joined', () => {
    expect(commandLines('# all\nholdfast group ls   # why\n\nnpm run \\\n  bench\n')).toEqual([
      'holdfast group ls',
      'npm run bench',
    ]);
    expect(wordsOf('a "b c" --d=\'e f\' g')).toEqual(['a', 'b c', '--d=e f', 'g']);
  });
});

describe('the bench table of the README', () => {
  const README = read('README.md');
  const between = README.slice(README.indexOf('<!-- bench -->'), README.indexOf('<!-- /bench -->'));
  const BENCH = read('docs/bench.md');

  it('has only rows that docs/bench.md has', () => {
    const rows = between.split('\n').filter((line) => /^\| \w/.test(line));
    expect(rows.length).toBeGreaterThan(8);
    expect(rows.filter((row) => !BENCH.includes(`${row}\n`))).toEqual([]);
  });

  it('has every price that the README names, as docs/bench.md and bench/prices.json do', () => {
    const prices: readonly { usd?: number }[] = Object.values(JSON.parse(read('bench/prices.json')).prices);
    const listed = prices.flatMap(({ usd }) => (usd === undefined ? [] : [`$${usd.toFixed(2)}`]));
    const parts = [...BENCH.matchAll(/(?:alarms|metrics) (\d+\.\d\d)/g)].map(([, dollars]) => `$${dollars}`);
    const whole = [...BENCH.matchAll(/dollars a month \| (\$\d+\.\d\d)/g)].map(([, dollars]) => dollars);
    const named = [...README.replace(between, '').matchAll(/\$\d+(?:\.\d+)?/g)].map(([price]) => price);
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((price) => ![...listed, ...parts, ...whole].includes(price))).toEqual([]);
    for (const price of whole) expect(named).toContain(price);
  });
});
