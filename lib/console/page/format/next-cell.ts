interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * The cell that a key leads to from `at`, by where the cells are drawn: left and right in their order, up and down to
 * the nearest column of the nearest row, Home and End to the ends. `undefined` for other keys and at the edge.
 */
export const nextCell = (cells: readonly Point[], at: number, key: string): number | undefined => {
  const to = targetOf(cells, at, key);
  return to === undefined || to === at || cells[to] === undefined ? undefined : to;
};

const targetOf = (cells: readonly Point[], at: number, key: string): number | undefined => {
  switch (key) {
    case 'ArrowLeft':
      return at - 1;
    case 'ArrowRight':
      return at + 1;
    case 'Home':
      return 0;
    case 'End':
      return cells.length - 1;
    case 'ArrowUp':
      return inRow(cells, at, -1);
    case 'ArrowDown':
      return inRow(cells, at, 1);
    default:
      return undefined;
  }
};

const inRow = (cells: readonly Point[], at: number, direction: 1 | -1): number | undefined => {
  const from = cells[at];
  if (from === undefined) return undefined;
  const beyond = cells.flatMap(({ x, y }, index) => {
    const down = (y - from.y) * direction;
    return down > 1 ? [{ index, down, aside: Math.abs(x - from.x) }] : [];
  });
  const nearest = Math.min(...beyond.map(({ down }) => down));
  const row = beyond.filter(({ down }) => down < nearest + 2);
  return row.sort((a, b) => a.aside - b.aside)[0]?.index;
};
