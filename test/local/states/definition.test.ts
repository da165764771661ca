import { InvalidDefinition } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { parseDefinition } from '../../../lib/local/states/parse-definition.js';
import { definition, invoke } from './a-states.js';

const END = { Type: 'Succeed' };
const refusal = (states: object, more: object = {}): string => {
  try {
    parseDefinition(definition(states, more));
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidDefinition);
    return (error as Error).message.replace('invalid state machine definition: ', '');
  }
  return 'accepted';
};

describe('a definition', () => {
  test.each([
    ['JSONPath', { A: END }, { QueryLanguage: 'JSONPath' }, '$.QueryLanguage: use "JSONata"'],
    ['a state type', { A: { Type: 'Map', End: true } }, {}, `$.States['A'].Type: "Map" is not supported`],
    ['a field', { A: { Type: 'Pass', Result: 1, End: true } }, {}, `$.States['A'].Result: is not supported`],
    ['a field of the machine', { A: END }, { Processor: {} }, '$.Processor: is not supported'],
    [
      'a Wait until',
      { A: { Type: 'Wait', Timestamp: 't', End: true } },
      {},
      `$.States['A'].Seconds: is missing`,
    ],
    [
      'a heartbeat',
      { A: invoke('f', { HeartbeatSeconds: 1, End: true }) },
      {},
      `HeartbeatSeconds: is not supported`,
    ],
    [
      'a resource',
      { A: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', Arguments: {}, End: true } },
      {},
      `"arn:aws:states:::sqs:sendMessage" is not supported`,
    ],
    [
      'an argument',
      { A: { ...invoke('f'), Arguments: { FunctionName: 'f', InvocationType: 'Event' } } },
      {},
      `$.States['A'].Arguments.InvocationType: is not supported`,
    ],
    [
      'a function',
      { A: { Type: 'Succeed', Output: '{% $now() %}' } },
      {},
      'the function "$now" is not supported',
    ],
  ])('with %s that is not supported here is refused by name', (_what, states, more, message) => {
    expect(refusal(states, more)).toContain(message);
  });

  test.each([
    ['a first state that is not there', { A: END }, { StartAt: 'B' }, '$.StartAt: there is no state "B"'],
    ['a target that is not there', { A: { Type: 'Pass', Next: 'B' } }, {}, `there is no state "B"`],
    ['a state that cannot be reached', { A: END, B: END }, {}, `$.States['B']: cannot be reached`],
    [
      'both Next and End',
      { A: { Type: 'Pass', Next: 'B', End: true }, B: END },
      {},
      'either Next or "End": true',
    ],
    ['neither Next nor End', { A: { Type: 'Pass' } }, {}, 'either Next or "End": true'],
    ['an expression that is none', { A: { Type: 'Succeed', Output: '{% 1 + %}' } }, {}, 'is no JSONata'],
    [
      'a reserved variable',
      { A: { Type: 'Pass', Assign: { states: 1 }, End: true } },
      {},
      '"states" is reserved',
    ],
    [
      'a substitution left',
      { A: invoke(`\${Function}`) },
      {},
      `the substitution "\${Function}" was not made`,
    ],
    ['a name too long', { ['x'.repeat(81)]: END }, {}, 'more than 80 characters'],
    [
      'a retrier of nothing',
      { A: invoke('f', { Retry: [{}], End: true }) },
      {},
      'Retry[0].ErrorEquals: is no list',
    ],
    [
      'an interval of 0',
      { A: invoke('f', { Retry: [{ ErrorEquals: ['A'], IntervalSeconds: 0 }], End: true }) },
      {},
      'Retry[0].IntervalSeconds: 0 is no number of at least 1',
    ],
  ])('with %s is refused, as Step Functions does', (_what, states, more, message) => {
    expect(refusal(states, more)).toContain(message);
  });

  test('that is no JSON is refused', () => {
    expect(() => parseDefinition('{')).toThrow(InvalidDefinition);
  });
});
