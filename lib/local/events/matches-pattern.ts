/**
 * EventBridge's event patterns (EventBridge User Guide, "Comparison operators for use in event patterns"). Pure.
 * A pattern names fields; every field named must match, by any of its alternatives. Arrays in the event match by any
 * element.
 * @throws {InvalidPatternError} for what EventBridge would refuse as a rule.
 */
export function matchesPattern(pattern: unknown, event: unknown): boolean {
  if (!isObject(pattern)) throw new InvalidPatternError('a pattern is an object', pattern);
  return Object.entries(pattern).every(([key, wanted]) =>
    key === '$or'
      ? matchesAny(wanted, event)
      : matchesField(key, wanted, isObject(event) ? event[key] : undefined),
  );
}

export class InvalidPatternError extends Error {
  constructor(problem: string, value: unknown) {
    super(`event pattern is not valid: ${problem}, not ${JSON.stringify(value)}`);
    this.name = 'InvalidEventPatternException';
  }
}

type Fields = Readonly<Record<string, unknown>>;
type Leaf = string | number | boolean | null;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isLeaf = (value: unknown): value is Leaf =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

function matchesAny(alternatives: unknown, event: unknown): boolean {
  if (!Array.isArray(alternatives) || alternatives.length === 0) {
    throw new InvalidPatternError('"$or" takes an array of patterns', alternatives);
  }
  return alternatives.some((alternative) => matchesPattern(alternative, event));
}

function matchesField(key: string, wanted: unknown, actual: unknown): boolean {
  if (Array.isArray(wanted)) {
    if (wanted.length === 0) throw new InvalidPatternError(`"${key}" needs an alternative`, wanted);
    const leaves = leavesOf(actual);
    // Every alternative is looked at, so that a bad one is found whatever the event.
    return wanted.map((alternative) => matchesLeaf(alternative, leaves)).includes(true);
  }
  if (!isObject(wanted)) throw new InvalidPatternError(`"${key}" must be an object or an array`, wanted);
  const inner = Array.isArray(actual) ? actual : [actual];
  return inner.length === 0
    ? matchesPattern(wanted, undefined)
    : inner.some((element) => matchesPattern(wanted, element));
}

/** Present values that can be compared; an object is none, an array stands for its elements. */
function leavesOf(value: unknown): readonly Leaf[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return isLeaf(value) ? [value] : [];
}

function matchesLeaf(alternative: unknown, leaves: readonly Leaf[]): boolean {
  if (isLeaf(alternative)) return leaves.includes(alternative);
  const [entry, ...more] = isObject(alternative) ? Object.entries(alternative) : [];
  if (!entry || more.length > 0)
    throw new InvalidPatternError('a match has exactly one operator', alternative);
  const [operator, operand] = entry;
  if (operator === 'exists') {
    if (typeof operand !== 'boolean') throw new InvalidPatternError('"exists" takes true or false', operand);
    return leaves.length > 0 === operand;
  }
  const test = operator === 'anything-but' ? anythingBut(operand) : comparison(operator, operand);
  return leaves.some(test);
}

type Test = (leaf: Leaf) => boolean;

function anythingBut(operand: unknown): Test {
  if (isObject(operand)) {
    const [entry, ...more] = Object.entries(operand);
    if (!entry || more.length > 0) throw new InvalidPatternError('"anything-but" has one operator', operand);
    const [operator, excluded] = entry;
    const tests = (Array.isArray(excluded) ? excluded : [excluded]).map((one) => comparison(operator, one));
    return (leaf) => !tests.some((test) => test(leaf));
  }
  const excluded: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  if (excluded.length === 0 || !excluded.every(isLeaf)) {
    throw new InvalidPatternError('"anything-but" takes values or one operator', operand);
  }
  return (leaf) => !excluded.includes(leaf);
}

const lower = (text: string) => text.toLowerCase();

function comparison(operator: string, operand: unknown): Test {
  if (operator === 'numeric') return numeric(operand);
  if (isObject(operand) && (operator === 'prefix' || operator === 'suffix')) {
    const folded = operand['equals-ignore-case'];
    if (typeof folded !== 'string') throw new InvalidPatternError(`"${operator}" takes a string`, operand);
    const test = textTest(operator, lower(folded));
    return (leaf) => typeof leaf === 'string' && test(lower(leaf));
  }
  if (typeof operand !== 'string') throw new InvalidPatternError(`"${operator}" takes a string`, operand);
  const test = textTest(operator, operand);
  return (leaf) => typeof leaf === 'string' && test(leaf);
}

function textTest(operator: string, operand: string): (text: string) => boolean {
  switch (operator) {
    case 'prefix':
      return (text) => text.startsWith(operand);
    case 'suffix':
      return (text) => text.endsWith(operand);
    case 'equals-ignore-case':
      return (text) => lower(text) === lower(operand);
    case 'wildcard':
      return (text) => wildcard(operand).test(text);
    case 'cidr':
      return (text) => inRange(text, operand);
    default:
      throw new InvalidPatternError('unknown operator', operator);
  }
}

/** `*` stands for any text; `\*` and `\\` for themselves. */
function wildcard(pattern: string): RegExp {
  if (pattern.replace(/\\[*\\]/g, '_').includes('**'))
    throw new InvalidPatternError('"wildcard" has no consecutive stars', pattern);
  const source = pattern.replace(/\\([*\\])|\*|[.+?^${}()|[\]\\]/g, (found, escaped?: string) =>
    escaped ? `\\${escaped}` : found === '*' ? '[\\s\\S]*' : `\\${found}`,
  );
  return new RegExp(`^${source}$`);
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

function numeric(operand: unknown): Test {
  if (!Array.isArray(operand) || operand.length === 0 || operand.length % 2 !== 0) {
    throw new InvalidPatternError('"numeric" takes pairs of operator and number', operand);
  }
  const tests = Array.from({ length: operand.length / 2 }, (_, pair) => {
    const [operator, bound]: readonly unknown[] = operand.slice(pair * 2, pair * 2 + 2);
    const compare = typeof operator === 'string' ? COMPARISONS[operator] : undefined;
    if (!compare || typeof bound !== 'number') {
      throw new InvalidPatternError('"numeric" takes pairs of operator and number', operand);
    }
    return (value: number) => compare(value, bound);
  });
  return (leaf) => typeof leaf === 'number' && tests.every((test) => test(leaf));
}

function inRange(address: string, cidr: string): boolean {
  const [base = '', length = '32'] = cidr.split('/');
  const value = ipv4(address);
  const start = ipv4(base);
  if (start === undefined) throw new InvalidPatternError('"cidr" takes an IPv4 range here', cidr);
  const size = 2 ** (32 - Number(length));
  return value !== undefined && Math.floor(value / size) === Math.floor(start / size);
}

function ipv4(text: string): number | undefined {
  const parts = text.split('.').map(Number);
  const valid =
    parts.length === 4 && parts.every((part) => Number.isInteger(part) && part >= 0 && part < 256);
  return valid ? parts.reduce((sum, part) => sum * 256 + part, 0) : undefined;
}
