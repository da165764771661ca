import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { freshEc2, idOf, refused, START } from './setup.js';

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('snapshot and restore', () => {
  test('it finds everything as it was, and goes on with what was due', async () => {
    const before = freshEc2();
    const [first, second] = await before.launch({
      ClientToken: 'order-1',
      MaxCount: 2,
      UserData: 'aGVsbG8=',
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'infrakit.group', Value: 'web' }] }],
    });
    const pet = await before.launchOne({ PrivateIpAddress: '10.0.1.200' });
    await before.clock.advance(10_000);
    before.ec2.others.terminate(idOf(second));
    before.ec2.others.impair(pet);
    await before.clock.advance(5_000);
    const booting = await before.launchOne();

    const after = freshEc2();
    const booted: string[] = [];
    after.ec2.onBoot(({ id }) => void booted.push(id));
    await after.clock.advance(15_000);
    after.ec2.restore(throughJson(before.ec2.snapshot()));

    expect(await after.list()).toEqual(await before.list());
    expect(after.ec2.books.all()).toEqual(before.ec2.books.all());
    expect(await refused(after.launch({ PrivateIpAddress: '10.0.1.200' }))).toBe('InvalidIPAddress.InUse');
    expect((await after.list([{ Name: 'tag:infrakit.group', Values: ['web'] }])).map(idOf)).toEqual([
      idOf(first),
      idOf(second),
    ]);
    const other = after.launch({ ClientToken: 'order-1', MaxCount: 3 });
    expect(await refused(other)).toBe('IdempotentParameterMismatch');

    await after.clock.advance(10_000);
    expect(booted).toEqual([booting]);
    expect(after.events.map(({ event }) => event.detail)).toEqual([
      { 'instance-id': booting, state: 'pending' },
      { 'instance-id': booting, state: 'running' },
    ]);
    await after.clock.advance(60_000);
    expect([idOf(first), idOf(second), pet, booting].map((id) => after.ec2.instance(id))).toMatchObject([
      { state: 'running', checks: { instance: 'ok' }, userData: 'aGVsbG8=' },
      { state: 'terminated' },
      { state: 'running', checks: { instance: 'impaired' } },
      { state: 'running', checks: { instance: 'ok' } },
    ]);
    const next = await after.launchOne();
    expect(before.ec2.books.get(next)).toBeUndefined();
    expect((await after.list()).map(idOf).at(-1)).toBe(next);
  });

  test('it still shows under read lag what was launched long before the restart', async () => {
    const before = freshEc2();
    const id = await before.launchOne();
    await before.clock.advance(10_000);
    const after = freshEc2();
    await after.clock.advance(10_000);
    after.ec2.restore(throughJson(before.ec2.snapshot()));
    after.fault({ kind: 'read-lag', ms: 5_000 });
    expect((await after.list()).map(idOf)).toEqual([id]);
  });

  test('it does at once what fell due while it was off', async () => {
    const before = freshEc2();
    const id = await before.launchOne();
    before.ec2.others.terminate(id);
    const kept = throughJson(before.ec2.snapshot());
    const after = freshEc2();
    await after.clock.advance(86_400_000);
    after.ec2.restore(kept);
    await after.clock.advance(0);
    expect(after.ec2.books.get(id)).toMatchObject({
      state: 'terminated',
      terminatedAt: START + 86_400_000,
    });
  });

  test('it refuses a snapshot of another version, and to be restored twice', async () => {
    const { ec2, launchOne } = freshEc2();
    expect(() => ec2.restore({ schemaVersion: 2 })).toThrow('schema version 2');
    await launchOne();
    expect(() => ec2.restore(ec2.snapshot())).toThrow('cannot be restored into');
  });
});

describe('any history of calls', () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('launch' as const),
      token: fc.integer({ min: 0, max: 5 }),
      subnet: fc.constantFrom('subnet-1', 'subnet-2'),
    }),
    fc.record({ kind: fc.constant('terminate' as const), index: fc.nat(20) }),
    fc.record({ kind: fc.constant('stop' as const), index: fc.nat(20) }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1_000, 12_000, 40_000) }),
    fc.record({ kind: fc.constant('lose' as const) }),
    fc.record({ kind: fc.constant('restart' as const) }),
  );

  const launchOf = (token: number) => ({ kind: 'launch' as const, token, subnet: 'subnet-1' as const });

  test('it never launches twice for a token in a zone, never shares an address, and never shows what is not so', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        let world = freshEc2();
        let born = 0;
        const tried = new Set<string>();
        for (const next of steps) {
          const ids = world.ec2.instances().map(({ id }) => id);
          if (next.kind === 'launch') {
            await refused(
              world.launch({ ClientToken: `token-${next.token}`, SubnetId: next.subnet, MaxCount: 2 }),
            );
          } else if (next.kind === 'wait') {
            await world.clock.advance(next.ms);
          } else if (next.kind === 'lose') {
            world.fault({ kind: 'answer-lost', operation: 'RunInstances', times: 1 });
          } else if (next.kind === 'restart') {
            const kept = throughJson(world.ec2.snapshot());
            const now = world.clock.now();
            world = freshEc2();
            await world.clock.advanceTo(now);
            world.ec2.restore(kept);
          } else {
            const id = ids[next.index];
            const running = id !== undefined && world.ec2.instance(id)?.state === 'running';
            if (id !== undefined && next.kind === 'terminate') world.ec2.others.terminate(id);
            if (running && next.kind === 'stop') world.ec2.others.stop(id);
          }
          const { books } = world.ec2;
          if (next.kind === 'launch' && !tried.has(`${next.token} ${next.subnet}`)) born += 2;
          if (next.kind === 'launch') tried.add(`${next.token} ${next.subnet}`);
          expect(books.all()).toHaveLength(born);
          for (let token = 0; token <= 5; token++) {
            const launched = books.byToken(`token-${token}`);
            for (const zone of ['eu-west-1a', 'eu-west-1b']) {
              expect([0, 2]).toContain(launched.filter((entry) => entry.zone === zone).length);
            }
          }
          const held = books.all().filter(({ state }) => state !== 'terminated');
          expect(new Set(held.map(({ privateIp }) => privateIp)).size).toBe(held.length);
          const shown = (await world.list()).map(({ InstanceId, State }) => [InstanceId, State?.Name]);
          const listed = books
            .all()
            .filter(({ terminatedAt }) => (terminatedAt ?? Infinity) > world.clock.now() - 3_600_000);
          expect(shown).toEqual(listed.map(({ id, state }) => [id, state]));
        }
      }),
      { numRuns: 100, seed: 7, examples: [[[launchOf(0), { kind: 'restart' as const }, launchOf(1)]]] },
    );
  });
});
