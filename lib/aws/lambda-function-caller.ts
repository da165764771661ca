import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { FunctionName } from '../core/deployment.js';
import { HoldfastError, ThrottledError, UnansweredError } from '../core/errors.js';
import type { FunctionCaller } from '../ports/outbox.js';

/** Lambda's own words for a callee that was cut off or died: what it was asked may have happened. */
const CUT_OFF = /^(?:Sandbox\.Timedout|Runtime\.\w+|Extension\.\w+)$|Task timed out/;
const BUSY: ReadonlySet<string> = new Set(['TooManyRequestsException', 'ThrottlingException']);

/** Calls our functions by the names they were deployed under and waits for the answer. */
export function lambdaFunctionCaller(options: {
  readonly client: LambdaClient;
  readonly names: Readonly<Partial<Record<FunctionName, string>>>;
}): FunctionCaller {
  const { client, names } = options;
  return {
    call: async (name, input) => {
      const deployed = names[name];
      if (deployed === undefined) throw new UnansweredError(`this function does not know where "${name}" is`);
      const answer = await invoke(client, deployed, name, input);
      const payload = parsed(answer.Payload);
      if (answer.FunctionError === undefined) return payload;
      throw calleeError(name, payload);
    },
  };
}

const invoke = async (client: LambdaClient, deployed: string, name: FunctionName, input: unknown) => {
  try {
    const Payload = Buffer.from(JSON.stringify(input ?? null));
    return await client.send(new InvokeCommand({ FunctionName: deployed, Payload }));
  } catch (error) {
    const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    if (error instanceof Error && BUSY.has(error.name)) {
      throw new ThrottledError(`too many calls of "${name}": ${words}`, { cause: error });
    }
    throw new UnansweredError(`"${name}" was not reached: ${words}`, { cause: error });
  }
};

const parsed = (payload: Uint8Array | undefined): unknown => {
  const text = payload === undefined ? '' : Buffer.from(payload).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
};

const calleeError = (name: FunctionName, payload: unknown): HoldfastError => {
  const type = textOf(payload, 'errorType') ?? 'Unknown';
  const message = textOf(payload, 'errorMessage') ?? 'it said nothing';
  return CUT_OFF.test(type) || CUT_OFF.test(message)
    ? new UnansweredError(`"${name}" was cut off: ${message}`)
    : new HoldfastError(type, message);
};

const textOf = (payload: unknown, field: string): string | undefined => {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const value: unknown = Object.entries(payload).find(([key]) => key === field)?.[1];
  return typeof value === 'string' ? value : undefined;
};
