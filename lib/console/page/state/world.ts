import type {
  ClockView,
  DivergencePoint,
  FaultsView,
  GroupDetail,
  GroupSummary,
  Hello,
  Message,
  TimelineEvent,
} from '../../protocol.js';

/** All that the server has told. A value: a message makes the next one. */
export interface World {
  readonly hello?: Hello;
  /** With the page's own time at which it was told. */
  readonly clock?: ClockView & { readonly toldAt: number };
  /** `undefined` until the first list came. */
  readonly groups?: ReadonlyMap<string, GroupSummary>;
  readonly detail?: GroupDetail;
  /** The group that was asked for and is not known, and why. */
  readonly unknown?: { readonly id: string; readonly message: string };
  /** Oldest first, of the group `eventsOf`. */
  readonly events: readonly TimelineEvent[];
  readonly eventsOf?: string;
  readonly fleetPoints: readonly DivergencePoint[];
  readonly groupPoints: readonly DivergencePoint[];
  readonly pointsOf?: string;
  readonly faults?: FaultsView;
  /** What the control plane's silence was explained with. */
  readonly trouble?: string;
}

export const EMPTY_WORLD: World = { events: [], fleetPoints: [], groupPoints: [] };

/** Kept of each list; a page that stays open for days must not grow. */
const MOST_EVENTS = 500;
const MOST_POINTS = 3_000;

/** The world after one message, which came at `toldAt` on the page's own clock. Pure. */
export const afterMessage = (world: World, message: Message, toldAt: number): World => {
  switch (message.kind) {
    case 'hello':
      return { ...world, hello: message };
    case 'clock':
      return { ...world, clock: { ...message.clock, toldAt } };
    case 'groups':
      return { ...world, groups: afterGroups(world, message) };
    case 'group': {
      const { unknown: _, ...rest } = world;
      return { ...rest, detail: message.group };
    }
    case 'no-group': {
      const { detail: _, ...rest } = world;
      return { ...rest, unknown: { id: message.id, message: message.message } };
    }
    case 'events':
      return {
        ...world,
        eventsOf: message.group,
        events: joined(message.reset ? [] : world.events, message.events, ({ key }) => key, MOST_EVENTS),
      };
    case 'divergence':
      return afterPoints(world, message);
    case 'heartbeat':
      return world;
    case 'faults':
      return { ...world, faults: message.faults };
    case 'trouble': {
      const { trouble: _, ...rest } = world;
      return message.message === undefined ? rest : { ...rest, trouble: message.message };
    }
  }
};

const afterGroups = (
  world: World,
  { changed, gone, all }: Extract<Message, { kind: 'groups' }>,
): ReadonlyMap<string, GroupSummary> => {
  const groups = new Map(all ? [] : world.groups);
  for (const id of gone) groups.delete(id);
  for (const group of changed) groups.set(group.id, group);
  return groups;
};

const afterPoints = (world: World, message: Extract<Message, { kind: 'divergence' }>): World => {
  const add = (old: readonly DivergencePoint[]) =>
    joined(message.reset ? [] : old, message.points, ({ time }) => time, MOST_POINTS);
  if (message.group === undefined) return { ...world, fleetPoints: add(world.fleetPoints) };
  const old = world.pointsOf === message.group ? world.groupPoints : [];
  return { ...world, pointsOf: message.group, groupPoints: add(old) };
};

/** Both in their order; what is told twice counts once. */
const joined = <T, K>(
  old: readonly T[],
  young: readonly T[],
  keyOf: (it: T) => K,
  most: number,
): readonly T[] => {
  const known = new Set(old.map(keyOf));
  return [...old, ...young.filter((it) => !known.has(keyOf(it)))].slice(-most);
};

/** What may stay when another group is looked at: the list and the fleet. */
export const withoutGroup = (world: World): World => {
  const { detail: _, unknown: __, eventsOf: ___, pointsOf: ____, ...rest } = world;
  return { ...rest, events: [], groupPoints: [] };
};

/** The control plane's time, when the page's own is `pageNow`. */
export const planeNow = ({ clock }: World, pageNow: number): number =>
  clock === undefined ? pageNow : clock.now + clock.speed * (pageNow - clock.toldAt);
