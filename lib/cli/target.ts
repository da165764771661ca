import type { Method, Params, Result, RpcRequest } from '../app/api-types.js';
import type { CloudMethod, CloudParams, CloudResult } from './cloud-api.js';
import { usage } from './failure.js';
import type { Io } from './io.js';

export const LOCAL_URL = 'http://127.0.0.1:4580';

/** Where commands go: the local cloud unless a stack is named. */
export type TargetChoice =
  | { readonly kind: 'local'; readonly url: string }
  | {
      readonly kind: 'stack';
      readonly stack: string;
      /** Which control plane of the stack, where it has several. */
      readonly plane?: string;
      readonly profile?: string;
      readonly region?: string;
    };

/** Carries JSON-RPC to a target and its answer back. */
export interface Transport {
  /** For people, such as `local cloud at http://127.0.0.1:4580`. */
  readonly name: string;
  /** @throws {NoAnswerError} when there is none. */
  send(request: RpcRequest, to: 'rpc' | 'cloud', signal: AbortSignal): Promise<unknown>;
  /** Why the caller may change nothing, as far as can be told without trying; absent where everybody may. */
  whyReadOnly?(signal: AbortSignal): Promise<string | undefined>;
}

/** The request may or may not have arrived, unless `sent` is false. */
export class NoAnswerError extends Error {
  readonly sent: boolean;
  constructor(message: string, sent: boolean, options?: ErrorOptions) {
    super(message, options);
    this.name = 'NoAnswer';
    this.sent = sent;
  }
}

/** A control plane to talk to. Both throw a `Failure` with the API's own error name as its code. */
export interface Target {
  readonly name: string;
  call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
  cloud<M extends CloudMethod>(method: M, params: CloudParams<M>): Promise<CloudResult<M>>;
  /** Why the caller may only look; `undefined` when it may act. */
  whyReadOnly(): Promise<string | undefined>;
}

/** Never AWS by accident: only `--stack` and `HOLDFAST_STACK` lead there. */
export function chooseTarget(
  given: {
    readonly url?: string;
    readonly stack?: string;
    readonly profile?: string;
    readonly region?: string;
  },
  env: Io['env'],
): TargetChoice {
  if (given.url !== undefined && given.stack !== undefined) {
    throw usage('--url and --stack name two targets; give one of them');
  }
  const stack = given.url === undefined ? (given.stack ?? (env.HOLDFAST_STACK || undefined)) : undefined;
  if (stack === undefined) {
    const option = given.profile !== undefined ? '--profile' : '--region';
    if (given.profile !== undefined || given.region !== undefined) {
      throw usage(`${option} is for AWS; name the stack with --stack`);
    }
    return { kind: 'local', url: localUrl(given.url ?? LOCAL_URL) };
  }
  const [name, plane, ...rest] = stack.split('/');
  if (!name || plane === '' || rest.length > 0) {
    throw usage(
      `"${stack}" is not a stack; give NAME, or NAME/PLANE where a stack has several control planes`,
    );
  }
  return {
    kind: 'stack',
    stack: name,
    ...(plane === undefined ? {} : { plane }),
    ...(given.profile === undefined ? {} : { profile: given.profile }),
    ...(given.region === undefined ? {} : { region: given.region }),
  };
}

function localUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw usage(`"${text}" is not the address of a local cloud; give one such as ${LOCAL_URL}`);
  }
  return url.origin;
}
