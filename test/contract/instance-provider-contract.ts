import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type GroupId,
  groupId,
  type InstanceId,
  instanceId,
  logicalId,
  orderId,
} from '../../lib/core/ids.js';
import type { JsonObject } from '../../lib/core/json.js';
import type { InstanceProvider, LaunchDescription } from '../../lib/ports/instance-provider.js';

export interface Ec2World {
  /** An image and a small type that may be launched here. */
  readonly image: string;
  readonly instanceType: string;
  readonly subnet: string;
  /** A free private address of that subnet. */
  readonly address: string;
  /** The adapter of a control plane of that name, over the same account. */
  provider(stack: string): InstanceProvider;
  /** As InfraKit, or anybody, would: with these tags and no others. */
  launchRaw(tags: Readonly<Record<string, string>>): Promise<InstanceId>;
  /** Tries again until it holds: EC2's reads lag. */
  eventually(check: () => Promise<void>): Promise<void>;
  /** Ends what the suite may have left. */
  close(): Promise<void>;
}

/** Well-formed, and of no instance. */
const NOBODY = instanceId('i-00000000000000000');

const ended = ['shutting-down', 'terminated'];

/** What every `InstanceProvider` promises. Names are fresh, so that it can run in an account with other things in it. */
export function instanceProviderContract(name: string, makeWorld: () => Promise<Ec2World>): void {
  describe(`${name} keeps the promises of an InstanceProvider`, () => {
    let world: Ec2World;
    let provider: InstanceProvider;
    const stack = `contract-${randomUUID()}`;
    beforeAll(async () => {
      world = await makeWorld();
      provider = world.provider(stack);
    });
    afterAll(async () => world?.close(), 120_000);

    const freshGroup = () => groupId(`contract-${randomUUID()}`);
    const freshToken = () => orderId(randomUUID());
    const description = (group: GroupId, more: Partial<LaunchDescription> = {}): LaunchDescription => ({
      group,
      properties: { RunInstancesInput: { ImageId: world.image, InstanceType: world.instanceType } },
      pins: { images: {}, subnets: [] },
      configHash: '245r5j5dcg4u2jeebioyq44l7noocwkj',
      tags: { purpose: 'contract' },
      init: '#!/bin/sh\ntrue\n',
      ...more,
    });
    const place = () => ({ subnet: world.subnet, instanceType: world.instanceType });
    const launched = async (group: GroupId, count = 1, token = freshToken()) => {
      const request = provider.render(description(group));
      return provider.launch({ token, request, count, ...place() });
    };
    const ids = (instances: readonly { readonly id: InstanceId }[]) => instances.map(({ id }) => id).sort();

    test('it lists as members what it launched, with tags, token and place', async () => {
      const group = freshGroup();
      const token = freshToken();
      const started = await launched(group, 2, token);
      expect(started).toHaveLength(2);
      await world.eventually(async () => {
        const members = await provider.members(group);
        expect(ids(members)).toEqual(ids(started));
        for (const member of members) {
          expect(member).toMatchObject({ token, subnet: world.subnet, instanceType: world.instanceType });
          expect(member.tags).toMatchObject({
            'holdfast.stack': stack,
            'infrakit.group': group,
            'infrakit.config.hash': '245r5j5dcg4u2jeebioyq44l7noocwkj',
            purpose: 'contract',
          });
        }
        expect(members.map((member) => member.launchIndex).sort()).toEqual([0, 1]);
        expect(ids(await provider.fleet())).toEqual(expect.arrayContaining(ids(started)));
      });
    });

    test('it starts nothing more when a launch is repeated under its token', async () => {
      const group = freshGroup();
      const token = freshToken();
      const first = await launched(group, 1, token);
      expect(ids(await launched(group, 1, token))).toEqual(ids(first));
      await world.eventually(async () => expect(ids(await provider.byTokens([token]))).toEqual(ids(first)));
    });

    test('it says so when a token is used with other parameters', async () => {
      const group = freshGroup();
      const token = freshToken();
      await launched(group, 1, token);
      const request = provider.render(description(group, { init: '#!/bin/sh\nfalse\n' }));
      const again = provider.launch({ token, request, count: 1, ...place() });
      await expect(again).rejects.toMatchObject({ name: 'TokenMismatch', ended: false });
    });

    test('it gives a pet its address', async () => {
      const group = freshGroup();
      const request = provider.render(description(group, { slot: logicalId(world.address) }));
      const [pet] = await provider.launch({ token: freshToken(), request, count: 1, ...place() });
      expect(pet?.privateIp).toBe(world.address);
      expect(pet?.tags['infrakit.logical_id']).toBe(world.address);
      const taken = provider.launch({ token: freshToken(), request, count: 1, ...place() });
      await expect(taken).rejects.toMatchObject({ name: 'AddressInUse' });
    });

    test('it refuses a launch from an image that does not exist, and says so in a dry run', async () => {
      const RunInstancesInput: JsonObject = {
        ImageId: 'ami-00000000000000000',
        InstanceType: world.instanceType,
      };
      const request = provider.render(description(freshGroup(), { properties: { RunInstancesInput } }));
      const code = 'InvalidAMIID.NotFound';
      await expect(
        provider.launch({ token: freshToken(), request, count: 1, ...place() }),
      ).rejects.toMatchObject({ name: 'LaunchRefused', code });
      expect(await provider.dryRun(request, place())).toMatchObject({ code, inconclusive: false });
    });

    test('it accepts in a dry run what it could launch, a taken address included, and starts nothing', async () => {
      const group = freshGroup();
      const request = provider.render(description(group, { slot: logicalId(world.address) }));
      expect(await provider.dryRun(request, place())).toBeUndefined();
      expect(await provider.members(group)).toEqual([]);
    });

    test('it leaves unknown ids out of every answer by id', async () => {
      const [instance] = await launched(freshGroup());
      const id = instance?.id ?? NOBODY;
      await world.eventually(async () => expect(ids(await provider.byIds([id, NOBODY]))).toEqual([id]));
      expect(await provider.byIds([NOBODY])).toEqual([]);
      expect(await provider.byIds([])).toEqual([]);
      expect(await provider.byTokens([])).toEqual([]);
      const checks = await provider.statusChecks([id, NOBODY]);
      expect(checks.has(NOBODY)).toBe(false);
      expect((await provider.statusChecks([])).size).toBe(0);
    });

    test('it shows status checks of what runs', async () => {
      const [instance] = await launched(freshGroup());
      const id = instance?.id ?? NOBODY;
      await world.eventually(async () => {
        const checks = (await provider.statusChecks([id])).get(id);
        expect(['ok', 'initializing']).toContain(checks?.instance);
      });
      expect((await provider.impaired()).has(id)).toBe(false);
    });

    test('it terminates the others when one id is unknown', async () => {
      const group = freshGroup();
      const started = ids(await launched(group, 2));
      const outcomes = await provider.terminate([...started, NOBODY]);
      expect(outcomes).toHaveLength(3);
      expect(outcomes.find(({ id }) => id === NOBODY)).toEqual({ id: NOBODY, kind: 'not-found' });
      for (const id of started) expect(outcomes.find((outcome) => outcome.id === id)?.kind).toBe('ending');
      await world.eventually(async () => {
        expect(await provider.members(group)).toEqual([]);
        for (const instance of await provider.byIds(started)) expect(ended).toContain(instance.state);
      });
      const again = await provider.terminate(started);
      expect(again.map(({ kind }) => kind)).toEqual(['ending', 'ending']);
    });

    test('it neither lists nor adopts what another control plane owns', async () => {
      const group = freshGroup();
      const [foreign] = await launched(group);
      const [ownerless] = [await world.launchRaw({ 'infrakit.group': group })];
      const other = world.provider(`${stack}-other`);
      const both = [foreign?.id ?? NOBODY, ownerless];
      await world.eventually(async () => expect(ids(await other.candidates(group))).toEqual([ownerless]));
      expect(await other.members(group)).toEqual([]);
      await expect(other.adopt(both)).rejects.toMatchObject({ name: 'Refused' });
      expect(await other.members(group)).toEqual([]);
      expect(ids(await provider.candidates(group))).toEqual([...both].sort());
    });

    test('it adopts an ownerless instance of the group, again without effect', async () => {
      const group = freshGroup();
      const ownerless = await world.launchRaw({ 'infrakit.group': group, Name: 'old' });
      await world.eventually(async () => expect(ids(await provider.candidates(group))).toEqual([ownerless]));
      expect(await provider.members(group)).toEqual([]);
      await provider.adopt([ownerless]);
      await world.eventually(async () => {
        const [member] = await provider.members(group);
        expect(member?.id).toBe(ownerless);
        expect(member?.tags).toMatchObject({ Name: 'old', 'holdfast.stack': stack });
      });
      await provider.adopt([ownerless]);
    });
  });
}
