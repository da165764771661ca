import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { camelDocument } from '../../lib/cli/camel.js';
import { renderTable } from '../../lib/cli/render/table.js';
import { durationText, timeText } from '../../lib/cli/render/time.js';
import { wrap } from '../../lib/cli/render/wrap.js';
import { parseDuration } from '../../lib/core/duration.js';
import { widest } from './world.js';

describe('durationText', () => {
  it.each([
    [-5, '0s'],
    [999, '0s'],
    [45_000, '45s'],
    [60_000, '1m'],
    [200_000, '3m20s'],
    [7_200_000, '2h'],
    [7_205_000, '2h'],
    [8_100_000, '2h15m'],
    [86_400_000 * 12 + 3_600_000 * 4 + 59_000, '12d4h'],
  ])('says %d ms as %s', (milliseconds, text) => {
    expect(durationText(milliseconds)).toBe(text);
  });
});

describe('parseDuration', () => {
  it.each([
    ['90s', 90_000],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['250ms', 250],
    ['0s', 0],
    ['10', undefined],
    ['', undefined],
    ['1h 30m', undefined],
    ['-1m', undefined],
    ['2d', undefined],
  ])('reads "%s" as %s ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });
});

describe('timeText', () => {
  it('drops the fraction of a second', () => {
    expect(timeText('2026-11-22T13:56:05.123Z')).toBe('2026-11-22 13:56:05');
  });
});

describe('camelDocument', () => {
  it.each([
    ['ID', 'id'],
    ['IDs', 'ids'],
    ['LogicalID', 'logicalId'],
    ['LogicalIDs', 'logicalIds'],
    ['PrivateIP', 'privateIp'],
    ['UpToDate', 'upToDate'],
    ['usesLeft', 'usesLeft'],
  ])('prints %s as %s', (key, camel) => {
    expect(camelDocument({ [key]: 1 })).toEqual({ [camel]: 1 });
  });

  it("leaves out what is undefined and does not touch the user's own keys", () => {
    expect(camelDocument({ A: undefined, Tags: { ID: 'x' }, Spec: { Properties: { B: [1] } } })).toEqual({
      tags: { ID: 'x' },
      spec: { Properties: { B: [1] } },
    });
  });
});

describe('wrap', () => {
  it('never loses a character and never exceeds the width', () => {
    const word = fc.string({ minLength: 1, maxLength: 60 }).map((text) => text.replace(/\s/g, '') || 'x');
    fc.assert(
      fc.property(fc.array(word), fc.integer({ min: 1, max: 40 }), (words, width) => {
        const lines = wrap(words.join(' '), width);
        expect(lines.join('').replace(/ /g, '')).toBe(words.join(''));
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('renderTable', () => {
  it('never exceeds the width, whatever is in it', () => {
    const cell = fc.string({ maxLength: 200, unit: fc.constantFrom('a', 'b', ' ', '-') });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell)), (cells) => {
        const columns = [{ header: 'ONE' }, { header: 'TWO', align: 'right' as const }, { header: 'THREE' }];
        const rows = cells.map((row) => ({ cells: row, notes: [row.join(' ')] }));
        expect(
          widest(renderTable(columns, rows, { width: 80, paint: (_, text) => text })),
        ).toBeLessThanOrEqual(80);
      }),
    );
  });

  it('pads by what is seen, not by the codes of colours', () => {
    const rows = [{ cells: [{ text: 'ok', style: 'good' as const }, 'next'] }, { cells: ['longer', 'next'] }];
    const paint = (style: string | undefined, text: string) => (style === 'good' ? `<g>${text}</g>` : text);
    expect(renderTable([{ header: 'A' }, { header: 'B' }], rows, { width: 80, paint })).toBe(
      ['A       B', '<g>ok</g>      next', 'longer  next'].join('\n'),
    );
  });

  it('gives each row a stanza where no id would stay whole, and fits in 40 columns', () => {
    const columns = [{ header: 'INSTANCE' }, { header: 'STATE' }, { header: 'REASON' }];
    const rows = ['i-7aaf7aa0390b0000a', 'i-6b46eb5419d00000d'].map((id, index) => ({
      cells: [id, 'running', index === 0 ? '' : 'no manager lists it, and three were asked'],
      notes: ['Name=web'],
    }));
    const text = renderTable(columns, rows, { width: 36, paint: (_, plain) => plain });
    expect(text).toBe(
      [
        'INSTANCE  i-7aaf7aa0390b0000a',
        'STATE     running',
        '  Name=web',
        '',
        'INSTANCE  i-6b46eb5419d00000d',
        'STATE     running',
        'REASON    no manager lists it, and',
        '          three were asked',
        '  Name=web',
      ].join('\n'),
    );
  });
});
