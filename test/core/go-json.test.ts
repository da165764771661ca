import { describe, expect, it } from 'vitest';
import { goMarshalIndent } from '../../lib/core/go-json.js';
import type { Json } from '../../lib/core/json.js';

const flat = (value: Json): string => goMarshalIndent(value, '', '');

describe('goMarshalIndent', () => {
  it('indents as Go does, with the prefix on every line but the first', () => {
    expect(goMarshalIndent({ b: [1, { c: null }], a: {}, d: [] }, '  ', '  ')).toBe(
      [
        '{',
        '    "a": {},',
        '    "b": [',
        '      1,',
        '      {',
        '        "c": null',
        '      }',
        '    ],',
        '    "d": []',
        '  }',
      ].join('\n'),
    );
  });

  // From Go's encoding/json: exponents below 1e-6 and from 1e21, without leading zeros in negative ones.
  it.each([
    [0, '0'],
    [-0, '-0'],
    [20, '20'],
    [0.1, '0.1'],
    [1e20, '100000000000000000000'],
    [1e21, '1e+21'],
    [1.5e300, '1.5e+300'],
    [1e-6, '0.000001'],
    [1e-7, '1e-7'],
    [-2.5e-9, '-2.5e-9'],
    [Number('9007199254740993'), '9007199254740992'],
    [5e-324, '5e-324'],
  ])('prints the number %d as %s', (value, text) => {
    expect(flat(value)).toBe(text);
  });

  it.each([
    ['<a> & b', '"\\u003ca\\u003e \\u0026 b"'],
    ['\u2028\u2029', '"\\u2028\\u2029"'],
    ['"\\/', '"\\"\\\\/"'],
    ['\n\r\t\b\f\u0000\u001f', '"\\n\\r\\t\\u0008\\u000c\\u0000\\u001f"'],
    ['é😀\u007f', '"é😀\u007f"'],
    ['\ud800x', '"\ufffdx"'],
  ])('prints the text %j as %s', (value, text) => {
    expect(flat(value)).toBe(text);
  });

  it('sorts keys by their UTF-8 bytes, where U+FF5E comes before an emoji', () => {
    // In UTF-16 the emoji's surrogate (D83D) would come first.
    expect(flat({ '😀': 1, '\uff5e': 2, b: 3, B: 4 }).replaceAll('\n', '')).toBe(
      '{"B": 4,"b": 3,"\uff5e": 2,"😀": 1}',
    );
  });
});
