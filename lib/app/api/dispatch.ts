import { HoldfastError, InvalidInputError } from '../../core/errors.js';
import { type Method, READING, RPC_CODES, type RpcFailure, type RpcResponse } from '../api-types.js';
import type { Runtime } from '../runtime.js';
import { METHODS } from './methods.js';

/** Methods that end instances, or a cluster for another; the alias `commit` refuses them, `read` refuses all that change anything. */
const DESTROYING: readonly Method[] = [
  'Group.Destroy',
  'Group.DestroyInstances',
  'Group.ReplaceInstances',
  'Instance.Destroy',
  'Flavor.Recover',
];

/** What a caller's alias of the function allows. */
export type Access = 'read' | 'commit' | 'all';

/** One request whose parameters have been parsed for its method, or why they could not be. */
export type ParsedRequest =
  | {
      readonly ok: true;
      readonly id: string | number | null;
      readonly method: Method;
      readonly params: unknown;
    }
  | { readonly ok: false; readonly id: string | number | null; readonly error: RpcFailure };

/** Answers one JSON-RPC request. Never throws: what went wrong is in the answer. */
export const dispatch = async (
  runtime: Runtime,
  request: ParsedRequest,
  access: Access,
): Promise<RpcResponse> => {
  if (!request.ok) return { jsonrpc: '2.0', id: request.id, error: request.error };
  const { id, method } = request;
  if (!isAllowed(method, request.params, access)) {
    const message = `"${method}" is not allowed here: this alias serves methods that ${access === 'read' ? 'only read' : 'destroy nothing'}`;
    return {
      jsonrpc: '2.0',
      id,
      error: { code: codeOf('NotAllowed'), message, data: { name: 'NotAllowed' } },
    };
  }
  try {
    const handler = METHODS[method] as (runtime: Runtime, params: unknown) => unknown;
    return { jsonrpc: '2.0', id, result: await handler(runtime, request.params) };
  } catch (error) {
    return { jsonrpc: '2.0', id, error: failureOf(runtime, method, error) };
  }
};

const isAllowed = (method: Method, params: unknown, access: Access): boolean => {
  if (access === 'all' || READING.includes(method) || isPretended(method, params)) return true;
  return access === 'commit' && !DESTROYING.includes(method);
};

const PRETENDING: readonly Method[] = ['Group.CommitGroups', 'Group.CommitGroup', 'Group.Rollback'];

/** A pretended commit changes nothing. */
const isPretended = (method: Method, params: unknown): boolean =>
  PRETENDING.includes(method) &&
  typeof params === 'object' &&
  params !== null &&
  'Pretend' in params &&
  params.Pretend === true;

const codeOf = (name: string): number => RPC_CODES[name] ?? RPC_CODES.Internal ?? -32603;

const failureOf = (runtime: Runtime, method: Method, error: unknown): RpcFailure => {
  if (!(error instanceof HoldfastError)) {
    runtime.log.error('method failed', {
      method,
      error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    });
    const message = 'internal error; the function’s log says more';
    return { code: codeOf('Internal'), message, data: { name: 'Internal' } };
  }
  const issues =
    error instanceof InvalidInputError
      ? { issues: error.issues.map(({ path, message }) => ({ path, message })) }
      : {};
  return { code: codeOf(error.name), message: error.message, data: { name: error.name, ...issues } };
};
