import { describe, expect, test } from 'vitest';
import { matchesPattern } from '../../../lib/local/events/matches-pattern.js';

const EVENT = {
  version: '0',
  id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
  'detail-type': 'EC2 Instance State-change Notification',
  source: 'aws.ec2',
  account: '111122223333',
  time: '2017-12-22T18:43:48Z',
  region: 'us-west-1',
  resources: ['arn:aws:ec2:us-west-1:123456789012:instance/i-1234567890abcdef0'],
  detail: { 'instance-id': 'i-1234567890abcdef0', state: 'terminated', 'c-count': 5, empty: '', none: null },
};

/** Patterns of EventBridge's documentation, adapted to one event. */
const CASES: readonly [string, object, boolean][] = [
  ['matches values exactly', { source: ['aws.ec2'], detail: { state: ['terminated'] } }, true],
  ['takes any of several alternatives', { detail: { state: ['pending', 'terminated'] } }, true],
  ['wants every field named', { source: ['aws.ec2'], detail: { state: ['pending'] } }, false],
  ['distinguishes case', { source: ['AWS.EC2'] }, false],
  ['does not take a number for a text', { account: [111122223333] }, false],
  ['compares numbers by value', { detail: { 'c-count': [5.0] } }, true],
  ['matches null', { detail: { none: [null] } }, true],
  ['does not take null for an empty string', { detail: { empty: [null] } }, false],
  ['matches an empty string', { detail: { empty: [''] } }, true],
  ['matches by an element of an array', { resources: [{ suffix: 'i-1234567890abcdef0' }] }, true],
  ['matches a prefix', { time: [{ prefix: '2017-12-' }] }, true],
  ['refuses another prefix', { time: [{ prefix: '2018' }] }, false],
  ['matches a prefix whatever the case', { source: [{ prefix: { 'equals-ignore-case': 'AWS.' } }] }, true],
  ['matches a suffix', { 'detail-type': [{ suffix: 'Notification' }] }, true],
  ['matches whatever the case', { detail: { state: [{ 'equals-ignore-case': 'TERMINATED' }] } }, true],
  ['excludes a value', { detail: { state: [{ 'anything-but': 'terminated' }] } }, false],
  [
    'lets others pass an exclusion',
    { detail: { state: [{ 'anything-but': ['stopped', 'running'] }] } },
    true,
  ],
  ['excludes a number', { detail: { 'c-count': [{ 'anything-but': [5, 6] }] } }, false],
  ['excludes a prefix', { detail: { state: [{ 'anything-but': { prefix: 'term' } }] } }, false],
  ['excludes several suffixes', { detail: { state: [{ 'anything-but': { suffix: ['x', 'ed'] } }] } }, false],
  ['excludes by wildcard', { detail: { state: [{ 'anything-but': { wildcard: 'run*' } }] } }, true],
  ['does not match an exclusion by absence', { detail: { nothing: [{ 'anything-but': 'a' }] } }, false],
  ['compares numbers within a range', { detail: { 'c-count': [{ numeric: ['>', 0, '<=', 5] }] } }, true],
  ['refuses a number out of range', { detail: { 'c-count': [{ numeric: ['>', 0, '<', 5] }] } }, false],
  ['compares a number for equality', { detail: { 'c-count': [{ numeric: ['=', 3.018e2] }] } }, false],
  ['finds what exists', { detail: { 'c-count': [{ exists: true }] } }, true],
  ['finds what does not exist', { detail: { nothing: [{ exists: false }] } }, true],
  ['does not find a branch by exists', { detail: [{ exists: true }] }, false],
  ['finds null to exist', { detail: { none: [{ exists: true }] } }, true],
  ['matches by wildcard', { resources: [{ wildcard: 'arn:*:ec2:*:instance/*' }] }, true],
  ['takes a wildcard for the whole text', { source: [{ wildcard: 'ec2*' }] }, false],
  ['takes the dot of a wildcard for itself', { source: [{ wildcard: 'aws?ec2' }] }, false],
  [
    'combines alternatives of several fields',
    {
      source: ['aws.ec2'],
      detail: { $or: [{ state: ['stopped'] }, { 'c-count': [{ numeric: ['>', 4] }] }] },
    },
    true,
  ],
  [
    'wants the other fields beside alternatives',
    { source: ['aws.s3'], $or: [{ region: ['us-west-1'] }, { account: ['1'] }] },
    false,
  ],
];

describe('matchesPattern', () => {
  test.each(CASES)('it %s', (_title, pattern, expected) => {
    expect(matchesPattern(pattern, EVENT)).toBe(expected);
  });

  test('it matches when any element of an array of objects does', () => {
    const event = {
      detail: {
        items: [
          { kind: 'a', size: 1 },
          { kind: 'b', size: 2 },
        ],
      },
    };
    expect(matchesPattern({ detail: { items: { kind: ['b'], size: [2] } } }, event)).toBe(true);
    expect(matchesPattern({ detail: { items: { kind: ['b'], size: [1] } } }, event)).toBe(false);
  });

  test('it matches addresses by range', () => {
    const pattern = { detail: { ip: [{ cidr: '10.0.0.0/24' }] } };
    expect(matchesPattern(pattern, { detail: { ip: '10.0.0.255' } })).toBe(true);
    expect(matchesPattern(pattern, { detail: { ip: '10.0.1.0' } })).toBe(false);
  });

  test("it takes a wildcard's escaped star for itself", () => {
    expect(matchesPattern({ key: [{ wildcard: 'a\\**' }] }, { key: 'a*b' })).toBe(true);
    expect(matchesPattern({ key: [{ wildcard: 'a\\**' }] }, { key: 'axb' })).toBe(false);
  });

  test.each([
    ['a bare value', { source: 'aws.ec2' }],
    ['an unknown operator', { source: [{ like: 'aws' }] }],
    ['two operators in one match', { source: [{ prefix: 'a', suffix: 'b' }] }],
    ['an empty list', { source: [] }],
    ['numeric without a number', { detail: { 'c-count': [{ numeric: ['>'] }] } }],
    ['consecutive stars', { source: [{ wildcard: 'a**' }] }],
  ])('it refuses %s', (_title, pattern) => {
    expect(() => matchesPattern(pattern, EVENT)).toThrow('event pattern is not valid');
  });
});
