import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClusterMember, type ClusterView, ghostsOf } from '../../lib/core/cluster.js';
import type { GroupRecord } from '../../lib/core/group-record.js';
import { instanceId } from '../../lib/core/ids.js';
import type { InstanceRecord } from '../../lib/core/instance.js';
import { planGroup } from '../../lib/core/plan-group.js';
import { majorityOf } from '../../lib/core/quorum.js';
import {
  booting,
  type Declared,
  destroyed,
  destroyOrder,
  groupOf,
  healthy,
  launched,
  MINUTE,
  NOON,
  plan,
  revisionOf,
  terminated,
  unhealthy,
  whys,
} from './planner-samples.js';

const THREE: Declared = {
  pets: ['a', 'b', 'c'],
  quorum: 3,
  updating: { maxUnavailable: { kind: 'count', count: 3 } },
};
const members = (...others: InstanceRecord[]) =>
  [healthy('i-1', { logicalId: 'a' }), healthy('i-2', { logicalId: 'b' }), ...others] as const;
const listed = (id: string, change: Partial<ClusterMember> = {}): ClusterMember => ({
  name: `node-${id}`,
  instance: instanceId(id),
  role: 'manager',
  votes: true,
  reachable: true,
  leader: false,
  ...change,
});
const read = (...list: ClusterMember[]): ClusterView => ({ kind: 'read', members: list });
const ALL = read(listed('i-1', { leader: true }), listed('i-2'), listed('i-3'));

const planned = (
  cluster: ClusterView | undefined,
  records: readonly InstanceRecord[],
  group: Partial<GroupRecord> = {},
  declared: Declared = THREE,
  ghosts: readonly string[] = [],
) =>
  planGroup(
    groupOf(group),
    revisionOf(declared),
    { members: records, foreign: [], ...(cluster === undefined ? {} : { cluster }), ghosts },
    NOON,
  );
const naming = (...ids: string[]): Partial<GroupRecord> => ({
  destroying: ids.map((id) => ({ instance: instanceId(id), reason: 'named' })),
});

describe('majorityOf', () => {
  it('is more than half of the list', () => {
    expect([1, 2, 3, 4, 5, 7].map(majorityOf)).toEqual([1, 2, 2, 3, 3, 4]);
  });
});

describe('a quorum without a member list', () => {
  const three = members(healthy('i-3', { logicalId: 'c' }));

  it('lets one of three go, and keeps the second', () => {
    const result = plan(THREE, three, naming('i-2', 'i-3'));
    expect(destroyed(result)).toEqual(['i-2']);
    expect(whys(result)).toContain('1 of 3 would be reachable, fewer than the majority of 2');
  });

  it('keeps a quorum of one or two until an operator allows its loss', () => {
    const one: Declared = { pets: ['a'], quorum: 1 };
    const result = plan(one, [healthy('i-1', { logicalId: 'a' })], naming('i-1'));
    expect(whys(result)).toContain(
      'a quorum of 1 cannot lose a member: allow it with Updating.AllowQuorumLoss',
    );
    const allowed = { ...one, updating: { allowQuorumLoss: true } };
    expect(destroyed(plan(allowed, [healthy('i-1', { logicalId: 'a' })], naming('i-1')))).toEqual(['i-1']);
  });
});

describe('a quorum with a member list', () => {
  const three = members(healthy('i-3', { logicalId: 'c' }));

  it('gives one member at a time, whatever the budget', () => {
    const result = planned(ALL, three, naming('i-2', 'i-3'));
    expect(destroyed(result)).toEqual(['i-2']);
    expect(whys(result)).toContain('i-2 is leaving: one member of a quorum at a time');
    const leaving = planned(ALL, three, { ...naming('i-3'), orders: [destroyOrder('i-2')] });
    expect(destroyed(leaving)).toEqual([]);
  });

  it('gives none when the rest would be no majority of the list', () => {
    const hurt = read(listed('i-1'), listed('i-2'), listed('i-3', { reachable: false }));
    const result = planned(hurt, members(unhealthy('i-3', MINUTE, { logicalId: 'c' })), naming('i-2'));
    expect(destroyed(result)).toEqual([]);
    expect(whys(result)).toContain('1 of 3 would be reachable, fewer than the majority of 2');
  });

  it('counts a new member as unreachable until it is proved', () => {
    const result = planned(ALL, members(booting('i-3', MINUTE, { logicalId: 'c' })), naming('i-2'));
    expect(destroyed(result)).toEqual([]);
    expect(whys(result)).toContain('1 of 3 would be reachable');
  });

  it('counts members of other groups of the same cluster', () => {
    const five = read(...['i-1', 'i-2', 'i-3', 'j-1', 'j-2'].map((id) => listed(id)));
    expect(
      destroyed(planned(five, members(unhealthy('i-3', MINUTE, { logicalId: 'c' })), naming('i-2'))),
    ).toEqual(['i-2']);
  });

  it('replaces an unhealthy member while a majority serves', () => {
    const hurt = read(listed('i-1'), listed('i-2'), listed('i-3', { reachable: false }));
    expect(destroyed(planned(hurt, members(unhealthy('i-3', 60 * MINUTE, { logicalId: 'c' }))))).toEqual([
      'i-3',
    ]);
  });

  it.each<[ClusterView, string]>([
    [{ kind: 'unreadable', reason: 'no answer' }, 'its member list cannot be read: no answer'],
    [
      { kind: 'lost', reason: 'no leader' },
      'quorum is lost: no leader; recover it with holdfast flavor recover web',
    ],
  ])('ends nobody, not even an unhealthy one, when the view is %o', (view, why) => {
    const result = planned(view, members(unhealthy('i-3', 60 * MINUTE, { logicalId: 'c' })), naming('i-1'));
    expect(destroyed(result)).toEqual([]);
    expect(whys(result)).toContain(why);
  });

  it('launches nothing into a lost quorum, nor beside the entry of a dead member', () => {
    const two = members(terminated('i-3', MINUTE, { logicalId: 'c' }));
    const lost = planned({ kind: 'lost', reason: 'no leader' }, two);
    expect([launched(lost), lost.undone.some(({ kind }) => kind === 'blocked')]).toEqual([0, true]);
    const haunted = planned(ALL, two, {}, THREE, ['node-i-3']);
    expect(launched(haunted)).toBe(0);
    expect(whys(haunted)).toContain('node-i-3 has ended and is still in the member list');
    expect(launched(planned(read(listed('i-1'), listed('i-2')), two))).toBe(1);
  });

  it('never ends a member that the rest of the list needs', () => {
    const states = fc.array(fc.record({ reachable: fc.boolean(), healthy: fc.boolean() }), {
      minLength: 3,
      maxLength: 7,
    });
    fc.assert(
      fc.property(states, fc.array(fc.nat(6)), (all, named) => {
        const pets = all.map((_, index) => `p${index}`);
        const records = all.map((one, index) =>
          (one.healthy ? healthy : (id: string, change: object) => unhealthy(id, 60 * MINUTE, change))(
            `i-${index}`,
            {
              logicalId: `p${index}`,
            },
          ),
        );
        const view = read(...all.map(({ reachable }, index) => listed(`i-${index}`, { reachable })));
        const result = planned(view, records, naming(...named.map((index) => `i-${index}`)), {
          ...THREE,
          pets,
          quorum: pets.length,
        });
        const gone = new Set<string>(destroyed(result));
        expect(gone.size).toBeLessThanOrEqual(1);
        const left = all.filter(({ reachable }, index) => reachable && !gone.has(`i-${index}`)).length;
        if (gone.size > 0) expect(left).toBeGreaterThanOrEqual(majorityOf(all.length));
      }),
    );
  });
});

describe('ghostsOf', () => {
  const view = read(listed('i-1'), listed('i-3'));

  it('names members whose instance has ended, whether they still answer or not', () => {
    const [ghost, ...rest] = ghostsOf(view, [terminated('i-3')]);
    expect([ghost?.name, rest]).toEqual(['node-i-3', []]);
  });

  it.each([
    ['its instance still runs', view, [unhealthy('i-3')]],
    ['nothing is known of its instance', view, []],
    ['the list was not read', { kind: 'lost', reason: '' } as const, [terminated('i-3')]],
  ])('names nobody when %s', (_, seen, records) => {
    expect(ghostsOf(seen, records)).toEqual([]);
  });

  it('takes an address for gone only when none who held it lives', () => {
    const { instance: _, ...byAddress } = listed('i-3', { reachable: false, address: '10.0.0.3' });
    const old = terminated('i-3', MINUTE, { privateIp: '10.0.0.3' });
    expect(ghostsOf(read(byAddress), [old])).toHaveLength(1);
    expect(ghostsOf(read(byAddress), [old, booting('i-4', MINUTE, { privateIp: '10.0.0.3' })])).toEqual([]);
  });
});
