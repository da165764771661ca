import type { Bucket, Cell } from '../../protocol.js';
import { BUCKETS } from './bucket.js';

export interface ZoneCells {
  /** Empty for cells that are in no zone yet. */
  readonly zone: string;
  readonly cells: readonly { readonly cell: Cell; readonly index: number }[];
}

/** Cells by zone, zones by name and those in none last; `index` counts through all of them in that order. */
export const byZone = (cells: readonly Cell[]): readonly ZoneCells[] => {
  const zones = [...new Set(cells.map(({ zone = '' }) => zone))].sort((a, b) =>
    a === '' ? 1 : b === '' ? -1 : a < b ? -1 : 1,
  );
  let index = 0;
  return zones.map((zone) => ({
    zone,
    cells: cells
      .filter((cell) => (cell.zone ?? '') === zone)
      .map((cell) => {
        const placed = { cell, index };
        index += 1;
        return placed;
      }),
  }));
};

/** How large a cell is drawn: many are drawn small, so that a group stays one picture. */
export const cellSize = (count: number): 'huge' | 'large' | 'medium' | 'small' =>
  count <= 12 ? 'huge' : count <= 30 ? 'large' : count <= 120 ? 'medium' : 'small';

/** Zones of a large group share the width by how many they have; small ones take what they need. */
export const zoneGrowth = (inZone: number, inAll: number): number =>
  ['huge', 'large'].includes(cellSize(inAll)) ? 0 : inZone;

/** What tells one cell from another across messages. */
export const cellKey = ({ instance, logicalId, zone = '' }: Cell, index: number): string =>
  instance ?? (logicalId === undefined ? `${zone}/${index}` : `slot ${logicalId}`);

const NAMELESS: Readonly<Partial<Record<Bucket, string>>> = {
  missing: 'missing instance',
  later: 'instance to come',
};

/** A cell in one line for those who do not see it, the name first. */
export const cellText = (cell: Cell): string =>
  [
    cell.instance ?? NAMELESS[cell.bucket] ?? 'ordered instance',
    ...(cell.logicalId === undefined ? [] : [cell.logicalId]),
    ...(cell.leader ? ['leader'] : cell.role === undefined ? [] : [cell.role]),
    BUCKETS[cell.bucket].word,
    cell.reason,
  ].join(', ');
