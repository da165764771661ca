import { type Condition, type Context, conditionHolds } from './conditions.js';
import { matchesArn, matchesWildcard } from './wildcard.js';

export interface Statement {
  readonly sid: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition: Condition;
}

/** One question to IAM: may this action be done to this resource? A call asks several; all must be allowed. */
export interface Question {
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
}

export type Verdict =
  | { readonly decision: 'allowed'; readonly statements: readonly Statement[] }
  | { readonly decision: 'denied'; readonly by: 'an explicit deny' | 'no statement that allows it' };

const KNOWN = new Set(['Sid', 'Effect', 'Action', 'Resource', 'Condition']);

const texts = (value: unknown, what: string): readonly string[] =>
  (Array.isArray(value) ? value : [value]).map((it) => {
    if (typeof it !== 'string') throw new Error(`${what} is ${JSON.stringify(it)}, not a text`);
    return it;
  });

/** Reads the statements of a policy document whose intrinsics are resolved. What it cannot evaluate, it refuses. */
export function readStatements(document: unknown): readonly Statement[] {
  const { Statement: statements } = document as { Statement: unknown };
  return (Array.isArray(statements) ? statements : [statements]).map((statement, index) => {
    const unknown = Object.keys(statement).find((it) => !KNOWN.has(it));
    if (unknown) throw new Error(`"${unknown}" in a statement is not evaluated: add it to the evaluator`);
    const {
      Sid: sid = `#${index}`,
      Effect: effect,
      Action: action,
      Resource: resource,
      Condition: condition = {},
    } = statement;
    if (effect !== 'Allow' && effect !== 'Deny') throw new Error(`effect "${effect}" is not Allow or Deny`);
    return {
      sid,
      effect,
      actions: texts(action, 'an action'),
      resources: texts(resource, 'a resource'),
      condition,
    };
  });
}

const appliesTo = (statement: Statement, { action, resource, context }: Question): boolean =>
  statement.actions.some((it) => matchesWildcard(it.toLowerCase(), action.toLowerCase())) &&
  statement.resources.some((it) => (resource === '*' ? it === '*' : matchesArn(it, resource))) &&
  conditionHolds(statement.condition, context);

/** IAM's logic within one account: an explicit deny wins, and what nothing allows is denied. */
export function judge(statements: readonly Statement[], question: Question): Verdict {
  const applying = statements.filter((it) => appliesTo(it, question));
  if (applying.some((it) => it.effect === 'Deny')) return { decision: 'denied', by: 'an explicit deny' };
  if (applying.length === 0) return { decision: 'denied', by: 'no statement that allows it' };
  return { decision: 'allowed', statements: applying };
}
