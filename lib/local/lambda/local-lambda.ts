import {
  InvalidRequestContentException,
  type InvokeCommandInput,
  RequestTooLargeException,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import type { Random } from '../../ports/random.js';
import type { LocalClock } from '../clock.js';
import type { MetricSink } from '../cloudwatch/metric-store.js';
import { answerFrom } from '../operations.js';
import { arnOf } from '../place.js';
import type { Answer } from '../route-client.js';
import { type FunctionOptions, type Handler, invokeFunction, type LocalFunction } from './invoke-function.js';
import type { Outcome } from './outcome.js';

export interface LocalLambda {
  readonly answer: Answer;
  /** Replaces one of the same name: a deployment. */
  registerFunction(name: string, handler: Handler, options: FunctionOptions): void;
  /** Runs it and waits. @throws {ResourceNotFoundException} */
  invoke(name: string, event: unknown): Promise<Outcome>;
  /** Queues it: retried, then handed to its failure queue. @throws {ResourceNotFoundException} */
  invokeLater(name: string, event: unknown): void;
  /** Queued events that have neither succeeded nor been given up. */
  pending(): number;
  /** Of an asynchronous run that failed, with what it was given. */
  onError(listener: (failure: { readonly function: string; readonly error: unknown }) => void): void;
}

export interface LambdaWorld {
  readonly clock: LocalClock;
  readonly random: Random;
  readonly metrics: MetricSink;
  /** Delivers what failed every time. */
  readonly sendToQueue: (queue: string, body: string) => void;
}

/** Lambda waits a minute before the first retry and two before the second (Developer Guide, asynchronous errors). */
const RETRY_DELAYS_MS = [60_000, 120_000];
/** Synchronous; asynchronous ones take 1 MB. */
const LARGEST_PAYLOAD_BYTES = 6 * 1024 * 1024;

export function localLambda(world: LambdaWorld): LocalLambda {
  const { clock, random, metrics } = world;
  const functions = new Map<string, LocalFunction>();
  const listeners: ((failure: { function: string; error: unknown }) => void)[] = [];
  let pending = 0;

  const find = (reference: string | undefined, qualifier?: string) => {
    const plain = (reference ?? '').replace(/^arn:aws:lambda:[^:]*:[^:]*:function:/, '');
    const [name = '', inName] = plain.split(':');
    const alias = qualifier ?? inName;
    const found = functions.get(name);
    const known = alias === undefined || alias === '$LATEST' || found?.options.aliases?.includes(alias);
    if (!found || !known) {
      throw new ResourceNotFoundException({
        message: `function not found: ${arnOf('lambda', `function:${name}${alias ? `:${alias}` : ''}`)}`,
        $metadata: { httpStatusCode: 404 },
      });
    }
    return { found, alias };
  };

  const run = async (called: LocalFunction, payload: string, requestId: string, alias?: string) => {
    const { outcome, startedAt, durationMs } = await invokeFunction(
      called,
      JSON.parse(payload),
      requestId,
      clock,
      alias,
    );
    const put = (metric: string, value: number, unit: string) =>
      metrics.put({
        namespace: 'AWS/Lambda',
        metric,
        dimensions: { FunctionName: called.name },
        value,
        unit,
        at: startedAt,
      });
    put('Invocations', 1, 'Count');
    put('Errors', outcome.kind === 'failed' ? 1 : 0, 'Count');
    put('Duration', durationMs, 'Milliseconds');
    put('Throttles', 0, 'Count');
    return outcome;
  };

  /** An asynchronous invocation keeps its request id over its retries. */
  const later = (called: LocalFunction, payload: string, requestId: string, alias?: string) => {
    pending += 1;
    const attempt = async (count: number): Promise<void> => {
      const outcome = await run(functions.get(called.name) ?? called, payload, requestId, alias);
      if (outcome.kind === 'answered') {
        pending -= 1;
        return;
      }
      for (const listener of listeners) listener({ function: called.name, error: outcome.error });
      const delay = RETRY_DELAYS_MS[count - 1];
      if (count <= (called.options.retryAttempts ?? RETRY_DELAYS_MS.length) && delay !== undefined) {
        clock.at(clock.now() + delay, () => attempt(count + 1));
        return;
      }
      pending -= 1;
      if (called.options.onFailure) {
        world.sendToQueue(
          called.options.onFailure.queue,
          failureRecord(called, payload, outcome.payload, requestId, count, clock.now()),
        );
      }
    };
    clock.at(clock.now(), () => attempt(1));
  };

  const invoke = async (input: InvokeCommandInput) => {
    const { found, alias } = find(input.FunctionName, input.Qualifier);
    const payload = textOf(input.Payload);
    checkPayload(payload);
    const kind = input.InvocationType ?? 'RequestResponse';
    if (kind === 'DryRun') return { StatusCode: 204 };
    const requestId = random.id();
    if (kind === 'Event') {
      later(found, payload, requestId, alias);
      return { StatusCode: 202, Payload: payloadOf('') };
    }
    const outcome = await run(found, payload, requestId, alias);
    return {
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
      Payload: payloadOf(outcome.payload),
      ...(outcome.kind === 'failed' && { FunctionError: 'Unhandled' }),
    };
  };

  return {
    answer: answerFrom('Lambda', { Invoke: invoke }),
    registerFunction: (name, handler, options) => void functions.set(name, { name, handler, options }),
    invoke: (name, event) => run(find(name).found, JSON.stringify(event), random.id()),
    invokeLater: (name, event) => later(find(name).found, JSON.stringify(event), random.id()),
    pending: () => pending,
    onError: (listener) => void listeners.push(listener),
  };
}

function textOf(payload: InvokeCommandInput['Payload']): string {
  if (payload === undefined) return '{}';
  if (typeof payload === 'string') return payload;
  if (payload instanceof Uint8Array) return Buffer.from(payload).toString();
  throw new Error('the local Lambda takes a string or bytes as Payload');
}

function checkPayload(payload: string): void {
  if (Buffer.byteLength(payload) > LARGEST_PAYLOAD_BYTES) {
    throw new RequestTooLargeException({
      message: `${Buffer.byteLength(payload)} byte payload is too large, at most ${LARGEST_PAYLOAD_BYTES} are allowed`,
      $metadata: { httpStatusCode: 413 },
    });
  }
  try {
    JSON.parse(payload);
  } catch {
    throw new InvalidRequestContentException({
      message: 'could not parse request body into json',
      $metadata: { httpStatusCode: 400 },
    });
  }
}

/** Bytes that read as text too, as the SDK gives them. */
const payloadOf = (text: string) =>
  Object.assign(Uint8Array.from(Buffer.from(text)), { transformToString: () => text });

/** Lambda's invocation record, as a failure destination gets it. */
const failureRecord = (
  called: LocalFunction,
  payload: string,
  response: string,
  requestId: string,
  attempts: number,
  now: number,
): string =>
  JSON.stringify({
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId,
      functionArn: `${arnOf('lambda', `function:${called.name}`)}:$LATEST`,
      condition: 'RetriesExhausted',
      approximateInvokeCount: attempts,
    },
    requestPayload: JSON.parse(payload),
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: JSON.parse(response),
  });
