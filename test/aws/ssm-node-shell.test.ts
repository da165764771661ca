import {
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  ListCommandInvocationsCommand,
  SendCommandCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import { ssmNodeShell } from '../../lib/aws/ssm-node-shell.js';
import { instanceId } from '../../lib/core/ids.js';

const client = new SSMClient({ region: 'eu-west-1' });
const ssm = mockClient(client);
beforeEach(() => ssm.reset());

const shell = ssmNodeShell(client);
const ids = (count: number) => Array.from({ length: count }, (_, index) => instanceId(`i-${index}`));
const failing = (name: string) => Object.assign(new Error('no'), { name });

describe('online', () => {
  test('it asks for those ids only, 50 at a time, and reads every page', async () => {
    ssm
      .on(DescribeInstanceInformationCommand)
      .resolvesOnce({
        InstanceInformationList: [{ InstanceId: 'i-1', PingStatus: 'Online' }],
        NextToken: 'more',
      })
      .resolvesOnce({ InstanceInformationList: [{ InstanceId: 'i-2', PingStatus: 'ConnectionLost' }] })
      .resolves({ InstanceInformationList: [{ InstanceId: 'i-50', PingStatus: 'Online' }] });
    expect([...(await shell.online(ids(51)))]).toEqual(['i-1', 'i-50']);
    const calls = ssm.commandCalls(DescribeInstanceInformationCommand).map((call) => call.args[0].input);
    expect(calls.map(({ Filters }) => Filters?.[0]?.Values?.length)).toEqual([50, 50, 1]);
    expect(calls[0]?.Filters).toMatchObject([
      { Key: 'InstanceIds' },
      { Key: 'PingStatus', Values: ['Online'] },
    ]);
    expect([...(await shell.online([]))]).toEqual([]);
  });
});

describe('start', () => {
  const command = { document: 'Stack-Probe', parameters: { what: 'nodes' }, timeoutSeconds: 12.5 };

  test('it sends the document to all of them and answers with the id', async () => {
    ssm.on(SendCommandCommand).resolves({ Command: { CommandId: 'c-1' } });
    expect(await shell.start(ids(2), command)).toBe('c-1');
    expect(ssm.commandCalls(SendCommandCommand)[0]?.args[0].input).toEqual({
      DocumentName: 'Stack-Probe',
      InstanceIds: ['i-0', 'i-1'],
      Parameters: { what: ['nodes'] },
      TimeoutSeconds: 30,
    });
  });

  test('it refuses none and more than 50 before it asks', async () => {
    await expect(shell.start([], command)).rejects.toMatchObject({ name: 'Refused' });
    await expect(shell.start(ids(51), command)).rejects.toMatchObject({ name: 'Refused' });
    expect(ssm.calls()).toHaveLength(0);
  });

  test.each([
    ['InvalidInstanceId', 'Refused'],
    ['ThrottlingException', 'Throttled'],
    ['TimeoutError', 'Unanswered'],
  ])('it calls %s %s', async (code, name) => {
    ssm.on(SendCommandCommand).rejects(failing(code));
    await expect(shell.start(ids(1), command)).rejects.toMatchObject({ name });
  });
});

describe('read', () => {
  const read = () => shell.read('c-1', instanceId('i-1'));

  test.each([
    [{ Status: 'Success', ResponseCode: 0, StandardOutputContent: 'ok' }, 0],
    [{ Status: 'Failed', StatusDetails: 'Failed', ResponseCode: 3, StandardErrorContent: 'bad' }, 3],
  ] as const)('it has the output of what ran: %j', async (invocation, exitCode) => {
    ssm.on(GetCommandInvocationCommand).resolves(invocation);
    expect(await read()).toMatchObject({ kind: 'done', output: { exitCode } });
  });

  test.each(['Pending', 'InProgress', 'Delayed', 'Cancelling'] as const)(
    'it waits while %s',
    async (Status) => {
      ssm.on(GetCommandInvocationCommand).resolves({ Status, StatusDetails: Status, ResponseCode: -1 });
      expect(await read()).toEqual({ kind: 'running' });
    },
  );

  test.each([
    ['TimedOut', 'Delivery Timed Out', 'the command did not reach the node in time'],
    ['TimedOut', 'DeliveryTimedOut', 'the command did not reach the node in time'],
    ['TimedOut', 'ExecutionTimedOut', 'the command did not end in time'],
    ['TimedOut', 'TimedOut', 'the command timed out'],
    ['Cancelled', 'Cancelled', 'the command was cancelled'],
    ['Failed', 'Undeliverable', 'the node cannot be reached'],
    ['Failed', 'Terminated', 'the command was given up, since it failed on other nodes'],
    ['Failed', 'Failed', 'the command failed: Failed'],
  ] as const)('it says why %s (%s) has no output', async (Status, StatusDetails, reason) => {
    ssm.on(GetCommandInvocationCommand).resolves({ Status, StatusDetails, ResponseCode: -1 });
    const undelivered = /did not reach|cannot be reached/.test(reason) ? { undelivered: true } : {};
    expect(await read()).toEqual({ kind: 'failed', reason, ...undelivered });
  });

  test('it waits for an invocation that SSM does not show yet, and passes on what it cannot name', async () => {
    ssm.on(GetCommandInvocationCommand).rejects(failing('InvocationDoesNotExist'));
    expect(await read()).toEqual({ kind: 'running' });
    ssm.on(GetCommandInvocationCommand).rejects(failing('AccessDeniedException'));
    await expect(read()).rejects.toThrow('no');
  });
});

describe('readAll', () => {
  test('it has the answers of every node, of every page, and keeps errors out of the output', async () => {
    const listed = (
      id: string,
      Status: 'Success' | 'Failed' | 'InProgress',
      ResponseCode: number,
      Output: string,
    ) => ({
      InstanceId: id,
      Status,
      StatusDetails: Status,
      CommandPlugins: [{ ResponseCode, Output }],
    });
    ssm
      .on(ListCommandInvocationsCommand)
      .resolvesOnce({ CommandInvocations: [listed('i-1', 'Success', 0, 'ok')], NextToken: 'more' })
      .resolvesOnce({
        CommandInvocations: [
          listed('i-2', 'Failed', 66, 'a\n----------ERROR-------\nnot joined'),
          listed('i-3', 'InProgress', -1, ''),
        ],
      });
    expect(Object.fromEntries(await shell.readAll('c-1'))).toEqual({
      'i-1': { kind: 'done', output: { exitCode: 0, stdout: 'ok', stderr: '' } },
      'i-2': { kind: 'done', output: { exitCode: 66, stdout: 'a', stderr: 'not joined' } },
      'i-3': { kind: 'running' },
    });
    expect(ssm.commandCalls(ListCommandInvocationsCommand)[0]?.args[0].input).toMatchObject({
      CommandId: 'c-1',
      Details: true,
    });
  });
});
