import type { DivergencePoint } from '../../protocol.js';
import { lengthText } from './time.js';

/**
 * Columns for the chart: seconds since 1970, and the divergence from then on. The last one holds until `now`, which is
 * drawn even when the page's clock is behind, since one point alone is no line.
 */
export const chartData = (
  points: readonly DivergencePoint[],
  now: number,
): { readonly times: readonly number[]; readonly divergence: readonly number[] } => {
  const last = points.at(-1);
  const held = last === undefined ? [] : [{ ...last, time: Math.max(now, last.time + 1) }];
  const drawn = [...points, ...held];
  return {
    times: drawn.map(({ time }) => time / 1000),
    divergence: drawn.map(({ divergence }) => divergence),
  };
};

/** The chart in words: `divergence over 12 m: now 0, highest 3`. */
export const chartText = (points: readonly DivergencePoint[]): string => {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return 'divergence: nothing measured yet';
  const highest = points.reduce((most, { divergence }) => Math.max(most, divergence), 0);
  return `divergence over ${lengthText(last.time - first.time)}: now ${last.divergence}, highest ${highest}`;
};
