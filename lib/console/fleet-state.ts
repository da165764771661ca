import type {
  ClockView,
  DivergencePoint,
  FaultsView,
  GroupDetail,
  GroupSummary,
  Message,
  TimelineEvent,
} from './protocol.js';

/** What is known of a group that somebody looks at. */
export interface LookedAt {
  readonly detail?: GroupDetail;
  /** Why there is none. */
  readonly absent?: string;
  /** Oldest first. */
  readonly events: readonly TimelineEvent[];
}

/** What is known of the fleet at one time. Values are replaced when they change, never changed. */
export interface FleetState {
  readonly clock: ClockView;
  /** Absent until the first answer. */
  readonly groups?: ReadonlyMap<string, GroupSummary>;
  readonly lookedAt: ReadonlyMap<string, LookedAt>;
  readonly divergence: readonly DivergencePoint[];
  readonly divergenceOf: (group: string) => readonly DivergencePoint[];
  readonly faults?: FaultsView;
  readonly trouble?: string;
}

/** What one listener was told, so that it is told only what is new. */
export interface Told {
  readonly messages: (state: FleetState) => readonly Message[];
}

/** Remembers what was told of the fleet, and of one group if one is looked at. */
export const teller = (group?: string): Told => {
  const texts = new Map<string, string>();
  let groups: ReadonlyMap<string, string> | undefined;
  let events: ReadonlySet<string> | undefined;
  const pointsTold = new Map<string, number>();

  /** The message, unless the same was told under this name before. */
  const once = (name: string, message: Message): readonly Message[] => {
    const text = JSON.stringify(message);
    if (texts.get(name) === text) return [];
    texts.set(name, text);
    return [message];
  };

  const clock = ({ clock: { now, speed } }: FleetState): readonly Message[] => {
    if (texts.get('speed') === String(speed)) return [];
    texts.set('speed', String(speed));
    return [{ kind: 'clock', clock: { now, speed } }];
  };

  const list = (state: FleetState): readonly Message[] => {
    if (state.groups === undefined) return [];
    const before = groups;
    const now = new Map([...state.groups].map(([id, summary]) => [id, JSON.stringify(summary)]));
    groups = now;
    const changed = [...state.groups.values()].filter(({ id }) => before?.get(id) !== now.get(id));
    const gone = before === undefined ? [] : [...before.keys()].filter((id) => !now.has(id));
    if (before !== undefined && changed.length === 0 && gone.length === 0) return [];
    return [{ kind: 'groups', changed, gone, all: before === undefined }];
  };

  const detail = (state: FleetState): readonly Message[] => {
    const seen = group === undefined ? undefined : state.lookedAt.get(group);
    if (group === undefined || seen === undefined) return [];
    if (seen.absent !== undefined)
      return once('group', { kind: 'no-group', id: group, message: seen.absent });
    if (seen.detail === undefined) return [];
    return [...once('group', { kind: 'group', group: seen.detail }), ...timeline(group, seen.events)];
  };

  const timeline = (id: string, all: readonly TimelineEvent[]): readonly Message[] => {
    const before = events;
    events = new Set(all.map(({ key }) => key));
    if (before === undefined) return [{ kind: 'events', group: id, events: all, reset: true }];
    const news = all.filter(({ key }) => !before.has(key));
    if (news.length === 0) return [];
    const lastTold = [...before].reduce((last, key) => (key > last ? key : last), '');
    const isLater = news.every(({ key }) => key > lastTold);
    return [{ kind: 'events', group: id, events: isLater ? news : all, reset: !isLater }];
  };

  const chart = (points: readonly DivergencePoint[], id?: string): readonly Message[] => {
    const told = pointsTold.get(id ?? '');
    const last = points.at(-1);
    if (last === undefined || told === last.time) return [];
    pointsTold.set(id ?? '', last.time);
    const news = told === undefined ? points : points.filter(({ time }) => time > told);
    return [
      {
        kind: 'divergence',
        ...(id === undefined ? {} : { group: id }),
        points: news,
        reset: told === undefined,
      },
    ];
  };

  return {
    messages: (state) => [
      ...clock(state),
      ...list(state),
      ...detail(state),
      ...chart(state.divergence),
      ...(group === undefined ? [] : chart(state.divergenceOf(group), group)),
      ...(state.faults === undefined ? [] : once('faults', { kind: 'faults', faults: state.faults })),
      ...trouble(state),
    ],
  };

  function trouble(state: FleetState): readonly Message[] {
    if (state.trouble === undefined && !texts.has('trouble')) return [];
    return once('trouble', {
      kind: 'trouble',
      ...(state.trouble === undefined ? {} : { message: state.trouble }),
    });
  }
};
