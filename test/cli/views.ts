import type { GroupLine, GroupView, InstanceView, RolloutView } from '../../lib/app/api-types.js';

export const HASH = 'k7m2x4qpz9hr5wt3bn8v';
export const OLD = 'a1b2c3d4e5f6g7h8i9j0';

export const instanceView = (more: Partial<InstanceView> = {}): InstanceView => ({
  ID: 'i-0a1b2c3d4e5f60001',
  State: 'running',
  Health: 'healthy',
  ConfigHash: HASH,
  UpToDate: true,
  Bucket: 'healthy',
  Zone: 'local-1a',
  PrivateIP: '10.0.0.11',
  InstanceType: 't3.micro',
  LaunchedAt: '2026-11-22T10:00:00Z',
  ...more,
});

export const rolloutView = (more: Partial<RolloutView> = {}): RolloutView => ({
  Status: 'running',
  From: 3,
  To: 4,
  Replaced: 1,
  Total: 3,
  Reason: '3 outdated',
  Phase: 'rolling',
  Failures: 0,
  StartedAt: '2026-11-22T11:58:00Z',
  AwaitsApproval: false,
  IsRollback: false,
  Execution: 1,
  Checkpoints: [],
  ...more,
});

export const groupView = (more: Partial<GroupView> = {}): GroupView => ({
  ID: 'web',
  Watch: 'watched',
  Revision: 4,
  ConfigHash: HASH,
  Flavor: 'vanilla',
  Declared: 1,
  Converged: true,
  Divergence: 0,
  Reasons: [],
  Instances: [instanceView()],
  Foreign: [],
  OpenOrders: [],
  Budget: { MaxUnavailable: 1, Floor: 0, Ceiling: 1, MaxUnhealthy: 1 },
  ...more,
});

export const groupLine = (more: Partial<GroupLine> = {}): GroupLine => ({
  ID: 'web',
  Watch: 'watched',
  Declared: 3,
  Instances: 3,
  Healthy: 3,
  UpToDate: 3,
  Converged: true,
  Divergence: 0,
  Frozen: false,
  BreakerOpen: false,
  ...more,
});

/** A group in which everything that can be told is told. */
export const troubled = groupView({
  ID: 'zookeeper',
  Declared: 3,
  LogicalIDs: ['192.168.1.200', '192.168.1.201', '192.168.1.202'],
  Converged: false,
  Divergence: 2,
  DivergentSince: '2026-11-22T11:56:40Z',
  Reasons: [
    'i-0a1b2c3d4e5f60002 is unhealthy for 4m: instance status check failed (grace 10m)',
    '1 outdated',
  ],
  Instances: [
    instanceView({ LogicalID: '192.168.1.200', Reason: 'status checks pass' }),
    instanceView({
      ID: 'i-0a1b2c3d4e5f60002',
      LogicalID: '192.168.1.201',
      Health: 'unhealthy',
      Reason: 'instance status check failed for 4m, to be replaced after a grace of 10m unless it recovers',
      LaunchedAt: '2026-11-20T07:00:00Z',
    }),
    instanceView({
      ID: 'i-0a1b2c3d4e5f60003',
      LogicalID: '192.168.1.202',
      State: 'shutting-down',
      Health: 'healthy',
      ConfigHash: OLD,
      UpToDate: false,
      LaunchedAt: '2026-11-22T11:59:30Z',
    }),
  ],
  Foreign: ['i-0fffffffffffffff1'],
  Freeze: { Reason: 'disk migration', Until: '2026-11-22T14:00:00Z', Fleet: true },
  Breaker: { Since: '2026-11-22T11:58:00Z', Reason: '2 of 3 failed within 10m, more than 1' },
  OpenOrders: [
    {
      Kind: 'destroy',
      Reason: 'outdated, unknown; 1 healthy, floor 1',
      Since: '2026-11-22T11:59:15Z',
      Instance: 'i-0a1b2c3d4e5f60003',
    },
    { Kind: 'launch', Reason: '2 missing', Since: '2026-11-22T11:59:15Z', Count: 2 },
  ],
  Rollout: rolloutView({
    Failures: 1,
    WaitsFor: 'i-0a1b2c3d4e5f60004 to be healthy',
    Until: '2026-11-22T12:13:00Z',
  }),
  Steady: 3,
});
