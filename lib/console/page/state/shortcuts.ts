import { dialog } from './dialogs.js';
import { hashOf } from './place.js';
import { faultsShown, isLocal, openCell, selected, sortedGroups } from './store.js';
import { switchTheme } from './theme.js';

/** Every shortcut, as the help lists it. */
export const SHORTCUTS: readonly { readonly keys: readonly string[]; readonly does: string }[] = [
  { keys: ['j', 'k'], does: 'next or previous group' },
  { keys: ['g'], does: 'all groups' },
  { keys: ['p'], does: 'plan a config' },
  { keys: ['/'], does: 'filter the events' },
  { keys: ['f'], does: 'faults of the local cloud' },
  { keys: ['t'], does: 'dark, light, as the system' },
  { keys: ['←', '→', '↑', '↓'], does: 'move among the cells of a group' },
  { keys: ['Enter'], does: 'open the instance of a cell' },
  { keys: ['Esc'], does: 'close what is open' },
  { keys: ['?'], does: 'this list' },
];

const go = (group?: string): void => {
  location.hash = hashOf(group === undefined ? {} : { group });
};

const step = (by: number): void => {
  const ids = sortedGroups.value.map(({ id }) => id);
  if (ids.length === 0) return;
  const at = ids.indexOf(selected.value ?? '');
  go(ids[at === -1 ? (by > 0 ? 0 : ids.length - 1) : (at + by + ids.length) % ids.length]);
};

const DOES: Readonly<Record<string, () => void>> = {
  j: () => step(1),
  k: () => step(-1),
  g: () => go(),
  p: () => {
    dialog.value = 'plan';
  },
  '/': () => document.querySelector<HTMLInputElement>('#event-filter')?.focus(),
  f: () => {
    if (isLocal.value) faultsShown.value = !faultsShown.value;
  },
  t: switchTheme,
  '?': () => {
    dialog.value = 'help';
  },
};

/** Listens for the keys; while somebody types or a dialog is open they mean themselves. */
export const listenForShortcuts = (): void => {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape' && dialog.value === undefined) {
      openCell.value = undefined;
      return;
    }
    if (dialog.value !== undefined || isTyping(event.target)) return;
    const does = DOES[event.key];
    if (does === undefined) return;
    event.preventDefault();
    does();
  });
};

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('input, textarea, select');
