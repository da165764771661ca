import type { Sign } from '../format/group-status.js';

const PATHS: Readonly<Record<Sign, string>> = {
  check: 'M3 8.5 6.5 12 13 4.5',
  turn: 'M13 8a5 5 0 1 1-1.6-3.7M13 2.5V5h-2.6',
  cross: 'M4 4l8 8M12 4l-8 8',
  alert: 'M8 2 15 14H1zM8 6.5v3.2M8 11.8v.1',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  frost: 'M8 2v12M2.8 5l10.4 6M13.2 5 2.8 11',
  dash: 'M3.5 8h9',
  plus: 'M8 3.5v9M3.5 8h9',
  down: 'M8 3v10M4 9l4 4 4-4',
  question: 'M5.2 5.6a2.8 2.8 0 1 1 4 2.5C8.3 8.600 8 9 8 9.900M8 12.700v.1',
  star: 'M8 2l1.800 3.900 4.200.5-3.100 2.900.8 4.200L8 11.400l-3.700 2.100.8-4.200L2 6.400l4.200-.5z',
  dot: 'M8 8v.01',
  half: 'M3 12.500h10',
};

/** One sign, in the text's size and colour. Beside words it says nothing of its own. */
export const Glyph = ({ sign }: { readonly sign: Sign }) => (
  <svg class={`glyph glyph-${sign}`} viewBox="0 0 16 16" aria-hidden="true">
    <path d={PATHS[sign]} class={sign === 'star' ? 'fill' : undefined} />
  </svg>
);
