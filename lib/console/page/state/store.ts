import { computed, signal } from '@preact/signals';
import { byAttention, groupStatus } from '../format/group-status.js';
import { headline } from '../format/headline.js';
import { type Place, placeOf } from './place.js';
import { EMPTY_WORLD, planeNow, type World } from './world.js';

/** How the page hears of the world. `lost`: the stream broke at `since` (page time) and is tried again. */
export type Link =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'lost'; readonly since: number };

export const world = signal<World>(EMPTY_WORLD);
export const link = signal<Link>({ kind: 'connecting' });
export const place = signal<Place>(placeOf(location.hash));

/** The page's own time, each second. */
export const tick = signal(Date.now());
/** The control plane's time. */
export const now = computed(() => planeNow(world.value, tick.value));

export const hello = computed(() => world.value.hello);
export const isLocal = computed(() => hello.value?.where === 'local');
/** Why nothing can be changed here, when nothing can. */
export const readOnly = computed(() => hello.value?.readOnly);
export const groups = computed(() => world.value.groups);
export const sortedGroups = computed(() => byAttention([...(groups.value?.values() ?? [])]));
export const selected = computed(() => place.value.group);
/** The group that is looked at, once it was told. */
export const detail = computed(() => {
  const { detail: told } = world.value;
  return told?.id === selected.value ? told : undefined;
});
/** For the browser's tab: where the page is, and how that stands. */
export const pageTitle = computed(() => {
  const of = selected.value;
  const group = of === undefined ? undefined : (detail.value ?? groups.value?.get(of));
  if (group !== undefined) return `${group.id}: ${groupStatus(group).word} · Holdfast`;
  if (of !== undefined || groups.value === undefined) return 'Holdfast';
  return `${headline([...groups.value.values()]).title} · Holdfast`;
});
export const events = computed(() => (world.value.eventsOf === selected.value ? world.value.events : []));
export const faults = computed(() => world.value.faults);
/** Why what is shown may be old. */
export const staleReason = computed(() =>
  link.value.kind === 'lost'
    ? 'Not connected'
    : world.value.trouble === undefined
      ? undefined
      : `The control plane does not answer (${world.value.trouble})`,
);

/** The instance whose panel is open, by the cell's key. */
export const openCell = signal<string | undefined>(undefined);
/** Shows only the events of what contains this text. */
export const eventFilter = signal('');
/** The panel beside the picture. */
export const sideTab = signal<'events' | 'revisions' | 'spec'>('events');
export const faultsShown = signal(false);
