import { describe, expect, it } from 'vitest';
import { unusedByAll } from '../support/policy-coverage.js';
import { planeTemplate } from '../support/scenario-template.js';

describe('the coverage of the policies', () => {
  const one = { function: 'sweep', sid: 'Wake', action: 'sqs:SendMessage' };
  const other = { function: 'sweep', sid: 'Log', action: 'logs:PutLogEvents' };

  it('calls unused what no part has used', () => {
    expect(unusedByAll([[one, other], [one], [one]])).toEqual(['sweep Wake: sqs:SendMessage']);
    expect(unusedByAll([[one], [other], [one]])).toEqual([]);
    expect(unusedByAll([])).toEqual([]);
  });

  it('starts with every allowed action unused', () => {
    const unused = planeTemplate('holdfast-a').evaluator.unusedActions();
    expect(unusedByAll([unused])).toContainEqual(expect.stringContaining('ec2:RunInstances'));
  });
});
