import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchHash, rolloutId } from '../../lib/core/ids.js';
import type { GroupStore } from '../../lib/ports/group-store.js';
import { sampleRollout } from './rollout-store-contract.js';
import { freshGroupId, NEW_YEAR, sampleGroup, sampleInstance } from './sample-group.js';

export interface LossyWorld {
  readonly client: DynamoDBDocumentClient;
  /** A store over that client. */
  readonly store: GroupStore;
  close?(): Promise<void>;
}

/** Lets the next request be executed and loses its answer, as a broken connection would; the SDK then repeats it. */
function losesAnswers(client: DynamoDBDocumentClient): { next(): void; readonly lost: number } {
  let armed = false;
  let lost = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      if (!armed) return result;
      armed = false;
      lost += 1;
      throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
    },
    { step: 'deserialize', name: 'losesAnswers', priority: 'low' },
  );
  return {
    next: () => {
      armed = true;
    },
    get lost() {
      return lost;
    },
  };
}

/** A write whose answer was lost is repeated by the SDK and fails on itself: no store may believe that failure. */
export function lostAnswerContract(name: string, makeWorld: () => Promise<LossyWorld>): void {
  describe(`${name}, when the answer to a write is lost`, () => {
    let world: LossyWorld;
    let store: GroupStore;
    let wire: ReturnType<typeof losesAnswers>;
    beforeAll(async () => {
      world = await makeWorld();
      store = world.store;
      wire = losesAnswers(world.client);
    });
    afterAll(async () => world.close?.());

    const lease = { holder: 'a', until: NEW_YEAR + 1000 };
    const created = async () => {
      const record = sampleGroup();
      await store.create(record);
      return record;
    };
    /** Runs it with its first answer lost, and makes sure that it was. */
    const losing = async <T>(write: () => Promise<T>): Promise<T> => {
      const before = wire.lost;
      wire.next();
      const result = await write();
      expect(wire.lost).toBe(before + 1);
      return result;
    };

    test('it has created the group', async () => {
      const record = sampleGroup();
      await losing(() => store.create(record));
      expect(await store.read(record.id)).toEqual(record);
    });

    test('it has taken the lease, once', async () => {
      const { id } = await created();
      const held = await losing(() => store.takeLease(id, lease, NEW_YEAR));
      expect(held).toMatchObject({ fence: 1, lease: { holder: 'a' } });
      expect((await store.read(id))?.fence).toBe(1);
    });

    test('it has released the lease', async () => {
      const { id } = await created();
      await store.takeLease(id, lease, NEW_YEAR);
      const released = await losing(() => store.update(id, { lease: undefined }, { fence: 1, wake: 0 }));
      expect(released.lease).toBeUndefined();
    });

    test('it has won the command, and raised intent once', async () => {
      const { id } = await created();
      const written = await losing(() => store.command(id, { revision: 2 }, { intent: 1 }));
      expect(written).toMatchObject({ revision: 2, intent: 2 });
    });

    test('it has woken the group, once', async () => {
      const { id } = await created();
      expect(await losing(() => store.wake(id))).toBe(true);
      expect((await store.read(id))?.wake).toBe(1);
    });

    test('it still tells a command that lost against another', async () => {
      const { id } = await created();
      await store.command(id, { revision: 2 }, { intent: 1 });
      const second = store.command(id, { revision: 3 }, { intent: 1 });
      await expect(second).rejects.toMatchObject({ name: 'Conflict' });
      expect(await store.read(id)).toMatchObject({ revision: 2, intent: 2 });
    });

    test('it has written instance records', async () => {
      const id = freshGroupId();
      const record = sampleInstance();
      await losing(() => store.putInstances(id, [record], 3));
      expect(await store.instances(id)).toEqual([record]);
    });

    test('it has recorded a health check', async () => {
      const id = freshGroupId();
      const record = sampleInstance({ proving: rolloutId('r-1') });
      await store.putInstances(id, [record], 1);
      const checks = { at: NEW_YEAR, health: 'unhealthy', reason: 'not joined', healthy: 0 } as const;
      expect(await losing(() => store.putChecks(id, record.id, checks, undefined))).toBe(true);
      expect((await store.instances(id))[0]?.checks).toEqual(checks);
    });

    test('it has kept a rollout', async () => {
      const id = freshGroupId();
      await losing(() => store.putRollout(id, sampleRollout({ status: 'succeeded' })));
      expect(await store.rollouts(id, 5)).toEqual([sampleRollout({ status: 'succeeded' })]);
    });

    test('it has stored a launch', async () => {
      const id = freshGroupId();
      await losing(() => store.putLaunch(id, launchHash('l-1'), { ImageId: 'ami-1' }));
      expect(await store.launch(id, launchHash('l-1'))).toEqual({ ImageId: 'ami-1' });
    });
  });
}
