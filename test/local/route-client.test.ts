import {
  DescribeInstancesCommand,
  EC2Client,
  EC2ServiceException,
  paginateDescribeInstances,
  waitUntilInstanceRunning,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { type Answer, type Interceptor, routeClient } from '../../lib/local/route-client.js';

const routed = (answer: Answer, interceptors: readonly Interceptor[] = []) =>
  routeClient(new EC2Client({ region: 'eu-west-1' }), answer, interceptors);

test('it answers a command of a real client by operation name and input', async () => {
  const calls: unknown[] = [];
  const client = routed(async (operation, input) => {
    calls.push([operation, input]);
    return { Reservations: [{ ReservationId: 'r-1' }] };
  });
  const output = await client.send(new DescribeInstancesCommand({ InstanceIds: ['i-1'] }));
  expect(calls).toEqual([['DescribeInstances', { InstanceIds: ['i-1'] }]]);
  expect(output.Reservations).toEqual([{ ReservationId: 'r-1' }]);
  expect(output.$metadata.httpStatusCode).toBe(200);
});

test('it gives the answer a copy of the input', async () => {
  const client = routed(async (_operation, input) => {
    if (typeof input === 'object' && input !== null && 'InstanceIds' in input) {
      if (Array.isArray(input.InstanceIds)) input.InstanceIds.push('i-2');
    }
    return {};
  });
  const InstanceIds = ['i-1'];
  await client.send(new DescribeInstancesCommand({ InstanceIds }));
  expect(InstanceIds).toEqual(['i-1']);
});

test("it serves the SDK's paginators", async () => {
  const client = routed(async (_operation, input) => {
    const token =
      typeof input === 'object' && input !== null && 'NextToken' in input ? input.NextToken : undefined;
    return token === 'two'
      ? { Reservations: [{ ReservationId: 'r-2' }] }
      : { Reservations: [{ ReservationId: 'r-1' }], NextToken: 'two' };
  });
  const seen: unknown[] = [];
  for await (const page of paginateDescribeInstances({ client }, {})) {
    for (const reservation of page.Reservations ?? []) seen.push(reservation.ReservationId);
  }
  expect(seen).toEqual(['r-1', 'r-2']);
});

test("it serves the SDK's waiters", async () => {
  const client = routed(async () => ({
    Reservations: [{ Instances: [{ InstanceId: 'i-1', State: { Name: 'running' } }] }],
  }));
  const result = await waitUntilInstanceRunning({ client, maxWaitTime: 20 }, { InstanceIds: ['i-1'] });
  expect(result.state).toBe('SUCCESS');
});

test('it lets typed exceptions through unchanged', async () => {
  const client = routed(async () => {
    throw new EC2ServiceException({ name: 'InvalidInstanceID.NotFound', $fault: 'client', $metadata: {} });
  });
  const failure = await client.send(new DescribeInstancesCommand({})).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(EC2ServiceException);
  expect(failure).toMatchObject({ name: 'InvalidInstanceID.NotFound', $fault: 'client' });
});

test('it layers interceptors, the first outermost, each of which may refuse', async () => {
  const trail: string[] = [];
  const outer: Interceptor = async (call, next) => {
    trail.push(`${call.service} ${call.operation}`);
    const result = await next();
    trail.push('outer after');
    return result;
  };
  const inner: Interceptor = async (_call, next) => {
    trail.push('inner');
    if (trail.length > 5) throw new Error('refused');
    return next();
  };
  const client = routed(async () => {
    trail.push('answer');
    return {};
  }, [outer, inner]);
  await client.send(new DescribeInstancesCommand({}));
  expect(trail).toEqual(['EC2 DescribeInstances', 'inner', 'answer', 'outer after']);
  await expect(client.send(new DescribeInstancesCommand({}))).rejects.toThrow('refused');
  expect(trail).toHaveLength(6);
});
