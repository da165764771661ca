import type { CommittedRevision, GroupRecord } from './group-record.js';
import type { GroupId, Instant } from './ids.js';
import { NO_BACKOFF } from './launch-backoff.js';

/** The version of the items that this code writes; newer ones are refused. */
export const SCHEMA_VERSION = 1;

/** The item of a group that was never committed before. It is marked for a look. */
export const newGroup = (id: GroupId, revision: CommittedRevision, now: Instant): GroupRecord => ({
  schemaVersion: SCHEMA_VERSION,
  id,
  watch: 'watched',
  intent: 1,
  revision: revision.number,
  specHash: revision.specHash,
  configHash: revision.configHash,
  declared: 0,
  history: [revision],
  adopting: [],
  destroying: [],
  answers: [],
  fence: 0,
  orders: [],
  closedTokens: [],
  breaker: {},
  backoff: NO_BACKOFF,
  noRoom: [],
  throttles: 0,
  status: {
    declared: 0,
    instances: 0,
    healthy: 0,
    upToDate: 0,
    converged: false,
    divergence: 0,
    reasons: ['not looked at yet'],
  },
  lookAgainAt: now,
  digest: '',
  impaired: [],
  alarm: false,
  foreign: [],
  wake: 1,
  seen: 0,
});
