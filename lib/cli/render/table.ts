import type { Paint, Style } from './paint.js';
import { wrap } from './wrap.js';

export interface Column {
  readonly header: string;
  readonly align?: 'right';
}

export type Cell = string | { readonly text: string; readonly style: Style | undefined };

export interface Row {
  readonly cells: readonly Cell[];
  /** Lines below the row, indented. */
  readonly notes?: readonly string[];
}

const GAP = 2;
/** A column is never made narrower than this. */
const NARROWEST = 8;
const NOTE_INDENT = '  ';

/** Columns as wide as their content; when that is wider than `width`, the widest are wrapped, and nothing is cut off. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly Row[],
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string {
  const widths = narrowed(
    columns.map(({ header }, index) =>
      Math.max(header.length, ...rows.map(({ cells }) => textOf(cells[index]).length)),
    ),
    width - GAP * (columns.length - 1),
  );
  const line = (cells: readonly Cell[]): string => {
    const wrapped = columns.map((_, index) => wrap(textOf(cells[index]), widths[index] ?? NARROWEST));
    const height = Math.max(...wrapped.map((lines) => lines.length));
    const lines = Array.from({ length: height }, (_, at) =>
      columns
        .map(({ align }, index) => {
          const text = wrapped[index]?.[at] ?? '';
          const room = widths[index] ?? NARROWEST;
          const padding = ' '.repeat(Math.max(0, room - text.length));
          const painted = paint(styleOf(cells[index]), text);
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

/** Takes from the widest column, one character at a time, until all fit. */
function narrowed(wanted: readonly number[], room: number): readonly number[] {
  const widths = [...wanted];
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  for (; excess > 0; excess -= 1) {
    const widest = Math.max(...widths);
    if (widest <= NARROWEST) break;
    widths[widths.indexOf(widest)] = widest - 1;
  }
  return widths;
}

const textOf = (cell: Cell | undefined): string =>
  cell === undefined ? '' : typeof cell === 'string' ? cell : cell.text;

const styleOf = (cell: Cell | undefined): Style | undefined =>
  typeof cell === 'object' ? cell.style : undefined;
