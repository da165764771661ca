import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtDocuments } from '../../bin/built-documents.js';
import { FUNCTIONS, type FunctionName } from '../../lib/core/deployment.js';
import { nodeDocuments } from '../../lib/flavors/index.js';
import { builtDocuments as readDocuments } from '../../lib/infra/bundles.js';
import { TEST_DOCUMENTS } from '../support/scenario-flavor.js';
import { type Synthesized, synthesized, synthesizedWith } from '../support/synthesized.js';

const all = [...nodeDocuments, ...TEST_DOCUMENTS];
const namesOf = (some: typeof all) => some.map(({ name }) => name).sort();
const known = (name: FunctionName): Readonly<Record<string, string>> =>
  JSON.parse(synthesized().environmentOf(name).HOLDFAST_DOCUMENTS ?? '{}');
const made = () =>
  Object.entries(synthesized().template.Resources).filter(([, it]) => it.Type === 'AWS::SSM::Document');

describe('the documents', () => {
  it('are made of each script of a flavor, without a name of our own, and a new text is a new version', () => {
    expect(made()).toHaveLength(all.length);
    for (const [, { Properties }] of made()) {
      expect(Properties).toEqual({
        Content: expect.objectContaining({ schemaVersion: '2.2' }),
        DocumentFormat: 'JSON',
        DocumentType: 'Command',
        TargetType: '/AWS::EC2::Instance',
        UpdateMethod: 'NewVersion',
      });
    }
  });

  it('are known to reconcile all, to those that ask for health when they only look, and to nobody else', () => {
    const looking = namesOf(all.filter(({ kind }) => kind === 'look'));
    for (const name of FUNCTIONS) {
      const expected = {
        reconcile: namesOf(all),
        'check-health': looking,
        'group-api': looking,
        sweep: looking,
        'config-uploaded': [],
        'instance-changed': [],
        'start-rollout': [],
      }[name];
      expect(Object.keys(known(name)).sort(), name).toEqual(expected);
    }
    expect(Object.values(known('reconcile')).sort()).toEqual(
      made()
        .map(([id]) => id)
        .sort(),
    );
  });

  it('are refused before anything is deployed when nobody built them', () => {
    const empty = mkdtempSync(join(tmpdir(), 'holdfast-no-bundles-'));
    expect(() => readDocuments(empty)).toThrow('run npm run build first');
  });
});

/** What the limits below have to hold for: names as long as CloudFormation may make them. */
const LONGEST = 128;
let long: Synthesized;
beforeAll(() => {
  const names = Object.fromEntries(made().map(([id]) => [id, id.padEnd(LONGEST, 'x')]));
  long = synthesizedWith({}, { region: 'ap-southeast-2', account: '000000000000', names });
});

describe('limits of AWS', () => {
  it("leave room for the documents' names in the environment of every function (4 KB)", () => {
    for (const name of FUNCTIONS) {
      const environment = long.environmentOf(name);
      const bytes = Object.entries(environment).reduce(
        (sum, [key, text]) => sum + key.length + text.length,
        0,
      );
      expect(bytes, name).toBeLessThan(4096);
    }
  });

  it('leave room for the ARNs of the documents in the policy of every role (10,240 characters)', () => {
    for (const name of FUNCTIONS) {
      const statements = long.policiesOf(name).map(({ sid, effect, actions, resources, condition }) => ({
        Sid: sid,
        Effect: effect,
        Action: actions,
        Resource: resources,
        Condition: condition,
      }));
      expect(JSON.stringify({ Version: '2012-10-17', Statement: statements }).length, name).toBeLessThan(
        10_240,
      );
    }
  });

  it('leave room for each document (64 KB) and for all of them in one template (1 MB)', () => {
    for (const { name, content } of builtDocuments(all)) {
      expect(JSON.stringify(content).length, name).toBeLessThan(65_536);
    }
    expect(JSON.stringify(synthesized().template).length).toBeLessThan(1_000_000);
  });
});
