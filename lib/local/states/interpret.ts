import type { ChoiceState, Definition, State } from './definition.js';
import { evaluate } from './expressions.js';
import { pause } from './interruptible.js';
import { runTask } from './run-task.js';
import { checkSize, evaluationFailed, StateFailed } from './state-failed.js';
import { bindingsOf, type Left, leave, type RunWorld, type Visit } from './visit.js';

/**
 * Runs a state machine from its first state to its last. @returns the output of the last.
 * @throws {StateFailed} when a state failed and nobody caught it.
 * @throws {HistoryFullError}
 * @throws {InterruptedError}
 */
export async function interpret(definition: Definition, input: unknown, world: RunWorld): Promise<unknown> {
  let at: Left = { output: input, variables: {}, next: definition.startAt };
  while (at.next !== undefined) {
    const state = definition.states.get(at.next);
    if (!state) throw new StateFailed('States.Runtime', `there is no state "${at.next}"`);
    const { name, type } = state;
    world.history.record(`${type}StateEntered`, {
      stateEnteredEventDetails: { name, input: JSON.stringify(at.output) },
    });
    const enteredTime = new Date(world.clock.now()).toISOString();
    const visit: Visit = { world, input: at.output, variables: at.variables, enteredTime };
    if (state.type === 'Fail') throw await failure(state, visit);
    at = await visited(state, visit);
    world.history.record(`${state.type}StateExited`, {
      stateExitedEventDetails: { name, output: JSON.stringify(at.output) },
    });
  }
  return at.output;
}

async function visited(state: Exclude<State, { type: 'Fail' }>, visit: Visit): Promise<Left> {
  switch (state.type) {
    case 'Pass':
    case 'Succeed':
      return leave(state, visit, bindingsOf(visit, state.name), visit.input);
    case 'Task':
      return runTask(state, visit);
    case 'Choice':
      return choose(state, visit);
    case 'Wait': {
      const bindings = bindingsOf(visit, state.name);
      const seconds = await evaluate(state.seconds, bindings);
      if (
        typeof seconds !== 'number' ||
        !Number.isInteger(seconds) ||
        seconds < 0 ||
        seconds > LONGEST_WAIT_SECONDS
      ) {
        throw evaluationFailed(
          `Seconds is ${JSON.stringify(seconds)}, no integer from 0 to ${LONGEST_WAIT_SECONDS}`,
        );
      }
      await pause(visit.world.clock, visit.world.signal, seconds * 1000);
      return leave(state, visit, bindings, visit.input);
    }
  }
}

const LONGEST_WAIT_SECONDS = 99_999_999;

/** The first rule that holds, with its own Assign and Output; those of the state belong to the default. */
async function choose(state: ChoiceState, visit: Visit): Promise<Left> {
  const bindings = bindingsOf(visit, state.name);
  for (const rule of state.choices) {
    const holds = await evaluate(rule.condition, bindings);
    if (typeof holds !== 'boolean') {
      throw evaluationFailed(
        `a Condition of "${state.name}" is ${JSON.stringify(holds)}, neither true nor false`,
      );
    }
    if (holds) return leave(rule, visit, bindings, visit.input);
  }
  if (state.default === undefined) {
    throw new StateFailed(
      'States.NoChoiceMatched',
      `no rule of "${state.name}" holds, and it has no Default`,
    );
  }
  return leave({ ...state, next: state.default }, visit, bindings, visit.input);
}

async function failure(state: Extract<State, { type: 'Fail' }>, visit: Visit): Promise<StateFailed> {
  const bindings = bindingsOf(visit, state.name);
  const text = async (template: unknown): Promise<string> => {
    const value = template === undefined ? '' : await evaluate(template, bindings);
    if (typeof value === 'string') return value;
    throw evaluationFailed(`Error or Cause of "${state.name}" is ${JSON.stringify(value)}, no text`);
  };
  const cause = await text(state.cause);
  checkSize('the cause', cause);
  return new StateFailed(await text(state.error), cause);
}
