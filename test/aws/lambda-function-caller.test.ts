import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { Uint8ArrayBlobAdapter } from '@smithy/core/serde';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, test } from 'vitest';
import { lambdaFunctionCaller } from '../../lib/aws/lambda-function-caller.js';

const client = new LambdaClient({ region: 'eu-west-1' });
const lambda = mockClient(client);
beforeEach(() => lambda.reset());

const caller = lambdaFunctionCaller({ client, names: { reconcile: 'Stack-Reconcile-1' } });
const payload = (value: unknown) => Uint8ArrayBlobAdapter.fromString(JSON.stringify(value));

test('it passes input and answer as JSON', async () => {
  lambda.on(InvokeCommand).resolves({ Payload: payload({ launched: ['i-1'] }) });
  expect(await caller.call('reconcile', { group: 'web' })).toEqual({ launched: ['i-1'] });
  const { FunctionName, Payload } = lambda.commandCalls(InvokeCommand)[0]?.args[0].input ?? {};
  expect(FunctionName).toBe('Stack-Reconcile-1');
  expect(Payload instanceof Uint8Array ? Buffer.from(Payload).toString() : Payload).toBe('{"group":"web"}');
});

test("it throws the callee's error under its own name", async () => {
  lambda.on(InvokeCommand).resolves({
    FunctionError: 'Unhandled',
    Payload: payload({ errorType: 'Refused', errorMessage: 'web is frozen' }),
  });
  await expect(caller.call('reconcile', {})).rejects.toMatchObject({
    name: 'Refused',
    message: 'web is frozen',
  });
});

test.each([
  { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 60.00 seconds' },
  { errorMessage: '2026-01-01T00:00:00Z 1 Task timed out after 60.00 seconds' },
  { errorType: 'Runtime.ExitError', errorMessage: 'exit status 1' },
])('it has no answer when the callee was cut off: $errorMessage', async (error) => {
  lambda.on(InvokeCommand).resolves({ FunctionError: 'Unhandled', Payload: payload(error) });
  await expect(caller.call('reconcile', {})).rejects.toMatchObject({ name: 'Unanswered' });
});

test('it tells throttled from not reached', async () => {
  const failing = (name: string) =>
    lambda.on(InvokeCommand).rejects(Object.assign(new Error('no'), { name }));
  failing('TooManyRequestsException');
  await expect(caller.call('reconcile', {})).rejects.toMatchObject({ name: 'Throttled' });
  failing('ServiceException');
  await expect(caller.call('reconcile', {})).rejects.toMatchObject({ name: 'Unanswered' });
  await expect(caller.call('sweep', {})).rejects.toMatchObject({ name: 'Unanswered' });
});
