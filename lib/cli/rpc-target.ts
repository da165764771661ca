import { READING, type RpcFailure, type RpcRequest } from '../app/api-types.js';
import type { Clock } from '../ports/clock.js';
import type { Random } from '../ports/random.js';
import { Failure, usage } from './failure.js';
import { NoAnswerError, type Target, type Transport } from './target.js';

/** Before the one repeat. */
const RETRY_MS = 500;

/**
 * Names of API errors that say that the user's input is wrong. Of a group they are refusals: a spec was checked here
 * before it was sent, so what is left depends on the state of the group or the account.
 */
const WRONG_INPUT = new Set([
  'InvalidInput',
  'InvalidParams',
  'ParseError',
  'InvalidRequest',
  'MethodNotFound',
]);

/**
 * The typed API over a transport. A request without an answer is repeated once when that is safe: when it only reads,
 * or carries a `RequestId`, which makes the repeat answer as the first did.
 */
export function rpcTarget(
  transport: Transport,
  world: { readonly clock: Clock; readonly random: Pick<Random, 'id'>; readonly signal: AbortSignal },
): Target {
  const exchange = async (to: 'rpc' | 'cloud', method: string, params: object): Promise<unknown> => {
    const request: RpcRequest = { jsonrpc: '2.0', id: world.random.id(), method, params };
    const send = () => transport.send(request, to, world.signal);
    const repeatable =
      READING.some((reading) => reading === method) ||
      'RequestId' in params ||
      method === 'Cloud.List' ||
      method === 'Cloud.Faults';
    try {
      return resultOf(await send(), transport.name, method);
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error;
      if (world.signal.aborted) throw interrupted(error);
      if (!error.sent || !repeatable) throw noAnswer(error);
      await world.clock.sleep(RETRY_MS);
      try {
        return resultOf(await send(), transport.name, method);
      } catch (second) {
        throw second instanceof NoAnswerError ? noAnswer(second) : second;
      }
    }
  };
  return {
    name: transport.name,
    // The only casts of results: the API of one release answers as its types say.
    call: async (method, params) => (await exchange('rpc', method, params)) as never,
    cloud: async (method, params) => (await exchange('cloud', method, params)) as never,
    whyReadOnly: async () => transport.whyReadOnly?.(world.signal),
  };
}

const noAnswer = (error: NoAnswerError): Failure =>
  new Failure(error.sent ? 'Unanswered' : 'Unreachable', error.message, { cause: error });

const interrupted = (error: NoAnswerError): Failure =>
  new Failure('Interrupted', 'interrupted; what was asked may still happen', { exitCode: 130, cause: error });

function resultOf(answer: unknown, name: string, method: string): unknown {
  if (typeof answer === 'object' && answer !== null) {
    if ('error' in answer) throw apiFailure(answer.error as RpcFailure, method);
    if ('result' in answer) return answer.result;
  }
  throw usage(`${name} did not answer as a control plane does; is it another program's address?`);
}

function apiFailure(error: RpcFailure, method: string): Failure {
  const code = error.data?.name ?? `Rpc${error.code}`;
  const isRefusal = code === 'InvalidInput' && method.startsWith('Group.');
  return new Failure(code, error.message, {
    exitCode: WRONG_INPUT.has(code) && !isRefusal ? 2 : 1,
    ...(error.data?.issues === undefined ? {} : { issues: error.data.issues }),
  });
}
