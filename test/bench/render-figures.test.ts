import { describe, expect, it } from 'vitest';
import { isMissed } from '../../bench/figure.js';
import { asJson, markdown, plainText } from '../../bench/render-figures.js';

const REPORT = {
  name: 'heal',
  title: 'To heal',
  notes: ['counted from 5 s after a sweep'],
  figures: [
    { what: 'vanished', value: 3, unit: 'calls', limit: { atMost: 3 }, infrakit: 21, detail: 'a 1 | b 2' },
    { what: 'unhealthy', value: 6, unit: 'calls', limit: { atMost: 5 } },
    { what: 'a month', value: 5, unit: '$', limit: { below: 5 } },
    { what: 'size', value: 1.19876, unit: 'MB' },
  ],
};

describe('a figure', () => {
  it('meets "at most" when it is equal, and "below" only when it is less', () => {
    expect(REPORT.figures.map(isMissed)).toEqual([false, true, true, false]);
  });
});

describe('the report', () => {
  it('shows measured, target and verdict in one aligned table', () => {
    expect(plainText([REPORT])).toBe(
      [
        'what       measured  target     verdict  InfraKit  made of',
        '',
        'To heal',
        'vanished    3 calls  ≤ 3 calls  ok       21        a 1 | b 2',
        'unhealthy   6 calls  ≤ 5 calls  MISSED',
        'a month       $5.00  < $5.00    MISSED',
        'size         1.2 MB',
        '',
        'Conditions and assumptions',
        '- counted from 5 s after a sweep',
        '',
      ].join('\n'),
    );
  });

  it('escapes what would break a Markdown table', () => {
    expect(markdown([REPORT])).toContain('| vanished | 3 calls | ≤ 3 calls | ok | 21 | a 1 \\| b 2 |');
  });

  it('says in JSON which targets were missed', () => {
    const [report] = JSON.parse(asJson([REPORT]));
    expect(report.figures.map(({ missed }: { missed: boolean }) => missed)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});
