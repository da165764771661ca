import jsonata from 'jsonata';
import { invalid } from './fields.js';
import { evaluationFailed } from './state-failed.js';

/** `$states` and the variables, by name. */
export type Bindings = Readonly<Record<string, unknown>>;

const MARKED = /^\{%([\s\S]*)%\}$/;

/**
 * Refused: `$eval` by Step Functions; the others because they are not the same at each run, or because only Step
 * Functions has them and nobody here needs them.
 */
const REFUSED = ['eval', 'now', 'millis', 'random', 'uuid', 'hash', 'partition', 'range', 'parse'];

const compiled = new Map<string, jsonata.Expression>();

function compile(source: string): jsonata.Expression {
  const known = compiled.get(source) ?? jsonata(source);
  compiled.set(source, known);
  return known;
}

/** The source of a text that is JSONata. */
const sourceOf = (text: string): string | undefined => MARKED.exec(text)?.[1]?.trim();

/** @throws {InvalidDefinition} for a text in `value`, however deep, that is no JSONata of Step Functions. */
export function checkExpressions(path: string, value: unknown): void {
  if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) checkExpressions(`${path}.${key}`, inner);
    return;
  }
  if (typeof value !== 'string') return;
  const substitution = /\$\{[\w.]+\}/.exec(value)?.[0];
  if (substitution) throw invalid(path, `the substitution "${substitution}" was not made`);
  const source = sourceOf(value);
  if (source === undefined) return;
  try {
    compile(source);
  } catch (error) {
    throw invalid(path, `"${source}" is no JSONata: ${describe(error)}`);
  }
  const refused = REFUSED.find((name) => new RegExp(`\\$${name}\\b`).test(source));
  if (refused) throw invalid(path, `the function "$${refused}" is not supported by the local Step Functions`);
}

/**
 * A template with every expression replaced by its value. @throws {StateFailed} `States.QueryEvaluationError` when one
 * fails or yields nothing, as Step Functions has it.
 */
export async function evaluate(template: unknown, bindings: Bindings): Promise<unknown> {
  if (Array.isArray(template)) {
    const values: unknown[] = [];
    for (const inner of template) values.push(await evaluate(inner, bindings));
    return values;
  }
  if (typeof template === 'object' && template !== null) {
    const values: Record<string, unknown> = {};
    for (const [key, inner] of Object.entries(template)) values[key] = await evaluate(inner, bindings);
    return values;
  }
  const source = typeof template === 'string' ? sourceOf(template) : undefined;
  if (source === undefined) return template;
  const value = await run(source, bindings);
  const text = JSON.stringify(value);
  if (text === undefined) throw evaluationFailed(`the JSONata expression "${source}" returned nothing`);
  return JSON.parse(text);
}

async function run(source: string, bindings: Bindings): Promise<unknown> {
  try {
    return await compile(source).evaluate(undefined, { ...bindings });
  } catch (error) {
    throw evaluationFailed(`the JSONata expression "${source}" failed: ${describe(error)}`);
  }
}

/** JSONata throws plain objects. */
const describe = (error: unknown): string => {
  const message: unknown = Object(error).message;
  return typeof message === 'string' ? message : String(error);
};
