import type { Bucket, Cell, GroupDetail } from '../../../../lib/console/protocol.js';
import { cellsOf, detailOf, NOW, rolloutOf, type Scene, scene, summaryOf } from './scenes.js';

const many = (count: number, bucket: Bucket): readonly Bucket[] =>
  Array.from({ length: count }, () => bucket);

const leading = (cells: readonly Cell[]): readonly Cell[] =>
  cells.map((cell, index) => ({
    ...cell,
    role: 'manager',
    reason: index === 0 ? 'running, leads the swarm' : 'running, a manager of the swarm',
    ...(index === 0 ? { leader: true as const } : {}),
  }));

const managers = (): GroupDetail => {
  const cells = leading(cellsOf(many(3, 'healthy'), 2));
  return detailOf(summaryOf('managers', cells), cells, {
    flavor: 'swarm/manager',
    cluster: {
      quorum: 'kept',
      reason: '3 of 3 managers are reachable, 2 are needed',
      askedAt: NOW - 40_000,
      members: cells.map(({ instance = '', privateIp = '', leader }, index) => ({
        name: `node-${index + 1}`,
        instance,
        address: privateIp,
        role: 'manager',
        votes: true,
        reachable: index !== 2,
        leader: leader === true,
      })),
    },
  });
};

const group = (id: string, buckets: readonly Bucket[], seed: number, changes: Partial<GroupDetail> = {}) => {
  const cells = cellsOf(buckets, seed);
  return detailOf(summaryOf(id, cells, changes), cells, changes);
};

const calm = [managers(), group('workers', many(5, 'healthy'), 3)];

/** Every state that somebody should be able to read at a glance. */
export const STORIES: Readonly<Record<string, { readonly scene: Scene; readonly group?: string }>> = {
  empty: { scene: scene({ details: [] }) },
  fleet: {
    scene: scene({
      details: [
        ...calm,
        group('web', [...many(6, 'healthy'), 'booting', 'missing'], 4, {
          reasons: ['1 missing: no room in local-1b until 14:05:10'],
        }),
        group('etcd', [...many(2, 'healthy'), 'unhealthy'], 5, { breakerOpen: true }),
        group('batch', [...many(3, 'healthy'), ...many(5, 'outdated')], 6, { rolloutStatus: 'paused' }),
        group('render', many(60, 'healthy'), 7),
        group('frozen-pets', many(3, 'healthy'), 8, { frozen: true }),
      ],
    }),
  },
  converging: {
    scene: scene({
      details: [
        managers(),
        group('workers', ['healthy', 'booting', 'booting', 'missing'], 3, {
          reasons: ['1 missing', '2 booting, within their grace of 30 s'],
          divergentSince: NOW - 9_000,
        }),
      ],
    }),
    group: 'workers',
  },
  checkpoint: {
    scene: scene({
      details: [
        ...calm,
        group('web', [...many(4, 'healthy'), ...many(4, 'outdated')], 4, {
          rolloutStatus: 'paused',
          reasons: [],
          rollout: rolloutOf({
            status: 'paused',
            phase: 'checkpoint',
            replaced: 4,
            batch: 0,
            reason: 'at the checkpoint of 50 %: 4 of 8 are replaced and healthy',
            waitsFor: 'an approval',
            checkpoints: [
              { atPercent: 25, wait: 60_000, passed: true },
              { atPercent: 50, wait: 'approval', passed: false },
            ],
            approvable: true,
            resumable: true,
            stoppable: false,
          }),
        }),
      ],
    }),
    group: 'web',
  },
  failed: {
    scene: scene({
      details: [
        ...calm,
        group('web', ['unhealthy', 'healthy', ...many(5, 'outdated'), 'draining'], 4, {
          rolloutStatus: 'failed',
          reasons: ['1 unhealthy: not in the swarm for 48 s'],
          divergentSince: NOW - 130_000,
          rollout: rolloutOf({
            status: 'failed',
            phase: 'canary',
            replaced: 1,
            failures: 2,
            reason:
              'the canary failed: 2 new instances did not become healthy within 5 m; more than MaxFailures 1',
            endedAt: NOW - 20_000,
            resumable: true,
            stoppable: false,
          }),
        }),
      ],
    }),
    group: 'web',
  },
  breaker: {
    scene: scene({
      details: [
        ...calm,
        group('web', [...many(3, 'healthy'), ...many(4, 'unhealthy'), 'unknown'], 4, {
          breakerOpen: true,
          reasons: ['4 unhealthy past their grace of 30 s', '1 unknown: EC2 does not show it'],
          divergentSince: NOW - 310_000,
          breaker: {
            open: true,
            since: NOW - 280_000,
            reason:
              '4 of 8 failed within 10 m, more than 2: repair would replace half of the group for a cause that it cannot heal',
            limit: 2,
          },
        }),
      ],
    }),
    group: 'web',
  },
  leader: { scene: scene({ details: calm }), group: 'managers' },
  many: {
    scene: scene({
      details: [
        ...calm,
        group(
          'fleet',
          [
            ...many(170, 'healthy'),
            ...many(9, 'booting'),
            ...many(6, 'draining'),
            ...many(3, 'unhealthy'),
            'unknown',
            ...many(104, 'outdated'),
            ...many(7, 'missing'),
          ],
          4,
          {
            rolloutStatus: 'running',
            rollout: rolloutOf({
              replaced: 170,
              total: 300,
              batch: 9,
              waitsFor: '9 new instances to become healthy',
              until: NOW + 95_000,
            }),
          },
        ),
      ],
    }),
    group: 'fleet',
  },
  aws: {
    scene: scene({ details: calm, where: 'aws', readOnly: 'this console was started with --read-only' }),
    group: 'workers',
  },
  unknown: { scene: scene({ details: calm }), group: 'gone-group' },
};
