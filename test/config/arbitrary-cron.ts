import fc from 'fast-check';

const DAYS = ['SUN', 'MON', 'tue', 'WED', 'THU', 'fri', 'SAT'];
const MONTHS = ['JAN', 'feb', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'dec'];

const field = (min: number, max: number, steps: number, names: readonly string[] = []) => {
  const written = (value: number) =>
    fc.constantFrom(
      `${value}`,
      ...(value < 10 ? [`0${value}`] : []),
      ...(names.length === 0 ? [] : [names[(value - min) % names.length] ?? '']),
    );
  const value = fc.integer({ min, max }).chain(written);
  const range = fc
    .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
    .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
    .chain(([from, to]) =>
      fc.tuple(written(from), to === 7 && max === 7 ? fc.constantFrom('7', 'SUN') : written(to)),
    )
    .map((ends) => ends.join('-'));
  const step = fc.integer({ min: 1, max: steps });
  const stepped = fc.tuple(fc.oneof(fc.constant('*'), range), step).map((parts) => parts.join('/'));
  const list = fc
    .array(fc.oneof(value, range, stepped, fc.constant('*')), { minLength: 1, maxLength: 3 })
    .map((items) => items.join(','));
  return fc.oneof({ weight: 2, arbitrary: fc.constant('*') }, { weight: 3, arbitrary: value }, list);
};

/** Five fields in every form that a document may have; few of them make sense. */
export const arbitraryCron = fc
  .tuple(field(0, 59, 60), field(0, 23, 24), field(1, 31, 31), field(1, 12, 12, MONTHS), field(0, 7, 7, DAYS))
  .map((fields) => fields.join(' '));
