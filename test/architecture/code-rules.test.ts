import { describe, expect, it } from 'vitest';
import { boundToAMachine, looseCode, MOST_LINES, oddName, tooLong } from './code-rules.js';
import { CODE, rootFiles, sourceFiles } from './source-files.js';

const CODE_FILES = sourceFiles(['lib', 'lambdas', 'bin', 'bench', 'test'], CODE);
const ALL_FILES = [
  ...sourceFiles([
    'lib',
    'lambdas',
    'bin',
    'bench',
    'test',
    'docs',
    'examples',
    'schema',
    'statemachines',
    '.ci',
  ]),
  ...rootFiles(),
];

/** Tests from before the limit; each is to be split, and none may be added. */
const TO_SPLIT = ['test/config/parse-document.test.ts', 'test/local/ec2/faults.test.ts'];

describe('every file', () => {
  it(`has at most ${MOST_LINES} lines`, () => {
    const long = CODE_FILES.filter(({ path }) => !TO_SPLIT.includes(path));
    expect(long.flatMap(tooLong)).toEqual([]);
  });

  it('has types instead of any, checks instead of !, and names instead of default exports', () => {
    const files = CODE_FILES.filter(({ path }) => !path.endsWith('.d.ts'));
    expect(files.flatMap(looseCode)).toEqual([]);
  });

  it('has a name in kebab-case', () => {
    expect(ALL_FILES.filter(({ path }) => path.includes('/')).flatMap(oddName)).toEqual([]);
  });

  it('names no path of one machine and no host of a registry', () => {
    expect(ALL_FILES.flatMap(boundToAMachine)).toEqual([]);
  });
});

describe('a rule about files', () => {
  const file = (text: string, path = 'lib/core/a.ts') => ({ path, text });

  it('tells a file that is one line too long', () => {
    expect(tooLong(file('x\n'.repeat(MOST_LINES)))).toEqual([]);
    expect(tooLong(file('x\n'.repeat(MOST_LINES + 1)))).toEqual([
      'lib/core/a.ts has 351 lines, more than 350',
    ]);
  });

  it.each([
    'const x: any = 1;',
    'const x = y as any;',
    'const x: Record<string, any> = {};',
    'const x = (y: any) => y;',
    'type X = string | any;',
    'const x: readonly any[] = [];',
    'const x = list[0]!.id;',
    'const x = find(y)!;',
    'const { x } = y!;',
    'export default class X {}',
    'export { x as default };',
  ])('tells %s', (text) => {
    expect(looseCode(file(text))).toHaveLength(1);
  });

  it.each([
    '/** any of these! */',
    "const x = 'as any';",
    'if (x !== y && !z) return;',
    ['const x = `$', '{a} any!`;'].join(''),
    'const any = list.some((it) => it.any);',
    'const pattern = /x!./;',
  ])('leaves %s alone', (text) => {
    expect(looseCode(file(text))).toEqual([]);
  });

  it.each(['lib/core/PlanGroup.ts', 'lib/core/plan_group.ts', 'lib/Core/plan.ts', 'docs/Api.md'])(
    'tells the name %s',
    (path) => {
      expect(oddName({ path })).toHaveLength(1);
    },
  );

  it.each([
    ['', 'home', 'someone', 'holdfast'].join('/'),
    ['', 'work', 'main'].join('/'),
    ['https:', '', 'registry.example.org'].join('/'),
    ['registry', 'npmjs', 'org'].join('.'),
  ])('tells %s', (text) => {
    expect(boundToAMachine(file(`see ${text} for more`))).not.toEqual([]);
  });

  it('leaves paths of AWS and of the web alone', () => {
    expect(
      boundToAMachine(file('https://example.org/houses/x lib/houses/y resolve:ssm:/aws/service/x')),
    ).toEqual([]);
  });
});
