import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Answer, Interceptor } from '../route-client.js';
import { isWrite, measuredInput, unitsOf, unmeasuredOutput } from './capacity.js';
import type { Line } from './one-at-a-time.js';

type Fields = Readonly<Record<string, unknown>>;
interface Arguments {
  readonly input: Fields;
}
interface Result {
  readonly response: unknown;
  readonly output: Fields;
}

export type CountUnits = (
  operation: string,
  units: { readonly read: number; readonly write: number },
) => void;

/**
 * Lets a document client's calls pass through interceptors, then over HTTP as ever or to `answer`, and counts what they
 * cost. A failed condition is charged as one write unit.
 */
export function interceptDynamo(
  client: DynamoDBDocumentClient,
  interceptors: readonly Interceptor[],
  count: CountUnits,
  line: Line,
  answer?: Answer,
): DynamoDBDocumentClient {
  const middleware =
    (send: (called: Arguments) => Promise<Result>, context: { readonly commandName?: string }) =>
    async (called: Arguments): Promise<Result> => {
      const operation = (context.commandName ?? '').replace(/Command$/, '');
      const { input } = called;
      let result: Result = { response: {}, output: {} };
      const answered = async (measured: Fields): Promise<Result> =>
        answer
          ? { response: {}, output: (await answer(operation, measured)) as Fields }
          : send({ ...called, input: measured });
      const asked = async () => {
        try {
          result = await line(() => answered(measuredInput(operation, input)));
        } catch (error) {
          const refused = error instanceof Error && error.name === 'ConditionalCheckFailedException';
          if (refused && isWrite(operation)) count(operation, { read: 0, write: 1 });
          throw error;
        }
        count(operation, unitsOf(operation, input, result.output));
        return unmeasuredOutput(operation, input, result.output);
      };
      const call = { service: 'DynamoDB', operation, input };
      const next = interceptors.reduceRight<() => Promise<unknown>>(
        (inner, interceptor) => () => interceptor(call, inner),
        asked,
      );
      const output = await next();
      return { response: result.response, output: output as Fields };
    };
  const stack: { add(middleware: unknown, options: object): void } = client.middlewareStack;
  // It walks every output for its log, even when nobody logs.
  client.middlewareStack.remove('loggerMiddleware');
  stack.add(middleware, { step: 'initialize', priority: 'low', name: 'interceptedLocally' });
  return client;
}

const SDK_ATTEMPTS = 3;

/**
 * The SDK repeats a call whose answer was lost, so a conditional write may fail on itself. Ours sits where the faults
 * are, before the SDK's own retries, and repeats at once.
 */
export const repeatLostAnswers: Interceptor = async (_call, next) => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await next();
    } catch (error) {
      const lost = error instanceof Error && error.name === 'TimeoutError';
      if (!lost || attempt === SDK_ATTEMPTS) throw error;
    }
  }
};
