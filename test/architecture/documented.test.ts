import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { READING, RPC_CODES } from '../../lib/app/api-types.js';
import { API_PARAMS, apiMethods } from '../../lib/config/api-params.js';
import { groupLeafKeys } from '../../lib/config/document-schema.js';
import { FIELD_EFFECTS } from '../../lib/config/field-effects.js';
import { ENVIRONMENT } from '../../lib/core/deployment.js';
import { EVENT_NAMES } from '../../lib/core/group-event.js';
import { flavorSchemas } from '../../lib/flavors/index.js';
import { synthesized } from '../support/synthesized.js';
import { codeSpans, lacking, sections, tableRows, undocumented } from './documented.js';
import { CODE, ROOT, sourceFiles } from './source-files.js';

const page = (name: string): string => readFileSync(join(ROOT, 'docs', name), 'utf8');
const section = (name: string, heading: string): string => sections(page(name), 2).get(heading) ?? '';
const firstCells = (markdown: string): readonly string[] =>
  tableRows(markdown).flatMap(([first = '']) => codeSpans(first));

const REQUEST = 'Instance.Properties.RunInstancesInput.';

describe('the documents', () => {
  it('explain every event, and no other', () => {
    expect(undocumented(EVENT_NAMES, firstCells(section('operations.md', 'Events')))).toEqual([]);
  });

  it('explain every method of the API, and no other', () => {
    const documented = [...sections(page('api.md'), 3).keys()];
    expect(undocumented(apiMethods, documented)).toEqual([]);
  });

  it.each(Object.entries(API_PARAMS))('explain the parameters and errors of %s', (method, schema) => {
    const text = sections(page('api.md'), 3).get(method) ?? '';
    expect(lacking(method, text, Object.keys(schema.shape), RPC_CODES)).toEqual([]);
  });

  it('mark the methods that read', () => {
    const marked = [...sections(page('api.md'), 3)].flatMap(([method, text]) =>
      text.trimStart().startsWith('*Reads.*') ? [method] : [],
    );
    expect(marked.sort()).toEqual([...READING].sort());
  });

  it('give every error code as it is', () => {
    const rows = tableRows(section('api.md', 'Error codes')).slice(1);
    expect(rows.map(([name = '', code]) => [codeSpans(name)[0], Number(code)])).toEqual(
      Object.entries(RPC_CODES),
    );
  });

  it('explain every name in the environment', () => {
    const used = sourceFiles(['lib', 'lambdas', 'bin', 'bench', 'test'], CODE).flatMap(({ text }) =>
      [...text.matchAll(/\bHOLDFAST_[A-Z][A-Z_]*[A-Z]\b/g)].map(([name]) => name),
    );
    const ours = firstCells(section('operations.md', 'Environment')).filter((name) =>
      name.startsWith('HOLDFAST_'),
    );
    expect(undocumented([...new Set([...used, ...Object.values(ENVIRONMENT)])], ours)).toEqual([]);
  });

  it('explain every field of a config document, and what a change of it does', () => {
    const rows = tableRows(page('config.md'));
    const effects = rows.flatMap(([key = '', , effect = '']) =>
      codeSpans(key).flatMap((field) => (Object.hasOwn(FIELD_EFFECTS, field) ? [[field, effect]] : [])),
    );
    const outside = Object.entries(FIELD_EFFECTS).filter(([field]) => !field.startsWith(REQUEST));
    expect(Object.fromEntries(effects)).toEqual(Object.fromEntries(outside));
    const inside = groupLeafKeys(flavorSchemas).filter((field) => field.startsWith(REQUEST));
    expect(inside.length).toBeGreaterThan(50);
    const documented = firstCells(section('config.md', 'RunInstancesInput'));
    expect(
      undocumented(
        inside.map((field) => field.slice(REQUEST.length)),
        documented,
      ),
    ).toEqual([]);
  });
});

describe('docs/operations.md', () => {
  it('says for every alarm of the template what to do, and for no other', () => {
    const alarms = Object.entries(synthesized().template.Resources).flatMap(([id, { Type }]) =>
      Type === 'AWS::CloudWatch::Alarm' ? [id] : [],
    );
    const names = alarms.flatMap((id) => /^ControlPlaneAlarms(\w+)[0-9A-F]{8}$/.exec(id)?.[1] ?? []);
    expect(names).toHaveLength(alarms.length);
    const documented = firstCells(section('operations.md', 'Alarms')).filter((name) => /^[A-Z]/.test(name));
    expect(undocumented(names, documented)).toEqual([]);
  });
});

describe('a decision', () => {
  const pages = sourceFiles(['docs/decisions'], /\.md$/);

  it.each(pages.map(({ path, text }) => [path, text] as const))(
    'has its parts on one page: %s',
    (path, text) => {
      expect([...sections(text, 2).keys()]).toEqual(
        expect.arrayContaining(['Context', 'Decision', 'Consequences']),
      );
      expect(text.split('\n').length).toBeLessThanOrEqual(41);
      expect(text).toMatch(new RegExp(`^# ${path.match(/\d{4}/)?.[0]}: `));
    },
  );

  it('has a number of its own, without a gap', () => {
    expect(pages.map(({ path }) => Number(path.match(/\d{4}/)?.[0]))).toEqual(
      pages.map((_, index) => index + 1),
    );
  });
});

describe('a check of documents', () => {
  it('tells what is missing and what is too much', () => {
    expect(undocumented(['a', 'b'], ['b', 'c'])).toEqual([
      'a is not documented',
      'c is documented and not there',
    ]);
  });

  it.each([
    ['no errors', 'Takes `ID`.', 'Group.X says nothing of its errors'],
    ['no parameter', 'Errors: `NotFound`', 'Group.X does not explain ID'],
    ['a part of a word', 'Takes `IDs`.\n\nErrors: `NotFound`', 'Group.X does not explain ID'],
    ['an unknown error', 'Takes `ID`.\n\nErrors: `Odd`', 'Group.X names Odd, which has no code'],
    ['an empty list', 'Takes `ID`.\n\nErrors: several', 'Group.X names no error'],
  ])('tells a method with %s', (_, text, problem) => {
    expect(lacking('Group.X', text, ['ID'], { NotFound: -32002 })).toEqual([problem]);
  });

  it('reads sections up to the next heading of the same or a higher level', () => {
    const text = '# A\n\n## B\nx\n\n### `C`\ny\n\n## D\nz\n';
    expect([...sections(text, 3)]).toEqual([['C', 'y\n\n']]);
    expect([...sections(text, 2).keys()]).toEqual(['B', 'D']);
  });
});
