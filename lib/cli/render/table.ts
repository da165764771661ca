import type { Paint } from './paint.js';
import { renderStanzas } from './stanza.js';
import { type Cell, type Column, type Row, styleOf, textOf } from './table-cell.js';
import { wrap } from './wrap.js';

const GAP = 2;
/** Words up to here are never broken: an instance's id has 19 characters. */
const UNBROKEN = 24;
const NOTE_INDENT = '  ';

/**
 * Columns as wide as their content. When that is wider than `width`, the widest are wrapped at spaces; when that is not
 * enough, rows become stanzas. Nothing is cut off.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly Row[],
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string {
  const each = (measure: (text: string) => number): readonly number[] =>
    columns.map(({ header }, index) =>
      Math.max(measure(header), ...rows.map(({ cells }) => measure(textOf(cells[index])))),
    );
  const widths = narrowed(
    each((text) => text.length),
    each(longestWord),
    width - GAP * (columns.length - 1),
  );
  if (widths === undefined) return renderStanzas(columns, rows, { width, paint });
  const line = (cells: readonly Cell[]): string => {
    const wrapped = columns.map((_, index) => wrap(textOf(cells[index]), widths[index] ?? 1));
    const height = Math.max(...wrapped.map((lines) => lines.length));
    const lines = Array.from({ length: height }, (_, at) =>
      columns
        .map(({ align }, index) => {
          const text = wrapped[index]?.[at] ?? '';
          const room = widths[index] ?? 1;
          const padding = ' '.repeat(Math.max(0, room - text.length));
          const painted = text === '' ? '' : paint(styleOf(cells[index]), text);
          if (align === 'right') return padding + painted;
          return index === columns.length - 1 ? painted : painted + padding;
        })
        .join(' '.repeat(GAP))
        .trimEnd(),
    );
    return lines.join('\n');
  };
  const notes = (row: Row) =>
    (row.notes ?? []).flatMap((note) =>
      wrap(note, width - NOTE_INDENT.length).map((text) => NOTE_INDENT + text),
    );
  return [
    line(columns.map(({ header }) => ({ text: header, style: 'heading' }))),
    ...rows.flatMap((row) => [line(row.cells), ...notes(row)]),
  ].join('\n');
}

const longestWord = (text: string): number =>
  Math.min(UNBROKEN, Math.max(...text.split(/\s+/).map((word) => word.length)));

/** Takes from the widest column that still can give, one character at a time, until all fit; `undefined` if none can. */
function narrowed(
  wanted: readonly number[],
  least: readonly number[],
  room: number,
): readonly number[] | undefined {
  const widths = [...wanted];
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  for (; excess > 0; excess -= 1) {
    const giving = widths.map((width, index) => (width > (least[index] ?? 0) ? width : 0));
    const widest = Math.max(...giving);
    if (widest === 0) return undefined;
    widths[giving.indexOf(widest)] = widest - 1;
  }
  return widths;
}
