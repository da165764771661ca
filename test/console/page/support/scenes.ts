import { countBuckets } from '../../../../lib/console/page/format/bucket.js';
import type {
  Bucket,
  Cell,
  GroupDetail,
  GroupSummary,
  Message,
  RolloutView,
  TimelineEvent,
} from '../../../../lib/console/protocol.js';

/** All that a server would tell a page that opens a stream. */
export interface Scene {
  readonly messages: (group: string | undefined) => readonly Message[];
}

/** The clock of every scene, so that pictures are the same each day. */
export const NOW = Date.UTC(2026, 2, 1, 14, 3, 20);
const ZONES = ['local-1a', 'local-1b', 'local-1c'] as const;
const SECOND = 1_000;

const REASONS: Readonly<Record<Bucket, string>> = {
  healthy: 'running, joined the swarm as a worker',
  outdated: 'running, joined the swarm as a worker; of config 4f1c09aa, to be replaced',
  surplus: 'healthy, and more than declared',
  booting: 'pending for 12 s; status checks are initializing',
  unhealthy: 'not in the swarm for 48 s: its engine does not answer',
  unknown: 'EC2 does not show it; absent is not gone',
  draining: 'being destroyed: outdated, healthy; 4 healthy, floor 3',
  ending: 'shutting-down, ended by us',
  missing: 'declared and not there: no room in local-1b until 14:05:10',
  later: 'comes when the rollout is over: a group grows last',
};

/** One cell a bucket, over the three zones in turn. */
export const cellsOf = (buckets: readonly Bucket[], seed = 1): readonly Cell[] =>
  buckets
    .map((bucket, index): Cell => {
      const zone = ZONES[index % ZONES.length] ?? ZONES[0];
      if (bucket === 'missing') return { bucket, reason: REASONS.missing, zone };
      if (bucket === 'later') return { bucket, reason: REASONS.later };
      return {
        bucket,
        reason: REASONS[bucket],
        instance: `i-${(0x0a1b2c3d + index * 7919 + seed * 104729).toString(16).padStart(8, '0')}${String(index).padStart(3, '0')}`,
        zone,
        type: 't3.small',
        privateIp: `192.168.${seed}.${10 + index}`,
        state: bucket === 'booting' ? 'pending' : bucket === 'ending' ? 'shutting-down' : 'running',
        health: bucket === 'unhealthy' ? 'unhealthy' : bucket === 'healthy' ? 'healthy' : 'unknown',
        upToDate: bucket !== 'outdated' && bucket !== 'draining',
        configHash: bucket === 'outdated' || bucket === 'draining' ? '4f1c09aa51d2' : '9be02d11c7f0',
        launchedAt: NOW - 3_600 * SECOND + index * SECOND,
        role: 'worker',
      };
    })
    .sort((a, b) => ((a.zone ?? '') < (b.zone ?? '') ? -1 : 1));

export const summaryOf = (
  id: string,
  cells: readonly Cell[],
  changes: Partial<GroupSummary> = {},
): GroupSummary => {
  const buckets = cells.map(({ bucket }) => bucket);
  const counts = countBuckets(buckets);
  const healthy = (counts.healthy ?? 0) + (counts.outdated ?? 0) + (counts.surplus ?? 0);
  const divergence = (counts.missing ?? 0) + (counts.unhealthy ?? 0);
  return {
    id,
    watch: 'watched',
    declared: cells.length,
    instances: cells.length - (counts.missing ?? 0),
    healthy,
    upToDate: counts.healthy ?? 0,
    converged: healthy === cells.length && (counts.outdated ?? 0) === 0,
    divergence,
    frozen: false,
    breakerOpen: false,
    quorumLost: false,
    picture: ZONES.map((zone) => ({
      zone,
      cells: cells.filter((cell) => cell.zone === zone).map(({ bucket }) => bucket),
    })),
    ...changes,
  };
};

export const detailOf = (
  summary: GroupSummary,
  cells: readonly Cell[],
  changes: Partial<GroupDetail> = {},
): GroupDetail => ({
  ...summary,
  revision: 3,
  configHash: '9be02d11c7f04e55',
  flavor: 'swarm/worker',
  counts: countBuckets(cells.map(({ bucket }) => bucket)),
  cells,
  reasons: [],
  breaker: { open: false, limit: 2 },
  budget: {
    maxUnavailable: 1,
    floor: summary.declared - 1,
    ceiling: summary.declared + 1,
    healthy: summary.healthy,
  },
  orders: [],
  revisions: [
    {
      revision: 3,
      configHash: '9be02d11c7f04e55',
      at: NOW - 240 * SECOND,
      origin: 's3:groups/web.json',
      current: true,
      steady: false,
    },
    {
      revision: 2,
      configHash: '4f1c09aa51d2ee01',
      at: NOW - 90_000 * SECOND,
      origin: 'api',
      current: false,
      steady: true,
      rollout: { status: 'succeeded', reason: 'all 4 instances are up to date and healthy' },
    },
    {
      revision: 1,
      configHash: '11aa22bb33cc44dd',
      at: NOW - 900_000 * SECOND,
      origin: 'api',
      current: false,
      steady: false,
    },
  ],
  steady: 2,
  foreign: [],
  ...changes,
});

export const rolloutOf = (changes: Partial<RolloutView>): RolloutView => ({
  status: 'running',
  phase: 'rolling',
  from: 2,
  to: 3,
  replaced: 2,
  total: 8,
  batch: 1,
  failures: 0,
  reason: '',
  startedAt: NOW - 200 * SECOND,
  isRollback: false,
  checkpoints: [],
  approvable: false,
  resumable: false,
  stoppable: true,
  ...changes,
});

const eventsOf = (cells: readonly Cell[]): readonly TimelineEvent[] => {
  const [first, second] = cells.flatMap(({ instance }) => (instance === undefined ? [] : [instance]));
  const told: readonly (readonly [string, string, string?])[] = [
    ['group.committed', 'revision 3 by s3:groups/web.json: Performing a rolling update on 8 instances'],
    ['rollout.started', 'from revision 2 to revision 3: Instance.RunInstancesInput.ImageId changed'],
    ['launch.ordered', 'canary: 1 stand-in in local-1a (1 of at most 9 beyond)'],
    ['instance.launched', 'for the rollout to revision 3 in local-1a', first],
    ['instance.healthy', 'joined the swarm as a worker after 21 s', first],
    ['instance.draining', 'outdated, healthy; 8 healthy, floor 7', second],
    ['instance.destroyed', 'drained in 4 s; replaced by the canary', second],
    ['instance.unhealthy', 'not in the swarm: its engine does not answer', first],
    ['instance.gone', 'terminated, not by us; counted as a failure', second],
    ['group.diverged', '1 unhealthy past its grace of 30 s'],
    ['rollout.progressed', '2 of 8 replaced'],
    ['group.converged', 'exactly what was declared runs, is up to date and healthy'],
  ];
  return told.map(([event, reason, instance], index) => ({
    key: String(index).padStart(4, '0'),
    time: NOW - (told.length - index) * 17 * SECOND,
    event,
    reason,
    ...(instance === undefined ? {} : { instance }),
  }));
};

/** A rise and fall within ten minutes. */
const POINTS = Array.from({ length: 60 }, (_, index) => ({
  time: NOW - (60 - index) * 10 * SECOND,
  divergence: index < 20 || index > 52 ? 0 : ([1, 3, 2, 4, 2, 1, 1][index % 7] ?? 0),
  healthy: 8,
  declared: 8,
}));

interface Telling {
  readonly details: readonly GroupDetail[];
  readonly where?: 'local' | 'aws';
  readonly readOnly?: string;
  readonly speed?: number;
}

/** A scene of these groups. */
export const scene = ({ details, where = 'local', readOnly, speed = 1 }: Telling): Scene => ({
  messages: (asked) => {
    const group = details.find(({ id }) => id === asked);
    return [
      {
        kind: 'hello',
        token: 'token-of-the-fixture',
        version: '0.1.0',
        where,
        stack: where === 'local' ? 'local' : 'prod',
        target: where === 'local' ? 'local cloud at http://127.0.0.1:4580' : 'stack prod on AWS in eu-west-1',
        ...(readOnly === undefined ? {} : { readOnly }),
      },
      { kind: 'clock', clock: { now: NOW, speed } },
      { kind: 'groups', changed: details.map(summaryOfDetail), gone: [], all: true },
      { kind: 'divergence', points: POINTS, reset: true },
      ...(where === 'local' ? [FAULTS] : []),
      ...(group === undefined
        ? []
        : [
            { kind: 'group', group } as const,
            { kind: 'events', group: group.id, events: eventsOf(group.cells), reset: true } as const,
            { kind: 'divergence', group: group.id, points: POINTS, reset: true } as const,
          ]),
      ...(asked !== undefined && group === undefined
        ? [
            {
              kind: 'no-group',
              id: asked,
              message: `no group "${asked}"; it may have been destroyed`,
            } as const,
          ]
        : []),
    ];
  },
});

const FAULTS: Message = {
  kind: 'faults',
  faults: {
    zones: ZONES,
    active: [
      { id: 1, text: 'no room in local-1b' },
      { id: 2, text: 'EC2 refuses every call', until: NOW + 42 * SECOND },
    ],
    cutOff: ['i-0a1b4b5c001'],
  },
};

/** What the list has of a group; `revision` and the rest would be more than the protocol says. */
const summaryOfDetail = ({
  id,
  watch,
  declared,
  instances,
  healthy,
  upToDate,
  converged,
  divergence,
  frozen,
  breakerOpen,
  quorumLost,
  rolloutStatus,
  picture,
}: GroupDetail): GroupSummary => ({
  id,
  watch,
  declared,
  instances,
  healthy,
  upToDate,
  converged,
  divergence,
  frozen,
  breakerOpen,
  quorumLost,
  ...(rolloutStatus === undefined ? {} : { rolloutStatus }),
  ...(picture === undefined ? {} : { picture }),
});
