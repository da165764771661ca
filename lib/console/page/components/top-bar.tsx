import { clockText } from '../format/time.js';
import { dialog } from '../state/dialogs.js';
import { faults, faultsShown, hello, isLocal, now, readOnly, world } from '../state/store.js';
import { switchTheme, theme } from '../state/theme.js';
import { ConnectionBadge } from './connection-badge.js';

const THEME_WORDS = { system: 'as the system', dark: 'dark', light: 'light' } as const;
const THEME_FILLS = {
  system: 'M8 3a5 5 0 0 1 0 10z',
  dark: 'M8 3a5 5 0 0 1 0 10a5 5 0 0 1 0-10z',
  light: 'M8 8z',
} as const;

/** Where this is, whether it is live, and what can be opened from anywhere. */
export const TopBar = () => (
  <header class="bar">
    <a class="name" href="#/">
      <Mark />
      Holdfast
    </a>
    <span class="target">{hello.value?.target}</span>
    {readOnly.value === undefined ? null : <span class="chip still">look only</span>}
    <span class="space" />
    <Clock />
    <ConnectionBadge />
    <button
      type="button"
      class="button"
      onClick={() => {
        dialog.value = 'plan';
      }}
    >
      <span>
        Plan<span class="wide"> a config</span>
      </span>
    </button>
    {isLocal.value ? <FaultsButton /> : null}
    <button
      type="button"
      class="button plain"
      aria-label={`Theme: ${THEME_WORDS[theme.value]}`}
      title={`Theme: ${THEME_WORDS[theme.value]}`}
      onClick={switchTheme}
    >
      <ThemeSign />
    </button>
    <button
      type="button"
      class="button plain"
      aria-label="Help and shortcuts"
      onClick={() => {
        dialog.value = 'help';
      }}
    >
      ?
    </button>
  </header>
);

const Mark = () => (
  <svg class="mark" viewBox="0 0 18 18" aria-hidden="true">
    <path
      d="M3 1v16M15 1v16M3 9h12M6.500 4.500h5M6.500 13.500h5"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
    />
  </svg>
);

/** Half full as the system, full for dark, empty for light. */
const ThemeSign = () => (
  <svg class="glyph" viewBox="0 0 16 16" aria-hidden="true">
    <circle cx="8" cy="8" r="5" />
    <path class="fill" d={THEME_FILLS[theme.value]} />
  </svg>
);

/** Only where the clock is not everybody's. */
const Clock = () => {
  const { clock } = world.value;
  if (!isLocal.value || clock === undefined) return null;
  const speed = clock.speed === 0 ? 'stopped' : clock.speed === 1 ? '' : `× ${clock.speed}`;
  return (
    <span class="soft wide clock">
      {clockText(now.value)} {speed === '' ? null : <span class="doubt">{speed}</span>}
    </span>
  );
};

const FaultsButton = () => {
  const count = (faults.value?.active.length ?? 0) + (faults.value?.cutOff.length ?? 0);
  return (
    <button
      type="button"
      class="button"
      aria-expanded={faultsShown.value}
      onClick={() => {
        faultsShown.value = !faultsShown.value;
      }}
    >
      Faults {count === 0 ? null : <span class="doubt">{count}</span>}
    </button>
  );
};
