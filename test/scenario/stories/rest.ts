import { describe, expect } from 'vitest';
import { scenario } from '../../support/scenario.js';
import { cattle } from '../../support/scenario-specs.js';
import { thoroughly } from '../../support/thorough.js';
import type { World } from '../../support/world.js';

const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'];

const MANY = thoroughly(100, 8);

/** EC2 calls of ten minutes at rest, by operation; asserts that nothing was written or logged. */
const tenMinutesAtRest = async (world: World): Promise<Readonly<Record<string, number>>> => {
  // Timers of the groups' youth are over by then.
  await world.advance(300);
  world.seen.length = 0;
  world.logs.length = 0;
  await world.advance(600);
  expect(world.logs).toEqual([]);
  const ours = world.seen.filter(({ principal }) => principal.startsWith('holdfast-a-'));
  expect(
    ours.filter(({ service, operation }) => service === 'DynamoDB' && WRITES.includes(operation)),
  ).toEqual([]);
  expect(new Set(ours.map(({ principal }) => principal))).toEqual(new Set(['holdfast-a-sweep']));
  const counts: Record<string, number> = {};
  for (const { service, operation } of ours)
    if (service !== 'DynamoDB') counts[operation] = (counts[operation] ?? 0) + 1;
  return counts;
};

export const resting = () =>
  describe('at rest', () => {
    scenario(
      'it asks EC2 for one page of instances and two of impaired ones a minute, writes nothing and logs nothing, alike for 1 group and for many',
      async (world) => {
        await world.commit(cattle('web', 3));
        await world.settle('web');
        const one = await tenMinutesAtRest(world);
        expect(one).toEqual({ DescribeInstances: 10, DescribeInstanceStatus: 20 });
        const ids = Array.from({ length: MANY - 1 }, (_, index) => `g${index}`);
        await world.api('Group.CommitGroups', { Specs: ids.map((id) => cattle(id, 1)) });
        await world.settle('web');
        for (const id of ids) await world.settle(id);
        expect(await tenMinutesAtRest(world)).toEqual(one);
      },
      { alone: true, cloud: { pages: 'real', timing: { bootMs: 500, checksMs: 1500 } } },
    );
  });
