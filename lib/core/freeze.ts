import type { Freeze, GroupRecord } from './group-record.js';
import type { Instant } from './ids.js';

type Frozen = Pick<GroupRecord, 'freeze' | 'fleetFreeze'>;

const inForce = (group: Frozen, now: Instant): readonly Freeze[] =>
  [group.fleetFreeze, group.freeze]
    .filter((freeze) => freeze !== undefined)
    .filter((freeze) => freeze.until === undefined || now < freeze.until);

/** The freeze in force for this group: the fleet's, or its own. */
export const freezeInForce = (group: Frozen, now: Instant): Freeze | undefined => inForce(group, now)[0];

/** When freezes in force run out by themselves. */
export const freezeEnd = (group: Frozen, now: Instant): readonly Instant[] =>
  inForce(group, now).flatMap((freeze) => freeze.until ?? []);
