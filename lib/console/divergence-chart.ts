import type { DivergencePoint } from './protocol.js';

/** What a chart keeps: older points are forgotten. */
const MOST_POINTS = 600;

/** Divergence over time, of a group or a fleet. A point is kept when something changed. */
export interface DivergenceChart {
  add(point: DivergencePoint): void;
  /** Oldest first. */
  points(): readonly DivergencePoint[];
}

export const divergenceChart = (): DivergenceChart => {
  const kept: DivergencePoint[] = [];
  return {
    add: (point) => {
      const last = kept.at(-1);
      if (last !== undefined && isSame(last, point)) return;
      kept.push(point);
      if (kept.length > MOST_POINTS) kept.shift();
    },
    points: () => [...kept],
  };
};

const isSame = (a: DivergencePoint, b: DivergencePoint): boolean =>
  a.divergence === b.divergence && a.healthy === b.healthy && a.declared === b.declared;
