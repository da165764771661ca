import { describe, expect } from 'vitest';
import type { SpecDocument } from '../../../lib/app/api-types.js';
import { scenario } from '../../support/scenario.js';
import { cattle, PET_ADDRESSES, pets } from '../../support/scenario-specs.js';
import type { World } from '../../support/world.js';

const launchedByUs = (world: World) => world.books.launchedWith('holdfast.stack', 'holdfast-a');
const idsOf = (world: World, group: string) =>
  world
    .members(group)
    .map(({ id }) => id)
    .sort();
const infrakit = (world: World, group: string, count: number) =>
  Array.from({ length: count }, () =>
    world.others.launchForeign({ tags: { 'infrakit.group': group, 'infrakit.config.hash': 'old' } }),
  ).sort();

const ALIAS = 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';
const fileOf = (specs: readonly SpecDocument[]): string =>
  JSON.stringify({ groups: Object.fromEntries(specs.map(({ ID, Properties }) => [ID, { Properties }])) });

/** One group for each thing that is resolved at commit. */
const pinned: readonly SpecDocument[] = [
  cattle('aliased', 1, { run: { ImageId: ALIAS } }),
  {
    ID: 'templated',
    Properties: {
      Allocation: { Size: 1 },
      Instance: {
        Plugin: 'aws/ec2-instance',
        Properties: {
          RunInstancesInput: { LaunchTemplate: { LaunchTemplateName: 'web' }, SubnetId: 'subnet-1' },
        },
      },
      Flavor: { Plugin: 'vanilla', Properties: {} },
    },
  },
  {
    ID: 'spread',
    Properties: {
      Allocation: { LogicalIDs: ['10.0.2.20'] },
      Instance: {
        Plugin: 'aws/ec2-instance',
        Properties: {
          RunInstancesInput: { ImageId: 'ami-0abc', InstanceType: 't3.small' },
          Subnets: ['subnet-1', 'subnet-2'],
        },
      },
      Flavor: { Plugin: 'vanilla', Properties: {} },
    },
  },
];

export const groups = () =>
  describe('a group', () => {
    scenario('it adopts the instances of an InfraKit group, and replaces none', async (world) => {
      const old = infrakit(world, 'legacy', 3);
      await world.advance(120);
      const { Plan } = await world.commit(cattle('legacy', 3));
      expect(Plan).toContain('Adopting 3 instances');
      await world.until('they are ours', () => world.members('legacy').length === 3, 60);
      await world.advance(600);
      expect(idsOf(world, 'legacy')).toEqual(old);
      expect(launchedByUs(world)).toHaveLength(0);
      const events = await world.events('legacy');
      expect(events.filter(({ event }) => event === 'instance.adopted')).toHaveLength(3);
    });

    scenario('it refuses more ownerless instances than are declared, and touches none', async (world) => {
      const old = infrakit(world, 'legacy', 4);
      await expect(world.commit(cattle('legacy', 3))).rejects.toThrow(
        /4 instances carry the tag infrakit.group=legacy/,
      );
      await world.advance(180);
      for (const id of old) expect(world.cloud.ec2.instance(id)?.tags['holdfast.stack']).toBeUndefined();
    });

    scenario(
      'it leaves instances be when unwatched, and takes the same ones when watched again',
      async (world) => {
        await world.commit(cattle('web', 3));
        await world.settle('web');
        const before = idsOf(world, 'web');
        await world.api('Group.Unwatch', { ID: 'web' });
        await world.until('it is free', async () => (await world.record('web')).watch === 'free', 120);
        world.others.terminate(before[0] ?? '');
        await world.advance(300);
        expect(idsOf(world, 'web')).toEqual(before.slice(1));
        const { Plan } = await world.api('Group.Watch', { ID: 'web' });
        expect(Plan).toContain('Adopting 2 instances');
        await world.settle('web');
        expect(idsOf(world, 'web')).toEqual(expect.arrayContaining(before.slice(1)));
        expect(launchedByUs(world)).toHaveLength(4);
      },
    );

    scenario('it goes to 0 and back, asking before it ends more than the budget', async (world) => {
      await world.commit(cattle('web', 3));
      await world.settle('web');
      await expect(world.api('Group.SetSize', { ID: 'web', Size: 0 })).rejects.toThrow(
        /ends 3 instances at once/,
      );
      await world.api('Group.SetSize', { ID: 'web', Size: 0, Confirm: true });
      await world.settle('web');
      expect(world.members('web')).toEqual([]);
      await world.api('Group.SetSize', { ID: 'web', Size: 2 });
      await world.settle('web');
      expect(world.members('web')).toHaveLength(2);
    });

    scenario(
      'it is destroyed with all of its own, refuses a commit meanwhile, and can be created again',
      async (world) => {
        await world.commit(cattle('web', 3));
        await world.settle('web');
        world.neighbours?.infrakit('web');
        expect(await world.api('Group.Destroy', { ID: 'web' })).toEqual({ ID: 'web', Instances: 3 });
        await expect(world.api('Group.CommitGroup', { Spec: cattle('web', 1) })).rejects.toThrow(
          /is destroying/,
        );
        await world.until(
          'it is destroyed',
          async () => (await world.record('web')).watch === 'destroyed',
          600,
        );
        expect(world.members('web')).toEqual([]);
      },
    );

    scenario('it refuses destroy and shrink while it is protected', async (world) => {
      await world.commit(cattle('web', 2, { properties: { Protect: true } }));
      await world.settle('web');
      await expect(world.api('Group.Destroy', { ID: 'web' })).rejects.toThrow(/protected/);
      await expect(world.api('Group.SetSize', { ID: 'web', Size: 1, Confirm: true })).rejects.toThrow(
        /protected/,
      );
      await world.advance(120);
      expect(world.members('web')).toHaveLength(2);
      expect((await world.record('web')).history).toHaveLength(1);
    });

    scenario('it refuses to turn cattle into pets while instances run', async (world) => {
      await world.commit(cattle('web', 1));
      await world.settle('web');
      await expect(world.commit(pets('web', PET_ADDRESSES))).rejects.toThrow(
        /Size cannot become LogicalIDs while 1 instances run/,
      );
    });

    scenario(
      'it gives pets their addresses, replaces one in its place, and takes and drops members',
      async (world) => {
        await world.commit(pets('zoo', PET_ADDRESSES.slice(0, 2)));
        await world.settle('zoo');
        await world.commit(pets('zoo', PET_ADDRESSES));
        await world.settle('zoo');
        expect(
          world
            .members('zoo')
            .map(({ privateIp }) => privateIp)
            .sort(),
        ).toEqual([...PET_ADDRESSES]);
        const third = world.members('zoo').find(({ privateIp }) => privateIp === PET_ADDRESSES[2]);
        await world.commit(pets('zoo', PET_ADDRESSES.slice(0, 2)), { Confirm: true });
        await world.settle('zoo');
        expect(idsOf(world, 'zoo')).not.toContain(third?.id);
        world.others.terminate(idsOf(world, 'zoo')[0] ?? '');
        await world.settle('zoo');
        expect(
          world
            .members('zoo')
            .map(({ privateIp }) => privateIp)
            .sort(),
        ).toEqual(PET_ADDRESSES.slice(0, 2));
      },
    );

    scenario(
      'it reports a stranger with its tags as foreign, and neither counts nor touches it',
      async (world) => {
        await world.commit(cattle('web', 2));
        await world.settle('web');
        const stranger = world.others.launchForeign({
          tags: { 'infrakit.group': 'web', 'holdfast.stack': 'holdfast-a' },
        });
        await world.advance(130);
        const view = await world.view('web');
        expect(view.Foreign).toEqual([stranger]);
        expect(view.Instances).toHaveLength(2);
        expect(world.cloud.ec2.instance(stranger)?.state).toBe('running');
        expect((await world.events('web')).filter(({ event }) => event === 'instance.foreign')).toHaveLength(
          1,
        );
        world.others.terminate(stranger);
      },
    );

    scenario('it counts a member that lost its tag, says so, and never ends it by itself', async (world) => {
      await world.commit(cattle('web', 2, { properties: { Repair: { Grace: '2m' } } }));
      await world.settle('web');
      const [first] = idsOf(world, 'web');
      world.others.untag(first ?? '', ['holdfast.stack']);
      await world.advance(120);
      world.others.impair(first ?? '');
      await world.advance(600);
      expect(world.cloud.ec2.instance(first ?? '')?.state).toBe('running');
      expect(launchedByUs(world)).toHaveLength(2);
      expect((await world.events('web')).filter(({ event }) => event === 'instance.untagged')).toHaveLength(
        1,
      );
      world.others.tag(first ?? '', { 'holdfast.stack': 'holdfast-a' });
      world.others.heal(first ?? '');
      await world.settle('web');
    });

    scenario(
      'it ends named instances: replaced by one method, shrunk by the other, strangers refused',
      async (world) => {
        await world.commit(cattle('web', 3));
        await world.settle('web');
        const [first = '', second = ''] = idsOf(world, 'web');
        await expect(
          world.api('Group.DestroyInstances', { ID: 'web', Instances: ['i-0123'] }),
        ).rejects.toThrow(/not a member/);
        await world.api('Group.ReplaceInstances', { ID: 'web', Instances: [first] });
        await world.until('it ends', () => !idsOf(world, 'web').includes(first), 60);
        await world.settle('web');
        expect(world.members('web')).toHaveLength(3);
        await world.api('Group.DestroyInstances', { ID: 'web', Instances: [second] });
        await world.until('it ends', () => !idsOf(world, 'web').includes(second), 60);
        await world.settle('web');
        expect(world.members('web')).toHaveLength(2);
        const named = (await world.events('web')).filter(({ event }) => event === 'instance.destroyed');
        expect(named.map(({ instance, reason }) => [instance, reason.split(';')[0]])).toEqual([
          [first, 'named by a user, to be replaced'],
          [second, 'named by a user, who shrinks the group by it'],
        ]);
      },
    );

    scenario(
      'it answers a retried command as it did the first time, and does nothing more',
      async (world) => {
        const first = await world.commit(cattle('web', 2), { RequestId: 'r1' });
        expect(await world.commit(cattle('web', 2), { RequestId: 'r1' })).toEqual(first);
        await world.settle('web');
        const scaled = await world.api('Group.SetSize', { ID: 'web', Size: 3, RequestId: 'r2' });
        expect(await world.api('Group.SetSize', { ID: 'web', Size: 3, RequestId: 'r2' })).toEqual(scaled);
        await world.settle('web');
        expect((await world.record('web')).history).toHaveLength(2);
      },
    );

    scenario(
      'it lets nobody change anything through the alias "read", nor destroy through "commit"',
      async (world) => {
        const alias = 'read';
        await expect(world.api('Group.CommitGroup', { Spec: cattle('web', 1) }, { alias })).rejects.toThrow(
          /only read/,
        );
        expect(await world.api('Group.List', {}, { alias })).toEqual({ Groups: [] });
        await world.api('Group.CommitGroup', { Spec: cattle('web', 1) }, { alias: 'commit' });
        await expect(world.api('Group.Destroy', { ID: 'web' }, { alias: 'commit' })).rejects.toThrow(
          /destroy nothing/,
        );
        await world.settle('web');
        await world.api('Group.Destroy', { ID: 'web' }, { alias: 'destroy' });
        await world.until(
          'it is destroyed',
          async () => (await world.record('web')).watch === 'destroyed',
          600,
        );
      },
    );

    scenario(
      'it puts a single instance only into a group that is not watched, once per request',
      async (world) => {
        const [spec] = [cattle('web', 1)];
        const Properties = {
          RunInstancesInput: { ImageId: 'ami-0abc', InstanceType: 't3.small', SubnetId: 'subnet-1' },
        };
        await world.commit(spec);
        await world.settle('web');
        const asked = { Properties, Tags: { 'infrakit.group': 'web' }, RequestId: 'p1' };
        await expect(world.api('Instance.Provision', asked)).rejects.toThrow(/scale it instead/);
        const [member = ''] = idsOf(world, 'web');
        await expect(world.api('Instance.Destroy', { IDs: [member] })).rejects.toThrow(
          /member of group "web"/,
        );
        const other = { ...asked, Tags: { 'infrakit.group': 'manual' } };
        const { ID } = await world.api('Instance.Provision', other);
        expect(await world.api('Instance.Provision', other)).toEqual({ ID });
        expect(idsOf(world, 'manual')).toEqual([ID]);
        await expect(
          world.api('Instance.Destroy', { IDs: [world.neighbours?.instances[0]?.id ?? ''] }),
        ).rejects.toThrow(/does not belong/);
        expect(await world.api('Instance.Destroy', { IDs: [ID] })).toEqual({ Destroyed: [ID] });
        const { Instances } = await world.api('Instance.DescribeInstances', {
          Tags: { 'infrakit.group': 'web' },
        });
        expect(Instances.map(({ ID: id }) => id)).toContain(member);
      },
    );

    for (const [how, commit] of [
      [
        'the API',
        (world: World, specs: readonly SpecDocument[]) => world.api('Group.CommitGroups', { Specs: specs }),
      ],
      [
        'an upload',
        (world: World, specs: readonly SpecDocument[]) => world.upload('groups/pinned.json', fileOf(specs)),
      ],
    ] as const) {
      scenario(`it pins what ${how} names by alias, template and subnets`, async (world) => {
        await commit(world, pinned);
        await world.until('all launch', () => pinned.every(({ ID }) => world.members(ID).length === 1), 60);
        expect(world.members('aliased')[0]?.imageId).toMatch(/^ami-0/);
        expect(world.members('templated')[0]?.imageId).toBe('ami-0abc');
        expect(world.members('spread')[0]?.subnet).toBe('subnet-2');
        for (const { ID } of pinned) await world.settle(ID);
      });
    }

    scenario('it shows an alarm of its own while its spec asks for one', async (world) => {
      const named = () =>
        world.cloud.cloudwatch
          .alarms()
          .map(({ definition }) => definition.AlarmName)
          .filter((name) => name?.includes('web'));
      await world.commit(cattle('web', 1, { properties: { Alarm: true } }));
      await world.settle('web');
      expect(named()).toEqual(['holdfast:holdfast-a:web']);
      await world.commit(cattle('web', 1));
      await world.advance(120);
      expect(named()).toEqual([]);
    });
  });
