import { beforeAll, describe, expect, it } from 'vitest';
import type { FunctionName } from '../../lib/core/deployment.js';
import { FUNCTIONS } from '../../lib/core/deployment.js';
import { nodeDocuments } from '../../lib/flavors/index.js';
import type { IamWorld, PolicyEvaluator } from '../support/policy-evaluator.js';
import { type Synthesized, synthesized } from '../support/synthesized.js';

const OURS = { 'holdfast.stack': 'Holdfast', 'infrakit.group': 'web' };
const TAGGED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'i-ours': OURS,
  'i-other-plane': { 'holdfast.stack': 'Other', 'infrakit.group': 'web' },
  'i-infrakit': { 'infrakit.group': 'web' },
  'i-stranger': { Name: 'pet' },
  'i-no-group': { 'holdfast.stack': 'Holdfast' },
};
const world: IamWorld = { tagsOf: (id) => TAGGED[id] };

let stack: Synthesized;
let evaluator: PolicyEvaluator;
beforeAll(() => {
  stack = synthesized();
  evaluator = stack.evaluator();
});

const call = (principal: FunctionName, service: string, operation: string, input: object) =>
  evaluator.authorise({ principal, service, operation, input }, world);

describe('commanding', () => {
  const documents = (name: FunctionName): Readonly<Record<string, string>> =>
    JSON.parse(stack.environmentOf(name).HOLDFAST_DOCUMENTS ?? '{}');
  const send = (name: FunctionName, document: string, id = 'i-ours') =>
    call(name, 'SSM', 'SendCommand', {
      DocumentName: documents('reconcile')[document] ?? document,
      InstanceIds: [id],
    });
  const may = (document: string) => FUNCTIONS.filter((name) => send(name, document) === 'allow');

  it('is for reconcile alone, but for documents that only look, which those send that ask for health', () => {
    expect(may('tenant-leave')).toEqual(['reconcile']);
    expect(may('tenant-look')).toEqual(['group-api', 'sweep', 'reconcile', 'check-health']);
    expect(may('AWS-RunShellScript')).toEqual([]);
    for (const { name, kind } of nodeDocuments) {
      expect(send('reconcile', name), name).toBe('allow');
      expect(send('sweep', name) === 'allow', name).toBe(kind === 'look');
    }
  });

  it.each(['i-other-plane', 'i-infrakit', 'i-stranger', 'i-no-group'])('is denied on %s', (id) => {
    for (const name of FUNCTIONS) expect(send(name, 'tenant-look', id), name).not.toBe('allow');
  });

  it('finds who speaks for a cluster of our own, and reconcile alone removes what its nodes wrote', () => {
    const find = (Path: string) =>
      FUNCTIONS.filter((name) => call(name, 'SSM', 'GetParametersByPath', { Path }) === 'allow');
    const remove = (...Names: string[]) =>
      FUNCTIONS.filter((name) => call(name, 'SSM', 'DeleteParameters', { Names }) === 'allow');
    expect(find('/holdfast/Holdfast/shop/managers')).toEqual([
      'group-api',
      'sweep',
      'reconcile',
      'check-health',
    ]);
    expect(find('/holdfast/Holdfast-2/shop/managers')).toEqual([]);
    expect(find('/')).toEqual([]);
    expect(remove('/holdfast/Holdfast/shop/first', '/holdfast/Holdfast/shop/worker-token')).toEqual([
      'reconcile',
    ]);
    expect(remove('/holdfast/Holdfast/shop/first', '/payroll/password')).toEqual([]);
  });

  it('never reads the value of a parameter of a cluster by its name, nor decrypts one', () => {
    for (const name of FUNCTIONS) {
      expect(call(name, 'SSM', 'GetParameter', { Name: '/holdfast/Holdfast/shop/worker-token' })).not.toBe(
        'allow',
      );
      const actions = stack.policiesOf(name).flatMap((it) => it.actions);
      expect(
        actions.filter((it) => it.startsWith('kms:')),
        name,
      ).toEqual([]);
    }
  });
});
