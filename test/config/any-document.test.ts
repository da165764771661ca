import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { ParsedDocument } from '../../lib/config/parse-document.js';
import { parseGroup } from '../../lib/config/parse-group.js';
import { issueText } from '../../lib/core/issue.js';
import type { Json } from '../../lib/core/json.js';
import { flavorRegistry } from '../../lib/flavors/index.js';
import { thoroughly } from '../support/thorough.js';
import { goodProperties, parse } from './group-text.js';

const flavors = flavorRegistry();

/** Longest line that any issue prints, and most lines of one document. */
const LONGEST = 1_200;
const MOST = 101;

const expectBounded = (text: string): ParsedDocument => {
  const parsed = parse(text);
  if (parsed.ok) return parsed;
  expect(parsed.issues.length).toBeGreaterThan(0);
  expect(parsed.issues.length).toBeLessThanOrEqual(MOST);
  for (const issue of parsed.issues) {
    expect(issueText(issue).length).toBeLessThanOrEqual(LONGEST);
    expect(issue.at?.line).toBeGreaterThanOrEqual(1);
    expect(issue.at?.column).toBeGreaterThanOrEqual(1);
  }
  return parsed;
};

const base = JSON.stringify({ groups: { web: { Properties: goodProperties() } } });
const baseYaml = stringify(JSON.parse(base));

/** A document with some characters cut out, put in or repeated. */
const mutated = fc
  .tuple(
    fc.constantFrom(base, baseYaml),
    fc.array(
      fc.record({
        at: fc.nat(400),
        cut: fc.nat(12),
        put: fc.oneof(
          fc.string({ maxLength: 6 }),
          fc.constantFrom(
            '{',
            '}',
            '[',
            ']',
            ':',
            ',',
            '&a ',
            '*a',
            '---\n',
            '\n',
            '  ',
            '"',
            '|',
            '!!binary ',
            '<<',
            '1e999',
          ),
        ),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  )
  .map(([text, edits]) =>
    edits.reduce((now, { at, cut, put }) => `${now.slice(0, at)}${put}${now.slice(at + cut)}`, text),
  );

/** Known keys at any place with any value behind them: closer to real mistakes than noise is. */
const keyed = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
    fc.array(tie('value') as fc.Arbitrary<Json>, { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        ...'Allocation Size LogicalIDs Instance Plugin Properties RunInstancesInput ImageId Tags Flavor Init Updating Canary Checkpoints At Wait Repair IPs type Cluster Image Archive constructor toString'.split(
          ' ',
        ),
      ),
      tie('value') as fc.Arbitrary<Json>,
      { maxKeys: 6 },
    ),
    fc.constantFrom<Json>(
      'aws/ec2-instance',
      'vanilla',
      'combo',
      'swarm/manager',
      'containerd',
      'ami-0abc',
      '20%',
      '10s',
      3,
      0,
    ),
  ),
})).value as fc.Arbitrary<Json>;

describe('parseGroup', () => {
  it('never throws and never answers at length, whatever the value', () => {
    const value = fc.oneof(
      fc.anything(),
      keyed,
      keyed.map((more) => ({ ...goodProperties(), ...(more as object) })),
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string()), value, (id, properties) => {
        const parsed = parseGroup(id, properties, flavors);
        if (parsed.ok) return;
        expect(parsed.issues.length).toBeGreaterThan(0);
        for (const issue of parsed.issues) expect(issueText(issue).length).toBeLessThanOrEqual(LONGEST);
      }),
      { numRuns: thoroughly(3_000, 250) },
    );
  });
});

describe('parseDocument', () => {
  it('never throws and never answers at length, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => void expectBounded(text)),
      { numRuns: thoroughly(1_000, 100) },
    );
    fc.assert(
      fc.property(mutated, (text) => void expectBounded(text)),
      { numRuns: thoroughly(3_000, 250) },
    );
  });

  it('reads the same from JSON and from YAML, mistakes included', () => {
    fc.assert(
      fc.property(fc.oneof(keyed, fc.jsonValue()), (value) => {
        const document = { ID: 'web', Properties: { ...goodProperties(), Repair: value } };
        const said = (text: string) => {
          const parsed = parse(text);
          return parsed.ok
            ? parsed.groups.map(({ id, properties, spec }) => ({ id, properties, spec }))
            : parsed.issues.map(({ path, message }) => ({ path, message }));
        };
        expect(said(stringify(document, { aliasDuplicateObjects: false }))).toEqual(
          said(JSON.stringify(document)),
        );
      }),
      { numRuns: thoroughly(1_000, 100) },
    );
  });

  const million = 1_000_000;
  const bombs: readonly (readonly [string, string])[] = [
    ['brackets', '['.repeat(million)],
    ['closed brackets', `${'['.repeat(million / 2)}${']'.repeat(million / 2)}`],
    ['dashes', '- '.repeat(million / 2)],
    ['closing brackets', ']'.repeat(million)],
    ['anchors', '&a '.repeat(million / 3)],
    ['question marks', `[${'? '.repeat(million / 2)}`],
    ['documents', '---\n'.repeat(million / 4)],
    ['bad escapes', `"${'\\q'.repeat(million / 10)}"`],
    ['one long text', `"${'a'.repeat(million)}"`],
    ['numbers', `[${'1,'.repeat(million / 2)}]`],
    ['one key over and over', `{${'"a":1,'.repeat(20_000)}"b":2}`],
    ['many keys', `{${Array.from({ length: 20_000 }, (_, index) => `"k${index}":1`).join(',')}}`],
    ['aliases of one anchor', `[&a 1,${'*a,'.repeat(30_000)}]`],
    [
      'a billion laughs',
      `a0: &a0 [x]\n${Array.from({ length: 30 }, (_, index) => `a${index + 1}: &a${index + 1} [${`*a${index},`.repeat(9)}]`).join('\n')}\n`,
    ],
    ['deep mappings', Array.from({ length: 1_300 }, (_, index) => `${' '.repeat(index)}a:`).join('\n')],
    ['more than a megabyte', ' '.repeat(1_048_577)],
  ];

  it.each(bombs)('refuses %s within five seconds', (_, text) => {
    const started = process.cpuUsage();
    expect(expectBounded(text).ok).toBe(false);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1e6).toBeLessThan(5);
  });
});
