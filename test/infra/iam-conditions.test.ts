import { describe, expect, it } from 'vitest';
import { type Condition, type Context, conditionHolds } from '../support/iam/conditions.js';
import { matchesArn } from '../support/iam/wildcard.js';

/** IAM User Guide, "IAM JSON policy elements: Condition operators" and "Set operators for multivalued context keys". */
const TRUTHS: readonly (readonly [string, Condition, Context, boolean])[] = [
  ['StringEquals on an equal value', { StringEquals: { k: 'a' } }, { k: 'a' }, true],
  ['StringEquals on another value', { StringEquals: { k: 'a' } }, { k: 'b' }, false],
  ['StringEquals on another case', { StringEquals: { k: 'a' } }, { k: 'A' }, false],
  ['StringEquals on one of many values wanted', { StringEquals: { k: ['a', 'b'] } }, { k: 'b' }, true],
  ['StringEquals on an absent key', { StringEquals: { k: 'a' } }, {}, false],
  ['StringEquals on a wildcard, which is none', { StringEquals: { k: 'a*' } }, { k: 'ab' }, false],
  ['StringEqualsIfExists on an absent key', { StringEqualsIfExists: { k: 'a' } }, {}, true],
  ['StringEqualsIfExists on another value', { StringEqualsIfExists: { k: 'a' } }, { k: 'b' }, false],
  ['StringNotEquals on another value', { StringNotEquals: { k: 'a' } }, { k: 'b' }, true],
  ['StringNotEquals on one of many', { StringNotEquals: { k: ['a', 'b'] } }, { k: 'b' }, false],
  ['StringNotEquals on an absent key', { StringNotEquals: { k: 'a' } }, {}, true],
  ['StringLike on a prefix', { StringLike: { k: 'a*' } }, { k: 'abc' }, true],
  ['StringLike on one character', { StringLike: { k: 'a?c' } }, { k: 'abbc' }, false],
  ['StringLike on an absent key', { StringLike: { k: '*' } }, {}, false],
  ['Bool on the same', { Bool: { k: 'true' } }, { k: 'true' }, true],
  ['Bool on the other', { Bool: { k: 'true' } }, { k: 'false' }, false],
  ['Bool on an absent key', { Bool: { k: 'false' } }, {}, false],
  ['BoolIfExists on an absent key', { BoolIfExists: { k: 'true' } }, {}, true],
  ['Null true on an absent key', { Null: { k: 'true' } }, {}, true],
  ['Null true on a present key', { Null: { k: 'true' } }, { k: 'x' }, false],
  ['Null false on a present key', { Null: { k: 'false' } }, { k: '' }, true],
  ['Null false on an absent key', { Null: { k: 'false' } }, {}, false],
  ['Null true on an empty set', { Null: { k: 'true' } }, { k: [] }, true],
  [
    'ForAllValues on values that are all wanted',
    { 'ForAllValues:StringEquals': { k: ['a', 'b'] } },
    { k: ['a'] },
    true,
  ],
  [
    'ForAllValues on one too many',
    { 'ForAllValues:StringEquals': { k: ['a', 'b'] } },
    { k: ['a', 'c'] },
    false,
  ],
  ['ForAllValues on an empty set', { 'ForAllValues:StringEquals': { k: ['a'] } }, { k: [] }, true],
  ['ForAllValues on an absent key', { 'ForAllValues:StringEquals': { k: ['a'] } }, {}, true],
  [
    'ForAnyValue on one that is wanted',
    { 'ForAnyValue:StringEquals': { k: ['a'] } },
    { k: ['b', 'a'] },
    true,
  ],
  ['ForAnyValue on an empty set', { 'ForAnyValue:StringEquals': { k: ['a'] } }, { k: [] }, false],
  ['ForAnyValue on an absent key', { 'ForAnyValue:StringEquals': { k: ['a'] } }, {}, false],
  [
    'ForAnyValue:StringLike on a pattern',
    { 'ForAnyValue:StringLike': { k: 'a*' } },
    { k: ['b', 'ab'] },
    true,
  ],
  ['ArnLike part by part', { ArnLike: { k: 'arn:aws:s3:*:*:x/*' } }, { k: 'arn:aws:s3:::x/y' }, true],
  ['ArnLike over a colon', { ArnLike: { k: 'arn:aws:*:r:1:x' } }, { k: 'arn:aws:s3:z:r:1:x' }, false],
  [
    'two keys of one operator, one of which fails',
    { StringEquals: { k: 'a', l: 'b' } },
    { k: 'a', l: 'c' },
    false,
  ],
  [
    'two operators, one of which fails',
    { StringEquals: { k: 'a' }, Null: { l: 'false' } },
    { k: 'a' },
    false,
  ],
  [
    'a key in another case',
    { StringEquals: { 'aws:RequestTag/Holdfast.Stack': 'a' } },
    { 'aws:requesttag/holdfast.stack': 'a' },
    true,
  ],
  ['no condition', {}, {}, true],
];

describe('a condition', () => {
  it.each(TRUTHS)('holds as documented: %s', (_, condition, context, truth) => {
    expect(conditionHolds(condition, context)).toBe(truth);
  });

  it('is refused rather than guessed when its operator is unknown', () => {
    expect(() => conditionHolds({ NumericLessThan: { k: '1' } }, { k: '0' })).toThrow(
      '"NumericLessThan" is not evaluated',
    );
    expect(() => conditionHolds({ NumericLessThan: { k: '1' } }, {})).toThrow(
      '"NumericLessThan" is not evaluated',
    );
    // biome-ignore lint/suspicious/noTemplateCurlyInString: AWS's placeholders, not ours
    expect(() => conditionHolds({ StringEquals: { k: '${aws:x}' } }, {})).toThrow('policy variables');
  });

  it('is refused when it compares many values without saying how', () => {
    expect(() => conditionHolds({ StringEquals: { 'aws:TagKeys': 'a' } }, { 'aws:TagKeys': ['a'] })).toThrow(
      'ForAllValues:',
    );
  });
});

describe('an ARN pattern', () => {
  it.each([
    ['*', 'arn:aws:s3:::b/k', true],
    ['arn:aws:s3:::b/*', 'arn:aws:s3:::b/k/l', true],
    ['arn:aws:s3:::b/*', 'arn:aws:s3:::b', false],
    ['arn:aws:ec2:r::image/*', 'arn:aws:ec2:r:1:image/ami-1', false],
    ['arn:aws:ec2:r:*:subnet/*', 'arn:aws:ec2:r:2:subnet/subnet-1', true],
    ['arn:aws:cloudwatch:r:1:alarm:holdfast:a:*', 'arn:aws:cloudwatch:r:1:alarm:holdfast:a:g', true],
    ['arn:aws:cloudwatch:r:1:alarm:holdfast:a:*', 'arn:aws:cloudwatch:r:1:alarm:holdfast:a-b:g', false],
    ['arn:aws:dynamodb:r:1:table/t', 'arn:aws:dynamodb:r:1:table/t/index/i', false],
  ])('%s on %s is %s', (pattern, arn, matches) => {
    expect(matchesArn(pattern, arn)).toBe(matches);
  });
});
