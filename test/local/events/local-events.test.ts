import { PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { describe, expect, test } from 'vitest';
import { aCloud } from '../a-cloud.js';

const entry = (more: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => ({
  Source: 'holdfast',
  DetailType: 'group.planned',
  Detail: '{"group":"web"}',
  ...more,
});

describe('local EventBridge', () => {
  test('it delivers to the targets of matching rules: function, queue and topic', async () => {
    const cloud = await aCloud();
    cloud.createQueue('inbox');
    cloud.createTopic('news');
    const got: unknown[] = [];
    cloud.registerFunction('listener', async (event) => void got.push(event), { timeoutSeconds: 1 });
    cloud.addRule({
      name: 'ours',
      pattern: { source: ['holdfast'], detail: { group: [{ prefix: 'w' }] } },
      targets: [
        { kind: 'function', name: 'listener' },
        { kind: 'queue', name: 'inbox' },
        { kind: 'topic', name: 'news' },
      ],
    });
    const { events } = cloud.clients('tester');
    const { FailedEntryCount, Entries } = await events.send(
      new PutEventsCommand({ Entries: [entry(), entry({ Detail: '{"group":"db"}' })] }),
    );
    expect(FailedEntryCount).toBe(0);
    await cloud.clock.advance(1_000);
    expect(got).toEqual([
      {
        version: '0',
        id: Entries?.[0]?.EventId,
        source: 'holdfast',
        'detail-type': 'group.planned',
        account: '123456789012',
        region: 'eu-west-1',
        time: '2026-01-01T00:00:00Z',
        resources: [],
        detail: { group: 'web' },
      },
    ]);
    expect(
      cloud.sqs
        .find('inbox')
        .messages()
        .map(({ body }) => JSON.parse(body)),
    ).toEqual(got);
    expect(cloud.topics.published('news').map(({ message }) => JSON.parse(message))).toEqual(got);
  });

  test('it takes the good entries of a call and says what is wrong with the others', async () => {
    const cloud = await aCloud();
    const { events } = cloud.clients('tester');
    const { Entries, FailedEntryCount } = await events.send(
      new PutEventsCommand({
        Entries: [
          entry(),
          entry({ Detail: 'not json' }),
          entry({ Source: 'aws.ec2' }),
          entry({ DetailType: undefined }),
        ],
      }),
    );
    expect(FailedEntryCount).toBe(3);
    expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'MalformedDetail',
      'NotAuthorizedForSourceException',
      'InvalidArgument',
    ]);
  });

  test('it refuses more than ten entries and more than 256 KB', async () => {
    const cloud = await aCloud();
    const { events } = cloud.clients('tester');
    const put = (Entries: PutEventsRequestEntry[]) => events.send(new PutEventsCommand({ Entries }));
    await expect(put(Array.from({ length: 11 }, () => entry()))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    const detail = (size: number) => JSON.stringify({ t: 'x'.repeat(size) });
    await expect(put([entry({ Detail: detail(256 * 1024) })])).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await put([entry({ Detail: detail(255 * 1024) })]);
  });

  test('it gives an event that has no taker to the dead-letter queue', async () => {
    const cloud = await aCloud();
    cloud.createQueue('dead');
    cloud.addRule({
      name: 'astray',
      pattern: { source: ['x'] },
      targets: [{ kind: 'function', name: 'nobody', deadLetterQueue: 'dead' }],
    });
    cloud.emit({ source: 'x', 'detail-type': 't', detail: {} });
    await cloud.clock.advance(1_000);
    const [dead] = cloud.sqs.find('dead').messages();
    expect(JSON.parse(dead?.body ?? '')).toMatchObject({ source: 'x' });
    expect(dead?.attributes.ERROR_CODE?.StringValue).toBe('ResourceNotFoundException');
  });

  test('it tries a failing target again within its retry policy', async () => {
    const cloud = await aCloud();
    cloud.createQueue('dead');
    cloud.addRule({
      name: 'topical',
      pattern: { source: ['x'] },
      targets: [{ kind: 'topic', name: 'news', retry: { maximumRetryAttempts: 3 }, deadLetterQueue: 'dead' }],
    });
    cloud.emit({ source: 'x', 'detail-type': 'early', detail: {} });
    await cloud.clock.advance(2_000);
    cloud.createTopic('news');
    await cloud.clock.advance(10_000);
    expect(cloud.topics.published('news')).toHaveLength(1);
    expect(cloud.sqs.find('dead').messages()).toEqual([]);
  });

  test('it runs a schedule each period until the cloud stops', async () => {
    const cloud = await aCloud();
    const times: number[] = [];
    const start = cloud.clock.now();
    const note = async () => void times.push(cloud.clock.now() - start);
    cloud.registerFunction('sweep', note, { timeoutSeconds: 1 });
    cloud.addSchedule({
      name: 'minutely',
      expression: 'rate(1 minute)',
      targets: [{ kind: 'function', name: 'sweep' }],
    });
    await cloud.clock.advance(200_000);
    expect(times).toEqual([60_000, 120_000, 180_000]);
    cloud.events.stop();
    await cloud.clock.advance(200_000);
    expect(times).toHaveLength(3);
  });

  test('it refuses a schedule and a rule that EventBridge would refuse', async () => {
    const cloud = await aCloud();
    const schedule = (expression: string) => () => cloud.addSchedule({ name: 'n', expression, targets: [] });
    expect(schedule('rate(1 minutes)')).toThrow('"rate(1 minutes)" is no schedule here');
    expect(schedule('every minute')).toThrow('no schedule');
    expect(() => cloud.addRule({ name: 'r', pattern: { source: 'x' }, targets: [] })).toThrow('not valid');
  });

  test("it brings EC2's events to a function", async () => {
    const cloud = await aCloud();
    const states: unknown[] = [];
    cloud.registerFunction(
      'changed',
      async (event) => void states.push((event as { detail: { state: string } }).detail.state),
      { timeoutSeconds: 1 },
    );
    cloud.addRule({
      name: 'states',
      pattern: { source: ['aws.ec2'], 'detail-type': ['EC2 Instance State-change Notification'] },
      targets: [{ kind: 'function', name: 'changed' }],
    });
    const id = cloud.ec2.others.launchForeign({ tags: {} });
    await cloud.clock.advance(20_000);
    cloud.ec2.others.terminate(id);
    await cloud.clock.advance(60_000);
    expect(states).toEqual(['pending', 'running', 'shutting-down', 'terminated']);
  });
});
