/**
 * CloudWatch's metric math, as far as alarms here need it (CloudWatch User Guide, "Using math expressions"):
 * `+ - * / ^`, comparisons, `&& || AND OR`, numbers, ids, `METRICS()`, and the functions below. A value is a number or a
 * series with gaps; a gap stays a gap in arithmetic, `FILL` closes it.
 */
export type Series = readonly (number | undefined)[];
export type MathValue = number | Series;

export class MathError extends Error {
  constructor(expression: string, problem: string) {
    super(`metric math "${expression}": ${problem}`);
    this.name = 'ValidationError';
  }
}

type Functions = Readonly<Record<string, (...values: readonly MathValue[]) => MathValue>>;

const isSeries = (value: MathValue): value is Series => typeof value !== 'number';

function combine(
  combiner: (...values: readonly number[]) => number | undefined,
  ...values: readonly MathValue[]
): MathValue {
  const length = Math.max(0, ...values.map((value) => (isSeries(value) ? value.length : 0)));
  if (!values.some(isSeries)) return combiner(...values.filter((value) => typeof value === 'number')) ?? 0;
  return Array.from({ length }, (_, index) => {
    const row = values.map((value) => (isSeries(value) ? value[index] : value));
    const present = row.filter((value) => value !== undefined);
    return present.length < row.length ? undefined : combiner(...present);
  });
}

/** Of one series a single number over time; of several, point by point, over those that are there. */
const aggregate =
  (reduce: (values: readonly number[]) => number) =>
  (...values: readonly MathValue[]): MathValue => {
    const series = values.filter(isSeries);
    const [only] = series;
    if (series.length === 1 && only && values.length === 1) {
      const present = only.filter((value) => value !== undefined);
      return present.length > 0 ? reduce(present) : [];
    }
    const length = Math.max(0, ...series.map((one) => one.length));
    return Array.from({ length }, (_, index) => {
      const present = values
        .map((value) => (isSeries(value) ? value[index] : value))
        .filter((value) => value !== undefined);
      return present.length > 0 ? reduce(present) : undefined;
    });
  };

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

const FUNCTIONS: Functions = {
  SUM: aggregate(total),
  MAX: aggregate((values) => Math.max(...values)),
  MIN: aggregate((values) => Math.min(...values)),
  AVG: aggregate((values) => total(values) / values.length),
  ABS: (value = []) => combine(Math.abs, value),
  CEIL: (value = []) => combine(Math.ceil, value),
  FLOOR: (value = []) => combine(Math.floor, value),
  IF: (condition = [], yes = [], no = []) => choose(condition, yes, no),
  FILL: (value = [], filler = 0) =>
    isSeries(value) ? value.map((one, index) => one ?? pick(filler, index)) : value,
};

const pick = (value: MathValue, index: number): number | undefined =>
  isSeries(value) ? value[index] : value;

function choose(condition: MathValue, yes: MathValue, no: MathValue): MathValue {
  if (!isSeries(condition)) return condition !== 0 ? yes : no;
  return condition.map((one, index) => (one === undefined ? undefined : pick(one !== 0 ? yes : no, index)));
}

const truth = (holds: boolean): number => (holds ? 1 : 0);

/** By how tightly they bind, loosest first. */
const LEVELS: readonly Readonly<Record<string, (a: number, b: number) => number | undefined>>[] = [
  { '||': (a, b) => truth(a !== 0 || b !== 0), OR: (a, b) => truth(a !== 0 || b !== 0) },
  { '&&': (a, b) => truth(a !== 0 && b !== 0), AND: (a, b) => truth(a !== 0 && b !== 0) },
  {
    '==': (a, b) => truth(a === b),
    '!=': (a, b) => truth(a !== b),
    '<=': (a, b) => truth(a <= b),
    '>=': (a, b) => truth(a >= b),
    '<': (a, b) => truth(a < b),
    '>': (a, b) => truth(a > b),
  },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  // A division by zero gives no data point.
  { '*': (a, b) => a * b, '/': (a, b) => (b === 0 ? undefined : a / b) },
  { '^': (a, b) => a ** b },
];

const TOKEN = /\s*(\d+(?:\.\d+)?|[A-Za-z_]\w*|&&|\|\||==|!=|<=|>=|[-+*/^<>(),[\]])/y;

export function evaluateMath(expression: string, metrics: ReadonlyMap<string, MathValue>): MathValue {
  const tokens = tokensOf(expression);
  let position = 0;
  const fail = (problem: string) => new MathError(expression, problem);
  const accept = (token: string): boolean => {
    if (tokens[position] !== token) return false;
    position += 1;
    return true;
  };
  const expect = (token: string) => {
    if (!accept(token)) throw fail(`"${token}" is missing before "${tokens[position] ?? 'the end'}"`);
  };

  const list = (end: string): MathValue[] => {
    const values: MathValue[] = [];
    if (accept(end)) return values;
    do values.push(...operand());
    while (accept(','));
    expect(end);
    return values;
  };
  /** `METRICS()` and `[a, b]` stand for several values. */
  const operand = (): MathValue[] => {
    if (accept('[')) return list(']');
    if (tokens[position] === 'METRICS') {
      position += 1;
      expect('(');
      expect(')');
      return [...metrics.values()];
    }
    return [binary(0)];
  };
  const atom = (): MathValue => {
    if (accept('-')) return combine((value) => -value, atom());
    if (accept('(')) {
      const inner = binary(0);
      expect(')');
      return inner;
    }
    const token = tokens[position];
    if (token === undefined) throw fail('it ends too early');
    position += 1;
    if (/^\d/.test(token)) return Number(token);
    if (accept('(')) {
      const called = FUNCTIONS[token];
      if (!called) throw fail(`no function "${token}"; known: ${Object.keys(FUNCTIONS).join(', ')}`);
      return called(...list(')'));
    }
    const metric = metrics.get(token);
    if (metric === undefined) throw fail(`no metric "${token}"; known: ${[...metrics.keys()].join(', ')}`);
    return metric;
  };
  const binary = (level: number): MathValue => {
    const operators = LEVELS[level];
    if (!operators) return atom();
    let left = binary(level + 1);
    for (;;) {
      const combiner = operators[tokens[position] ?? ''];
      if (!combiner) return left;
      position += 1;
      left = combine((a = 0, b = 0) => combiner(a, b), left, binary(level + 1));
    }
  };

  const value = binary(0);
  if (position < tokens.length) throw fail(`"${tokens[position]}" does not belong there`);
  return value;
}

function tokensOf(expression: string): readonly string[] {
  const tokens: string[] = [];
  let end = 0;
  while (expression.slice(end).trim() !== '') {
    TOKEN.lastIndex = end;
    const found = TOKEN.exec(expression);
    if (!found?.[1]) throw new MathError(expression, `cannot read "${expression.slice(end)}"`);
    tokens.push(found[1]);
    end = TOKEN.lastIndex;
  }
  return tokens;
}
