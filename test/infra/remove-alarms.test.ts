import { createServer, type IncomingHttpHeaders } from 'node:http';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DeleteAlarmsCommand, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { send } from '../../lambdas/custom-resource.js';
import { type AlarmRemoval, type AlarmRemovalEvent, task } from '../../lambdas/remove-alarms.js';
import { orphanedAlarms } from '../../lib/aws/orphaned-alarms.js';

const clients = {
  cloudformation: new CloudFormationClient({ region: 'eu-west-1' }),
  cloudwatch: new CloudWatchClient({ region: 'eu-west-1' }),
};
const cloudformation = mockClient(clients.cloudformation);
const cloudwatch = mockClient(clients.cloudwatch);

const STACK = 'arn:aws:cloudformation:eu-west-1:000000000000:stack/Holdfast/1';
const EVENT: AlarmRemovalEvent = {
  RequestType: 'Delete',
  ResponseURL: 'https://answers.example/signed',
  StackId: STACK,
  RequestId: 'r-1',
  LogicalResourceId: 'Alarms',
  PhysicalResourceId: 'group-alarms',
  ResourceProperties: { Prefix: 'holdfast:Holdfast:' },
};
const context = (remaining = 300_000) => ({
  awsRequestId: 'a',
  invokedFunctionArn: 'arn',
  getRemainingTimeInMillis: () => remaining,
});

interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly answer: Readonly<Record<string, string>>;
}

let sent: Sent[];
/** What CloudFormation's end of the URL says, one after the other; then 200. */
let statuses: (number | Error)[];
const fakeFetch: AlarmRemoval['fetch'] = async (url, { method, headers, body }) => {
  sent.push({ url, method, headers, answer: JSON.parse(body) });
  const status = statuses.shift() ?? 200;
  if (status instanceof Error) throw status;
  return { ok: status === 200, status };
};

const run = (event: Partial<AlarmRemovalEvent> = {}, remaining?: number) =>
  task({ alarms: orphanedAlarms(clients), fetch: fakeFetch })({ ...EVENT, ...event }, context(remaining));

const stackIs = (
  StackStatus:
    | 'DELETE_IN_PROGRESS'
    | 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'
    | 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'
    | 'UPDATE_ROLLBACK_IN_PROGRESS'
    | 'ROLLBACK_IN_PROGRESS',
) =>
  cloudformation.on(DescribeStacksCommand, { StackName: STACK }).resolves({
    Stacks: [{ StackName: 'Holdfast', CreationTime: new Date(0), StackStatus }],
  });

const named = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => ({ AlarmName: `holdfast:Holdfast:g${from + at}` }));
const deleted = () =>
  cloudwatch.commandCalls(DeleteAlarmsCommand).map((it) => it.args[0].input.AlarmNames ?? []);

beforeEach(() => {
  cloudformation.reset();
  cloudwatch.reset();
  cloudwatch.on(DescribeAlarmsCommand).resolves({ MetricAlarms: named(0, 2) });
  cloudwatch.on(DeleteAlarmsCommand).resolves({});
  stackIs('DELETE_IN_PROGRESS');
  sent = [];
  statuses = [];
});

describe('remove-alarms', () => {
  it('deletes every alarm of the prefix with the stack, page by page, a hundred at a time', async () => {
    const search = { AlarmNamePrefix: 'holdfast:Holdfast:' };
    cloudwatch
      .on(DescribeAlarmsCommand, search)
      .resolves({ MetricAlarms: named(0, 100), NextToken: 'two' })
      .on(DescribeAlarmsCommand, { ...search, NextToken: 'two' })
      .resolves({ MetricAlarms: named(100, 170), NextToken: 'three' })
      .on(DescribeAlarmsCommand, { ...search, NextToken: 'three' })
      .resolves({ MetricAlarms: named(170, 230) });
    await run();
    expect(deleted().map((it) => it.length)).toEqual([100, 100, 30]);
    expect(new Set(deleted().flat()).size).toBe(230);
    expect(sent).toEqual([
      {
        url: 'https://answers.example/signed',
        method: 'PUT',
        // Signed for none; any other is refused.
        headers: { 'content-type': '' },
        answer: {
          Status: 'SUCCESS',
          PhysicalResourceId: 'group-alarms',
          StackId: STACK,
          RequestId: 'r-1',
          LogicalResourceId: 'Alarms',
        },
      },
    ]);
  });

  it('deletes nothing where no group asked for an alarm', async () => {
    cloudwatch.on(DescribeAlarmsCommand).resolves({});
    await run();
    expect(deleted()).toEqual([]);
    expect(sent[0]?.answer.Status).toBe('SUCCESS');
  });

  it.each(['Create', 'Update'] as const)('does nothing on %s but answer', async (RequestType) => {
    await run({ RequestType });
    expect(cloudwatch.calls()).toHaveLength(0);
    expect(sent[0]?.answer.Status).toBe('SUCCESS');
  });

  it('gives the resource one id for good, so that no change replaces it', async () => {
    const { PhysicalResourceId: _, ...created } = EVENT;
    await task({ alarms: orphanedAlarms(clients), fetch: fakeFetch })(
      { ...created, RequestType: 'Create' },
      context(),
    );
    await run({ RequestType: 'Update', ResourceProperties: { Prefix: 'holdfast:Other:' } });
    expect(sent.map((it) => it.answer.PhysicalResourceId)).toEqual(['group-alarms', 'group-alarms']);
  });

  it('deletes them when an update took the control plane out', async () => {
    stackIs('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    await run();
    expect(deleted().flat()).toHaveLength(2);
  });

  it.each([
    'UPDATE_ROLLBACK_IN_PROGRESS',
    'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    'ROLLBACK_IN_PROGRESS',
  ] as const)('keeps the alarms of a control plane that lives on after %s', async (status) => {
    stackIs(status);
    await run();
    expect(deleted()).toEqual([]);
    expect(sent[0]?.answer.Status).toBe('SUCCESS');
  });

  it('goes on one by one when an alarm of the batch vanished meanwhile', async () => {
    cloudwatch.on(DescribeAlarmsCommand).resolves({ MetricAlarms: named(0, 3) });
    const gone = Object.assign(new Error('no such alarm'), { name: 'ResourceNotFound' });
    const [a, b, c] = ['holdfast:Holdfast:g0', 'holdfast:Holdfast:g1', 'holdfast:Holdfast:g2'] as const;
    cloudwatch
      .on(DeleteAlarmsCommand, { AlarmNames: [a, b, c] })
      .rejects(gone)
      .on(DeleteAlarmsCommand, { AlarmNames: [b] })
      .rejects(gone);
    await run();
    expect(deleted()).toEqual([[a, b, c], [a], [b], [c]]);
    expect(sent[0]?.answer.Status).toBe('SUCCESS');
  });

  it.each(['', 'holdfast:', 'holdfast::', 'payroll'])(
    'fails on the prefix "%s" and deletes nothing',
    async (Prefix) => {
      await run({ ResourceProperties: { Prefix } });
      expect(cloudwatch.calls()).toHaveLength(0);
      expect(sent[0]?.answer).toMatchObject({
        Status: 'FAILED',
        Reason: expect.stringContaining(`"${Prefix}"`),
      });
    },
  );

  it('answers with the reason when AWS refuses', async () => {
    cloudwatch.on(DeleteAlarmsCommand).rejects(new Error(`not authorised ${'x'.repeat(9000)}`));
    await run();
    expect(sent).toHaveLength(1);
    expect(sent[0]?.answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/^the alarms of the groups were not deleted: not authorised/),
    });
    expect(JSON.stringify(sent[0]?.answer).length).toBeLessThan(4096);
  });

  it('answers before its time is out', async () => {
    const endless: AlarmRemoval['alarms'] = {
      isGivenUp: async () => true,
      removeAll: (_, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    };
    // Of these ten seconds all are kept for the answer.
    await task({ alarms: endless, fetch: fakeFetch })(EVENT, context(10_000));
    expect(sent[0]?.answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('delete the stack again'),
    });
  });

  it('repeats an answer that did not arrive, and fails when none does', async () => {
    statuses = [new Error('reset'), 503];
    await run();
    expect(sent).toHaveLength(3);
    statuses = [503, 503, 503];
    await expect(run()).rejects.toThrow('did not take the answer: status 503');
  });

  it('puts the answer over HTTP as the URL is signed: with a length and without a content type', async () => {
    const received: { method?: string; headers: IncomingHttpHeaders; body: string }[] = [];
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      received.push({
        ...(request.method ? { method: request.method } : {}),
        headers: request.headers,
        body,
      });
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    try {
      await task({ alarms: orphanedAlarms(clients), fetch: send })(
        { ...EVENT, ResponseURL: `http://127.0.0.1:${address.port}/signed?with=this` },
        context(),
      );
    } finally {
      server.closeAllConnections();
      server.close();
    }
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({ method: 'PUT', headers: { 'content-type': '' } });
    const { headers, body } = received[0] ?? { headers: {}, body: '' };
    expect(Number(headers['content-length'])).toBe(Buffer.byteLength(body));
    expect(headers['transfer-encoding']).toBeUndefined();
    expect(JSON.parse(body)).toMatchObject({ Status: 'SUCCESS', RequestId: 'r-1' });
  });
});
