/** The upper one of two in the middle. @throws when there is nothing. */
export const median = (numbers: readonly number[]): number => {
  const middle = [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
  if (middle === undefined) throw new Error('no numbers to take the median of');
  return middle;
};
