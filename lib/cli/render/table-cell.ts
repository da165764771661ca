import type { Style } from './paint.js';

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

export const textOf = (cell: Cell | undefined): string =>
  cell === undefined ? '' : typeof cell === 'string' ? cell : cell.text;

export const styleOf = (cell: Cell | undefined): Style | undefined =>
  typeof cell === 'object' ? cell.style : undefined;
