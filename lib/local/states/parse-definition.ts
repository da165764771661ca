import type { Catcher, Definition, Retrier, State } from './definition.js';
import { checkExpressions } from './expressions.js';
import { Fields, invalid } from './fields.js';
import { TASKS } from './task.js';

/**
 * Reads a state machine. Whatever Step Functions would refuse, or would do and this engine does not, is refused by name.
 * @throws {InvalidDefinition}
 */
export function parseDefinition(text: string): Definition {
  const fields = new Fields('$', parsed(text));
  if (fields.any('QueryLanguage') !== 'JSONata') fields.refuse('QueryLanguage', 'use "JSONata"');
  const listed = new Fields('$.States', fields.any('States'));
  const states = new Map(listed.names().map((name) => [name, stateOf(name, listed.any(name))]));
  const timeout = fields.number('TimeoutSeconds', 1, Number.POSITIVE_INFINITY);
  const definition: Definition = {
    startAt: fields.text('StartAt'),
    states,
    ...(Number.isFinite(timeout) && { timeoutSeconds: timeout }),
  };
  if (fields.any('Version') !== undefined && fields.any('Version') !== '1.0')
    fields.refuse('Version', 'use "1.0"');
  fields.end();
  checkFlow(definition);
  return definition;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid('$', `is no JSON: ${String(error)}`);
  }
}

function stateOf(name: string, value: unknown): State {
  const path = `$.States['${name}']`;
  if (name.length > 80) throw invalid(path, 'has more than 80 characters');
  const fields = new Fields(path, value);
  const state = read(name, fields);
  fields.end();
  checkExpressions(path, value);
  return state;
}

function read(name: string, fields: Fields): State {
  const type = fields.text('Type');
  switch (type) {
    case 'Pass':
      return { type, name, ...flow(fields) };
    case 'Task':
      return { type, name, ...task(fields), ...flow(fields) };
    case 'Wait':
      return { type, name, seconds: required(fields, 'Seconds'), ...flow(fields) };
    case 'Choice': {
      const choices = fields.list('Choices').map((rule) => {
        const read = { condition: required(rule, 'Condition'), next: rule.text('Next'), ...passed(rule) };
        rule.end();
        return read;
      });
      if (choices.length === 0) fields.refuse('Choices', 'is missing');
      const otherwise = fields.optionalText('Default');
      return { type, name, choices, ...(otherwise && { default: otherwise }), ...passed(fields) };
    }
    case 'Succeed':
      return { type, name, ...optional(fields, 'Output', 'output') };
    case 'Fail':
      return { type, name, ...optional(fields, 'Error', 'error'), ...optional(fields, 'Cause', 'cause') };
    default:
      return fields.refuse(
        'Type',
        `"${type}" is not supported: use Pass, Task, Wait, Choice, Succeed or Fail`,
      );
  }
}

const required = (fields: Fields, name: string): unknown =>
  fields.any(name) ?? fields.refuse(name, 'is missing');

function optional<Key extends string>(
  fields: Fields,
  name: string,
  key: Key,
): { readonly [it in Key]?: unknown } {
  const value = fields.any(name);
  return value === undefined ? {} : ({ [key]: value } as { readonly [it in Key]?: unknown });
}

const passed = (fields: Fields) => {
  const assign = optional(fields, 'Assign', 'assign');
  if (assign.assign !== undefined && 'states' in Object(assign.assign)) {
    fields.refuse('Assign', '"states" is reserved');
  }
  return { ...assign, ...optional(fields, 'Output', 'output') };
};

function flow(fields: Fields) {
  const next = fields.optionalText('Next');
  const end = fields.any('End');
  if ((next === undefined) !== (end === true)) fields.refuse('Next', 'give either Next or "End": true');
  return { ...passed(fields), ...(next !== undefined && { next }) };
}

function task(fields: Fields) {
  const resource = fields.text('Resource');
  const known = TASKS[resource];
  if (!known) {
    return fields.refuse(
      'Resource',
      `"${resource}" is not supported: use ${Object.keys(TASKS).join(' or ')}`,
    );
  }
  const given = required(fields, 'Arguments');
  const called = new Fields(`${fields.path}.Arguments`, given);
  for (const name of known.fields) called.any(name);
  called.end();
  return {
    resource,
    arguments: given,
    ...optional(fields, 'TimeoutSeconds', 'timeoutSeconds'),
    retry: fields.list('Retry').map(retrier),
    catch: fields.list('Catch').map(catcher),
  };
}

function retrier(fields: Fields): Retrier {
  const jitter = fields.any('JitterStrategy') ?? 'NONE';
  if (jitter !== 'NONE' && jitter !== 'FULL') fields.refuse('JitterStrategy', 'use "NONE" or "FULL"');
  const read: Retrier = {
    errors: fields.texts('ErrorEquals'),
    intervalSeconds: fields.number('IntervalSeconds', 1, 1),
    maxAttempts: fields.number('MaxAttempts', 0, 3),
    backoffRate: fields.number('BackoffRate', 1, 2),
    maxDelaySeconds: fields.number('MaxDelaySeconds', 1, Number.POSITIVE_INFINITY),
    jitter,
  };
  fields.end();
  return read;
}

function catcher(fields: Fields): Catcher {
  const read: Catcher = { errors: fields.texts('ErrorEquals'), next: fields.text('Next'), ...passed(fields) };
  fields.end();
  return read;
}

/** Every state that is named exists, and every one that exists can be reached. */
function checkFlow({ startAt, states }: Definition): void {
  const reached = new Set<string>();
  const open: { readonly name: string; readonly from: string }[] = [{ name: startAt, from: '$.StartAt' }];
  for (let visit = open.pop(); visit; visit = open.pop()) {
    const { name, from } = visit;
    const state = states.get(name);
    if (!state) throw invalid(from, `there is no state "${name}"`);
    if (reached.has(name)) continue;
    reached.add(name);
    open.push(...targets(state).map((next) => ({ name: next, from: `$.States['${name}']` })));
  }
  for (const name of states.keys()) {
    if (!reached.has(name)) throw invalid(`$.States['${name}']`, 'cannot be reached');
  }
}

function targets(state: State): readonly string[] {
  switch (state.type) {
    case 'Choice':
      return [
        ...state.choices.map(({ next }) => next),
        ...(state.default === undefined ? [] : [state.default]),
      ];
    case 'Task':
      return [...state.catch.map(({ next }) => next), ...(state.next === undefined ? [] : [state.next])];
    case 'Pass':
    case 'Wait':
      return state.next === undefined ? [] : [state.next];
    default:
      return [];
  }
}
