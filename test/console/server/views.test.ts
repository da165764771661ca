import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Result } from '../../../lib/app/api-types.js';
import { cellsOf, countsOf, pictureOf } from '../../../lib/console/cells.js';
import { faultText, switchOf } from '../../../lib/console/fault-text.js';
import { viewGroup } from '../../../lib/console/view-group.js';
import { groupLine, groupView, instanceView, rolloutView } from '../../cli/views.js';

/** The answers of a local cloud whose workers stand at a checkpoint, two of four replaced. */
const recorded = JSON.parse(
  readFileSync(fileURLToPath(new URL('./recorded.json', import.meta.url)), 'utf8'),
) as {
  readonly list: Result<'Group.List'>;
  readonly describe: Result<'Group.DescribeGroup'>;
  readonly managers: Result<'Group.DescribeGroup'>;
  readonly history: Result<'Group.History'>;
  readonly cluster: Result<'Flavor.Healthy'>;
};

const lineOf = (id: string) => recorded.list.Groups.find(({ ID }) => ID === id) ?? groupLine();

describe('the view of a recorded group', () => {
  const workers = viewGroup(lineOf('workers'), recorded.describe, recorded.history.Revisions);

  it('sorts its cells by zone, each with its bucket and its reason', () => {
    expect(workers.cells.map(({ zone, bucket, reason }) => [zone, bucket, reason])).toEqual([
      ['eu-west-1a', 'ending', 'ended by us'],
      ['eu-west-1a', 'ending', 'ended by us'],
      ['eu-west-1a', 'healthy', 'is a worker of the swarm, ready'],
      ['eu-west-1a', 'healthy', 'is a worker of the swarm, ready'],
      ['eu-west-1b', 'outdated', 'is a worker of the swarm, ready'],
      ['eu-west-1c', 'outdated', 'is a worker of the swarm, ready'],
    ]);
    expect(workers.counts).toEqual({ ending: 2, healthy: 2, outdated: 2 });
    expect(workers.picture).toEqual([
      { zone: 'eu-west-1a', cells: ['ending', 'ending', 'healthy', 'healthy'] },
      { zone: 'eu-west-1b', cells: ['outdated'] },
      { zone: 'eu-west-1c', cells: ['outdated'] },
    ]);
  });

  it('tells of its rollout what it waits for and what can be done', () => {
    expect(workers.rollout).toMatchObject({
      status: 'paused',
      phase: 'checkpoint',
      from: 1,
      to: 2,
      replaced: 2,
      total: 4,
      reason: 'checkpoint: 2 of 4 replaced, waits for approval',
      checkpoints: [{ atPercent: 50, wait: 'approval', passed: false }],
      approvable: true,
      resumable: true,
      stoppable: false,
    });
    expect(workers.rolloutStatus).toBe('paused');
  });

  it('tells its revisions, the newest first, and its budget', () => {
    expect(workers.revisions.map(({ revision, current, steady }) => [revision, current, steady])).toEqual([
      [2, true, false],
      [1, false, true],
    ]);
    expect(workers.budget).toEqual({ maxUnavailable: 1, floor: 3, ceiling: 5, healthy: 4 });
    expect(workers.breaker).toEqual({ open: false, limit: 1 });
  });

  it('counts what is there now, whatever the last pass saw', () => {
    const stale = { ...lineOf('workers'), Healthy: 0, UpToDate: 0, Instances: 1, Rollout: 'running' };
    expect(viewGroup(stale, recorded.describe, [])).toMatchObject({
      instances: 4,
      healthy: 4,
      upToDate: 2,
      rolloutStatus: 'paused',
    });
    const over = { ...recorded.describe, Rollout: rolloutView({ Status: 'succeeded' }) };
    expect(viewGroup(stale, over, [])).not.toHaveProperty('rolloutStatus');
  });

  it('leaves out reasons that rollout and breaker tell themselves', () => {
    const Reasons = [
      '1 unhealthy (i-1)',
      'rollout from revision 1 to 2 running: 0 of 3 replaced; 3 outdated',
      'breaker open: 3 of 9 unhealthy or gone within 10 minutes, more than 2',
    ];
    expect(viewGroup(groupLine(), groupView({ Reasons }), []).reasons).toEqual(Reasons);
    const Breaker = { Since: '2026-11-22T12:00:00Z', Reason: '3 of 9' };
    const view = groupView({ Reasons, Rollout: rolloutView(), Breaker });
    expect(viewGroup(groupLine(), view, []).reasons).toEqual(['1 unhealthy (i-1)']);
  });

  it('gives each cell its role in the cluster, and knows the leader', () => {
    const managers = viewGroup(lineOf('managers'), recorded.managers, [], {
      report: recorded.cluster.Cluster ?? { Quorum: 'unknown', Members: [] },
      at: 1,
    });
    expect(managers.cells.map(({ role }) => role)).toEqual(['manager', 'manager', 'manager']);
    expect(managers.cells.filter(({ leader }) => leader)).toHaveLength(1);
    expect(managers.cluster).toMatchObject({ quorum: 'kept', askedAt: 1 });
  });
});

describe('the cells of a group', () => {
  it('have one for each place that is ordered or missing', () => {
    const cells = cellsOf(
      groupView({
        Declared: 3,
        OpenOrders: [{ Kind: 'launch', Reason: '1 of 3 present', Since: '2026-11-22T12:00:00Z', Count: 1 }],
      }),
    );
    expect(cells.map(({ bucket, reason }) => [bucket, reason])).toEqual([
      ['healthy', 'healthy'],
      ['booting', 'being launched: 1 of 3 present'],
      ['missing', 'declared, and not there'],
    ]);
    expect(pictureOf(cells).at(-1)).toEqual({ zone: '', cells: ['booting', 'missing'] });
  });

  it('have one for each stand-in that is ordered beyond the declared', () => {
    const cells = cellsOf(
      groupView({
        Budget: { MaxUnavailable: 0, Floor: 1, Ceiling: 3, MaxUnhealthy: 1 },
        OpenOrders: [{ Kind: 'launch', Reason: 'surge', Since: '2026-11-22T12:00:00Z', Count: 2 }],
      }),
    );
    expect(countsOf(cells)).toEqual({ healthy: 1, booting: 2 });
  });

  it('have none for orders whose instances are there already', () => {
    const cells = cellsOf(
      groupView({
        Declared: 3,
        Instances: ['i-1', 'i-2'].map((ID) => instanceView({ ID, Bucket: 'booting' })),
        Budget: { MaxUnavailable: 1, Floor: 2, Ceiling: 3, MaxUnhealthy: 1 },
        OpenOrders: [{ Kind: 'launch', Reason: '0 of 3', Since: '2026-11-22T12:00:00Z', Count: 3 }],
      }),
    );
    expect(countsOf(cells)).toEqual({ booting: 3 });
  });

  it('name the logical IDs that are missing, and tell those that nobody declared', () => {
    const cells = cellsOf(
      groupView({
        Declared: 2,
        LogicalIDs: ['a', 'b'],
        Instances: [instanceView({ LogicalID: 'a' }), instanceView({ ID: 'i-2', LogicalID: 'z' })],
      }),
    );
    expect(cells.map(({ logicalId, bucket }) => [logicalId, bucket])).toEqual([
      ['a', 'healthy'],
      ['z', 'surplus'],
      ['b', 'missing'],
    ]);
  });

  it('tell places that come when the rollout is over from those that are missing', () => {
    const cattle = cellsOf(groupView({ Declared: 5, GrowsLater: { Count: 3 } }));
    expect(countsOf(cattle)).toEqual({ healthy: 1, missing: 1, later: 3 });
    const pets = cellsOf(
      groupView({
        Declared: 3,
        LogicalIDs: ['a', 'b', 'c'],
        Instances: [instanceView({ LogicalID: 'a' })],
        GrowsLater: { Count: 1, LogicalIDs: ['b'] },
      }),
    );
    expect(pets.map(({ logicalId, bucket }) => [logicalId, bucket])).toEqual([
      ['a', 'healthy'],
      ['c', 'missing'],
      ['b', 'later'],
    ]);
  });

  it('are none for what is gone, and for places of a group that nobody watches', () => {
    expect(cellsOf(groupView({ Instances: [instanceView({ Bucket: 'gone' })], Watch: 'free' }))).toEqual([]);
  });

  it('hold a place while a member is unknown, absent or on its way out', () => {
    const view = groupView({
      Declared: 3,
      Instances: [
        instanceView({ ID: 'i-1', Bucket: 'unknown' }),
        instanceView({ ID: 'i-2', Bucket: 'absent' }),
        instanceView({ ID: 'i-3', Bucket: 'leaving' }),
      ],
    });
    expect(countsOf(cellsOf(view))).toEqual({ unknown: 2, draining: 1 });
  });

  it('stay small: 300 instances are told in less than 100 KB', () => {
    const Instances = Array.from({ length: 300 }, (_, index) =>
      instanceView({
        ID: `i-0a1b2c3d4e5f6${String(index).padStart(4, '0')}`,
        Reason: 'status checks pass',
      }),
    );
    const view = viewGroup(groupLine(), groupView({ Declared: 300, Instances }), []);
    expect(JSON.stringify(view).length).toBeLessThan(100_000);
  });
});

describe('the view of a rollout', () => {
  it.each([
    ['running', [false, true]],
    ['paused', [true, false]],
    ['rolling-back', [false, true]],
    ['failed', [true, false]],
    ['stopped', [true, false]],
    ['succeeded', [false, false]],
  ])('says of one that is %s whether it can be resumed and stopped', (Status, expected) => {
    const { rollout } = viewGroup(groupLine(), groupView({ Rollout: rolloutView({ Status }) }), []);
    expect([rollout?.resumable, rollout?.stoppable]).toEqual(expected);
  });
});

describe('the text of a fault', () => {
  it.each([
    [{ kind: 'no-capacity', zone: 'eu-west-1a' }, 'no room in eu-west-1a'],
    [{ kind: 'events', how: 'never' }, 'events of EC2 are lost'],
    [{ kind: 'throttle', service: 'EC2', forMs: 5_000 }, 'EC2 refuses calls'],
    [{ kind: 'read-lag', ms: 30 }, 'read-lag, ms 30'],
  ])('is for people: %j', (rule, text) => {
    expect(faultText(rule)).toBe(text);
  });
});

describe('the switch of a fault', () => {
  it('is known by its rule, and there is none for rules that the panel does not make', () => {
    expect(switchOf({ kind: 'no-capacity', zone: 'eu-west-1a' })).toEqual({
      by: { kind: 'fill-zone', zone: 'eu-west-1a' },
    });
    expect(switchOf({ kind: 'events', how: 'never' })).toEqual({ by: { kind: 'lose-events' } });
    expect(switchOf({ kind: 'events', how: 'twice' })).toEqual({});
    expect(switchOf({ kind: 'no-capacity' })).toEqual({});
  });
});
