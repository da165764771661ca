import { type Access, dispatch, type ParsedRequest } from '../lib/app/api/dispatch.js';
import { type Method, RPC_CODES, type RpcResponse } from '../lib/app/api-types.js';
import type { Runtime } from '../lib/app/runtime.js';
import { API_PARAMS, apiMethod, apiMethods } from '../lib/config/api-params.js';
import { rpcSchema } from '../lib/config/lambda-events.js';
import { issueText } from '../lib/core/issue.js';
import { clipped, pathText } from '../lib/core/issue-path.js';
import { nearest } from '../lib/core/nearest.js';
import { awsRuntime, type LambdaContext, once } from './runtime.js';

/** Mistakes in the parameters that one answer tells. */
const MOST_ISSUES = 100;

/** The group API: one JSON-RPC request an invocation. The alias it was invoked by says what it may do. */
export const task =
  (runtime: Runtime) =>
  (input: unknown, context: LambdaContext): Promise<RpcResponse> =>
    dispatch(runtime, parseRequest(input), accessOf(context.invokedFunctionArn));

const parseRequest = (input: unknown): ParsedRequest => {
  const request = rpcSchema.safeParse(input);
  if (!request.success) return refuse(null, 'InvalidRequest', 'not a JSON-RPC 2.0 request');
  const id = request.data.id ?? null;
  const method = apiMethod(request.data.method);
  if (method === undefined) return refuse(id, 'MethodNotFound', unknownMethod(request.data.method));
  const params = API_PARAMS[method].safeParse(request.data.params ?? {});
  if (params.success) return { ok: true, id, method: method satisfies Method, params: params.data };
  const issues = params.error.issues.slice(0, MOST_ISSUES).map((issue) => ({
    path: pathText(issue.path.map((part) => (typeof part === 'number' ? part : String(part)))),
    message: clipped(issue.message, 300),
  }));
  return {
    ok: false,
    id,
    error: {
      code: RPC_CODES.InvalidParams ?? 0,
      message: clipped(`parameters of "${method}": ${issues.map(issueText).join('; ')}`, 1_000),
      data: { name: 'InvalidParams', issues },
    },
  };
};

const refuse = (id: string | number | null, name: string, message: string): ParsedRequest => ({
  ok: false,
  id,
  error: { code: RPC_CODES[name] ?? 0, message, data: { name } },
});

const unknownMethod = (name: string): string => {
  const near = nearest(name, apiMethods);
  return `no method "${name.slice(0, 100)}"${near ? `; did you mean "${near}"?` : ''}`;
};

/** `…:function:name:read` → what the alias `read` may do. Without an alias: all. */
const accessOf = (arn: string): Access => {
  const alias = arn.split(':')[7];
  return alias === 'read' || alias === 'commit' ? alias : 'all';
};

export const handler = once(() => task(awsRuntime(process.env)));
