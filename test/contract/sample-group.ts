import { randomUUID } from 'node:crypto';
import { FAR_AWAY, type GroupRecord } from '../../lib/core/group-record.js';
import {
  configHash,
  type GroupId,
  groupId,
  instanceId,
  launchHash,
  orderId,
  specHash,
} from '../../lib/core/ids.js';
import type { InstanceRecord } from '../../lib/core/instance.js';
import type { LaunchOrder } from '../../lib/core/order.js';

/** 2026-01-01T00:00:00Z. */
export const NEW_YEAR = 1_767_225_600_000;

/** An id that no other test uses, so that a table may be shared and kept. */
export const freshGroupId = (): GroupId => groupId(`contract-${randomUUID()}`);

export const freshInstanceId = () => instanceId(`i-${randomUUID().replaceAll('-', '').slice(0, 17)}`);

export const sampleGroup = (change: Partial<GroupRecord> = {}): GroupRecord => ({
  schemaVersion: 1,
  id: freshGroupId(),
  watch: 'watched',
  intent: 1,
  revision: 1,
  specHash: specHash('spec-1'),
  configHash: configHash('245r5j5dcg4u2jeebioyq44l7noocwkj'),
  declared: 3,
  history: [
    {
      number: 1,
      specHash: specHash('spec-1'),
      configHash: configHash('245r5j5dcg4u2jeebioyq44l7noocwkj'),
      at: NEW_YEAR,
      origin: 'api',
    },
  ],
  adopting: [],
  destroying: [],
  answers: [{ requestId: 'r-1', answer: { ID: 'web', Size: 9007199254740993e3, Nothing: null, '': [] } }],
  fence: 0,
  orders: [],
  closedTokens: [],
  breaker: {},
  backoff: { failures: 0, notBefore: 0, lastAt: 0, reason: '' },
  noRoom: [],
  throttles: 0,
  status: {
    declared: 3,
    instances: 0,
    healthy: 0,
    upToDate: 0,
    converged: false,
    divergence: 3,
    reasons: ['3 missing'],
  },
  lookAgainAt: FAR_AWAY,
  digest: '',
  impaired: [],
  alarm: false,
  foreign: [],
  wake: 0,
  seen: 0,
  ...change,
});

export const sampleOrder = (id: string): LaunchOrder => ({
  kind: 'launch',
  id: orderId(id),
  launch: launchHash('launch-1'),
  subnet: 'subnet-1',
  count: 3,
  at: NEW_YEAR,
  notAfter: NEW_YEAR + 120_000,
  reason: '0 of 3 running',
});

export const sampleInstance = (change: Partial<InstanceRecord> = {}): InstanceRecord => ({
  id: freshInstanceId(),
  state: 'running',
  launchedAt: NEW_YEAR,
  health: 'healthy',
  healthReason: 'status checks pass',
  healthSince: NEW_YEAR + 60_000,
  everHealthy: true,
  destroyedByUs: false,
  untagged: false,
  failureCounted: false,
  ...change,
});
