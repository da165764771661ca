import {
  CreateTagsCommand,
  DescribeInstancesCommand,
  EC2Client,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, test } from 'vitest';
import { virtualClock } from '../../../lib/local/clock.js';
import { localEc2 } from '../../../lib/local/ec2/index.js';
import { FAULT_KINDS, parseFaultRule } from '../../../lib/local/fault-rule.js';
import { faultInterceptor, noFaults } from '../../../lib/local/faults.js';
import { routeClient } from '../../../lib/local/route-client.js';
import { seededRandom } from '../../../lib/local/seeded-random.js';
import { freshEc2, idOf, refused } from './setup.js';

describe('reads', () => {
  test('it shows the past under read lag, to commands only when they are named', async () => {
    const { clock, client, launchOne, describe: ask, list, fault, ec2 } = freshEc2();
    fault({ kind: 'read-lag', ms: 3_000 });
    const id = await launchOne();
    expect(await list()).toEqual([]);
    expect(await refused(ask({ InstanceIds: [id] }))).toBe('InvalidInstanceID.NotFound');
    await client.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'a', Value: '1' }] }));
    await clock.advance(2_999);
    expect(await list()).toEqual([]);
    await clock.advance(1);
    expect((await list()).map(idOf)).toEqual([id]);
    await clock.advance(7_000);
    ec2.others.terminate(id);
    await clock.advance(2_999);
    expect((await list())[0]?.State?.Name).toBe('pending');
    await clock.advance(1);
    expect((await list())[0]?.State?.Name).toBe('shutting-down');

    fault({ kind: 'read-lag', ms: 5_000, operation: 'TerminateInstances' });
    const second = await launchOne();
    const end = () => refused(client.send(new TerminateInstancesCommand({ InstanceIds: [second] })));
    expect(await end()).toBe('InvalidInstanceID.NotFound');
    await clock.advance(5_000);
    expect(await end()).toBe('no refusal');
  });

  test('it goes backwards for single reads', async () => {
    const { clock, launchOne, list, fault } = freshEc2();
    await launchOne();
    await clock.advance(10_000);
    await launchOne();
    await clock.advance(1_000);
    const states = async () => (await list()).map(({ State }) => State?.Name);
    expect(await states()).toEqual(['running', 'pending']);
    fault({ kind: 'stale-read', ms: 5_000, times: 1 });
    expect(await states()).toEqual(['pending']);
    expect(await states()).toEqual(['running', 'pending']);
  });

  test('it is stale only by its chance', async () => {
    const { clock, launchOne, list, fault } = freshEc2();
    await clock.advance(10_000);
    await launchOne();
    fault({ kind: 'stale-read', ms: 5_000, chance: 0.5 });
    const counts = new Set<number>();
    for (let read = 0; read < 40; read++) counts.add((await list()).length);
    expect([...counts].sort()).toEqual([0, 1]);
  });

  test('it gives an empty page with a token, which a paginator survives', async () => {
    const { client, launch, list, fault } = freshEc2();
    await launch({ MaxCount: 7 });
    fault({ kind: 'empty-page', operation: 'DescribeInstances', times: 2 });
    const page = await client.send(new DescribeInstancesCommand({}));
    expect(page.Reservations).toEqual([]);
    expect(page.NextToken).toBeDefined();
    expect(await list()).toHaveLength(7);
  });
});

describe('calls', () => {
  test('it throttles the named operation, as often as told', async () => {
    const { launch, list, fault, ec2 } = freshEc2();
    fault({ kind: 'throttle', operation: 'RunInstances', times: 2 });
    expect(await list()).toEqual([]);
    expect(await refused(launch())).toBe('RequestLimitExceeded');
    expect(await refused(launch())).toBe('RequestLimitExceeded');
    expect(ec2.books.all()).toEqual([]);
    expect(await launch()).toHaveLength(1);
  });

  test('it is out for as long as told, and says 503', async () => {
    const { clock, launch, list, fault } = freshEc2();
    fault({ kind: 'outage', service: 'EC2', forMs: 3_600_000 });
    const failure = await list().catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: 'ServiceUnavailable',
      $fault: 'server',
      $metadata: { httpStatusCode: 503 },
    });
    await clock.advance(3_599_999);
    expect(await refused(launch())).toBe('ServiceUnavailable');
    await clock.advance(1);
    expect(await launch()).toHaveLength(1);
  });

  test('it loses the answer after the effect, so that the token finds what it launched', async () => {
    const { launch, fault, list } = freshEc2();
    fault({ kind: 'answer-lost', operation: 'RunInstances', times: 1 });
    expect(await refused(launch({ ClientToken: 'order-1' }))).toBe('TimeoutError');
    const [there] = await list([{ Name: 'client-token', Values: ['order-1'] }]);
    const again = await launch({ ClientToken: 'order-1' });
    expect(again.map(idOf)).toEqual([idOf(there)]);
  });

  test('it takes effect later than the caller gave up, and once for a token', async () => {
    const { clock, launch, list, fault, ec2 } = freshEc2();
    const late = { kind: 'late-effect', operation: 'RunInstances', ms: 5_000, times: 1 } as const;
    fault(late);
    expect(await refused(launch({ ClientToken: 'order-1' }))).toBe('TimeoutError');
    await clock.advance(4_999);
    expect(await list()).toEqual([]);
    await clock.advance(1);
    expect(ec2.books.byToken('order-1')).toHaveLength(1);

    fault(late);
    expect(await refused(launch({ ClientToken: 'order-2' }))).toBe('TimeoutError');
    const [repeated] = await launch({ ClientToken: 'order-2' });
    await clock.advance(5_000);
    expect(ec2.books.byToken('order-2').map(({ id }) => id)).toEqual([idOf(repeated)]);

    fault(late);
    expect(await refused(launch({ ImageId: 'ami-0ffff' }))).toBe('TimeoutError');
    await clock.advance(5_000);
    expect(ec2.books.all()).toHaveLength(2);
  });

  test('it crashes once, before or after the call that it counts to', async () => {
    const { launch, fault, ec2, faults } = freshEc2();
    fault({ kind: 'crash', when: 'after', operation: 'RunInstances', call: 2 });
    expect(await launch()).toHaveLength(1);
    expect(await refused(launch())).toBe('Crash');
    expect(ec2.books.all()).toHaveLength(2);
    expect(await launch()).toHaveLength(1);
    expect(faults.list()).toEqual([]);
    fault({ kind: 'crash', when: 'before' });
    expect(await refused(launch())).toBe('Crash');
    expect(ec2.books.all()).toHaveLength(3);
  });

  test('it breaks other services by the same rules, in their own words', async () => {
    const { faults, fault } = freshEc2();
    const words = faultInterceptor(faults, (kind, operation) => new Error(`${kind} of ${operation}`));
    const call = (service: string) =>
      words({ service, operation: 'SendMessage', input: {} }, async () => 'sent');
    fault({ kind: 'throttle', service: 'SQS', times: 1 });
    await expect(call('SNS')).resolves.toBe('sent');
    await expect(call('SQS')).rejects.toThrow('throttle of SendMessage');
    await expect(call('SQS')).resolves.toBe('sent');
    fault({ kind: 'crash', when: 'before', service: 'SQS' });
    await expect(call('SQS')).rejects.toThrow('killed before SQS SendMessage');
  });

  test('it goes well without faults', async () => {
    const ec2 = localEc2({
      clock: virtualClock(0),
      faults: noFaults(),
      random: seededRandom(1),
      emit: () => {},
    });
    const client = routeClient(new EC2Client({ region: 'eu-west-1' }), ec2.answer);
    expect((await client.send(new DescribeInstancesCommand({}))).Reservations).toEqual([]);
  });
});

describe('events', () => {
  const times = async (rule: Parameters<ReturnType<typeof freshEc2>['fault']>[0]) => {
    const { clock, launchOne, fault, events } = freshEc2();
    fault(rule);
    await launchOne();
    await clock.advance(3_600_000);
    return events.map(({ at, event }) => [at, event.detail.state]);
  };
  test('it delivers late, twice or never', async () => {
    expect(await times({ kind: 'events', how: 'late', ms: 30_000 })).toEqual([
      [30_000, 'pending'],
      [40_000, 'running'],
    ]);
    expect(await times({ kind: 'events', how: 'twice', ms: 500 })).toEqual([
      [0, 'pending'],
      [500, 'pending'],
      [10_000, 'running'],
      [10_500, 'running'],
    ]);
    expect(await times({ kind: 'events', how: 'never' })).toEqual([]);
    expect(await times({ kind: 'events', how: 'never', times: 1 })).toEqual([[10_000, 'running']]);
    expect(await times({ kind: 'events', how: 'never', detailType: 'another type' })).toHaveLength(2);
  });

  test('it delivers out of order', async () => {
    const { clock, launch, fault, events } = freshEc2();
    fault({ kind: 'events', how: 'shuffled', ms: 60_000 });
    const ids = (await launch({ MaxCount: 20 })).map(idOf);
    await clock.advance(3_600_000);
    expect(events).toHaveLength(40);
    const seen = events.map(({ event }) => event.detail['instance-id']);
    expect(seen.filter((id, index) => seen.indexOf(id) === index)).not.toEqual(ids);
    const early = ids.filter((id) => {
      const states = events.filter(({ event }) => event.detail['instance-id'] === id);
      return states[0]?.event.detail.state === 'running';
    });
    expect(early.length).toBeGreaterThan(0);
  });

  test('it surfaces what the receiver of events throws', async () => {
    const { clock, launchOne } = freshEc2({
      emit: async () => {
        throw new Error('no such bus');
      },
    });
    await launchOne();
    await expect(clock.advance(1)).rejects.toThrow('no such bus');
  });
});

describe('parseFaultRule', () => {
  test('it reads every kind of fault from JSON', () => {
    const rules: readonly Record<string, unknown>[] = [
      { kind: 'read-lag', ms: 3_000 },
      { kind: 'stale-read', ms: 3_000, chance: 0.3 },
      { kind: 'throttle', operation: 'RunInstances', times: 3 },
      { kind: 'outage', service: 'EC2', forMs: 3_600_000 },
      { kind: 'answer-lost' },
      { kind: 'late-effect', ms: 5_000 },
      { kind: 'crash', when: 'after', call: 3 },
      { kind: 'empty-page' },
      { kind: 'no-capacity', zone: 'eu-west-1a' },
      { kind: 'vcpu-quota', vcpus: 8 },
      { kind: 'partial', atMost: 0 },
      { kind: 'launch-dies', code: 'Client.InternalError' },
      { kind: 'checks-never-pass', status: 'impaired' },
      { kind: 'slow-boot', ms: 1 },
      { kind: 'slow-shutdown', ms: 1 },
      { kind: 'slow-address-release', ms: 1 },
      { kind: 'command-lost', chance: 0.5 },
      { kind: 'slow-join', ms: 1 },
      { kind: 'events', how: 'twice' },
    ];
    expect(rules.map(({ kind }) => kind)).toEqual(FAULT_KINDS);
    for (const rule of rules) expect(parseFaultRule(rule)).toEqual({ rule });
  });

  test('it gives all mistakes at once', () => {
    expect(parseFaultRule({ kind: 'events', how: 'sideways', ms: -1, detial: 'x', times: 0.5 })).toEqual({
      issues: [
        { path: 'detial', message: 'events has no "detial"; it has how, ms, detailType, times, forMs' },
        { path: 'how', message: '"sideways" is none of late, twice, never, shuffled' },
        { path: 'ms', message: '-1 is not a whole number from 0 to 86400000' },
        { path: 'times', message: '0.5 is not a whole number from 1 to 1000000' },
      ],
    });
    expect(parseFaultRule({ kind: 'slow-boot' })).toEqual({
      issues: [{ path: 'ms', message: 'slow-boot needs "ms"' }],
    });
    expect(parseFaultRule({ kind: 'gremlins' })).toMatchObject({ issues: [{ path: 'kind' }] });
    expect(parseFaultRule('throttle')).toMatchObject({ issues: [{ path: '' }] });
    expect(parseFaultRule({ kind: 'constructor' })).toMatchObject({ issues: [{ path: 'kind' }] });
  });

  test('it lists what still holds, with what is left of it', async () => {
    const { clock, faults, launch } = freshEc2();
    faults.add({ kind: 'throttle', times: 3 });
    faults.add({ kind: 'slow-boot', ms: 1, forMs: 1_000 });
    await refused(launch());
    expect(faults.list()).toEqual([
      { id: 1, rule: { kind: 'throttle', times: 3 }, usesLeft: 2 },
      { id: 2, rule: { kind: 'slow-boot', ms: 1, forMs: 1_000 }, until: clock.now() + 1_000 },
    ]);
    await clock.advance(1_000);
    expect(faults.list().map(({ id }) => id)).toEqual([1]);
  });
});
