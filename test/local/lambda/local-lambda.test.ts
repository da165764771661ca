import { InvokeCommand, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { virtualClock } from '../../../lib/local/clock.js';
import { scriptedFaults } from '../../../lib/local/faults.js';
import { seededRandom } from '../../../lib/local/seeded-random.js';
import { aCloud, START, type TestCloud } from '../a-cloud.js';

const invoke = async (cloud: TestCloud, name: string, event: unknown, more: object = {}) => {
  const { lambda } = cloud.clients('caller');
  const answer = await lambda.send(
    new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event), ...more }),
  );
  const text = answer.Payload?.transformToString() ?? '';
  return { ...answer, answered: text === '' ? undefined : JSON.parse(text) };
};
/** Invokes it as a process, so that time can move meanwhile. */
const invoked = (cloud: TestCloud, name: string, event: unknown = {}) =>
  cloud.clock.run(() => invoke(cloud, name, event));
const parameter = (cloud: TestCloud, Name: string) =>
  cloud
    .clients('reader')
    .ssm.send(new GetParameterCommand({ Name }))
    .then(
      ({ Parameter }) => Parameter?.Value,
      () => undefined,
    );
const item = async (cloud: TestCloud, sk: string) =>
  (
    await cloud
      .clients('reader')
      .dynamo.send(new GetCommand({ TableName: cloud.dynamo.tableName, Key: { pk: 'p', sk } }))
  ).Item;

describe('local Lambda', () => {
  test('it passes JSON in and out, and tells the handler of its invocation', async () => {
    const cloud = await aCloud();
    cloud.registerFunction(
      'echo',
      async (event, context) => [event, context.functionName, context.getRemainingTimeInMillis()],
      { timeoutSeconds: 7 },
    );
    const { answered, StatusCode, FunctionError } = await invoke(cloud, 'echo', { a: 1 });
    expect(answered).toEqual([{ a: 1 }, 'echo', 7_000]);
    expect([StatusCode, FunctionError]).toEqual([200, undefined]);
  });

  test('it answers a throw as a function error with type and message', async () => {
    const cloud = await aCloud();
    const fails = async () => {
      throw new RangeError('too far');
    };
    cloud.registerFunction('fails', fails, { timeoutSeconds: 1 });
    const { answered, FunctionError } = await invoke(cloud, 'fails', {});
    expect(FunctionError).toBe('Unhandled');
    expect(answered).toMatchObject({ errorType: 'RangeError', errorMessage: 'too far' });
  });

  test('it knows a function by its aliases and no others', async () => {
    const cloud = await aCloud();
    const arn = async (_event: unknown, context: { invokedFunctionArn: string }) =>
      context.invokedFunctionArn;
    cloud.registerFunction('api', arn, { timeoutSeconds: 1, aliases: ['read'] });
    expect((await invoke(cloud, 'api', {}, { Qualifier: 'read' })).answered).toMatch(/:function:api:read$/);
    expect((await invoke(cloud, 'api:read', {})).answered).toMatch(/:function:api:read$/);
    const unknown = await invoke(cloud, 'api', {}, { Qualifier: 'write' }).catch((error: unknown) => error);
    expect(unknown).toBeInstanceOf(ResourceNotFoundException);
  });

  test('it kills a function at its timeout: what it sends later has no effect, in process and over HTTP', async () => {
    const cloud = await aCloud();
    const { ssm, dynamo } = cloud.clients('slow');
    const trail: string[] = [];
    cloud.registerFunction(
      'slow',
      async () => {
        await ssm.send(new PutParameterCommand({ Name: 'before', Value: 'written', Type: 'String' }));
        await cloud.clock.sleep(5_000);
        trail.push('still computing');
        const attempts = [
          ssm.send(new PutParameterCommand({ Name: 'after', Value: 'x', Type: 'String' })),
          dynamo.send(new PutCommand({ TableName: cloud.dynamo.tableName, Item: { pk: 'p', sk: 'after' } })),
        ];
        for (const { status } of await Promise.allSettled(attempts)) trail.push(status);
      },
      { timeoutSeconds: 3 },
    );
    const started = cloud.clock.now();
    const answer = invoked(cloud, 'slow').then((result) => ({ ...result, at: cloud.clock.now() }));
    await cloud.clock.advance(10_000);
    const { answered, FunctionError, at } = await answer;
    expect(at - started).toBe(3_000);
    expect(FunctionError).toBe('Unhandled');
    expect(answered.errorType).toBe('Sandbox.Timedout');
    expect(answered.errorMessage).toContain('Task timed out after 3.00 seconds');
    expect(trail).toEqual(['still computing', 'rejected', 'rejected']);
    expect(await parameter(cloud, 'before')).toBe('written');
    expect(await parameter(cloud, 'after')).toBeUndefined();
    expect(await item(cloud, 'after')).toBeUndefined();
  });

  test('it does not answer a killed function that was inside a call, and lets the next run live', async () => {
    const cloud = await aCloud();
    cloud.registerFunction('inner', async () => cloud.clock.sleep(10_000), { timeoutSeconds: 60 });
    let runs = 0;
    const learned: unknown[] = [];
    cloud.registerFunction(
      'outer',
      async () => {
        runs += 1;
        if (runs === 1) learned.push(await invoke(cloud, 'inner', {}));
        return 'alive';
      },
      { timeoutSeconds: 2 },
    );
    const first = invoked(cloud, 'outer');
    await cloud.clock.advance(20_000);
    expect((await first).FunctionError).toBe('Unhandled');
    expect(learned).toEqual([]);
    expect((await invoke(cloud, 'outer', {})).answered).toBe('alive');
  });

  test.each([
    ['before', undefined],
    ['after', 'one'],
  ] as const)('it dies when it crashes %s a call, even when its code catches that', async (when, written) => {
    const faults = scriptedFaults(virtualClock(START), seededRandom(1));
    const cloud = await aCloud({ faults });
    const { ssm } = cloud.clients('fragile');
    const put = (Name: string, Value: string) =>
      ssm.send(new PutParameterCommand({ Name, Value, Type: 'String' })).catch(() => undefined);
    cloud.registerFunction(
      'fragile',
      async () => {
        await put('first', 'one');
        await put('second', 'two');
        return 'survived';
      },
      { timeoutSeconds: 9 },
    );
    faults.add({ kind: 'crash', when, service: 'SSM' });
    const { answered, FunctionError } = await invoke(cloud, 'fragile', {});
    expect(FunctionError).toBe('Unhandled');
    expect(answered.errorType).toBe('Runtime.ExitError');
    expect(await parameter(cloud, 'first')).toBe(written);
    expect(await parameter(cloud, 'second')).toBeUndefined();
    expect((await invoke(cloud, 'fragile', {})).answered).toBe('survived');
  });

  test('it retries an asynchronous run after one and two minutes, then hands the event over', async () => {
    const cloud = await aCloud();
    cloud.createQueue('failed');
    const times: number[] = [];
    const start = cloud.clock.now();
    cloud.registerFunction(
      'unlucky',
      async () => {
        times.push(cloud.clock.now() - start);
        throw new Error('no luck');
      },
      { timeoutSeconds: 1, onFailure: { queue: 'failed' } },
    );
    const { StatusCode } = await invoke(cloud, 'unlucky', { n: 1 }, { InvocationType: 'Event' });
    expect(StatusCode).toBe(202);
    await cloud.clock.advance(600_000);
    expect(times).toEqual([0, 60_000, 180_000]);
    const [failed] = cloud.sqs.find('failed').messages();
    expect(JSON.parse(failed?.body ?? '')).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      requestPayload: { n: 1 },
      responsePayload: { errorMessage: 'no luck' },
    });
    expect(cloud.lambda.pending()).toBe(0);
  });

  test('it feeds a function from a queue, never more side by side than allowed', async () => {
    const cloud = await aCloud();
    cloud.createQueue('wakes');
    let running = 0;
    let most = 0;
    const done: string[] = [];
    cloud.registerFunction(
      'worker',
      async (event) => {
        running += 1;
        most = Math.max(most, running);
        await cloud.clock.sleep(1_000);
        running -= 1;
        done.push((event as { Records: { body: string }[] }).Records.map(({ body }) => body).join());
      },
      { timeoutSeconds: 10 },
    );
    cloud.mapQueue('wakes', 'worker', 3);
    for (let index = 0; index < 7; index++) cloud.sqs.find('wakes').send(`m${index}`);
    await cloud.clock.advance(2_999);
    expect(done).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5']);
    await cloud.clock.advance(1);
    expect(done).toHaveLength(7);
    expect(most).toBe(3);
    expect(cloud.sqs.find('wakes').messages()).toEqual([]);
  });

  test('it tries a message again after the visibility timeout, and buries it in the end', async () => {
    const cloud = await aCloud();
    cloud.createQueue('dead');
    cloud.createQueue('wakes', {
      visibilityTimeoutSeconds: 30,
      redrive: { deadLetterQueue: 'dead', maxReceiveCount: 3 },
    });
    const times: number[] = [];
    const start = cloud.clock.now();
    const fails = async () => {
      times.push(cloud.clock.now() - start);
      throw new Error('never');
    };
    cloud.registerFunction('worker', fails, { timeoutSeconds: 10 });
    cloud.mapQueue('wakes', 'worker', 2);
    cloud.sqs.find('wakes').send('poison');
    await cloud.clock.advance(300_000);
    expect(times).toEqual([0, 30_000, 60_000]);
    expect(
      cloud.sqs
        .find('dead')
        .messages()
        .map(({ body }) => body),
    ).toEqual(['poison']);
  });

  test('it counts invocations, errors and durations', async () => {
    const cloud = await aCloud();
    cloud.registerFunction('slow', async () => cloud.clock.sleep(1_500), { timeoutSeconds: 1 });
    void invoked(cloud, 'slow');
    await cloud.clock.advance(2_000);
    const sum = (metric: string) =>
      [...cloud.cloudwatch.metrics.buckets('AWS/Lambda', metric, { FunctionName: 'slow' }).values()].map(
        (bucket) => bucket.sum,
      );
    expect([sum('Invocations'), sum('Errors'), sum('Duration')]).toEqual([[1], [1], [1_000]]);
  });
});
