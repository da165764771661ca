import type { Runtime } from '../lib/app/runtime.js';
import { executionEventSchema } from '../lib/config/lambda-events.js';
import { awsRuntime, once } from './runtime.js';

/** Starts the execution that an event asks for. What fails is thrown: Lambda tries an event twice more. */
export const task =
  (runtime: Pick<Runtime, 'machine'>) =>
  async (input: unknown): Promise<void> => {
    const { group, rollout, execution, name } = executionEventSchema.parse(input).detail;
    await runtime.machine.start({ group, rollout, execution, name });
  };

export const handler = once(() => task(awsRuntime(process.env)));
