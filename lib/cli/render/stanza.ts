import type { Paint } from './paint.js';
import { type Cell, type Column, type Row, styleOf, textOf } from './table-cell.js';
import { wrap } from './wrap.js';

const GAP = 2;

/** Rows one below the other, a line for each cell: for terminals that are too narrow for the table. */
export function renderStanzas(
  columns: readonly Column[],
  rows: readonly Row[],
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string {
  const label = Math.max(...columns.map(({ header }) => header.length)) + GAP;
  const room = Math.max(1, width - label);
  const lines = (cell: Cell | undefined, header: string): readonly string[] =>
    textOf(cell) === ''
      ? []
      : wrap(textOf(cell), room).map((text, index) => {
          const before =
            index === 0 ? paint('heading', header) + ' '.repeat(label - header.length) : ' '.repeat(label);
          return before + paint(styleOf(cell), text);
        });
  return rows
    .map(({ cells, notes }) =>
      [
        ...columns.flatMap(({ header }, index) => lines(cells[index], header)),
        ...(notes ?? []).flatMap((note) => wrap(note, Math.max(1, width - GAP)).map((text) => `  ${text}`)),
      ].join('\n'),
    )
    .join('\n\n');
}
