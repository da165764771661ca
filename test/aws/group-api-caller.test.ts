import {
  InvokeCommand,
  LambdaClient,
  ResourceNotFoundException,
  TooManyRequestsException,
} from '@aws-sdk/client-lambda';
import { Uint8ArrayBlobAdapter } from '@smithy/core/serde';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { groupApiCaller, invokeLater } from '../../lib/aws/group-api-caller.js';

const client = new LambdaClient({ region: 'eu-west-1' });
const lambda = mockClient(client);
beforeEach(() => void lambda.reset());

const caller = groupApiCaller({ client, functionName: 'group-api' });
const call = () => caller.call('commit', 'Group.Unwatch', { ID: 'web' });
const answers = (value: unknown, more: object = {}) =>
  lambda
    .on(InvokeCommand)
    .resolves({ Payload: Uint8ArrayBlobAdapter.fromString(JSON.stringify(value)), ...more });
const $metadata = {};

describe('groupApiCaller', () => {
  it('asks by the alias that it is told, and hands the result on', async () => {
    answers({ jsonrpc: '2.0', id: 1, result: { ID: 'web' } });
    expect(await call()).toEqual({ ID: 'web' });
    expect(lambda.commandCalls(InvokeCommand)[0]?.args[0].input).toMatchObject({
      FunctionName: 'group-api',
      Qualifier: 'commit',
      Payload: '{"jsonrpc":"2.0","id":1,"method":"Group.Unwatch","params":{"ID":"web"}}',
    });
  });

  it('names an error as the API does, with every mistake in its message', async () => {
    const issues = [
      { path: 'groups.web', message: 'is wrong' },
      { path: '', message: 'so is that' },
    ];
    answers({ error: { code: -32001, message: 'is wrong', data: { name: 'InvalidInput', issues } } });
    await expect(call()).rejects.toMatchObject({
      name: 'InvalidInput',
      message: 'groups.web: is wrong; so is that',
    });
  });

  it.each([
    ['Throttled', new TooManyRequestsException({ message: 'slow down', $metadata })],
    ['Unanswered', new Error('connect ETIMEDOUT')],
    ['ResourceNotFoundException', new ResourceNotFoundException({ message: 'no function', $metadata })],
  ] as const)('fails as %s when Lambda answers so', async (name, error) => {
    lambda.on(InvokeCommand).rejects(error);
    await expect(call()).rejects.toMatchObject({ name });
  });

  it('takes a function that died for no answer: what was asked may have happened', async () => {
    answers({ errorMessage: 'Task timed out' }, { FunctionError: 'Unhandled' });
    await expect(call()).rejects.toMatchObject({ name: 'Unanswered' });
  });
});

it('starts a function and does not wait for it', async () => {
  answers('');
  await invokeLater(client, 'arn', { left: 1 });
  expect(lambda.commandCalls(InvokeCommand)[0]?.args[0].input).toEqual({
    FunctionName: 'arn',
    InvocationType: 'Event',
    Payload: '{"left":1}',
  });
});
