import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  LambdaServiceException,
} from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { stackTransport } from '../../lib/cli/stack-target.js';

const OUTPUTS = [
  { OutputKey: 'ConfigBucketName', OutputValue: 'bucket' },
  { OutputKey: 'GroupApiFunction', OutputValue: 'api-fn' },
  {
    OutputKey: 'GroupApiReadAlias',
    OutputValue: 'arn:aws:lambda:eu-west-1:123456789012:function:api-fn:read',
  },
];
const never = new AbortController().signal;
const request = (method: string, params: object = {}) => ({ jsonrpc: '2.0', id: 1, method, params }) as const;

/** As the SDK hands out a payload: bytes that can tell themselves as text. */
const payload = (answer: unknown) => {
  const text = JSON.stringify(answer);
  return Object.assign(new TextEncoder().encode(text), { transformToString: () => text });
};
const denied = () =>
  new LambdaServiceException({
    name: 'AccessDeniedException',
    $fault: 'client',
    message: 'User is not authorized to perform: lambda:InvokeFunction',
    $metadata: {},
  });
const notAllowed = {
  jsonrpc: '2.0',
  id: 1,
  error: { code: -32007, message: 'not by this alias', data: { name: 'NotAllowed' } },
};

/** A stack whose function answers as told, by alias. */
function stack(
  answer: (input: InvokeCommandInput) => unknown,
  outputs: readonly { OutputKey: string; OutputValue: string }[] = OUTPUTS,
) {
  const cloudFormation = new CloudFormationClient({ region: 'eu-west-1' });
  const lambda = new LambdaClient({ region: 'eu-west-1' });
  mockClient(cloudFormation)
    .on(DescribeStacksCommand)
    .callsFake(({ StackName }) => {
      if (StackName === 'prod') return { Stacks: [{ StackName, Outputs: [...outputs] }] };
      throw new CloudFormationServiceException({
        name: 'ValidationError',
        $fault: 'client',
        message: `Stack with id ${StackName} does not exist`,
        $metadata: {},
      });
    });
  const invoked: InvokeCommandInput[] = [];
  mockClient(lambda)
    .on(InvokeCommand)
    .callsFake((input: InvokeCommandInput) => {
      invoked.push(input);
      return answer(input);
    });
  return {
    invoked,
    doors: () => invoked.map(({ Qualifier }) => Qualifier ?? 'function'),
    open: (choice: object = {}) =>
      stackTransport({ kind: 'stack', stack: 'prod', ...choice }, { cloudFormation, lambda }),
  };
}

const fine = () => ({ Payload: payload({ jsonrpc: '2.0', id: 1, result: {} }) });

describe('stackTransport', () => {
  it('says, without running anything, when the caller may only read', async () => {
    const closed = stack(() => {
      throw denied();
    });
    const transport = await closed.open();
    expect(await transport.whyReadOnly?.(never)).toBe(
      'your AWS credentials may only read this control plane',
    );
    expect(closed.doors()).toEqual(['commit', 'destroy', 'function']);
    expect(closed.invoked.every(({ InvocationType }) => InvocationType === 'DryRun')).toBe(true);
    const ajar = stack(({ Qualifier }) => {
      if (Qualifier !== 'commit') throw denied();
      return { StatusCode: 204 };
    });
    expect(await (await ajar.open()).whyReadOnly?.(never)).toBeUndefined();
  });

  it("invokes the function of the stack's output with the request, and names stack and region", async () => {
    const { open, invoked } = stack(fine);
    const transport = await open();
    expect(transport.name).toBe('stack prod on AWS in eu-west-1');
    expect(await transport.send(request('Group.List'), 'rpc', never)).toEqual({
      jsonrpc: '2.0',
      id: 1,
      result: {},
    });
    expect(invoked[0]?.FunctionName).toBe('api-fn');
    expect(JSON.parse(String(invoked[0]?.Payload))).toEqual(request('Group.List'));
  });

  it.each([
    ['Group.List', {}, ['read']],
    ['Group.CommitGroups', { Specs: [], Pretend: true }, ['read']],
    ['Group.CommitGroups', { Specs: [] }, ['commit']],
    ['Group.Destroy', { ID: 'web' }, ['commit']],
  ])('invokes the alias that allows least for %s %j', async (method, params, doors) => {
    const { open, doors: used } = stack(fine);
    await (await open()).send(request(method, params), 'rpc', never);
    expect(used()).toEqual(doors);
  });

  it('goes on to the next alias when one refuses the method or the caller', async () => {
    const { open, doors } = stack(({ Qualifier }) => {
      if (Qualifier === 'read') return { Payload: payload(notAllowed) };
      if (Qualifier === 'commit') throw denied();
      return fine();
    });
    const answer = await (await open()).send(request('Group.CommitGroups', { Pretend: true }), 'rpc', never);
    expect(answer).toMatchObject({ result: {} });
    expect(doors()).toEqual(['read', 'commit', 'destroy']);
  });

  it('ends with the function itself, and says what it says', async () => {
    const { open, doors } = stack(({ Qualifier }) => {
      if (Qualifier !== undefined) throw denied();
      return { Payload: payload(notAllowed) };
    });
    expect(await (await open()).send(request('Group.Destroy'), 'rpc', never)).toEqual(notAllowed);
    expect(doors()).toEqual(['commit', 'destroy', 'function']);
  });

  it("says AWS's reason when every door is closed", async () => {
    const { open } = stack(() => {
      throw denied();
    });
    await expect((await open()).send(request('Group.Destroy'), 'rpc', never)).rejects.toMatchObject({
      code: 'AccessDeniedException',
      message: 'AWS says AccessDeniedException: User is not authorized to perform: lambda:InvokeFunction',
    });
  });

  it('takes a function that failed for no answer: what was asked may have happened', async () => {
    const { open, doors } = stack(() => ({
      FunctionError: 'Unhandled',
      Payload: payload({ errorMessage: 'Task timed out after 60.00 seconds' }),
    }));
    await expect((await open()).send(request('Group.Destroy'), 'rpc', never)).rejects.toMatchObject({
      name: 'NoAnswer',
      sent: true,
      message: 'function api-fn failed: Task timed out after 60.00 seconds; what was asked may have happened',
    });
    expect(doors()).toEqual(['commit']);
  });

  it('takes a broken connection for no answer', async () => {
    const { open } = stack(() => {
      throw new Error('socket hang up');
    });
    await expect((await open()).send(request('Group.List'), 'rpc', never)).rejects.toMatchObject({
      name: 'NoAnswer',
      sent: true,
    });
  });

  it('never sends a cloud command', async () => {
    const { open, invoked } = stack(fine);
    await expect((await open()).send(request('Cloud.List'), 'cloud', never)).rejects.toThrow(
      'local cloud only',
    );
    expect(invoked).toEqual([]);
  });

  it('says so when there is no such stack, or no control plane in it', async () => {
    await expect(stack(fine).open({ stack: 'prdo' })).rejects.toMatchObject({
      message: 'AWS says ValidationError: Stack with id prdo does not exist',
    });
    await expect(stack(fine, []).open()).rejects.toMatchObject({
      message: 'stack "prod" has no output GroupApiFunction; is it a stack with a ControlPlane?',
    });
  });

  it('wants to know which of several control planes is meant', async () => {
    const two = [
      { OutputKey: 'BlueGroupApiFunction', OutputValue: 'blue-fn' },
      { OutputKey: 'GreenGroupApiFunctionName5E6F7A8B', OutputValue: 'green-fn' },
    ];
    await expect(stack(fine, two).open()).rejects.toThrow(
      'stack "prod" has 2 control planes; name one: --stack prod/Blue, --stack prod/Green',
    );
    await expect(stack(fine, two).open({ plane: 'Red' })).rejects.toThrow(
      'stack "prod" has no control plane "Red"; it has Blue, Green',
    );
    const green = stack(fine, two);
    await (await green.open({ plane: 'Green' })).send(request('Group.List'), 'rpc', never);
    expect(green.invoked[0]?.FunctionName).toBe('green-fn');
  });
});
