import { matchesArn, matchesWildcard } from './wildcard.js';

/** Keys of a request. A list is a multivalued key; absent or an empty list: the key is not in the request. */
export type Context = Readonly<Record<string, string | readonly string[] | undefined>>;

export type Condition = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

type Match = (wanted: string, actual: string) => boolean;

/** Positive operators: one of the values wanted must match; a key that is absent does not. */
const POSITIVE: Readonly<Record<string, Match>> = {
  StringEquals: (wanted, actual) => wanted === actual,
  StringEqualsIgnoreCase: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  StringLike: matchesWildcard,
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
  Bool: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
};

/** Negated operators: none of the values may match; a key that is absent passes. */
const NEGATED: Readonly<Record<string, Match>> = {
  StringNotEquals: (wanted, actual) => wanted === actual,
  StringNotEqualsIgnoreCase: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  StringNotLike: matchesWildcard,
  ArnNotEquals: matchesArn,
  ArnNotLike: matchesArn,
};

const wantedTexts = (operator: string, value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).map((it) => {
    const text = typeof it === 'boolean' ? String(it) : it;
    if (typeof text !== 'string') throw new Error(`${operator} is given ${JSON.stringify(it)}, not a text`);
    if (text.includes('${'))
      throw new Error(`policy variables such as "${text}" are not evaluated: add them to the evaluator`);
    return text;
  });

/** The values of a key, whose name is not case-sensitive; `undefined` when the request does not carry it. */
function valuesOf(context: Context, key: string): readonly string[] | undefined {
  const name = Object.keys(context).find((it) => it.toLowerCase() === key.toLowerCase());
  const value = name === undefined ? undefined : context[name];
  if (value === undefined) return undefined;
  return typeof value === 'string' ? [value] : value;
}

const isMultivalued = (context: Context, key: string): boolean =>
  Object.entries(context).some(([name, it]) => name.toLowerCase() === key.toLowerCase() && Array.isArray(it));

function holdsFor(operator: string, key: string, value: unknown, context: Context): boolean {
  const [, set, base = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const wanted = wantedTexts(operator, value);
  const actual = valuesOf(context, key);
  const absent = actual === undefined || actual.length === 0;

  if (base === 'Null') {
    if (set || ifExists) throw new Error(`there is no condition operator "${operator}"`);
    return wanted.includes(String(absent));
  }
  if (absent && ifExists) return true;
  const positive = POSITIVE[base];
  const negated = NEGATED[base];
  const matches = (it: string): boolean => {
    if (positive) return wanted.some((one) => positive(one, it));
    if (negated) return !wanted.some((one) => negated(one, it));
    throw new Error(`the condition operator "${operator}" is not evaluated: add it to the evaluator`);
  };
  if (!positive && !negated) matches('');
  if (set === 'ForAllValues') return (actual ?? []).every(matches);
  if (set === 'ForAnyValue') return (actual ?? []).some(matches);
  if (absent) return negated !== undefined;
  if (isMultivalued(context, key)) {
    throw new Error(`"${key}" has many values: ${operator} needs ForAllValues: or ForAnyValue:`);
  }
  return (actual ?? []).every(matches);
}

/** Whether every operator and every key of a condition holds. */
export const conditionHolds = (condition: Condition, context: Context): boolean =>
  Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, value]) => holdsFor(operator, key, value, context)),
  );
