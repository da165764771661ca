import { describe, expect } from 'vitest';
import { scenario } from '../../support/scenario.js';
import { alarmState } from '../../support/scenario-rollouts.js';
import { cattle } from '../../support/scenario-specs.js';
import type { World } from '../../support/world.js';

const managers = (size = 3) =>
  cattle('managers', size, {
    plugin: 'swarm/manager',
    flavor: { Cluster: 'shop' },
    properties: { Repair: { Grace: '2m' } },
  });

const swarms = (world: World) => world.software().clusters();
const idsOf = (world: World) => world.members('managers').map(({ id }) => id);
const eventsNamed = async (world: World, name: string) =>
  (await world.events('managers')).filter(({ event }) => event === name);

/** Two of three managers lose their engine for good: one is left, and it can decide nothing. */
const loseQuorum = async (world: World): Promise<{ survivor: string; lost: readonly string[] }> => {
  await world.commit(managers());
  await world.settle('managers', 1800);
  const [survivor = '', ...lost] = idsOf(world);
  for (const id of lost) world.software().kill(id);
  await world.until(
    'the lost quorum is on record',
    async () => (await world.record('managers')).status.quorumLost !== undefined,
    600,
  );
  return { survivor, lost };
};

export const recoveryScenarios = () =>
  describe('a swarm that lost its quorum', () => {
    scenario(
      'it is told of, ends and launches nothing, and is whole again after a recovery from the survivor',
      async (world) => {
        const { survivor, lost } = await loseQuorum(world);
        const launched = world.books.all().length;
        await world.advance(900);
        expect(idsOf(world).sort()).toEqual([survivor, ...lost].sort());
        expect(world.books.all()).toHaveLength(launched);
        expect(await eventsNamed(world, 'cluster.quorum-lost')).toHaveLength(1);
        expect(alarmState(world, 'quorumslost')).toBe('ALARM');
        const shrunk = await world.api('Group.CommitGroup', { Spec: managers(1), Pretend: true });
        expect(shrunk.Plan).toContain('nothing is done before holdfast flavor recover managers');
        const said = await world.api('Flavor.Healthy', { ID: 'managers' });
        expect(said.Cluster).toMatchObject({ Quorum: 'lost', Members: [] });

        const done = await world.api('Flavor.Recover', {
          ID: 'managers',
          Instance: survivor,
          Confirm: 'managers',
        });
        expect(done).toMatchObject({ ID: 'managers', Instance: survivor });
        expect(await eventsNamed(world, 'cluster.recovered')).toMatchObject([{ instance: survivor }]);
        await world.settle('managers', 3600);
        expect(await eventsNamed(world, 'cluster.quorum-regained')).toHaveLength(1);
        await world.until('the end of the alarm', () => alarmState(world, 'quorumslost') === 'OK', 600);
        expect(idsOf(world)).toContain(survivor);
        for (const id of lost) expect(idsOf(world)).not.toContain(id);
        const after = await world.api('Flavor.Healthy', { ID: 'managers' });
        expect(after.Cluster).toMatchObject({ Quorum: 'kept' });
        expect(after.Cluster?.Members.map(({ Instance }) => Instance).sort()).toEqual(idsOf(world).sort());
        expect(after.Cluster?.Members.filter(({ Leader }) => Leader)).toHaveLength(1);
      },
      { models: true, alone: true },
    );

    scenario(
      'it is not recovered while its members decide, cannot be asked, or somebody else is named',
      async (world) => {
        await world.commit(managers());
        await world.settle('managers', 1800);
        const [first = '', second = ''] = idsOf(world);
        const recover = (Instance: string, Confirm = 'managers') =>
          world.api('Flavor.Recover', { ID: 'managers', Instance, Confirm });
        await expect(recover(first)).rejects.toThrow('not known to be lost: its members can decide');
        await expect(recover('i-0123')).rejects.toThrow('"i-0123" is no running member');
        await expect(recover(first, 'manager')).rejects.toThrow('give "managers" to confirm');
        await expect(
          world.api(
            'Flavor.Recover',
            { ID: 'managers', Instance: first, Confirm: 'managers' },
            { alias: 'commit' },
          ),
        ).rejects.toThrow('destroy nothing');
        for (const id of idsOf(world)) world.software().cutOff(id);
        await world.advance(60);
        await expect(recover(second)).rejects.toThrow('not known to be lost');
        for (const id of idsOf(world)) world.software().reconnect(id);
        await world.settle('managers', 1800);
        expect(swarms(world)).toHaveLength(1);
        expect(await eventsNamed(world, 'cluster.recovered')).toEqual([]);
      },
      { models: true, alone: true },
    );

    scenario(
      'flavors without a quorum or tokens refuse both',
      async (world) => {
        await world.commit(cattle('web', 1));
        await world.settle('web');
        const [web] = world.members('web');
        await expect(
          world.api('Flavor.Recover', { ID: 'web', Instance: web?.id ?? '', Confirm: 'web' }),
        ).rejects.toThrow('has no quorum to recover: its flavor is "vanilla"');
        await expect(world.api('Flavor.RotateTokens', { ID: 'web' })).rejects.toThrow(
          'has no tokens to rotate',
        );
        await expect(world.api('Flavor.RotateTokens', { ID: 'wbe' })).rejects.toThrow('not being watched');
      },
      { models: true, alone: true },
    );
  });
