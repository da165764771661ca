import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePath, pathText } from '../../lib/core/issue-path.js';

describe('pathText', () => {
  it('prints keys with dots, indexes and odd keys in brackets', () => {
    expect(pathText(['groups', 'web', 'Init', 2])).toBe('groups.web.Init[2]');
    expect(pathText([0, 'Tags', 'a key'])).toBe('[0].Tags["a key"]');
    expect(pathText([])).toBe('');
  });

  it('is never longer than 400 characters', () => {
    expect(pathText(Array.from({ length: 64 }, () => 'x'.repeat(1_000))).length).toBeLessThanOrEqual(400);
  });
});

describe('parsePath', () => {
  it('reads what pathText printed', () => {
    const part = fc.oneof(fc.string({ minLength: 1, maxLength: 12 }), fc.nat(99));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (path) => {
        expect(parsePath(pathText(path))).toEqual(path);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never throws for a path that was cut', () => {
    const cut = fc.oneof(
      fc.string(),
      fc
        .array(fc.constantFrom('[', ']', '"', '\\', 'u00', '.', '7', '\n'), { maxLength: 12 })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(cut, (text) => {
        expect(Array.isArray(parsePath(text))).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });
});
