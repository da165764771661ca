import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { HoldfastError, ThrottledError, UnansweredError } from '../core/errors.js';

/** Who may call which method is who may invoke which of these. */
export type ApiAlias = 'read' | 'commit' | 'destroy';

/** The group API of a deployed control plane. */
export interface GroupApiCaller {
  /**
   * One JSON-RPC request. @throws {HoldfastError} by the name that the API gives, all mistakes in its message.
   * @throws {UnansweredError} when there was no answer: what was asked may have happened.
   */
  call(alias: ApiAlias, method: string, params: object): Promise<unknown>;
}

const BUSY: ReadonlySet<string> = new Set(['TooManyRequestsException', 'ThrottlingException']);
/** Nobody ran: it can be asked again once somebody changed something. */
const CLOSED: ReadonlySet<string> = new Set(['AccessDeniedException', 'ResourceNotFoundException']);

/** The API runs up to a minute. What was not answered may still run, so the SDK does not repeat it. */
export const groupApiClient = (): LambdaClient =>
  new LambdaClient({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 1500, requestTimeout: 65_000, throwOnRequestTimeout: true },
  });

export const groupApiCaller = (options: {
  readonly client: LambdaClient;
  readonly functionName: string;
}): GroupApiCaller => ({
  call: async (alias, method, params) => {
    const answer = await invoke(options, alias, { jsonrpc: '2.0', id: 1, method, params });
    if (Object.hasOwn(answer, 'error')) throw errorOf(Object(answer).error);
    return Object(answer).result;
  },
});

const invoke = async (
  { client, functionName }: { readonly client: LambdaClient; readonly functionName: string },
  alias: ApiAlias,
  request: object,
): Promise<object> => {
  const sent = new InvokeCommand({
    FunctionName: functionName,
    Qualifier: alias,
    Payload: JSON.stringify(request),
  });
  const answer = await client.send(sent).catch((error: unknown) => {
    const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    if (error instanceof Error && BUSY.has(error.name)) throw new ThrottledError(words, { cause: error });
    if (error instanceof Error && CLOSED.has(error.name)) {
      throw new HoldfastError(error.name, words, { cause: error });
    }
    throw new UnansweredError(`the group API was not reached: ${words}`, { cause: error });
  });
  const text = answer.Payload?.transformToString() ?? '';
  if (answer.FunctionError !== undefined) throw new UnansweredError(`the group API failed: ${text}`);
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed === 'object' && parsed !== null) return parsed;
  throw new UnansweredError(`the group API answered ${text}`);
};

/** One mistake is in the message already. */
const errorOf = (failure: unknown): HoldfastError => {
  const { message, data } = Object(failure);
  const { name, issues } = Object(data);
  const mistakes: readonly string[] = (Array.isArray(issues) ? issues : []).map(
    (issue) => `${issue.path ? `${issue.path}: ` : ''}${issue.message}`,
  );
  return new HoldfastError(String(name), mistakes.length > 0 ? mistakes.join('; ') : String(message));
};

/** Starts a function and does not wait for it. */
export const invokeLater = async (
  client: LambdaClient,
  functionArn: string,
  event: object,
): Promise<void> => {
  await client.send(
    new InvokeCommand({
      FunctionName: functionArn,
      InvocationType: 'Event',
      Payload: JSON.stringify(event),
    }),
  );
};
