import { isDeepStrictEqual } from 'node:util';

export type Fields = Readonly<Record<string, unknown>>;

/** What a request's placeholders stand for. */
export interface Placeholders {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Fields;
}

/** A request that DynamoDB refuses by a `ValidationException`. */
export class InvalidRequestError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidRequest';
  }
}

type Value = (item: Fields, given: Placeholders) => unknown;
export type Condition = (item: Fields, given: Placeholders) => boolean;
/** @returns the item as it is after the update. */
export type Update = (item: Fields, given: Placeholders) => Fields;

export interface Parsed<Meaning> {
  readonly mean: Meaning;
  /** Placeholders that the text names, `#` and `:` included. */
  readonly uses: ReadonlySet<string>;
}

const TOKEN = /\s*([#:]?\w+|<>|<=|>=|[=<>(),.+-])\s*/y;

/** A text, token by token. @throws when it is none of DynamoDB's, with the place. */
class Reader {
  readonly #text: string;
  readonly #tokens: string[] = [];
  readonly uses = new Set<string>();
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    TOKEN.lastIndex = 0;
    for (let end = 0; end < text.length; end = TOKEN.lastIndex) {
      const [, token] = TOKEN.exec(text) ?? [];
      if (token === undefined)
        throw new InvalidRequestError(`Invalid expression: "${text.slice(end)}" in "${text}"`);
      this.#tokens.push(token);
    }
  }

  get ended(): boolean {
    return this.#next === this.#tokens.length;
  }

  /** The next token, when it is one of these, whatever its case. */
  take(...wanted: readonly string[]): string | undefined {
    const token = this.#tokens[this.#next]?.toUpperCase();
    if (token === undefined || !wanted.includes(token)) return undefined;
    this.#next += 1;
    return token;
  }

  expect(token: string): void {
    if (this.take(token) === undefined) throw this.#unexpected();
  }

  /** A placeholder of a name or of a value; we write no attribute out. */
  placeholder(kind: '#' | ':'): string {
    const token = this.#tokens[this.#next];
    if (token === undefined || !token.startsWith(kind)) throw this.#unexpected();
    this.#next += 1;
    this.uses.add(token);
    return token;
  }

  sees(kind: '#' | ':'): boolean {
    return this.#tokens[this.#next]?.startsWith(kind) ?? false;
  }

  separated<Part>(part: () => Part): readonly Part[] {
    const parts = [part()];
    while (this.take(',') !== undefined) parts.push(part());
    return parts;
  }

  #unexpected(): InvalidRequestError {
    return new InvalidRequestError(
      `Invalid expression: unexpected "${this.#tokens[this.#next] ?? ''}" in "${this.#text}"`,
    );
  }
}

/** Texts are few and come again with every call. */
const remembered = <Meaning>(parse: (reader: Reader) => Meaning): ((text: string) => Parsed<Meaning>) => {
  const known = new Map<string, Parsed<Meaning>>();
  return (text) => {
    const before = known.get(text);
    if (before) return before;
    const reader = new Reader(text);
    const mean = parse(reader);
    if (!reader.ended) reader.expect('the end');
    const parsed = { mean, uses: reader.uses };
    known.set(text, parsed);
    return parsed;
  };
};

/** A comparison of unlike or absent values is false, but that of inequality. */
const COMPARISONS: Readonly<Record<string, (left: unknown, right: unknown) => boolean>> = {
  '=': (left, right) => left !== undefined && isDeepStrictEqual(left, right),
  '<>': (left, right) => !isDeepStrictEqual(left, right),
  '<': (left, right) => compared(left, right) < 0,
  '<=': (left, right) => compared(left, right) <= 0,
  '>': (left, right) => compared(left, right) > 0,
  '>=': (left, right) => compared(left, right) >= 0,
};

/** NaN when one does not compare with the other. */
function compared(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left !== 'string' || typeof right !== 'string') return Number.NaN;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

type Path = (given: Placeholders) => readonly string[];

function steps(reader: Reader): Path {
  const placeholders = [reader.placeholder('#')];
  while (reader.take('.') !== undefined) placeholders.push(reader.placeholder('#'));
  return ({ names }) => placeholders.map((placeholder) => names[placeholder] ?? '');
}

function path(reader: Reader): Value {
  const way = steps(reader);
  return (item, given) => way(given).reduce<unknown>((value, step) => Object(value)[step], item);
}

function operand(reader: Reader): Value {
  if (reader.sees('#')) return path(reader);
  const name = reader.placeholder(':');
  return (_, { values }) => values[name];
}

function either(reader: Reader): Condition {
  const parts = [both(reader)];
  while (reader.take('OR') !== undefined) parts.push(both(reader));
  return (item, given) => parts.some((holds) => holds(item, given));
}

function both(reader: Reader): Condition {
  const parts = [claim(reader)];
  while (reader.take('AND') !== undefined) parts.push(claim(reader));
  return (item, given) => parts.every((holds) => holds(item, given));
}

function claim(reader: Reader): Condition {
  if (reader.take('(') !== undefined) {
    const inner = either(reader);
    reader.expect(')');
    return inner;
  }
  const called = reader.take('ATTRIBUTE_EXISTS', 'ATTRIBUTE_NOT_EXISTS', 'BEGINS_WITH');
  if (called !== undefined) {
    reader.expect('(');
    const holds = called === 'BEGINS_WITH' ? begins(reader) : exists(reader, called === 'ATTRIBUTE_EXISTS');
    reader.expect(')');
    return holds;
  }
  const left = operand(reader);
  if (reader.take('BETWEEN') !== undefined) return between(reader, left);
  const compares = COMPARISONS[reader.take(...Object.keys(COMPARISONS)) ?? ''];
  if (compares === undefined) reader.expect('a comparison');
  const right = operand(reader);
  return (item, given) => compares?.(left(item, given), right(item, given)) ?? false;
}

function exists(reader: Reader, wanted: boolean): Condition {
  const value = path(reader);
  return (item, given) => (value(item, given) !== undefined) === wanted;
}

function begins(reader: Reader): Condition {
  const value = path(reader);
  reader.expect(',');
  const prefix = operand(reader);
  return (item, given) => {
    const [text, start] = [value(item, given), prefix(item, given)];
    return typeof text === 'string' && typeof start === 'string' && text.startsWith(start);
  };
}

function between(reader: Reader, value: Value): Condition {
  const from = operand(reader);
  reader.expect('AND');
  const to = operand(reader);
  return (item, given) =>
    compared(value(item, given), from(item, given)) >= 0 &&
    compared(value(item, given), to(item, given)) <= 0;
}

type Assignment = (item: Fields, given: Placeholders) => readonly [attribute: string, value: unknown];

function assigned(reader: Reader): Assignment {
  const name = reader.placeholder('#');
  reader.expect('=');
  const value = reader.take('IF_NOT_EXISTS') === undefined ? sum(reader) : firstOf(reader);
  return (item, given) => {
    const result = value(item, given);
    if (result === undefined) {
      throw new InvalidRequestError(
        'The provided expression refers to an attribute that does not exist in the item',
      );
    }
    return [given.names[name] ?? '', result];
  };
}

function firstOf(reader: Reader): Value {
  reader.expect('(');
  const present = path(reader);
  reader.expect(',');
  const otherwise = operand(reader);
  reader.expect(')');
  return (item, given) => present(item, given) ?? otherwise(item, given);
}

function sum(reader: Reader): Value {
  const left = operand(reader);
  if (reader.take('+') === undefined) return left;
  const right = operand(reader);
  return (item, given) => {
    const [one, other] = [left(item, given), right(item, given)];
    if (typeof one === 'number' && typeof other === 'number') return one + other;
    throw new InvalidRequestError('An operand in the update expression has an incorrect data type');
  };
}

/** What conditions, key conditions and filters say, as far as we write them. */
export const conditionOf = remembered<Condition>(either);

/** `SET` of whole attributes and `REMOVE` of attributes or what is in them. */
export const updateOf = remembered<Update>((reader) => {
  const sets = reader.take('SET') === undefined ? [] : reader.separated(() => assigned(reader));
  const removes = reader.take('REMOVE') === undefined ? [] : reader.separated(() => steps(reader));
  return (item, given) => {
    const set = sets.map((assign) => assign(item, given));
    const removed = removes.map((way) => way(given));
    const touched = [...set.map(([attribute]) => attribute), ...removed.map((way) => way.join('.'))];
    if (new Set(touched).size < touched.length) {
      throw new InvalidRequestError(`Two document paths overlap with each other: ${touched.join(', ')}`);
    }
    return { ...removed.reduce(without, item), ...Object.fromEntries(set) };
  };
});

function without(item: Fields, [step = '', ...inside]: readonly string[]): Fields {
  const { [step]: value, ...others } = item;
  return inside.length === 0 ? others : { ...item, [step]: without(Object(value), inside) };
}

/** The item with no other attributes than those named. */
export const projectionOf = remembered<Update>((reader) => {
  const shown = reader.separated(() => reader.placeholder('#'));
  return (item, { names }) => {
    const wanted = new Set(shown.map((placeholder) => names[placeholder]));
    return Object.fromEntries(Object.entries(item).filter(([name]) => wanted.has(name)));
  };
});
