import type { Instant } from '../../core/ids.js';

const UNITS = [
  { letter: 'd', ms: 86_400_000 },
  { letter: 'h', ms: 3_600_000 },
  { letter: 'm', ms: 60_000 },
  { letter: 's', ms: 1_000 },
] as const;

/** The largest unit and the next one below: `45s`, `3m20s`, `2h`, `12d4h`. */
export function durationText(milliseconds: number): string {
  let rest = Math.max(0, milliseconds);
  const parts: string[] = [];
  for (const [index, { letter, ms }] of UNITS.entries()) {
    const count = Math.floor(rest / ms);
    rest -= count * ms;
    if (count > 0) parts.push(`${count}${letter}`);
    // Below the largest unit only the very next one says anything.
    if (parts.length > 0 && (parts.length === 2 || index === UNITS.length - 1)) break;
    if (parts.length === 1 && Math.floor(rest / (UNITS[index + 1]?.ms ?? 1)) === 0) break;
  }
  return parts.join('') || '0s';
}

/** How long ago an ISO time was; empty for none. */
export const agoText = (iso: string | undefined, now: Instant): string =>
  iso === undefined ? '' : durationText(now - Date.parse(iso));

/** `2026-11-22 13:56:05` in UTC, as everything in the ledger is. */
export const timeText = (iso: string): string => iso.replace('T', ' ').replace(/(\.\d+)?Z$/, '');
