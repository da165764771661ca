import { describe, expect, it } from 'vitest';
import { ageBeside } from '../../../lib/app/commit-groups.js';
import type { FunctionName } from '../../../lib/core/deployment.js';
import { scenario } from '../../support/scenario.js';
import { became, begun, ID, QUICK, web } from '../../support/scenario-rollouts.js';
import { cattle } from '../../support/scenario-specs.js';
import type { World } from '../../support/world.js';
import { isRelease, once } from './at-a-call.js';

const ALONE = { alone: true } as const;

const fileOf = (id: string): string =>
  JSON.stringify({ groups: { [id]: { Properties: cattle(id, 1).Properties } } });

/** How many calls a function makes for something. */
const callsFor = async (world: World, name: FunctionName, work: () => Promise<unknown>): Promise<number> => {
  const before = world.seen.length;
  await work();
  return world.seen.slice(before).filter(({ principal }) => principal === world.plane.functionName(name))
    .length;
};

const hasDied = ({ interruptions }: World): boolean => interruptions.left.length === 0;

export const commandInterleavings = () =>
  describe('the interleavings of a command', () => {
    scenario(
      'it commits after a crash between a spec and its number',
      async (world) => {
        await world.commit(cattle('web', 1));
        let specs = 0;
        world.before((call) => {
          if (call.function !== 'group-api' || call.operation !== 'PutItem') return;
          if (!JSON.stringify(call.input).includes('SPEC#')) return;
          specs += 1;
          if (specs === 1) world.crash({ function: 'group-api', call: 1, when: 'after' });
        });
        await expect(world.commit(cattle('web', 2))).rejects.toThrow(/group-api failed/);
        expect((await world.record('web')).revision).toBe(1);
        await world.commit(cattle('web', 2));
        await world.commit(cattle('web', 3));
        expect((await world.record('web')).history.map(({ number }) => number)).toEqual([3, 2, 1]);
        await world.settle('web');
      },
      ALONE,
    );

    scenario(
      'it is carried out once when it is sent again, at whichever call it died',
      async (world) => {
        await world.commit(cattle('c0', 1));
        const calls = await callsFor(world, 'group-api', () =>
          world.api('Group.SetSize', { ID: 'c0', Size: 2, RequestId: 'grow' }),
        );
        expect(calls).toBeGreaterThan(4);
        const ids: string[] = [];
        for (let call = 1; call <= 2 * calls; call += 1) {
          const ID = `c${call}`;
          ids.push(ID);
          await world.commit(cattle(ID, 1));
          world.crash({
            function: 'group-api',
            call: Math.ceil(call / 2),
            when: call % 2 === 0 ? 'before' : 'after',
          });
          const asked = { ID, Size: 2, RequestId: 'grow' };
          await world.api('Group.SetSize', asked).catch(() => undefined);
          const { Plan, Changed } = await world.api('Group.SetSize', asked);
          expect({ Plan, Changed }, ID).toMatchObject({ Plan: expect.stringMatching(/2/), Changed: true });
          expect((await world.record(ID)).history, ID).toHaveLength(2);
        }
        expect(world.interruptions.left).toEqual([]);
        for (const id of ids) await world.settle(id);
      },
      ALONE,
    );

    scenario(
      'it is carried out once and says so when it is an upload, at whichever call it died',
      async (world) => {
        const upload = (id: string) => world.upload(`groups/${id}.json`, fileOf(id));
        const outcome = async (id: string) => (await world.result(`groups/${id}.json`))?.outcome;
        const calls = await callsFor(world, 'config-uploaded', async () => {
          await upload('c0');
          await world.until('its result', async () => (await outcome('c0')) !== undefined, 30);
        });
        expect(calls).toBeGreaterThan(6);
        for (let call = 1; call <= calls; call += 1) {
          const id = `c${call}`;
          const when = call % 2 === 0 ? 'before' : 'after';
          world.crash({ function: 'config-uploaded', call, when });
          await upload(id);
          await world.until(id, async () => (await outcome(id)) !== undefined && hasDied(world), 300);
          expect(await outcome(id), id).toBe('committed');
          expect((await world.record(id)).history, id).toHaveLength(1);
        }
        expect(world.interruptions.left).toEqual([]);
      },
      ALONE,
    );

    scenario(
      'it is not left frozen by a pass that read the freeze of the fleet just before the thaw',
      async (world) => {
        await world.commit(cattle('web', 1));
        await world.settle('web');
        // The freeze dies before it comes to the group.
        world.before((call) => {
          if (call.function !== 'group-api' || call.operation !== 'UpdateItem') return;
          if (JSON.stringify(call.input).includes('holiday'))
            world.crash({ function: 'group-api', call: 1, when: 'before' });
        });
        await expect(world.api('Group.Freeze', { Reason: 'holiday' })).rejects.toThrow(/group-api failed/);
        world.interruptions.clear();
        let thawed = false;
        world.before(async (call) => {
          const isFreeze = call.function === 'reconcile' && /fleetFreeze/.test(JSON.stringify(call.input));
          if (thawed || call.operation !== 'UpdateItem' || !isFreeze) return;
          thawed = true;
          await world.apiWithin('Group.Thaw', {});
        });
        world.others.terminate(world.members('web')[0]?.id ?? '');
        await world.settle('web', 300);
        expect(thawed).toBe(true);
        expect((await world.record('web')).fleetFreeze).toBeUndefined();
      },
      ALONE,
    );

    scenario(
      'it calls no revision steady that was committed after the pass had looked',
      async (world) => {
        await begun(world);
        const alarmed = cattle(ID, 3, {
          flavor: { Tags: { version: '1' } },
          properties: { Updating: {}, Alarm: true },
        });
        // A command at each look of one pass, until it gives the lease back all the same.
        const commands = [
          () => world.apiWithin('Group.OverrideBreaker', { ID, For: '1m' }),
          () => world.apiWithin('Group.CommitGroup', { Spec: alarmed }),
        ];
        let looks = true;
        world.before(async (call) => {
          if (call.function !== 'reconcile') return;
          if (isRelease(call)) looks = true;
          if (call.operation !== 'DescribeInstances' || !looks) return;
          looks = false;
          await commands.shift()?.();
        });
        const happened = once(
          world,
          ({ operation }) => operation === 'PutMetricAlarm',
          () => world.apiWithin('Group.CommitGroup', { Spec: web(2) }),
        );
        await world.api('Group.OverrideBreaker', { ID, For: '2m' });
        await became(world, 'succeeded', 3);
        expect(happened()).toBe(true);
        expect((await world.record(ID)).rollout).toMatchObject({ from: 1, to: 3 });
        await world.settle(ID);
      },
      QUICK,
    );

    it('it compares sequencers of a file as if the shorter were padded on the right', () => {
      const beside = (sequencer: string, last: string) =>
        ageBeside({ key: 'a', sequencer: last }, { name: 's3:a', upload: { key: 'a', sequencer } });
      expect(beside('0055AED6DCD90281E6', '0055AED6DCD90281E5')).toBe('newer');
      expect(beside('0055AED6DCD90281E5FF', '0055AED6DCD90281E6')).toBe('older');
      expect(beside('0055AED6DCD90281E500', '0055AED6DCD90281E5')).toBe('same');
      expect(
        ageBeside({ key: 'b', sequencer: 'FF' }, { name: 's3:a', upload: { key: 'a', sequencer: '00' } }),
      ).toBe(undefined);
    });
  });
