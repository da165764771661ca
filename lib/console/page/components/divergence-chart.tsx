import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { DivergencePoint } from '../../protocol.js';
import { chartData, chartText } from '../format/chart.js';
import { clockText } from '../format/time.js';
import { now } from '../state/store.js';
import { isDark } from '../state/theme.js';

const HEIGHT = 140;
const STEP_MS = 5_000;
/** What the chart spans at least. */
const SHORTEST_SECONDS = 120;

/** How far the world was from what was declared, over time. */
export const DivergenceChart = ({ points }: { readonly points: readonly DivergencePoint[] }) => {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const dark = isDark.value;
  const isEmpty = points.length === 0;
  // Drawn anew each few seconds: what was measured last still holds.
  const until = Math.floor(now.value / STEP_MS) * STEP_MS;
  useEffect(() => {
    const parent = box.current;
    if (parent === null || isEmpty) return;
    const drawn = new uPlot(optionsFor(parent), [[], []], parent);
    chart.current = drawn;
    const observer = new ResizeObserver(() => drawn.setSize({ width: parent.clientWidth, height: HEIGHT }));
    observer.observe(parent);
    return () => {
      observer.disconnect();
      drawn.destroy();
      chart.current = undefined;
    };
  }, [dark, isEmpty]);
  useEffect(() => {
    const { times, divergence } = chartData(points, until);
    chart.current?.setData([[...times], [...divergence]]);
  }, [points, dark, until]);
  if (isEmpty) return <p class="soft chart-empty">Nothing measured yet</p>;
  return <div ref={box} class="chart" role="img" aria-label={chartText(points)} />;
};

/** The canvas knows no custom properties: colours are read from the page when it is drawn. */
const optionsFor = (parent: HTMLElement): uPlot.Options => {
  const colour = (name: string) => resolved(parent, name);
  const axis = {
    stroke: colour('--ink-soft'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  };
  return {
    width: parent.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { points: { size: 6 }, drag: { x: false, y: false } },
    scales: {
      x: { range: (_chart, from, to) => [Math.min(from, to - SHORTEST_SECONDS), to] },
      y: { range: (_chart, _low, high) => [0, Math.max(2, Math.ceil(high * 1.1))] },
    },
    axes: [
      {
        ...axis,
        space: 90,
        gap: 8,
        size: 32,
        values: (_chart, splits) => splits.map((at) => clockText(at * 1000)),
      },
      { ...axis, size: 30, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500], space: 28 },
    ],
    series: [
      {},
      {
        stroke: colour('--doubt'),
        fill: colour('--doubt-wash'),
        width: 1.5,
        points: { show: false },
        ...(uPlot.paths.stepped === undefined ? {} : { paths: uPlot.paths.stepped({ align: 1 }) }),
      },
    ],
  };
};

const resolved = (parent: HTMLElement, name: string): string => {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  parent.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
};
