import { describe, expect, test } from 'vitest';
import { evaluateMath, type MathValue } from '../../../lib/local/cloudwatch/metric-math.js';

const METRICS = new Map<string, MathValue>([
  ['m1', [1, 2, undefined, 4]],
  ['m2', [2, 0, 3, 8]],
]);

describe('evaluateMath', () => {
  test.each<[string, MathValue]>([
    ['m1/m2', [0.5, undefined, undefined, 0.5]],
    ['m1 + m2 * 2', [5, 2, undefined, 20]],
    ['(m1 + m2) * 2', [6, 4, undefined, 24]],
    ['8 - 2 - 1', 5],
    ['-m2 ^ 2', [4, 0, 9, 64]],
    ['FILL(m1, 0)', [1, 2, 0, 4]],
    ['FILL(m1, m2)', [1, 2, 3, 4]],
    ['IF(m2 > 2, m1, 0)', [0, 0, undefined, 4]],
    ['IF(m2 >= 3 AND m1 < 5, 1, 0)', [0, 0, undefined, 1]],
    ['SUM([m1, m2])', [3, 2, 3, 12]],
    ['SUM(METRICS())', [3, 2, 3, 12]],
    ['MAX([m1, m2])', [2, 2, 3, 8]],
    ['MAX(m2)', 8],
    ['AVG(m2)', 3.25],
    ['m2 - MIN(m1)', [1, -1, 2, 7]],
  ])('it evaluates %s', (expression, expected) => {
    expect(evaluateMath(expression, METRICS)).toEqual(expected);
  });

  test.each([
    ['m3 + 1', 'no metric "m3"; known: m1, m2'],
    ['SEARCH(m1)', 'no function "SEARCH"'],
    ['(m1', '")" is missing'],
    ['m1 m2', '"m2" does not belong there'],
    ['m1 +', 'it ends too early'],
    ['m1 ; m2', 'cannot read "'],
  ])('it refuses %s', (expression, problem) => {
    expect(() => evaluateMath(expression, METRICS)).toThrow(problem);
  });
});
