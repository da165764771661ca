import { describe, expect, it } from 'vitest';
import { TemplateValues } from '../support/iam/template-values.js';

const values = new TemplateValues(
  {
    Resources: {
      Table: { Type: 'AWS::DynamoDB::Table' },
      Bucket: { Type: 'AWS::S3::Bucket' },
      Queue: { Type: 'AWS::SQS::Queue' },
      Fn: { Type: 'AWS::Lambda::Function' },
      Read: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Fn' }, Name: 'read' } },
      Machine: { Type: 'AWS::StepFunctions::StateMachine' },
      Odd: { Type: 'AWS::Odd::Thing' },
    },
    Parameters: { P: { Default: 'default' } },
  },
  { region: 'r-1', account: '123456789012', names: { Table: 'groups' }, parameters: { Q: 'given' } },
);

describe('values of a template', () => {
  it.each([
    [{ Ref: 'Table' }, 'groups'],
    [{ 'Fn::GetAtt': ['Table', 'Arn'] }, 'arn:aws:dynamodb:r-1:123456789012:table/groups'],
    [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, 'arn:aws:s3:::bucket'],
    [{ Ref: 'Queue' }, 'https://sqs.r-1.amazonaws.com/123456789012/Queue'],
    [{ Ref: 'Machine' }, 'arn:aws:states:r-1:123456789012:stateMachine:Machine'],
    [{ 'Fn::GetAtt': ['Machine', 'Name'] }, 'Machine'],
    [{ Ref: 'Read' }, 'arn:aws:lambda:r-1:123456789012:function:Fn:read'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }]] }, 'a-r-1'],
    [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: AWS's placeholders, not ours
      { 'Fn::Sub': 'x-${AWS::AccountId}-${Table.Arn}-${!keep}' },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: AWS's placeholders, not ours
      'x-123456789012-arn:aws:dynamodb:r-1:123456789012:table/groups-${keep}',
    ],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: AWS's placeholders, not ours
    [{ 'Fn::Sub': ['${a}/${P}', { a: { Ref: 'Q' } }] }, 'given/default'],
    [{ 'Fn::Select': ['1', { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    [{ 'Fn::ImportValue': 'exported' }, 'exported'],
    [{ a: [{ Ref: 'P' }, { Ref: 'AWS::NoValue' }], b: { Ref: 'AWS::NoValue' } }, { a: ['default'] }],
  ])('resolve %j', (value, resolved) => {
    expect(values.resolve(value)).toEqual(resolved);
  });

  it('are refused rather than guessed when unknown', () => {
    expect(() => values.resolve({ Ref: 'Nothing' })).toThrow('no "Nothing"');
    expect(() => values.resolve({ Ref: 'Odd' })).toThrow('AWS::Odd::Thing');
    expect(() => values.resolve({ 'Fn::If': ['c', 'a', 'b'] })).toThrow('Fn::If');
    expect(() => values.resolve({ 'Fn::GetAtt': ['Table', 'StreamArn'] })).toThrow('StreamArn');
  });
});
