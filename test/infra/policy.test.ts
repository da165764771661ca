import { describe, expect, it } from 'vitest';
import { judge, type Question, readStatements } from '../support/iam/policy.js';

const question = (action: string, resource: string, context: Question['context'] = {}): Question => ({
  action,
  resource,
  context,
});

const statements = (...them: readonly object[]) => readStatements({ Statement: them });
const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' };

describe('a policy', () => {
  it('denies what nothing allows', () => {
    expect(judge([], question('s3:GetObject', 'arn:aws:s3:::b/k'))).toEqual({
      decision: 'denied',
      by: 'no statement that allows it',
    });
    const one = statements(allow);
    expect(judge(one, question('s3:PutObject', 'arn:aws:s3:::b/k')).decision).toBe('denied');
    expect(judge(one, question('s3:GetObject', 'arn:aws:s3:::c/k')).decision).toBe('denied');
  });

  it('allows what a statement allows, whatever the case of the action', () => {
    expect(judge(statements(allow), question('S3:getobject', 'arn:aws:s3:::b/k')).decision).toBe('allowed');
  });

  it('lets an explicit deny win, wherever it stands', () => {
    const deny = { Effect: 'Deny', Action: 's3:*', Resource: '*', Condition: { StringEquals: { k: 'x' } } };
    const asked = question('s3:GetObject', 'arn:aws:s3:::b/k', { k: 'x' });
    for (const order of [
      [deny, allow],
      [allow, deny],
    ]) {
      expect(judge(statements(...order), asked)).toEqual({ decision: 'denied', by: 'an explicit deny' });
      expect(judge(statements(...order), { ...asked, context: {} }).decision).toBe('allowed');
    }
  });

  it('does not allow an action without resources by a statement on some', () => {
    const describeOne = {
      Effect: 'Allow',
      Action: 'ec2:DescribeInstances',
      Resource: 'arn:aws:ec2:r:1:instance/*',
    };
    expect(judge(statements(describeOne), question('ec2:DescribeInstances', '*')).decision).toBe('denied');
  });

  it('is refused rather than guessed when it has parts that are not evaluated', () => {
    expect(() => statements({ ...allow, NotAction: 's3:*' })).toThrow(
      '"NotAction" in a statement is not evaluated',
    );
    expect(() => statements({ ...allow, NotResource: '*' })).toThrow('"NotResource"');
    expect(() => statements({ ...allow, Effect: 'allow' })).toThrow('effect "allow"');
    expect(() => statements({ ...allow, Resource: { Ref: 'B' } })).toThrow('not a text');
  });
});
