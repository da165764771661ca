import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countsText } from '../../../lib/console/page/format/bucket.js';
import { chartData, chartText } from '../../../lib/console/page/format/chart.js';
import { listedMembers } from '../../../lib/console/page/format/cluster.js';
import { type DiffLine, diffLines } from '../../../lib/console/page/format/diff.js';
import { eventLook } from '../../../lib/console/page/format/event-look.js';
import { foldEvents } from '../../../lib/console/page/format/fold-events.js';
import { byAttention, groupStatus } from '../../../lib/console/page/format/group-status.js';
import { headline } from '../../../lib/console/page/format/headline.js';
import { matchingEvents } from '../../../lib/console/page/format/matching-events.js';
import { nextCell } from '../../../lib/console/page/format/next-cell.js';
import { changeText, confirmationFor } from '../../../lib/console/page/format/plans.js';
import {
  checkpointText,
  rolloutFacts,
  rolloutReason,
  rolloutShare,
} from '../../../lib/console/page/format/rollout.js';
import { agoText, lengthText, untilText } from '../../../lib/console/page/format/time.js';
import { wordsOf } from '../../../lib/console/page/format/words.js';
import { byZone, cellText } from '../../../lib/console/page/format/zones.js';
import { EVENT_NAMES } from '../../../lib/core/group-event.js';
import { cellsOf, rolloutOf, summaryOf } from './support/scenes.js';

const group = (id: string, changes: Parameters<typeof summaryOf>[2] = {}) =>
  summaryOf(id, cellsOf(['healthy', 'healthy']), changes);

describe('times', () => {
  it.each([
    [999, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 m'],
    [200_000, '3 m 20 s'],
    [3_600_000, '1 h'],
    [90_000_000, '1 d 1 h'],
  ])('says %i ms as %s', (ms, text) => expect(lengthText(ms)).toBe(text));

  it('says how long ago and how long until in one unit', () => {
    expect([agoText(0, 1_999), agoText(0, 61_000), agoText(5_000, 0)]).toEqual(['now', '1 m ago', 'now']);
    expect([untilText(1_500, 0), untilText(61_000, 0), untilText(0, 1)]).toEqual(['in 2 s', 'in 2 m', 'due']);
  });
});

describe('the difference of two texts', () => {
  it('keeps the lines around a change and counts the others', () => {
    const before = ['a', 'b', 'c', 'd', 'e', 'f'].join('\n');
    expect(diffLines(before, before.replace('f', 'g'), 1)).toEqual([
      { kind: 'skip', count: 4 },
      { kind: 'same', text: 'e' },
      { kind: 'removed', text: 'f' },
      { kind: 'added', text: 'g' },
    ]);
  });

  it('never loses or invents a line', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', '}'), { minLength: 1, maxLength: 12 });
    const side = (lines: readonly DiffLine[], without: 'added' | 'removed') =>
      lines.flatMap((line) => (line.kind === 'skip' || line.kind === without ? [] : [line.text]));
    fc.assert(
      fc.property(text, text, (before, after) => {
        // The same text twice is one line that says so.
        fc.pre(before.join() !== after.join());
        const lines = diffLines(before.join('\n'), after.join('\n'), 100);
        expect(side(lines, 'added')).toEqual(before);
        expect(side(lines, 'removed')).toEqual(after);
      }),
    );
  });

  it('is all added for what is new', () => {
    expect(diffLines('', 'a\nb').map(({ kind }) => kind)).toEqual(['added', 'added']);
  });
});

describe('a group in two words', () => {
  it.each([
    ['as declared', {}],
    ['converging', { converged: false }],
    ['rolling', { converged: false, rolloutStatus: 'running' }],
    ['rollout paused', { frozen: true, rolloutStatus: 'paused' }],
    ['rollout failed', { rolloutStatus: 'failed' }],
    ['frozen', { frozen: true, rolloutStatus: 'running' }],
    ['breaker open', { breakerOpen: true, rolloutStatus: 'failed' }],
    ['quorum lost', { breakerOpen: true, quorumLost: true }],
    ['not watched', { watch: 'free', breakerOpen: true }],
    ['being destroyed', { watch: 'destroying' }],
  ])('is %s', (word, changes) => expect(groupStatus(group('web', changes)).word).toBe(word));

  it('puts first what needs someone', () => {
    const groups = [
      group('b'),
      group('a'),
      group('z', { breakerOpen: true }),
      group('y', { rolloutStatus: 'paused' }),
    ];
    expect(byAttention(groups).map(({ id }) => id)).toEqual(['z', 'y', 'a', 'b']);
  });
});

describe('the fleet in one sentence', () => {
  it('counts what is not as declared and what is watched', () => {
    expect(headline([]).title).toBe('Nothing is declared yet');
    expect(headline([group('a')]).title).toBe('The group is as declared');
    expect(headline([group('a'), group('b')]).title).toBe('Both groups are as declared');
    const away = group('c', { converged: false, breakerOpen: true });
    expect(headline([group('a'), group('b'), away])).toEqual({
      title: '1 of 3 groups is not as declared',
      more: '6 healthy of 6 declared instances · 1 breaker open',
    });
    expect(headline([group('a'), { ...away, watch: 'free' }]).title).toBe('Both groups are as declared');
  });

  it('says that groups converge while none of them needs someone', () => {
    const busy = group('b', { converged: false });
    expect(headline([busy]).title).toBe('The group is converging');
    expect(headline([group('a'), busy]).title).toBe('1 of 2 groups is converging');
    const rolling = group('c', { converged: false, rolloutStatus: 'running' });
    expect(headline([busy, rolling]).title).toBe('Both groups are converging');
    expect(headline([busy, { ...rolling, rolloutStatus: 'paused' }]).title).toBe(
      'Both groups are not as declared',
    );
  });
});

describe('cells', () => {
  it('are in zones by name, those in none last, and counted through', () => {
    const cells = cellsOf(['healthy', 'healthy', 'healthy', 'missing']).map((cell, index) =>
      index === 0 ? { bucket: cell.bucket, reason: cell.reason } : cell,
    );
    const zones = byZone(cells);
    expect(zones.map(({ zone }) => zone)).toEqual(['local-1a', 'local-1b', 'local-1c', '']);
    expect(zones.flatMap((zone) => zone.cells.map(({ index }) => index))).toEqual([0, 1, 2, 3]);
  });

  it('say what they are to those who do not see them', () => {
    expect(
      cellText({ bucket: 'healthy', instance: 'i-1', logicalId: '10.0.0.1', leader: true, reason: 'leads' }),
    ).toBe('i-1, 10.0.0.1, leader, healthy, leads');
    expect(cellText({ bucket: 'later', reason: 'a group grows last' })).toBe(
      'instance to come, to come, a group grows last',
    );
    expect(countsText({ missing: 1, healthy: 3, later: 2 })).toBe('3 healthy, 1 missing, 2 to come');
  });

  const grid = [0, 1, 2, 3, 4].map((index) => ({ x: (index % 3) * 20, y: Math.floor(index / 3) * 20 }));

  it.each([
    [0, 'ArrowRight', 1],
    [0, 'ArrowLeft', undefined],
    [1, 'ArrowDown', 4],
    [2, 'ArrowDown', 4],
    [4, 'ArrowUp', 1],
    [4, 'ArrowRight', undefined],
    [2, 'Home', 0],
    [2, 'End', 4],
    [2, 'x', undefined],
  ])('lead from %i by %s to %s', (at, key, to) => expect(nextCell(grid, at, key)).toBe(to));
});

describe('rollouts, plans and events', () => {
  it('say where a rollout stands', () => {
    expect(rolloutFacts(rolloutOf({ phase: 'canary', failures: 1 }))).toBe(
      'canary · 1 being proved · 1 failure',
    );
    expect(rolloutReason('rolled-back', 'rolled back: 1 failed')).toBe('1 failed');
    expect(rolloutReason('paused', 'checkpoint: 2 of 4')).toBe('checkpoint: 2 of 4');
    expect([rolloutShare({ replaced: 0, total: 0 }), rolloutShare({ replaced: 1, total: 4 })]).toEqual([
      1, 0.25,
    ]);
    expect(checkpointText({ atPercent: 25, wait: 60_000, passed: true })).toBe('at 25 %: waits 1 m, passed');
  });

  it('want a confirmation exactly for plans beyond the budget', () => {
    const plan = { group: 'web', plan: 'Terminating 6', changed: true, destroys: 0, warnings: [] };
    expect(confirmationFor([plan])).toBeUndefined();
    expect(confirmationFor([plan, { ...plan, group: 'db', destroys: 6 }])?.typed).toBe('db');
    expect([changeText([plan]), changeText([plan, { ...plan, changed: false }])]).toEqual([
      'changes 1 group',
      'changes 1 of 2 groups',
    ]);
  });

  it('find events by every word, the newest first', () => {
    const events = [
      { key: '1', time: 1, event: 'instance.gone', instance: 'i-1', reason: 'ended' },
      { key: '2', time: 2, event: 'instance.healthy', instance: 'i-1', reason: 'joined' },
      { key: '3', time: 3, event: 'group.converged', reason: 'all' },
    ];
    expect(matchingEvents(events, 'I-1').map(({ key }) => key)).toEqual(['2', '1']);
    expect(matchingEvents(events, 'i-1 joined').map(({ key }) => key)).toEqual(['2']);
  });

  it('tell what happened to many at once as one entry, and lose no event by it', () => {
    const of = (event: string, time: number, index: number) => ({
      key: `${event} ${index}`,
      time,
      event,
      instance: `i-${index}`,
      reason: 'as ordered',
    });
    const launched = [5_000, 4_000, 1_000, 0].map((time, index) => of('instance.launched', time, index));
    const events = [of('instance.healthy', 9_000, 0), ...launched, of('instance.gone', 0, 1)];
    const folds = foldEvents(events);
    expect(folds.map(({ newest, events: all }) => [newest.event, all.length])).toEqual([
      ['instance.healthy', 1],
      ['instance.launched', 4],
      ['instance.gone', 1],
    ]);
    expect(folds[1]?.key).toBe('instance.launched 3');
    expect(folds.flatMap((fold) => fold.events)).toEqual(events);
    expect(foldEvents(launched.slice(1))).toHaveLength(3);
    expect(foldEvents([...launched.slice(0, 3), of('instance.launched', -60_000, 9)])).toHaveLength(4);
  });

  it('keep ids whole, and know times', () => {
    const told = 'i-0a1b2c3d4e5f60001: not healthy since 2026-11-22T11:56:40.120Z (grace 10m)';
    expect(wordsOf(told).map(({ kind, word }) => [kind, word])).toEqual([
      ['id', 'i-0a1b2c3d4e5f60001'],
      ['text', ': not healthy since '],
      ['time', '2026-11-22T11:56:40.120Z'],
      ['text', ' (grace 10m)'],
    ]);
    const parts = fc.constantFrom('i-0a1b2c3d', '2026-11-22T11:56:40Z', ' ', 'i-', 'subnet-1', ': ');
    fc.assert(
      fc.property(fc.array(parts), (words) => {
        const sentence = words.join('');
        const found = wordsOf(sentence);
        expect(found.map(({ word }) => word).join('')).toBe(sentence);
        expect(found.every(({ word, at }) => sentence.startsWith(word, at))).toBe(true);
      }),
    );
  });

  it('give every failure a sign of its own, and no event none', () => {
    expect(eventLook('rollout.failed').sign).toBe('cross');
    expect(EVENT_NAMES.map((name) => eventLook(name)).every(({ sign }) => sign !== undefined)).toBe(true);
    expect(eventLook('odd.unheard-of')).toEqual({ tone: 'still', sign: 'dot' });
  });
});

describe('the chart and the member list', () => {
  const point = (time: number, divergence: number) => ({ time, divergence, healthy: 1, declared: 1 });

  it('holds what was measured last until now', () => {
    expect(chartData([point(1_000, 2)], 5_000)).toEqual({ times: [1, 5], divergence: [2, 2] });
    expect(chartData([point(1_000, 2)], 0)).toEqual({ times: [1, 1.001], divergence: [2, 2] });
    expect(chartText([point(0, 3), point(60_000, 1)])).toBe('divergence over 1 m: now 1, highest 3');
  });

  it('names who votes and who cannot be reached, the leader first', () => {
    const member = (name: string, changes = {}) => ({
      name,
      role: 'r',
      votes: true,
      reachable: true,
      leader: false,
      ...changes,
    });
    const { listed, others } = listedMembers([
      member('w1', { votes: false }),
      member('w2', { votes: false, reachable: false }),
      member('m1'),
      member('m2', { leader: true }),
    ]);
    expect(listed.map(({ name }) => name)).toEqual(['m2', 'm1', 'w2']);
    expect(others).toBe(1);
  });
});
