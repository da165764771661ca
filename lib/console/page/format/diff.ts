/** One line of a difference. `skip`: that many unchanged lines are left out. */
export type DiffLine =
  | { readonly kind: 'same' | 'added' | 'removed'; readonly text: string }
  | { readonly kind: 'skip'; readonly count: number };

/** Larger texts are shown as removed and added whole: their table would be too large to fill in a moment. */
const MOST_CELLS = 4_000_000;

/** The shortest difference of two texts by lines, with `context` unchanged lines around each change. */
export const diffLines = (before: string, after: string, context = 3): readonly DiffLine[] => {
  const [from, to] = [linesOf(before), linesOf(after)];
  const start = sharedStart(from, to);
  const end = sharedStart(from.slice(start).reverse(), to.slice(start).reverse());
  const middle = changes(from.slice(start, from.length - end), to.slice(start, to.length - end));
  return fold(
    [...from.slice(0, start).map(same), ...middle, ...from.slice(from.length - end).map(same)],
    context,
  );
};

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.split('\n'));

const same = (text: string): Whole => ({ kind: 'same', text });

type Whole = Exclude<DiffLine, { kind: 'skip' }>;

const sharedStart = (a: readonly string[], b: readonly string[]): number => {
  let shared = 0;
  while (shared < a.length && shared < b.length && a[shared] === b[shared]) shared += 1;
  return shared;
};

/** By the longest common subsequence. */
const changes = (from: readonly string[], to: readonly string[]): readonly Whole[] => {
  if (from.length * to.length > MOST_CELLS) {
    return [
      ...from.map((text): Whole => ({ kind: 'removed', text })),
      ...to.map((text): Whole => ({ kind: 'added', text })),
    ];
  }
  const width = to.length + 1;
  const common = new Uint32Array((from.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = from.length - 1; i >= 0; i -= 1) {
    for (let j = to.length - 1; j >= 0; j -= 1) {
      common[i * width + j] = from[i] === to[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: Whole[] = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    const [old, young] = [from[i], to[j]];
    if (old !== undefined && old === young) {
      lines.push(same(old));
      i += 1;
      j += 1;
    } else if (old !== undefined && (young === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: 'removed', text: old });
      i += 1;
    } else if (young !== undefined) {
      lines.push({ kind: 'added', text: young });
      j += 1;
    }
  }
  return lines;
};

/** Leaves out what is unchanged and further than `context` lines from a change; a single line is not worth it. */
const fold = (lines: readonly Whole[], context: number): readonly DiffLine[] => {
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - context), index + context + 1).some(({ kind }) => kind !== 'same'),
  );
  const folded: DiffLine[] = [];
  let skipped: Whole[] = [];
  const flush = () => {
    folded.push(...(skipped.length > 1 ? [{ kind: 'skip', count: skipped.length } as const] : skipped));
    skipped = [];
  };
  lines.forEach((line, index) => {
    if (!near[index]) {
      skipped.push(line);
      return;
    }
    flush();
    folded.push(line);
  });
  flush();
  return folded;
};
