import { describe, expect, it } from 'vitest';
import { unusedByAll } from '../support/policy-coverage.js';

describe('the coverage of the policies', () => {
  const one = { principal: 'sweep', sid: 'Wake', action: 'sqs:SendMessage' };
  const other = { principal: 'sweep', sid: 'Log', action: 'logs:PutLogEvents' };

  it('calls unused what no part has used', () => {
    expect(unusedByAll([[one, other], [one], [one]])).toEqual(['sweep Wake: sqs:SendMessage']);
    expect(unusedByAll([[one], [other], [one]])).toEqual([]);
    expect(unusedByAll([])).toEqual([]);
  });
});
