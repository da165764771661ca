import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { sections } from '../architecture/documented.js';
import { scenario } from '../support/scenario.js';
import { cattle, pets, spreadCattle } from '../support/scenario-specs.js';

const API = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');

/** Keys of a value, and of what it holds; of lists only the first item's, and nothing below a map of the user's own. */
const shapeOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      ['Tags', 'Properties'].includes(key) ? key : shapeOf(inner),
    ]),
  );
};

describe('what the group API tells the command line', () => {
  scenario(
    'it knows no events of a group that never was, and no health of strangers',
    async (world) => {
      await world.commit(cattle('web', 2));
      await world.settle('web');
      await expect(world.api('Group.Events', { ID: 'wbe' })).rejects.toMatchObject({
        message: "Group 'wbe' is not being watched",
        data: { name: 'NotFound' },
      });
      expect((await world.api('Group.Events', { ID: 'config-files' })).Events).toEqual([]);

      const [member = ''] = world.members('web').map(({ id }) => id);
      await expect(
        world.api('Flavor.Healthy', { ID: 'web', Instances: [member, 'i-0stranger'] }),
      ).rejects.toMatchObject({
        message: expect.stringContaining('no member "i-0stranger" of group "web"; its members: '),
        data: { name: 'NotFound' },
      });

      await world.api('Group.Destroy', { ID: 'web' });
      await world.until('web destroyed', async () => (await world.record('web')).watch === 'destroyed');
      const told = await world.api('Group.Events', { ID: 'web' });
      expect(told.Events.map(({ Event }) => Event)).toContain('group.destroyed');
    },
    { alone: true },
  );

  scenario(
    'it tells until when the breaker is overridden, and no longer',
    async (world) => {
      await world.commit(cattle('web', 1));
      await world.settle('web');
      expect(await world.view('web')).not.toHaveProperty('BreakerOverrideUntil');
      const { Until } = await world.api('Group.OverrideBreaker', { ID: 'web', For: '10m' });
      expect((await world.view('web')).BreakerOverrideUntil).toBe(Until);
      await world.advance(601);
      expect(await world.view('web')).not.toHaveProperty('BreakerOverrideUntil');
    },
    { alone: true },
  );

  scenario(
    'it counts the budget of a group that rolls and then grows from the size that it had',
    async (world) => {
      await world.commit(cattle('web', 2));
      await world.settle('web');
      expect(await world.view('web')).not.toHaveProperty('GrowsLater');
      await world.commit(cattle('web', 5, { run: { ImageId: 'ami-0def' } }));
      await world.until('it rolls', async () => (await world.record('web')).rollout?.status === 'running');
      const rolling = await world.view('web');
      expect(rolling.GrowsLater).toEqual({ Count: 3 });
      expect(rolling.Budget).toMatchObject({ Floor: 1, Ceiling: 2 });
      await world.settle('web');
      const grown = await world.view('web');
      expect(grown).not.toHaveProperty('GrowsLater');
      expect(grown.Budget).toMatchObject({ Floor: 4, Ceiling: 5 });
    },
    { alone: true },
  );

  scenario(
    'it names the places that a group of pets grows by',
    async (world) => {
      const ids = ['10.0.1.20', '10.0.1.21', '10.0.1.22'] as const;
      await world.commit(pets('zoo', ids.slice(0, 2)));
      await world.settle('zoo');
      await world.commit(pets('zoo', ids, { run: { ImageId: 'ami-0def' } }));
      await world.until('it rolls', async () => (await world.record('zoo')).rollout?.status === 'running');
      expect((await world.view('zoo')).GrowsLater).toEqual({ Count: 1, LogicalIDs: ['10.0.1.22'] });
    },
    { alone: true },
  );

  scenario(
    'it answers as docs/api.md shows it',
    async (world) => {
      await world.commit(cattle('web', 2));
      await world.settle('web');
      const asked = {
        'Group.Size': await world.api('Group.Size', { ID: 'web' }),
        'Group.Inspect': await world.api('Group.Inspect', { ID: 'web' }),
        'Group.DescribeGroup': await world.api('Group.DescribeGroup', { ID: 'web' }),
        'Group.List': await world.api('Group.List', { ID: 'web' }),
        'Group.Events': await world.api('Group.Events', { ID: 'web', Limit: 2 }),
        'Instance.DescribeInstances': await world.api('Instance.DescribeInstances', {}),
      };
      for (const [method, answer] of Object.entries(asked)) {
        const shown = [
          ...(sections(API, 3).get(method) ?? '').matchAll(/^```json\n([\s\S]*?)^```$/gm),
        ][1]?.[1];
        expect([method, shapeOf(answer)]).toEqual([method, shapeOf(JSON.parse(shown ?? '{}').result)]);
      }
    },
    { alone: true },
  );

  scenario(
    'it names mistakes that only AWS could find by their paths in the document',
    async (world) => {
      const Spec = spreadCattle('web', 1, { instance: { Subnets: ['subnet-1', 'subnet-99'] } });
      await expect(world.api('Group.CommitGroup', { Spec })).rejects.toMatchObject({
        data: { issues: [{ path: 'groups.web.Properties.Instance.Properties.Subnets[1]' }] },
      });
    },
    { alone: true },
  );
});
