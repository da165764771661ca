import { describe, expect, it } from 'vitest';
import { type FleetState, teller } from '../../../lib/console/fleet-state.js';
import type { TimelineEvent } from '../../../lib/console/protocol.js';
import { viewGroup, viewLine } from '../../../lib/console/view-group.js';
import { groupLine, groupView } from '../../cli/views.js';

const event = (key: string): TimelineEvent => ({ key, time: 1, event: 'group.committed', reason: 'one' });

const stateOf = (ids: readonly string[], more: Partial<FleetState> = {}): FleetState => ({
  clock: { now: 1_000, speed: 1 },
  groups: new Map(ids.map((ID) => [ID, viewLine(groupLine({ ID }))])),
  lookedAt: new Map(),
  divergence: [],
  divergenceOf: () => [],
  ...more,
});

const kinds = (messages: readonly { kind: string }[]) => messages.map(({ kind }) => kind);

describe('what a page is told', () => {
  it('is everything first, and nothing while nothing changes', () => {
    const told = teller();
    expect(told.messages(stateOf(['a', 'b']))).toEqual([
      { kind: 'clock', clock: { now: 1_000, speed: 1 } },
      {
        kind: 'groups',
        changed: [viewLine(groupLine({ ID: 'a' })), viewLine(groupLine({ ID: 'b' }))],
        gone: [],
        all: true,
      },
    ]);
    expect(told.messages(stateOf(['a', 'b'], { clock: { now: 2_000, speed: 1 } }))).toEqual([]);
  });

  it('is of the list only what changed and what is gone', () => {
    const told = teller();
    told.messages(stateOf(['a', 'b']));
    const changed = viewLine(groupLine({ ID: 'c', Healthy: 1 }));
    const state = stateOf([], {
      groups: new Map([
        ['a', viewLine(groupLine({ ID: 'a' }))],
        ['c', changed],
      ]),
    });
    expect(told.messages(state)).toEqual([{ kind: 'groups', changed: [changed], gone: ['b'], all: false }]);
  });

  it('is of one group its detail and its newer events', () => {
    const told = teller('web');
    const detail = viewGroup(groupLine(), groupView(), []);
    const at = (events: readonly TimelineEvent[]) =>
      stateOf(['web'], { lookedAt: new Map([['web', { detail, events }]]) });
    expect(kinds(told.messages(at([event('1')])))).toEqual(['clock', 'groups', 'group', 'events']);
    expect(told.messages(at([event('1'), event('2')]))).toEqual([
      { kind: 'events', group: 'web', events: [event('2')], reset: false },
    ]);
    // An event of the same moment that was written late.
    expect(told.messages(at([event('1'), event('15'), event('2')]))).toEqual([
      { kind: 'events', group: 'web', events: [event('1'), event('15'), event('2')], reset: true },
    ]);
  });

  it('is that a group is not known, once', () => {
    const told = teller('web');
    const state = stateOf([], { lookedAt: new Map([['web', { absent: 'no group "web"', events: [] }]]) });
    expect(told.messages(state)).toContainEqual({ kind: 'no-group', id: 'web', message: 'no group "web"' });
    expect(told.messages(state)).toEqual([]);
  });

  it('is trouble when it begins, and its end', () => {
    const told = teller();
    told.messages(stateOf(['a']));
    expect(told.messages(stateOf(['a'], { trouble: 'no answer' }))).toEqual([
      { kind: 'trouble', message: 'no answer' },
    ]);
    expect(told.messages(stateOf(['a'], { trouble: 'no answer' }))).toEqual([]);
    expect(told.messages(stateOf(['a']))).toEqual([{ kind: 'trouble' }]);
    expect(told.messages(stateOf(['a']))).toEqual([]);
  });

  it('is of a chart the points that are new, and the clock when its speed changes', () => {
    const told = teller();
    const point = (time: number) => ({ time, divergence: time, healthy: 1, declared: 1 });
    told.messages(stateOf([], { divergence: [point(1), point(2)] }));
    expect(
      told.messages(stateOf([], { clock: { now: 9, speed: 0 }, divergence: [point(2), point(3)] })),
    ).toEqual([
      { kind: 'clock', clock: { now: 9, speed: 0 } },
      { kind: 'divergence', points: [point(3)], reset: false },
    ]);
  });
});
