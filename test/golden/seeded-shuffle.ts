/** A shuffle that a seed repeats; seed 0 leaves everything as it is. */
export const seededShuffle = (seed: number) => {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return <T>(items: readonly T[]): readonly T[] =>
    seed === 0
      ? items
      : items
          .map((item) => ({ item, key: random() }))
          .sort((a, b) => a.key - b.key)
          .map(({ item }) => item);
};
