import { LOCAL_REGION } from '../place.js';
import type { Retrier, TaskState } from './definition.js';
import { evaluate } from './expressions.js';
import { interruptible, pause } from './interruptible.js';
import { checkSize, evaluationFailed, matchesError, StateFailed } from './state-failed.js';
import { TASKS } from './task.js';
import { bindingsOf, type Left, leave, type Visit } from './visit.js';

/** Tries until it succeeds, no retrier is left, or the execution is over; then asks the catchers. @throws {StateFailed} */
export async function runTask(state: TaskState, visit: Visit): Promise<Left> {
  const { clock, signal, tasks } = visit.world;
  const used = new Map<Retrier, number>();
  for (let retries = 0; ; retries += 1) {
    try {
      const result = await attempt(state, visit, retries);
      return await leave(state, visit, bindingsOf(visit, state.name, { result, retries }), result);
    } catch (error) {
      if (!(error instanceof StateFailed)) throw error;
      const retrier = state.retry.find(({ errors }) => matchesError(errors, error.error));
      const times = retrier ? (used.get(retrier) ?? 0) : 0;
      if (!retrier || times >= retrier.maxAttempts) return caught(state, visit, error);
      used.set(retrier, times + 1);
      await pause(clock, signal, delayMs(retrier, times, tasks.random.fraction()));
    }
  }
}

async function caught(state: TaskState, visit: Visit, failed: StateFailed): Promise<Left> {
  const catcher = state.catch.find(({ errors }) => matchesError(errors, failed.error));
  if (!catcher) throw failed;
  const errorOutput = { Error: failed.error, Cause: failed.explanation };
  return leave(catcher, visit, bindingsOf(visit, state.name, { errorOutput }), errorOutput);
}

/** From a failure until the next attempt, after `times` retries by this retrier. */
export function delayMs(retrier: Retrier, times: number, fraction: number): number {
  const { intervalSeconds, backoffRate, maxDelaySeconds, jitter } = retrier;
  const seconds = Math.min(intervalSeconds * backoffRate ** times, maxDelaySeconds);
  return Math.round(1000 * seconds * (jitter === 'FULL' ? fraction : 1));
}

async function attempt(state: TaskState, visit: Visit, retries: number): Promise<unknown> {
  const { history } = visit.world;
  const bindings = bindingsOf(visit, state.name, { retries });
  const given: Readonly<Record<string, unknown>> = Object(await evaluate(state.arguments, bindings));
  const seconds =
    state.timeoutSeconds === undefined ? undefined : await evaluate(state.timeoutSeconds, bindings);
  if (seconds !== undefined && !(typeof seconds === 'number' && seconds > 0)) {
    throw evaluationFailed(`TimeoutSeconds is ${JSON.stringify(seconds)}, no number above 0`);
  }
  const about = nameOfResource(state.resource);
  history.record('TaskScheduled', {
    taskScheduledEventDetails: {
      ...about,
      region: LOCAL_REGION,
      parameters: JSON.stringify(given),
      ...(seconds !== undefined && { timeoutInSeconds: seconds }),
    },
  });
  history.record('TaskStarted', { taskStartedEventDetails: about });
  const submission = { done: false };
  try {
    const result = await attend(state, visit, given, seconds, submission);
    checkSize('the result', result);
    history.record('TaskSucceeded', {
      taskSucceededEventDetails: { ...about, output: JSON.stringify(result) },
    });
    return result;
  } catch (error) {
    if (!(error instanceof StateFailed)) throw error;
    const details = { ...about, error: error.error, cause: error.explanation };
    if (error.error === 'States.Timeout')
      history.record('TaskTimedOut', { taskTimedOutEventDetails: details });
    else if (submission.done || !state.resource.includes('.sync')) {
      history.record('TaskFailed', { taskFailedEventDetails: details });
    } else history.record('TaskSubmitFailed', { taskSubmitFailedEventDetails: details });
    throw error;
  }
}

/** Runs the task beside the clock. What it has begun elsewhere is stopped when its result is not wanted any more. */
async function attend(
  state: TaskState,
  visit: Visit,
  given: Readonly<Record<string, unknown>>,
  seconds: number | undefined,
  submission: { done: boolean },
): Promise<unknown> {
  const { clock, history, signal, spawn, tasks } = visit.world;
  const about = nameOfResource(state.resource);
  let isWanted = true;
  let stop: (() => Promise<void>) | undefined;
  const abandon = () => {
    isWanted = false;
    if (stop) void spawn(stop, `stop of ${state.name}`).catch(() => undefined);
  };
  const submitted = (answer: unknown, end: () => Promise<void>) => {
    stop = end;
    if (!isWanted) return abandon();
    submission.done = true;
    history.record('TaskSubmitted', {
      taskSubmittedEventDetails: { ...about, output: JSON.stringify(answer) },
    });
  };
  const run = async (): Promise<unknown> => {
    const result = await TASKS[state.resource]?.run(given, tasks, { submitted });
    stop = undefined;
    return result;
  };
  const work = spawn(run, state.name).catch((error: unknown) => {
    if (error instanceof StateFailed) stop = undefined;
    throw error;
  });
  work.catch(() => undefined);
  try {
    return await interruptible<unknown>(clock, signal, ({ resolve, reject }) => {
      work.then(resolve, reject);
      if (seconds === undefined) return () => {};
      const late = () => reject(new StateFailed('States.Timeout', `no answer within ${seconds} s`));
      return clock.at(clock.now() + seconds * 1000, late).cancel;
    });
  } catch (error) {
    abandon();
    throw error;
  }
}

/** As the history names it: `arn:aws:states:::lambda:invoke` is `invoke` of `lambda`. */
function nameOfResource(arn: string): { readonly resourceType: string; readonly resource: string } {
  const [resourceType = '', ...rest] = arn.slice('arn:aws:states:::'.length).split(':');
  return { resourceType, resource: rest.join(':') };
}
