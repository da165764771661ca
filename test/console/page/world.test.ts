import { describe, expect, it } from 'vitest';
import { hashOf, placeOf } from '../../../lib/console/page/state/place.js';
import {
  afterMessage,
  EMPTY_WORLD,
  planeNow,
  type World,
  withoutGroup,
} from '../../../lib/console/page/state/world.js';
import type { Message } from '../../../lib/console/protocol.js';
import { cellsOf, NOW, summaryOf } from './support/scenes.js';
import { STORIES } from './support/stories.js';

const told = (messages: readonly Message[], from: World = EMPTY_WORLD): World =>
  messages.reduce((world, message) => afterMessage(world, message, 0), from);
const event = (key: string) => ({ key, time: 1, event: 'group.converged', reason: '' });
const events = (keys: readonly string[], reset: boolean): Message => ({
  kind: 'events',
  group: 'web',
  events: keys.map(event),
  reset,
});

describe('what the page knows', () => {
  const web = summaryOf('web', cellsOf(['healthy']));

  it('is the same after a stream was told twice', () => {
    const messages = STORIES.breaker?.scene.messages('web') ?? [];
    const once = told(messages);
    expect(told(messages, once)).toEqual(once);
    expect(once.detail?.id).toBe('web');
  });

  it('changes group by group, and forgets the rest when told of all', () => {
    const list = (changed: readonly (typeof web)[], gone: readonly string[], all: boolean): Message => ({
      kind: 'groups',
      changed,
      gone,
      all,
    });
    const first = told([
      list([web, { ...web, id: 'db' }], [], true),
      list([{ ...web, healthy: 0 }], ['db'], false),
    ]);
    expect([...(first.groups?.values() ?? [])]).toEqual([{ ...web, healthy: 0 }]);
    expect([...(told([list([], [], true)], first).groups?.keys() ?? [])]).toEqual([]);
  });

  it('joins events without telling one twice, and starts anew on a reset', () => {
    const world = told([events(['1', '2'], true), events(['2', '3'], false)]);
    expect(world.events.map(({ key }) => key)).toEqual(['1', '2', '3']);
    expect(told([events(['9'], true)], world).events.map(({ key }) => key)).toEqual(['9']);
  });

  it('keeps the fleet and drops the group when another one is looked at', () => {
    const world = withoutGroup(told(STORIES.checkpoint?.scene.messages('web') ?? []));
    expect([world.detail, world.events, world.groupPoints]).toEqual([undefined, [], []]);
    expect(world.groups?.size).toBe(3);
  });

  it('drops a group that is not known any more, and trouble that is over', () => {
    const gone = told([
      ...(STORIES.checkpoint?.scene.messages('web') ?? []),
      { kind: 'no-group', id: 'web', message: 'no group "web"' },
      { kind: 'trouble', message: 'Throttled' },
    ]);
    expect([gone.detail, gone.unknown?.id, gone.trouble]).toEqual([undefined, 'web', 'Throttled']);
    expect(told([{ kind: 'trouble' }], gone).trouble).toBeUndefined();
  });

  it('runs the clock as fast as it was told', () => {
    const world = (speed: number) =>
      afterMessage(EMPTY_WORLD, { kind: 'clock', clock: { now: NOW, speed } }, 1_000);
    expect([planeNow(world(0), 9_000), planeNow(world(10), 2_000), planeNow(EMPTY_WORLD, 7)]).toEqual([
      NOW,
      NOW + 10_000,
      7,
    ]);
  });
});

describe('the address', () => {
  it.each(['web', 'a.b_c-1', 'mit leerzeichen/und %'])('leads back to group %s', (group) =>
    expect(placeOf(hashOf({ group }))).toEqual({ group }),
  );

  it('is the fleet when it says nothing that can be read', () => {
    expect([placeOf(''), placeOf('#/'), placeOf('#/group/'), placeOf('#/group/%')]).toEqual([{}, {}, {}, {}]);
  });
});
