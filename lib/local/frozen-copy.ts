/** Copies that were made here: frozen, so they are shared and not copied again. */
const copies = new WeakSet<object>();

/**
 * A deep copy of plain data without `undefined`, which nobody can change.
 * @throws {TypeError} at what a table would not store, such as a date.
 */
export function frozenCopy<T>(value: T): T {
  return copyOf(value) as T;
}

function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || copies.has(value)) return value;
  const copy = Array.isArray(value) ? value.filter(isPresent).map(copyOf) : fieldsOf(value);
  copies.add(copy);
  return Object.freeze(copy);
}

const isPresent = (value: unknown): boolean => value !== undefined;

function fieldsOf(value: object): object {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`a table stores plain data only, not a ${value.constructor.name}`);
  }
  const present = Object.entries(value).filter(([, inner]) => isPresent(inner));
  return Object.fromEntries(present.map(([key, inner]) => [key, copyOf(inner)]));
}
