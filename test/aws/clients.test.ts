import { afterEach, expect, test, vi } from 'vitest';
import { awsClients } from '../../lib/aws/clients.js';

afterEach(() => vi.unstubAllEnvs());

test('every client obeys AWS_ENDPOINT_URL, and S3 addresses buckets by path then', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:4580');
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  const clients = awsClients(process.env);
  const calls = await Promise.all(
    Object.entries(clients).map(async ([name, client]) => {
      const seen: string[] = [];
      client.middlewareStack.add(
        () => async (args: { readonly request: unknown }) => {
          const { request } = args;
          if (typeof request === 'object' && request !== null && 'hostname' in request && 'path' in request) {
            seen.push(`${request.hostname}${request.path}`);
          }
          throw Object.assign(new Error('seen'), { name: 'Seen' });
        },
        { step: 'finalizeRequest', priority: 'low' },
      );
      return { name, client, seen };
    }),
  );
  const { DescribeInstancesCommand } = await import('@aws-sdk/client-ec2');
  const { GetObjectCommand } = await import('@aws-sdk/client-s3');
  const { ListTablesCommand } = await import('@aws-sdk/client-dynamodb');
  const { ListQueuesCommand } = await import('@aws-sdk/client-sqs');
  const { ListRulesCommand } = await import('@aws-sdk/client-eventbridge');
  const { DescribeAlarmsCommand } = await import('@aws-sdk/client-cloudwatch');
  const { ListFunctionsCommand } = await import('@aws-sdk/client-lambda');
  const { ListCommandsCommand } = await import('@aws-sdk/client-ssm');
  const { DescribeTargetGroupsCommand } = await import('@aws-sdk/client-elastic-load-balancing-v2');
  const { ListStateMachinesCommand } = await import('@aws-sdk/client-sfn');
  const sends: Readonly<Record<keyof typeof clients, () => Promise<unknown>>> = {
    ec2: () => clients.ec2.send(new DescribeInstancesCommand({})),
    s3: () => clients.s3.send(new GetObjectCommand({ Bucket: 'config', Key: 'a.json' })),
    dynamo: () => clients.dynamo.send(new ListTablesCommand({})),
    sqs: () => clients.sqs.send(new ListQueuesCommand({})),
    events: () => clients.events.send(new ListRulesCommand({})),
    cloudwatch: () => clients.cloudwatch.send(new DescribeAlarmsCommand({})),
    lambda: () => clients.lambda.send(new ListFunctionsCommand({})),
    ssm: () => clients.ssm.send(new ListCommandsCommand({})),
    elb: () => clients.elb.send(new DescribeTargetGroupsCommand({})),
    sfn: () => clients.sfn.send(new ListStateMachinesCommand({})),
  };
  for (const send of Object.values(sends)) await expect(send()).rejects.toThrow('seen');
  for (const { name, seen } of calls) {
    expect([name, seen[0]?.startsWith('127.0.0.1/')]).toEqual([name, true]);
  }
  expect(calls.find(({ name }) => name === 's3')?.seen[0]).toBe('127.0.0.1/config/a.json');
});

test('EC2 gives up within the 20 s that a pass leaves for a call', async () => {
  const { ec2 } = awsClients({ AWS_REGION: 'eu-west-1' });
  expect(await ec2.config.maxAttempts()).toBe(2);
  expect(await ec2.config.retryMode).toBe('standard');
});
