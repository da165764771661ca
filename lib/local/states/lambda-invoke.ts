import { InvokeCommand } from '@aws-sdk/client-lambda';
import { callFailed } from './call-failed.js';
import { StateFailed } from './state-failed.js';
import type { Task } from './task.js';

/**
 * `lambda:invoke`. An error of the function is called as the function calls it (`errorType`), `Lambda.Unknown` when it
 * has no name; its whole answer is the cause.
 */
export const lambdaInvoke: Task = async ({ FunctionName, Payload, Qualifier }, { clients }) => {
  const input = {
    FunctionName: textOf('FunctionName', FunctionName),
    Payload: JSON.stringify(Payload ?? {}),
    ...(Qualifier !== undefined && { Qualifier: textOf('Qualifier', Qualifier) }),
  };
  const answer = await clients.lambda.send(new InvokeCommand(input)).catch((error: unknown) => {
    throw callFailed('Lambda', error);
  });
  const payload = answer.Payload === undefined ? '' : Buffer.from(answer.Payload).toString();
  if (answer.FunctionError !== undefined) {
    const named: unknown = Object(JSON.parse(payload)).errorType;
    throw new StateFailed(typeof named === 'string' && named !== '' ? named : 'Lambda.Unknown', payload);
  }
  return {
    ExecutedVersion: answer.ExecutedVersion,
    Payload: payload === '' ? null : JSON.parse(payload),
    StatusCode: answer.StatusCode,
  };
};

const textOf = (name: string, value: unknown): string => {
  if (typeof value === 'string') return value;
  throw new StateFailed('States.Runtime', `the argument ${name} is ${JSON.stringify(value)}, no text`);
};
