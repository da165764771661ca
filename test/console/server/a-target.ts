import type { Method, Params, Result } from '../../../lib/app/api-types.js';
import type { CloudMethod, CloudParams, CloudResult } from '../../../lib/cli/cloud-api.js';
import { Failure } from '../../../lib/cli/failure.js';
import type { Target } from '../../../lib/cli/target.js';

type Answered = { [M in Method]?: (params: Params<M>) => Result<M> } & {
  [M in CloudMethod]?: (params: CloudParams<M>) => CloudResult<M>;
};

export interface TestTarget extends Target {
  /** Every call: its method and its parameters. */
  readonly calls: readonly (readonly [string, unknown])[];
}

/** A control plane that answers as the test says; what the test says nothing of is refused. */
export const aTarget = (answers: Answered): TestTarget => {
  const calls: [string, unknown][] = [];
  const ask = async (method: string, params: unknown): Promise<never> => {
    calls.push([method, params]);
    const answer = Object.entries(answers).find(([name]) => name === method)?.[1];
    if (answer === undefined) throw new Failure('Refused', `the test has no answer to ${method}`);
    // Typed where the test wrote it; here only its name is known.
    return (answer as (params: unknown) => never)(params);
  };
  return { name: 'a target of the test', calls, call: ask, cloud: ask, whyReadOnly: async () => undefined };
};
