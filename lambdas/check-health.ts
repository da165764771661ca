import { type CheckAnswer, checkHealth } from '../lib/app/check-health.js';
import type { Runtime } from '../lib/app/runtime.js';
import { checkSchema } from '../lib/config/lambda-events.js';
import { awsRuntime, once } from './runtime.js';

/** Step Functions task: asks for the health of a rollout's new instances, once, and says when to ask again. */
export const task =
  (runtime: Runtime) =>
  async (input: unknown): Promise<CheckAnswer> => {
    const { group, rollout, execution, startedAt } = checkSchema.parse(input);
    return checkHealth(runtime, { group, rollout, execution, startedAt });
  };

export const handler = once(() => task(awsRuntime(process.env)));
